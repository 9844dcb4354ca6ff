"""Is this the same work? Told by arXiv id, by DOI, or by title, first author and year.

Where these say nothing it is the same if it says the same in every field. One citation key for
one title is a sign too, where type or length of a title alone would not do.

What is the same must not contradict itself: a DOI that stands by two titles of two authors, or a
title that two volumes share, tells two works apart. Where the signs are mixed nothing is claimed;
:attr:`Match.is_sure` is False then, and a person may look.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from papernotes.ids import ascii_fold
from papernotes.latex import to_unicode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.models import Paper

# Fields in which two printings, parts or editions of one title differ.
_TELLING = ("volume", "number", "edition", "isbn", "chapter", "part", "pages", "eid")
_SHORTEST_TITLE = 8  # letters and digits; below it a title tells nothing
_CORRECTED = frozenset(["pages", "number", "eid", "month"])
_NEAR = 0.9  # from 0 to 1
_LONGEST_TITLE = 500  # letters of titles that are compared for slips
_MOST_OF_A_YEAR = 200  # works of one title, author and year that are compared
_MOST_ALIKE = 20  # of any year
_COMMON_TEXT = (
    "introduction editorial preface foreword conclusion conclusions abstract discussion erratum "
    "corrigendum addendum comment reply letter bibliography references bookreview review "
    "frontmatter backmatter titlepage contents tableofcontents appendix obituary homepage"
)
_COMMON = frozenset(_COMMON_TEXT.split())
_ANY_TYPE = frozenset(["misc", "unpublished", "online", "preprint", "electronic", "www", "manual"])
_SAME_TYPES = {"conference": "inproceedings", "phdthesis": "thesis", "mastersthesis": "thesis"}
_NOT_TOLD = frozenset(["ids", "crossref", "xdata", "file", "pdf", "localfile", "local-url"])
_ARXIV_DOI = "10.48550/"
_MATH_COMMAND = re.compile(r"\\(?:var)?([A-Za-z]+)")
_GREEK_TEXT = (
    "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu "
    "ν nu ξ xi ο omicron π pi ρ rho σ sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega"
)
_GREEK = dict(zip(_GREEK_TEXT.split()[::2], _GREEK_TEXT.split()[1::2], strict=True))
_NO_LETTERS = {code: None for code in range(128) if not chr(code).isalnum()}
_GREEK_NAMES = frozenset(_GREEK.values())
_SPELLED_OUT = str.maketrans(_GREEK)


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one paper from another; texts are folded, ``details`` are ``_TELLING`` fields.

    ``told`` is everything an entry says, for those without an id; ``entry_type`` is ``misc`` for
    what only arXiv has.
    """

    citekey: str
    entry_type: str
    title: str = ""
    author: str = ""
    year: int | None = None
    month: int | None = None
    arxiv_id: str | None = None
    dois: frozenset[str] = frozenset()
    details: tuple[tuple[str, str], ...] = ()
    told: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that is the same, or (not ``is_sure``) one that looks alike; ``reason`` says why."""

    citekey: str
    reason: str
    is_sure: bool = True


def identify(paper: Paper) -> Identity:
    """Return the identity of a paper."""
    return make_identity(
        paper.citekey,
        paper.entry_type,
        title=paper.title,
        authors=tuple((each.family, each.given, each.particle) for each in paper.authors),
        date=(paper.year, paper.month),
        arxiv_id=paper.arxiv_id,
        dois=(paper.doi or "", *paper.other_dois),
        journal=paper.journal_ref or "",
        others=(paper.url or "", paper.abstract),
        extra=dict(paper.extra),
    )


def make_identity(
    citekey: str,
    entry_type: str,
    *,
    title: str,
    authors: tuple[tuple[str, ...], ...],
    date: tuple[int | None, int | None],
    arxiv_id: str | None,
    dois: Iterable[str],
    journal: str,
    others: tuple[str, ...],
    extra: Mapping[str, str],
) -> Identity:
    """Return the identity of a paper from what the store knows of it.

    ``authors`` are the parts of names, the family name first; without any id all of them are
    needed, and ``others``, which is what else it says. ``date`` is year and month, ``extra`` as in
    Paper.
    """
    subtitle = to_unicode(extra.get("subtitle", ""))
    details = tuple(
        (name, value) for name in _TELLING if (value := _detail(name, extra.get(name, "")))
    )
    lower = (doi.lower() for doi in dois)
    said = frozenset(doi for doi in lower if doi and not doi.startswith(_ARXIV_DOI))
    plain = _SAME_TYPES.get(entry_type, entry_type)
    fields = sorted((name, value) for name, value in extra.items() if name not in _NOT_TOLD)
    told = (plain, title, authors, date, journal, others, tuple(fields))
    is_preprint = plain == "article" and arxiv_id is not None and not journal
    return Identity(
        citekey,
        "misc" if is_preprint else plain,
        _letters(f"{title} {subtitle}"),
        _letters(authors[0][0]) if authors else "",
        *date,
        arxiv_id,
        said,
        details,
        () if arxiv_id or said else told,
    )


def may_begin(title: str, whole: str) -> bool:
    """Whether the letters of a title may be the beginning of these: quick, and never wrongly not.

    ``whole`` is :attr:`Identity.title`, which may go on with a subtitle.
    """
    if not title.isascii() or "\\" in title:
        return True
    return whole.startswith(title.translate(_NO_LETTERS).lower())


def _letters(text: str) -> str:
    r"""Return the letters and digits of ``text`` without case and accents, commands of TeX gone.

    Greek letters are spelled out, for ``$\beta$`` is also written ``β`` and ``beta``.
    """
    text = text.casefold()
    if not text.isascii():
        text = text.translate(_SPELLED_OUT)
        plain = ascii_fold(text)
        decomposed = unicodedata.normalize("NFKD", text)
        has_others = any(char.isalpha() and not ascii_fold(char) for char in decomposed)
        text = decomposed if has_others else plain
    if "\\" in text:
        text = _MATH_COMMAND.sub(lambda each: each[1] if each[1] in _GREEK_NAMES else "", text)
    return "".join(char for char in text.casefold() if char.isalnum())


def _detail(name: str, raw: str) -> str:
    value = to_unicode(raw)
    if name in {"pages", "volume", "number", "isbn"}:
        digits: list[str] = re.findall(r"\d+", value)
        if name == "pages":
            return digits[0].lstrip("0") if digits else ""
        return "".join(digits) or _letters(value)
    return _letters(value)


class Shelf:
    """Papers by what they can be recognised by; who was put on it first is found first."""

    def __init__(self, identities: Iterable[Identity] = ()) -> None:
        self._by_key: dict[str, Identity] = {}
        # citation keys, by what else a paper can be recognised by
        self._by_arxiv: dict[str, str] = {}
        self._by_doi: dict[str, list[str]] = {}
        self._by_title: dict[tuple[str, str, int | None], list[str]] = {}
        self._of_any_year: dict[tuple[str, str], list[str]] = {}
        self._by_told: dict[tuple[object, ...], str] = {}
        for each in identities:
            self.put(each)

    def put(self, identity: Identity) -> None:
        """Let a paper be found from now on, or be known by what it has been told since."""
        key = identity.citekey
        if identity.arxiv_id:
            self._by_arxiv.setdefault(identity.arxiv_id, key)
        for doi in identity.dois:
            _note(key, self._by_doi.setdefault(doi, []), _MOST_ALIKE)
        if _is_telling(identity.title):
            name = (identity.title, identity.author)
            _note(key, self._by_title.setdefault((*name, identity.year), []), _MOST_OF_A_YEAR)
            _note(key, self._of_any_year.setdefault(name, []), _MOST_ALIKE)
        if identity.told:
            self._by_told.setdefault(identity.told, key)
        self._by_key[key] = identity

    def find(self, identity: Identity) -> Match | None:
        """Return the paper that is the same, else one that looks alike, else None."""
        alike: Match | None = None
        for known, reason in self._same_ids(identity):
            if _is_about_the_same(known, identity):
                return Match(known.citekey, reason)
            alike = alike or Match(known.citekey, f"{reason}, another title", is_sure=False)
        if identity.told and (key := self._by_told.get(identity.told)):
            return Match(key, "same in every field")
        name = (identity.title, identity.author)
        for known in self._all(self._by_title.get((*name, identity.year), ())):
            if _is_same_work(known, identity):
                whom = "first author and year" if identity.author else "year, no author"
                return Match(known.citekey, f"same title, {whom}")
        same = self._by_key.get(identity.citekey)
        if same and (what := _same_key(same, identity)):
            return Match(same.citekey, f"same key, {what}")
        known_by_name = self._all(self._of_any_year.get(name, ()))
        looks = (_alike(known, identity) for known in known_by_name)
        return alike or next(filter(None, looks), None)

    def _all(self, citekeys: Iterable[str]) -> Iterable[Identity]:
        return map(self._by_key.__getitem__, citekeys)

    def _same_ids(self, identity: Identity) -> Iterable[tuple[Identity, str]]:
        if identity.arxiv_id and (key := self._by_arxiv.get(identity.arxiv_id)):
            yield self._by_key[key], f"same arXiv id {identity.arxiv_id}"
        for doi in sorted(identity.dois):
            known = self._all(self._by_doi.get(doi, ()))
            for each in sorted(known, key=lambda known: known.title != identity.title):
                yield each, f"same DOI {doi}"


def _note(citekey: str, listed: list[str], most: int) -> None:
    """Take a key into a list of few, where each stands once."""
    if len(listed) < most and citekey not in listed:
        listed.append(citekey)


def _is_telling(title: str) -> bool:
    return len(title) >= _SHORTEST_TITLE and title not in _COMMON


def _is_about_the_same(one: Identity, other: Identity) -> bool:
    """Whether two entries with one id can be one work: title or first author agree, or no title.

    An arXiv id contradicts another one, whatever the DOI.
    """
    if one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id:
        return False
    if not (one.title and other.title) or one.title == other.title:
        return True
    if one.title.startswith(other.title) or other.title.startswith(one.title):
        return True  # with and without its subtitle
    if _are_parts(one, other):
        return False
    if one.author and other.author:
        return one.author == other.author
    return _are_near(one.title, other.title)  # a volume's editors are not its chapter's authors


def _are_parts(one: Identity, other: Identity) -> bool:
    """Whether both stand in a volume and have other pages: chapters under the volume's DOI."""
    pages = (dict(one.details).get("pages"), dict(other.details).get("pages"))
    return all(pages) and pages[0] != pages[1] and one.entry_type == other.entry_type


def _same_key(one: Identity, other: Identity) -> str:
    """Return why two entries of one key are one work, of whatever type; nothing if they are not.

    The one may be the other as a person corrected it: a year by one, pages, a slip in the title.
    """
    if one.author != other.author or _other_ids(one, other):
        return ""
    if _other_parts(one, other) - _CORRECTED:
        return ""
    years = [year for year in (one.year, other.year) if year is not None]
    if one.title == other.title:
        if not one.title:
            return "first author and year" if one.author and one.year == other.year else ""
        return "title and first author" if max(years, default=0) - min(years, default=0) < 2 else ""
    is_near = one.year == other.year and _are_near(one.title, other.title)
    return "first author and year, nearly the same title" if is_near else ""


def _are_near(one: str, other: str) -> bool:
    """Whether two titles differ by a slip, and not as parts of one work do."""
    if re.findall(r"[0-9]+|[ivx]+$", one) != re.findall(r"[0-9]+|[ivx]+$", other):
        return False
    if not (_is_telling(one) and _is_telling(other)) or max(len(one), len(other)) > _LONGEST_TITLE:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > _NEAR


def _is_same_work(one: Identity, other: Identity) -> bool:
    """Whether nothing speaks against it that two entries of one title and author are one work."""
    if one.year != other.year or _other_ids(one, other) or _other_parts(one, other):
        return False
    if len({one.entry_type, other.entry_type} - _ANY_TYPE) > 1:
        return False
    return bool(one.author) or one.year is not None


def _other_ids(one: Identity, other: Identity) -> str:
    """Return which id tells two entries apart, or nothing."""
    if one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id:
        return "another arXiv id"
    return "another DOI" if one.dois and other.dois and not one.dois & other.dois else ""


def _other_parts(one: Identity, other: Identity) -> set[str]:
    """Return in what two entries are parts or printings of one title: volume, edition, pages.

    Of one kind of thing also months; the month of a preprint is not that of its publication.
    """
    details = dict(one.details)
    parts = {name for name, value in other.details if details.get(name, value) != value}
    is_one_kind = one.entry_type == other.entry_type and bool(one.arxiv_id) == bool(other.arxiv_id)
    if is_one_kind and one.month != other.month and None not in {one.month, other.month}:
        parts.add("month")
    return parts


def _alike(one: Identity, other: Identity) -> Match | None:
    """Return who looks alike: a preprint and its publication of another year, two types, two ids.

    Parts and editions of one title do not.
    """
    if not one.author or _other_parts(one, other):
        return None
    if one.year != other.year:
        years = "/".join(str(year or "no year") for year in (one.year, other.year))
        return Match(one.citekey, f"same title and first author, {years}", is_sure=False)
    apart = _other_ids(one, other) or f"{one.entry_type}/{other.entry_type}"
    return Match(one.citekey, f"same title, first author and year, {apart}", is_sure=False)

"""Is this the same work? Told by arXiv id, by DOI, or by title, first author and year.

What is the same must not contradict itself: a DOI that stands by two titles of two authors, or a
title that two volumes share, tells two works apart. Where the signs are mixed nothing is claimed;
:attr:`Match.is_sure` is False then, and a person may look.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.ids import ascii_fold
from papernotes.latex import to_unicode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.models import Paper

# Fields in which two printings, parts or editions of one title differ.
_TELLING = ("volume", "number", "edition", "isbn", "chapter", "part", "pages", "eid")
_SHORTEST_TITLE = 8  # letters and digits; below it a title tells nothing
_COMMON_TEXT = (
    "introduction editorial preface foreword conclusion conclusions abstract discussion erratum "
    "corrigendum addendum comment reply letter bibliography references bookreview review "
    "frontmatter backmatter titlepage contents tableofcontents appendix obituary homepage"
)
_COMMON = frozenset(_COMMON_TEXT.split())
_ANY_TYPE = frozenset(["misc", "unpublished", "online", "preprint", "electronic", "www", "manual"])
_SAME_TYPES = {"conference": "inproceedings", "phdthesis": "thesis", "mastersthesis": "thesis"}
_ARXIV_DOI = "10.48550/"
_MATH_COMMAND = re.compile(r"\\[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one paper from another; texts are folded, ``details`` are ``_TELLING`` fields.

    ``told`` is everything an entry says, for those of which nothing else can be said.
    """

    citekey: str
    entry_type: str
    title: str = ""
    author: str = ""
    year: int | None = None
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
    first = paper.authors[0].family if paper.authors else ""
    return make_identity(
        paper.citekey,
        paper.entry_type,
        title=paper.title,
        family=first,
        year=paper.year,
        arxiv_id=paper.arxiv_id,
        dois=(paper.doi or "", *paper.other_dois),
        url=paper.url or "",
        extra=dict(paper.extra),
    )


def make_identity(
    citekey: str,
    entry_type: str,
    *,
    title: str,
    family: str,
    year: int | None,
    arxiv_id: str | None,
    dois: Iterable[str],
    url: str,
    extra: Mapping[str, str],
) -> Identity:
    """Return the identity of a paper from what the store knows of it; ``extra`` as in Paper."""
    subtitle = to_unicode(extra.get("subtitle", ""))
    folded = _letters(f"{title} {subtitle}")
    details = tuple(
        (name, value) for name in _TELLING if (value := _detail(name, extra.get(name, "")))
    )
    lower = (doi.lower() for doi in dois)
    said = frozenset(doi for doi in lower if doi and not doi.startswith(_ARXIV_DOI))
    told = () if arxiv_id or said else (folded, year, url, tuple(sorted(extra.items())))
    return Identity(
        citekey,
        _SAME_TYPES.get(entry_type, entry_type),
        folded,
        _letters(family),
        year,
        arxiv_id,
        said,
        details,
        told,
    )


def _letters(text: str) -> str:
    """Return the letters and digits of ``text`` without case and accents, commands of TeX gone."""
    if not text.isascii():
        plain = ascii_fold(text)
        decomposed = unicodedata.normalize("NFKD", text)
        has_others = any(char.isalpha() and not ascii_fold(char) for char in decomposed)
        text = decomposed if has_others else plain
    if "\\" in text:
        text = _MATH_COMMAND.sub("", text)
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
        self._by_arxiv: dict[str, Identity] = {}
        self._by_doi: dict[str, Identity] = {}
        self._by_title: dict[tuple[str, str], list[Identity]] = {}
        self._by_told: dict[tuple[object, ...], Identity] = {}
        for each in identities:
            self.put(each)

    def put(self, identity: Identity) -> None:
        """Let a paper be found from now on."""
        if identity.arxiv_id:
            self._by_arxiv.setdefault(identity.arxiv_id, identity)
        for doi in identity.dois:
            self._by_doi.setdefault(doi, identity)
        if _is_telling(identity.title):
            self._by_title.setdefault((identity.title, identity.author), []).append(identity)
        if identity.told:
            place = (identity.entry_type, identity.author, *identity.told)
            self._by_told.setdefault(place, identity)

    def find(self, identity: Identity) -> Match | None:
        """Return the paper that is the same, else one that looks alike, else None."""
        alike: Match | None = None
        for known, reason in self._same_ids(identity):
            if _is_about_the_same(known, identity):
                return Match(known.citekey, reason)
            alike = alike or Match(known.citekey, f"{reason}, another title", is_sure=False)
        if identity.told:
            place = (identity.entry_type, identity.author, *identity.told)
            if same := self._by_told.get(place):
                return Match(same.citekey, "same in every field")
        for known in self._by_title.get((identity.title, identity.author), ()):
            if _is_same_work(known, identity):
                whom = "first author and year" if identity.author else "year, no author"
                return Match(known.citekey, f"same title, {whom}")
            alike = alike or _alike(known, identity)
        return alike

    def _same_ids(self, identity: Identity) -> Iterable[tuple[Identity, str]]:
        if identity.arxiv_id and (known := self._by_arxiv.get(identity.arxiv_id)):
            yield known, f"same arXiv id {identity.arxiv_id}"
        for doi in sorted(identity.dois):
            if known := self._by_doi.get(doi):
                yield known, f"same DOI {doi}"


def _is_telling(title: str) -> bool:
    return len(title) >= _SHORTEST_TITLE and title not in _COMMON


def _is_about_the_same(one: Identity, other: Identity) -> bool:
    """Whether two entries with one id can be one work: title or first author agree, or is unsaid.

    An arXiv id contradicts another one, whatever the DOI.
    """
    if one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id:
        return False
    if not (one.title and other.title) or one.title == other.title:
        return True
    if one.title.startswith(other.title) or other.title.startswith(one.title):
        return True  # with and without its subtitle
    is_part = _are_parts(one, other)
    return not is_part and (not (one.author and other.author) or one.author == other.author)


def _are_parts(one: Identity, other: Identity) -> bool:
    """Whether both stand in a volume and have other pages: chapters under the volume's DOI."""
    pages = (dict(one.details).get("pages"), dict(other.details).get("pages"))
    return all(pages) and pages[0] != pages[1] and one.entry_type == other.entry_type


def _is_same_work(one: Identity, other: Identity) -> bool:
    """Whether nothing speaks against it that two entries of one title and author are one work."""
    if one.year != other.year:
        return False
    if one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id:
        return False
    if one.dois and other.dois and not one.dois & other.dois:
        return False
    types = {one.entry_type, other.entry_type}
    if len(types - _ANY_TYPE) > 1:
        return False
    if not one.author and one.year is None:
        return False
    details = dict(one.details)
    return all(details.get(name, value) == value for name, value in other.details)


def _alike(one: Identity, other: Identity) -> Match | None:
    """Return who looks alike: a preprint and its publication of another year, two types, parts."""
    details = dict(one.details)
    is_other_part = any(details.get(name, value) != value for name, value in other.details)
    if one.author and one.year != other.year and not is_other_part:
        years = "/".join(str(year or "no year") for year in (one.year, other.year))
        return Match(one.citekey, f"same title and first author, {years}", is_sure=False)
    return None

"""Entries of a .bib file → Papers.

arXiv is recognised in every shape that services write: eprint with archivePrefix or eprinttype,
arxivId, a DOI below 10.48550, ``journal = {arXiv preprint arXiv:…}``, ``volume = {abs/…}``,
number, eid, url, note. What only says "this is arXiv" is used up by that; what says more stays in
``Paper.extra``. A ``date``, ``year`` or ``month`` that says more than a number stays there too.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.bib.blocks import parse_entries
from papernotes.bib.decoding import decode, is_declared
from papernotes.errors import ArxivIdError
from papernotes.ids import find_arxiv_ids, parse_arxiv_id, parse_doi
from papernotes.latex import to_unicode
from papernotes.models import ArxivId, Author, Paper, Problem
from papernotes.names import fold, parse_names, split_and, split_top

if TYPE_CHECKING:
    from papernotes.bib.entries import RawEntry

_YEAR = re.compile(r"\d{1,4}", re.ASCII)
_YEAR_WITHIN = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?![\d-]*\d{3})", re.ASCII)
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTH_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}")
_FULL_MONTH = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?",
    re.IGNORECASE,
)
_ARXIV_JOURNAL = re.compile(
    r"(?:e-?prints?|preprint|available)?[\s:,]*arxiv(?![a-z])|corr(?:\s*,?\s*(?:vol\.?\s*)?abs/.*)?$",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]{2,}(?:-[a-z]+)*)?")
_ARCHIVES_TEXT = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas "
    "cond-mat cs dg-ga econ eess funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th "
    "nlin nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio q-fin quant-ph solv-int stat "
    "supr-con"
)
_ARCHIVES = frozenset(_ARCHIVES_TEXT.split())
_STAMP = re.compile(r"\s*\[[a-z.,\s-]{1,80}\]\s*$", re.IGNORECASE)  # [cs, math] behind an id
_VERSION = re.compile(r"[0-9]v([0-9]{1,4})(?:\.pdf)?/?\s*$", re.ASCII | re.IGNORECASE)
_ADDRESSES = frozenset(["doi", "url", "pdf"])
_LOOSE = frozenset(["journal", "journaltitle", "volume"])  # may hold more than the id
_ONLY_ARXIV = frozenset(["volume", "number", "eid", "pages"])  # say nothing else if they name it
_SAYS_ARXIV = ("journal", "journaltitle", "volume", "number", "eid", "pages", "doi", "url", "pdf")
_CITED_IN_NOTE = 160  # characters; a longer note is about more than where the paper is
_ADDRESS = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_TILDE = re.compile(r"\{?\\textasciitilde\s*\}?|\\~|\$\\sim\$|\\string~")
_ANGLES = {"textless": "<", "textgreater": ">", "$<$": "<", "$>$": ">"}  # in DOIs of Wiley's
_ANGLE = re.compile(r"\\(textless|textgreater)(?![A-Za-z])\s*|(\$[<>]\$)")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\\{}]")


def parse_bytes(data: bytes, path: str) -> tuple[tuple[Paper, ...], tuple[Problem, ...]]:
    """Return what :func:`parse` does for a file's bytes.

    There is a problem more if they are not Unicode and the file does not say what they are.
    """
    text, encoding = decode(data)
    papers, problems = parse(text, path)
    if not (encoding.startswith(("utf-8", "utf-16")) or is_declared(data, encoding)):
        message = f"is not UTF-8; read as {encoding} (a first line may say: % Encoding: …)"
        problems = (Problem("bib-encoding", path, message, 1), *problems)
    return papers, problems


def parse(text: str, path: str) -> tuple[tuple[Paper, ...], tuple[Problem, ...]]:
    """Return the papers of a .bib file in their order, and its problems by line; never fails.

    Every entry is a Paper or is named by a Problem. Of a field given twice the first counts;
    entries with the same key are all returned, the later ones with a problem.
    """
    entries, problems = parse_entries(text, path)
    return tuple(_read_paper(entry, entry.fields, path) for entry in entries), tuple(problems)


def make_paper(entry: RawEntry, path: str) -> Paper:
    """Return the paper that an entry of :func:`papernotes.bib.parse_entries` describes."""
    return _read_paper(entry, dict(entry.fields), path)


def _read_paper(entry: RawEntry, fields: dict[str, str], path: str) -> Paper:
    """Return the paper of ``entry``; uses up ``fields``, which are the entry's."""
    take = fields.pop
    arxiv = take_arxiv(fields)
    year, month = _take_date(fields)
    version = _take_number(fields, "arxiv_version")
    if version is None and arxiv is not None:
        version = arxiv.version
    authors = _read_authors(take("author", ""))
    if "arxiv_affiliations" in fields:
        authors = _with_affiliations(authors, take("arxiv_affiliations"))
    return Paper(
        citekey=entry.key,
        title=read_text(take("title", "")),
        authors=authors,
        year=year,
        month=month,
        entry_type=entry.entry_type,
        abstract=read_paragraphs(take("abstract", "")),
        arxiv_id=arxiv.id if arxiv else None,
        arxiv_version=version,
        arxiv_latest=_take_number(fields, "arxiv_latest"),
        categories=_take_categories(fields, is_arxiv=arxiv is not None),
        published=_take_time(fields, "arxiv_published"),
        updated=_take_time(fields, "arxiv_updated"),
        doi=_take_doi(fields),
        other_dois=_take_other_dois(fields),
        journal_ref=_take_journal(fields),
        comment=read_text(take("arxiv_comment", "")) or None,
        url=_take_url(fields),
        is_withdrawn=take("arxiv_withdrawn", "").strip().lower() == "true",
        extra=tuple((name, value.strip()) for name, value in fields.items()),
        path=path,
        line=entry.line,
    )


def read_text(raw: str) -> str:
    """Return a field's text: LaTeX decoded, on one line."""
    return fold(to_unicode(raw))


def read_paragraphs(raw: str) -> str:
    """Return a field's text: LaTeX decoded, paragraphs divided by one empty line."""
    text = to_unicode(raw)
    if "\n" not in text:
        return fold(text)
    return fold_paragraphs(text)


def fold_paragraphs(text: str) -> str:
    """Return ``text`` with each paragraph on one line and one empty line between paragraphs."""
    parts = (fold(part) for part in re.split(r"\n\s*\n", text))
    return "\n\n".join(part for part in parts if part)


@lru_cache(maxsize=256)
def _read_authors(field: str) -> tuple[Author, ...]:
    return parse_names(field)


def _with_affiliations(authors: tuple[Author, ...], raw: str) -> tuple[Author, ...]:
    """Return the authors with their affiliations: ``{A}; {B} and {} and {C}``, one for each."""
    lists = [
        tuple(filter(None, (read_text(place) for place in split_top(part, ";"))))
        for part in split_and(raw)
    ]
    lists += [()] * (len(authors) - len(lists))
    return tuple(
        Author(a.family, a.given, a.particle, a.suffix, a.is_literal, places)
        for a, places in zip(authors, lists, strict=False)
    )


def _parse_id(raw: str) -> ArxivId | None:
    if "\\" in raw or "{" in raw or "[" in raw:
        raw = _STAMP.sub("", raw.replace("\\", "").replace("{", "").replace("}", ""))
    try:
        return parse_arxiv_id(raw.strip())
    except ArxivIdError:
        return None


def take_arxiv(fields: dict[str, str]) -> ArxivId | None:
    """Return the arXiv id and use up the fields that say nothing else."""
    found = _take_eprint(fields)
    if found is None and "arxivid" in fields and (found := _parse_id(fields["arxivid"])):
        del fields["arxivid"]
    for name in _SAYS_ARXIV:
        raw = fields.get(name)
        if not raw or not ("arxiv" in raw.lower() or "abs/" in raw):
            continue
        if found is not None and name in _ADDRESSES:
            if found.version is None and (match := _VERSION.search(raw)) and found.id in raw:
                found = ArxivId(found.id, int(match[1]))
            continue
        said = _parse_id(raw) or (_find_id(raw) if name in _LOOSE else None)
        if said is not None and (found is None or said.id == found.id):
            if name in _ONLY_ARXIV:
                del fields[name]
            found = _merged(found, said)
    for name in ("note", "howpublished", "addendum", "annote"):
        raw = fields.get(name, "")
        if "arxiv" not in raw.lower() or len(raw) > _CITED_IN_NOTE:
            continue
        if (said := _parse_id(raw)) and (found is None or said.id == found.id):
            del fields[name]
            found = _merged(found, said)
        elif found is None:
            found = _find_id(raw)
    return found


def _merged(found: ArxivId | None, said: ArxivId) -> ArxivId:
    """Return the id with the first version that was said."""
    return said if found is None or found.version is None else found


def _take_eprint(fields: dict[str, str]) -> ArxivId | None:
    eprint = fields.get("eprint", "")
    if not eprint:
        return None
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip("{} \n").lower()
    if archive not in {"", "arxiv"} and archive not in _ARCHIVES:
        return None
    found = _parse_id(eprint)
    if found is None and eprint.strip()[:7].isdecimal():
        primary = fields.get("primaryclass") or fields.get("eprintclass") or ""
        prefix = archive if archive in _ARCHIVES else primary.split(".")[0].strip("{} ")
        found = _parse_id(f"{prefix}/{eprint.strip()}") if prefix else None
    if found is not None:
        for name in ("eprint", "archiveprefix", "eprinttype"):
            fields.pop(name, None)
    return found


def _find_id(raw: str) -> ArxivId | None:
    ids = find_arxiv_ids(raw)
    return ids[0] if len(ids) == 1 else None


def _take_date(fields: dict[str, str]) -> tuple[int | None, int | None]:
    """Return year and month; a field that says more than these, or something else, stays.

    As with biblatex, a ``date`` counts before ``year`` and ``month``.
    """
    year = month = None
    text = fields.get("date", "").strip("{} \n")
    dated = _DATE.match(text)
    if dated:
        year, month = int(dated[1]), int(dated[2]) if dated[2] else None
    if raw := fields.get("year"):
        said = raw if raw.isdecimal() else read_text(raw)
        if _YEAR.fullmatch(said):
            year = int(said) if year is None else year
            if year == int(said):
                del fields["year"]
        elif year is None and (match := _YEAR_WITHIN.search(said)):
            year = int(match[0])
    if year is None and (match := _YEAR_WITHIN.search(text)):  # June 2010
        year = int(match[0])
    if raw := fields.get("month"):
        number, is_whole = _read_month(raw)
        month = number if month is None else month
        if is_whole and number == month:
            del fields["month"]
    if dated and dated.end() == len(text) and (month is None) == (dated[2] is None):
        del fields["date"]
    return year, month


def _read_month(raw: str) -> tuple[int | None, bool]:
    """Return the month and whether the text says nothing else."""
    text = raw if raw.isalnum() else read_text(raw)
    if text.isascii() and text.isdecimal() and len(text) <= 2:  # 1 to 12
        return (int(text), True) if 1 <= int(text) <= 12 else (None, False)
    word = _MONTH_WORD.search(text)  # jan # "~1" and "1~" # jan are common
    number = _MONTHS.get(word[0].lower()) if word else None
    return number, number is not None and _FULL_MONTH.fullmatch(text) is not None


def _take_number(fields: dict[str, str], name: str) -> int | None:
    raw = fields.get(name, "").strip()
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 4):  # as in ids
        return None
    del fields[name]
    return int(raw)


def _take_time(fields: dict[str, str], name: str) -> datetime | None:
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        time = datetime.fromisoformat(raw.strip())
    except ValueError:
        return None
    del fields[name]
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _take_categories(fields: dict[str, str], *, is_arxiv: bool) -> tuple[str, ...]:
    """Return arXiv's categories, primary first; keywords count where they are such categories."""
    if "arxiv_categories" in fields:
        fields.pop("primaryclass", None)
        return _keywords(fields.pop("arxiv_categories"))
    name = "primaryclass" if "primaryclass" in fields else "eprintclass"
    primary = [read_text(part) for part in fields.get(name, "").split(",")]
    if all(map(_CATEGORY.fullmatch, primary)):
        del fields[name]
    else:
        primary = []
    raw = fields.get("keywords", "")
    keywords = _keywords(raw) if raw and (primary or is_arxiv) else ()
    is_ours = bool(primary and keywords and keywords[0] == primary[0])
    if keywords and (is_ours or all(map(is_category, keywords))):
        del fields["keywords"]
        return tuple(dict.fromkeys([*primary, *keywords]))
    return tuple(dict.fromkeys(primary))


def is_category(text: str) -> bool:
    """Tell whether ``text`` is a category of a known archive: ``cs.LG``, ``hep-th``."""
    return text.partition(".")[0] in _ARCHIVES and _CATEGORY.fullmatch(text) is not None


def _keywords(raw: str) -> tuple[str, ...]:
    words = (read_text(part) for part in split_top(raw, ",;"))
    return tuple(dict.fromkeys(filter(None, words)))


def _take_doi(fields: dict[str, str]) -> str | None:
    raw = fields.get("doi")
    if not raw:
        return None
    doi, is_whole = find_doi(read_verbatim(raw))
    if is_whole:
        del fields["doi"]
    return doi


def _take_other_dois(fields: dict[str, str]) -> tuple[str, ...]:
    raw = fields.get("arxiv_dois", "")
    found = tuple(map(parse_doi, read_verbatim(raw).split()))
    whole = tuple(dict.fromkeys(doi for doi in found if doi))
    if len(whole) != len(found) or not found:
        return ()
    del fields["arxiv_dois"]
    return whole


def find_doi(text: str) -> tuple[str | None, bool]:
    """Return the first DOI of a field that should hold one, and whether it holds nothing else."""
    doi = parse_doi(text)
    if doi is not None:
        return doi, True
    return next(filter(None, map(parse_doi, re.split(r"[\s,;]+", text))), None), False


def _take_journal(fields: dict[str, str]) -> str | None:
    """Return the journal; one that only says arXiv is none and goes if it named the id."""
    for name in ("journal", "journaltitle"):
        if name not in fields:
            continue
        text = read_text(fields[name])
        if not is_arxiv_journal(text):
            del fields[name]
            return text or None
        if _find_id(text) or text.lower() != "arxiv.org":
            del fields[name]
    return None


def is_arxiv_journal(text: str) -> bool:
    """Tell whether a journal is arXiv under one of its names and so no publication."""
    return _ARXIV_JOURNAL.match(text) is not None


def _take_url(fields: dict[str, str]) -> str | None:
    raw = fields.get("url")
    if raw is None:
        return None
    url = read_verbatim(raw)
    if not is_address(url):
        return None
    del fields["url"]
    return quote_url(url.replace(" ", ""))  # a long one was broken over lines


def is_address(url: str) -> bool:
    """Tell whether ``url`` is one that a browser would fetch."""
    return _ADDRESS.match(url.lstrip()) is not None


def read_verbatim(raw: str) -> str:
    r"""Return an address or DOI without LaTeX: ``\_`` → ``_``, ``\url{x}`` → ``x``."""
    if "\\" in raw or "{" in raw or "}" in raw or "$" in raw:
        raw = _TILDE.sub("~", raw)
        raw = _ANGLE.sub(lambda match: _ANGLES[match[1] or match[2]], raw)
        raw = re.sub(r"\\url\s*|\\href\s*", "", raw)
        raw = re.sub(r"\\([%#&_$\-/])", r"\1", raw).replace("{", "").replace("}", "")
    return fold(raw)


def quote_url(url: str) -> str:
    """Return ``url`` with the characters that no .bib file can hold percent-encoded."""
    return _UNPRINTABLE.sub(lambda match: quote(match[0], errors="replace"), url)

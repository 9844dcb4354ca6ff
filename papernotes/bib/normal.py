"""Any Paper → the nearest one that a .bib file can hold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from papernotes.bib.blocks import MOST_CHARACTERS
from papernotes.bib.reading import (
    find_doi,
    fold_paragraphs,
    is_address,
    is_arxiv_journal,
    quote_url,
    read_verbatim,
    take_arxiv,
)
from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id
from papernotes.latex import escape, is_balanced, to_unicode
from papernotes.models import ArxivId, Author, Paper
from papernotes.names import OTHERS, fold, render_names, tidy_author

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Item = TypeVar("_Item")
_NAME = re.compile(r"[a-z_][a-z0-9_:.+/*-]*")
_NO_NAME = re.compile(r"[^a-z0-9_:.+/*-]+")
_TYPE = re.compile(r"(?!(?:comment|string|preamble|xdata|control)$)[a-z][\w-]*", re.ASCII)
_BLOCK_START = re.compile(r"(?m)^[ \t]*@")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LARGEST = 9999  # of a year or a version: the four digits that reading takes
_ESCAPED_LENGTH = 20  # characters that escape makes of one, at most
_CUT = " […]"


def make_normal(paper: Paper) -> Paper:
    """Return the paper in the form that a .bib file can hold, so far as that can be foreseen."""
    journal = fold(paper.journal_ref or "")
    journal = "" if is_arxiv_journal(journal) else journal
    doi, is_doi = find_doi(fold(paper.doi or ""))
    url = quote_url(paper.url.strip()) if paper.url and is_address(paper.url) else None
    own = _own_id(paper.arxiv_id)
    extra = _normal_extra(paper)
    spoilt = (
        ("doi", paper.doi, is_doi and write_doi(doi)),
        ("url", paper.url, url),
        ("eprint", paper.arxiv_id, own),
    )
    for name, text, understood in spoilt:
        if text and not understood:
            extra.setdefault(name, _normal_value(escape(fold(text))))
    doi = doi if write_doi(doi) else None
    arxiv_id = own.id if own else ""
    said = {"eprint": arxiv_id, "doi": doi or "", "url": url or "", **extra}
    arxiv = take_arxiv(said) or ArxivId(arxiv_id, own.version if own else None)
    arxiv_id = arxiv_id or arxiv.id
    version = _within(paper.arxiv_version, 0, _LARGEST)
    if arxiv_id and not url and "url" not in extra:
        url = f"https://arxiv.org/abs/{arxiv_id}"
    return replace(
        paper,
        arxiv_id=arxiv_id or None,
        arxiv_version=arxiv.version if version is None else version,
        arxiv_latest=_within(paper.arxiv_latest, 0, _LARGEST),
        title=fold(paper.title),
        authors=tuple(a for a in map(tidy_author, paper.authors) if a.family),
        year=_within(paper.year, 0, _LARGEST),
        month=_within(paper.month, 1, 12),
        entry_type=_entry_type(paper.entry_type.lower(), journal, doi),
        abstract=fold_paragraphs(paper.abstract),
        categories=tuple(dict.fromkeys(filter(None, map(fold, paper.categories)))),
        published=_utc(paper.published),
        updated=_utc(paper.updated),
        doi=doi,
        other_dois=_normal_dois(paper.other_dois),
        journal_ref=journal or None,
        comment=fold(paper.comment or "") or None,
        url=url,
        extra=tuple((name, value) for name, value in extra.items() if name in said),
    )


def _normal_dois(dois: tuple[str, ...]) -> tuple[str, ...]:
    found = (find_doi(fold(text))[0] for text in dois)
    return tuple(dict.fromkeys(doi for doi in found if doi and write_doi(doi)))


def write_doi(doi: str | None) -> str:
    """Return what to write for a DOI: itself, or its address where BibTeX would break it."""
    if not doi:
        return ""
    for written in (doi, f"https://doi.org/{quote(doi, safe='/:;()._-')}"):
        is_plain = not re.search(r"[\\{}]", written) and written.isprintable()
        if is_plain and find_doi(read_verbatim(written)) == (doi, True):
            return written
    return ""


def cut_to_size(paper: Paper) -> Paper:
    """Return the paper with fields of at most a million characters as they will be written."""
    return replace(
        paper,
        title=_cut_text(paper.title, lambda text: escape(text, keep_capitals=True)),
        abstract=_cut_text(paper.abstract),
        comment=_cut_text(paper.comment or "") or None,
        journal_ref=_cut_text(paper.journal_ref or "") or None,
        authors=_cut_affiliations(_cut_authors(paper.authors)),
        categories=_first(paper.categories, [len(escape(name)) for name in paper.categories]),
        url=paper.url if len(paper.url or "") <= MOST_CHARACTERS else None,
        extra=tuple((name, _cut_value(value)) for name, value in paper.extra),
    )


def _cut_text(text: str, write: Callable[[str], str] = escape) -> str:
    if len(text) * _ESCAPED_LENGTH <= MOST_CHARACTERS:
        return text
    kept = text
    while (size := len(write(kept))) > MOST_CHARACTERS:
        part = (MOST_CHARACTERS - len(_CUT)) / size
        kept = text[: int(len(kept) * part * 0.99)].rstrip() + _CUT
    return kept


def _cut_value(value: str) -> str:
    if len(value) <= MOST_CHARACTERS:
        return value
    return escape(_cut_text(fold(to_unicode(value))))


def _cut_authors(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    """Return the first authors, and others where there are too many for one field."""
    kept = _first(authors, [len(render_names((author,))) for author in authors])
    return authors if len(kept) == len(authors) else (*kept, OTHERS)


def _cut_affiliations(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    sizes = [sum(len(escape(place)) + 4 for place in author.affiliations) for author in authors]
    kept = _first(authors, sizes)
    return kept + tuple(replace(author, affiliations=()) for author in authors[len(kept) :])


def _first(items: Sequence[_Item], sizes: list[int]) -> tuple[_Item, ...]:
    """Return as many items as fit in one field, with some characters between them."""
    room = MOST_CHARACTERS - len(" and others")
    ends = accumulate(size + len(" and {}") for size in sizes)
    return tuple(items[: sum(1 for _ in takewhile(lambda end: end <= room, ends))])


def _own_id(text: str | None) -> ArxivId | None:
    try:
        return parse_arxiv_id(text) if text else None
    except ArxivIdError:
        return None


def _within(number: int | None, least: int, most: int) -> int | None:
    return number if number is not None and least <= number <= most else None


def _utc(time: datetime | None) -> datetime | None:
    if time is None:
        return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:  # the first and the last day there are
        return time.replace(tzinfo=UTC)


def _entry_type(entry_type: str, journal: str, doi: str | None) -> str:
    entry_type = entry_type if _TYPE.fullmatch(entry_type) else "misc"
    is_published = bool(journal or (doi and not doi.lower().startswith("10.48550/")))
    return "article" if entry_type == "misc" and is_published else entry_type


def _normal_extra(paper: Paper) -> dict[str, str]:
    extra: dict[str, str] = {}
    for name, value in paper.extra:
        plain = _NO_NAME.sub("-", name.lower())
        extra.setdefault(plain if _NAME.fullmatch(plain) else f"x-{plain}", _normal_value(value))
    return extra


def _normal_value(value: str) -> str:
    """Return a field's LaTeX as it is, or its text escaped where no .bib file could hold it."""
    value = _CONTROL.sub(" ", value.replace("\r\n", "\n")).strip()
    if not is_balanced(value) or _BLOCK_START.search(value) or value.endswith("\\"):
        return escape(fold(to_unicode(value)))
    return value

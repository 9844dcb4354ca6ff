"""One Paper → one BibTeX entry, in arXiv's own form, read back and compared before it is given."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime

from papernotes.bib.reading import (
    find_doi,
    fold_paragraphs,
    is_address,
    is_arxiv_journal,
    is_category,
    parse,
    quote_url,
    take_arxiv,
)
from papernotes.errors import FormatError
from papernotes.latex import escape, is_balanced, to_unicode
from papernotes.models import ArxivId, Author, Paper
from papernotes.names import fold, render_names, tidy_author

_KEY = re.compile(r"[^\s,{}\"#%=\\@()~'\x00-\x1f\x7f]+(?:[()'@][^\s,{}\"#%=\\@~\x00-\x1f\x7f]*)?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - macros of BibTeX
_NAME = re.compile(r"[a-z_][a-z0-9_:.+/*-]*")
_TYPE = re.compile(r"(?!(?:comment|string|preamble|xdata|control)$)[a-z]\w*", re.ASCII)
_BLOCK_START = re.compile(r"(?m)^[ \t]*@")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def render(paper: Paper) -> str:
    """Return the entry of ``paper``, ending in a newline.

    Reading it back gives the paper in its normal form: text on one line (an abstract in
    paragraphs), no control characters, times in UTC, a doi or url that is none in extra, the
    abstract's page as url where an arXiv paper has none, ``@article`` instead of ``@misc`` once a
    journal or a publisher's DOI is known.
    Raises FormatError if it does not.
    """
    paper = _normal(paper)
    if not _KEY.fullmatch(paper.citekey):
        raise FormatError(
            f"the citation key {paper.citekey!r} cannot be written to a .bib file",
            hint="use letters, digits and _ : . + - in citation keys",
        )
    lines = [_line(name, value) for name, value in _fields(paper) if value]
    text = f"@{paper.entry_type}{{{paper.citekey},\n{''.join(lines)}}}\n"
    _check(text, paper)
    return text


def _line(name: str, value: str) -> str:
    if name == "month" and value.isdecimal() and 1 <= int(value) <= len(_MONTHS):
        return f"  month = {_MONTHS[int(value) - 1]},\n"
    return f"  {name} = {{{value}}},\n"


def _check(text: str, paper: Paper) -> None:
    papers, problems = parse(text, paper.path)
    problems = tuple(problem for problem in problems if problem.code != "bib-crossref")
    if problems or len(papers) != 1:
        reason = problems[0].message if problems else f"it reads as {len(papers)} entries"
        raise FormatError(f"{paper.citekey}: its BibTeX cannot be read back: {reason}")
    back = replace(papers[0], line=paper.line)
    if back != paper:
        names = [f.name for f in fields(Paper) if getattr(back, f.name) != getattr(paper, f.name)]
        raise FormatError(
            f"{paper.citekey}: its BibTeX reads back differently in {', '.join(names)}",
            hint="remove TeX commands and control characters from these",
        )


def _fields(paper: Paper) -> list[tuple[str, str]]:
    """Return the entry's fields as they are written; empty ones are left out later."""
    kept = {name for name, _ in paper.extra}
    own = [
        ("title", escape(paper.title, keep_capitals=True)),
        ("author", render_names(paper.authors)),
        ("year", _number(paper.year)),
        ("month", _number(paper.month)),
        ("journal", escape(paper.journal_ref or "")),
        ("eprint", paper.arxiv_id or ""),
        ("archivePrefix", "arXiv" if paper.arxiv_id and "eprint" not in kept else ""),
        *_category_fields(paper),
        ("doi", paper.doi or ""),
        ("url", paper.url or ""),
        ("abstract", escape(paper.abstract)),
        ("arxiv_version", _number(paper.arxiv_version)),
        ("arxiv_published", _time(paper.published)),
        ("arxiv_updated", _time(paper.updated)),
        ("arxiv_comment", escape(paper.comment or "")),
        ("arxiv_withdrawn", "true" if paper.is_withdrawn else ""),
        ("arxiv_affiliations", _affiliations(paper.authors)),
    ]
    return [(name, value) for name, value in own if name.lower() not in kept] + [
        (name, value or " ") for name, value in paper.extra
    ]


def _category_fields(paper: Paper) -> list[tuple[str, str]]:
    categories = paper.categories
    if not categories:
        return []
    listed = ", ".join(
        f"{{{escape(name)}}}" if "," in name or ";" in name else escape(name) for name in categories
    )
    if not is_category(categories[0]) or any(name == "keywords" for name, _ in paper.extra):
        return [("arxiv_categories", listed)]
    return [("primaryClass", categories[0]), ("keywords", listed)]


def _affiliations(authors: tuple[Author, ...]) -> str:
    if not any(author.affiliations for author in authors):
        return ""
    return " and ".join(
        "; ".join(f"{{{escape(place)}}}" for place in author.affiliations) or "{}"
        for author in authors
    )


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _time(time: datetime | None) -> str:
    return "" if time is None else time.isoformat().replace("+00:00", "Z")


def _utc(time: datetime | None) -> datetime | None:
    if time is None:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _normal(paper: Paper) -> Paper:
    """Return the paper in the form that a .bib file can hold."""
    journal = fold(paper.journal_ref or "")
    journal = "" if is_arxiv_journal(journal) else journal
    doi, is_doi = find_doi(fold(paper.doi or ""))
    url = quote_url(paper.url.strip()) if paper.url and is_address(paper.url) else None
    extra = _normal_extra(paper)
    for name, text, understood in (("doi", paper.doi, is_doi), ("url", paper.url, url)):
        if text and not understood:
            extra.setdefault(name, escape(fold(text)))
    said = {"eprint": paper.arxiv_id or "", "doi": doi or "", "url": url or "", **extra}
    arxiv = take_arxiv(said) or ArxivId(paper.arxiv_id or "")
    arxiv_id = paper.arxiv_id or arxiv.id or None
    if arxiv_id and not url and "url" not in extra:
        url = f"https://arxiv.org/abs/{arxiv_id}"
    return replace(
        paper,
        arxiv_id=arxiv_id,
        arxiv_version=arxiv.version if paper.arxiv_version is None else paper.arxiv_version,
        title=fold(paper.title),
        authors=tuple(a for a in map(tidy_author, paper.authors) if a.family),
        entry_type=_entry_type(paper.entry_type.lower(), journal, doi),
        abstract=fold_paragraphs(paper.abstract),
        categories=tuple(dict.fromkeys(filter(None, map(fold, paper.categories)))),
        published=_utc(paper.published),
        updated=_utc(paper.updated),
        doi=doi,
        journal_ref=journal or None,
        comment=fold(paper.comment or "") or None,
        url=url,
        extra=tuple((name, value) for name, value in extra.items() if name in said),
    )


def _entry_type(entry_type: str, journal: str, doi: str | None) -> str:
    if not _TYPE.fullmatch(entry_type):
        raise FormatError(f"@{entry_type} is no entry type that a .bib file can hold")
    is_published = bool(journal or (doi and not doi.lower().startswith("10.48550/")))
    return "article" if entry_type == "misc" and is_published else entry_type


def _normal_extra(paper: Paper) -> dict[str, str]:
    extra: dict[str, str] = {}
    for name, value in paper.extra:
        if not _NAME.fullmatch(name):
            raise FormatError(f"{paper.citekey}: {name!r} is no field name for a .bib file")
        extra.setdefault(name, _normal_value(value))
    return extra


def _normal_value(value: str) -> str:
    """Return a field's LaTeX as it is, or its text escaped where no .bib file could hold it."""
    value = _CONTROL.sub(" ", value.replace("\r\n", "\n")).strip()
    if not is_balanced(value) or _BLOCK_START.search(value) or value.endswith("\\"):
        return escape(fold(to_unicode(value)))
    return value

"""One Paper → one BibTeX entry, in arXiv's own form, read back and compared before it is given."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from papernotes.bib.blocks import parse_entries
from papernotes.bib.normal import cut_to_size, make_normal, write_doi
from papernotes.bib.reading import is_category, parse
from papernotes.bib.values import MONTH_MACROS
from papernotes.errors import FormatError
from papernotes.latex import escape, to_unicode
from papernotes.models import Paper, Problem
from papernotes.names import fold, render_names

if TYPE_CHECKING:
    from datetime import datetime

    from papernotes.bib.entries import RawEntry
    from papernotes.models import Author

_KEY = re.compile(r"[^\s,{}\"#%=\\@()~'\x00-\x1f\x7f]+(?:[()'@][^\s,{}\"#%=\\@~\x00-\x1f\x7f]*)?")
_MONTHS = list(MONTH_MACROS)
_MACROS = {month: macro for macro, month in MONTH_MACROS.items()}


# What is given up, one after the other, when nothing says which field is at fault.
_GIVEN_UP = (
    *("extra", "url", "doi", "categories", "comment", "journal_ref", "published", "updated"),
    *("arxiv_id", "abstract", "authors", "title"),
)
_RENAMINGS = 2  # attempts that only change foreign fields
_MOST_ATTEMPTS = 2 * len(_GIVEN_UP)
_EMPTY = Paper(citekey="", title="")
_MAY_GO = frozenset(f.name for f in fields(Paper)) - {"citekey", "path", "line"}


def is_citekey(key: str) -> bool:
    """Tell whether ``key`` is one that a .bib file can hold and a text can cite."""
    return _KEY.fullmatch(key) is not None


def render(paper: Paper) -> str:
    """Return the entry of ``paper``, ending in a newline.

    Reading it back gives the paper in its normal form: text on one line (an abstract in
    paragraphs), no control characters, times in UTC, a doi, url or id that is none in extra, the
    abstract's page as url where an arXiv paper has none, ``@article`` instead of ``@misc`` once a
    journal or a publisher's DOI is known. What :func:`render_reported` reports is left out.
    Raises FormatError for a citation key that no .bib file can hold, and for nothing else.
    """
    return render_reported(paper)[0]


def render_reported(paper: Paper) -> tuple[str, tuple[Problem, ...]]:
    """Return what :func:`render` does, and a problem for each field that it had to change.

    ``bib-cut`` is a field of more than a million characters, ``bib-unwritable`` one that a .bib
    file cannot hold. Raises FormatError as render does.
    """
    if not _KEY.fullmatch(paper.citekey):
        raise FormatError(
            f"the citation key {paper.citekey!r} cannot be written to a .bib file",
            hint="use letters, digits and _ : . + - in citation keys",
        )
    whole = make_normal(paper)
    kept = cut_to_size(whole)
    cut, lost = _different(whole, kept), _numbers_lost(paper, whole)
    for attempt in range(_MOST_ATTEMPTS):
        lines = [
            f"  {name} = {delimited(name, value)},\n"
            for name, value in written_fields(kept)
            if value
        ]
        text = f"@{kept.entry_type}{{{kept.citekey},\n{''.join(lines)}}}\n"
        back = _read_back(text, kept)
        if back == kept:
            return text, (
                *(
                    _problem("bib-cut", paper, name, "is too long: not all of it is kept")
                    for name in cut
                ),
                *(
                    _problem("bib-unwritable", paper, name, "cannot be kept in BibTeX")
                    for name in lost
                ),
            )
        mended = make_normal(_mended(kept, back, attempt))
        gone = [name for name in _different(kept, mended) if not _is_said(mended, name)]
        lost += [name for name in gone if name not in lost]
        kept = mended
    raise FormatError(f"{paper.citekey}: this paper cannot be written to a .bib file")


def render_entry(entry: RawEntry) -> str:
    """Return the text of an entry with its fields as they stand, ending in a newline.

    Reading it back gives the same type, key and fields, in the same order. Raises FormatError for
    an entry that no .bib file can hold like this.
    """
    lines = (f"  {name} = {_delimited_raw(name, value)},\n" for name, value in entry.fields.items())
    text = f"@{entry.entry_type}{{{entry.key},\n{''.join(lines)}}}\n"
    again, problems = parse_entries(text, "")
    is_same = len(again) == 1 and (
        again[0].entry_type,
        again[0].key,
        list(again[0].fields.items()),
    ) == (
        entry.entry_type,
        entry.key,
        list(entry.fields.items()),
    )
    if not is_same or any(problem.code != "bib-crossref" for problem in problems):
        raise FormatError(
            f"{entry.key}: this entry cannot be written as it stands", line=entry.line
        )
    return text


def _delimited_raw(name: str, value: str) -> str:
    macro = _MACROS.get(value) if name == "month" else None
    return macro or f"{{{value}}}"


def _problem(code: str, paper: Paper, name: str, what: str) -> Problem:
    return Problem(code, paper.path, f"{paper.citekey}: {name} {what}", paper.line or None)


def _read_back(text: str, paper: Paper) -> Paper | None:
    """Return the paper that the text reads as, or None where it is not one without problems."""
    papers, problems = parse(text, paper.path)
    if len(papers) != 1 or any(problem.code != "bib-crossref" for problem in problems):
        return None
    return replace(papers[0], line=paper.line)


def _mended(paper: Paper, back: Paper | None, attempt: int) -> Paper:
    """Return the paper nearer to one that comes back; what it says itself goes last.

    First what its foreign fields say is taken over where it says nothing, then these fields get
    other names and become text, then what did not come back goes.
    """
    names = _different(paper, back) if back else []
    if names and not any(_is_said(paper, name) for name in names):
        return replace(paper, **{name: getattr(back, name) for name in names})
    if attempt < _RENAMINGS:
        return replace(paper, extra=_renamed(paper, back, every=attempt > 0))
    if not names or attempt >= len(_GIVEN_UP):
        names = [_GIVEN_UP[attempt % len(_GIVEN_UP)]]
    return replace(paper, **{name: getattr(_EMPTY, name) for name in names if name in _MAY_GO})


def _is_said(paper: Paper, name: str) -> bool:
    return bool(getattr(paper, name) != getattr(_EMPTY, name))


def _renamed(paper: Paper, back: Paper | None, *, every: bool) -> tuple[tuple[str, str], ...]:
    """Return the foreign fields, those that did not come back as text under another name."""
    extra: dict[str, str] = {}
    for name, value in paper.extra:
        is_back = not every and back is not None and (name, value) in back.extra
        plain = value if is_back else escape(fold(to_unicode(value)))
        extra.setdefault(name if is_back or name.startswith("x-") else f"x-{name}", plain)
    return tuple(extra.items())


def _different(one: Paper, other: Paper) -> list[str]:
    return [f.name for f in fields(Paper) if getattr(one, f.name) != getattr(other, f.name)]


def _numbers_lost(paper: Paper, whole: Paper) -> list[str]:
    numbers = ("year", "month", "arxiv_version", "arxiv_latest")
    return [n for n in numbers if getattr(paper, n) is not None and getattr(whole, n) is None]


def delimited(name: str, value: str) -> str:
    """Return a field's value as it stands behind the ``=``: a month is a macro of BibTeX."""
    if name == "month" and value.isdecimal() and 1 <= int(value) <= len(_MONTHS):
        return _MONTHS[int(value) - 1]
    return f"{{{value}}}"


def written_fields(paper: Paper) -> list[tuple[str, str]]:
    """Return the entry's fields as they are written; of empty ones the value is empty."""
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
        ("doi", write_doi(paper.doi)),
        ("url", paper.url or ""),
        ("abstract", escape(paper.abstract)),
        ("arxiv_version", _number(paper.arxiv_version)),
        ("arxiv_latest", _number(paper.arxiv_latest)),
        ("arxiv_published", _time(paper.published)),
        ("arxiv_updated", _time(paper.updated)),
        ("arxiv_dois", " ".join(map(write_doi, paper.other_dois))),
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

"""The trip of a bibliography: documents and queries → papers → their entries → one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from papernotes import bib, files, links
from papernotes.bibliography import (
    Citations,
    Cited,
    Source,
    make_items,
    parse_bibliography,
    render,
)
from papernotes.errors import ConflictError, FormatError
from papernotes.models import Link, Problem
from papernotes.reports.writing import BibReport, MissingKey
from papernotes.sources import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Paper
    from papernotes.store.read import Store

_MOST_SUGGESTED = 50  # missing keys that get a suggestion
_MOST_NAMED = 10
_LENGTHS = 3  # by how many characters a suggested key may be longer or shorter


@dataclass(frozen=True, slots=True)
class Wish:
    """Which papers are wanted, and how.

    ``citations`` and ``keys`` name them, together; without both it is all papers. ``matching``
    are the documents to which a query narrows them. ``to``, ``fields`` and ``is_ascii`` are
    those of :func:`papernotes.bibliography.render`; ``sort`` is ``key`` or ``cited``.
    """

    citations: Citations | None = None
    keys: tuple[str, ...] = ()
    matching: frozenset[int] | None = None
    to: str = ""
    fields: tuple[str, ...] = ()
    is_ascii: bool | None = None
    sort: str = "key"
    has_items: bool = False


class _Choice(NamedTuple):
    """A paper and the key to write it with."""

    key: str
    paper_id: int


def make(upkeep: Upkeep, wish: Wish) -> BibReport:
    """Return the bibliography of the papers wanted, with what was cited and is not there."""
    store = upkeep.store()
    with store.snapshot():
        choices, missing = _chosen(store, wish)
        papers = [(choice.key, store.paper(choice.paper_id)) for choice in choices]
    sources, unread = _sources(upkeep.root, papers)
    made = render(sources, wish.to, wanted=wish.fields, is_ascii=wish.is_ascii)
    written = set(made.keys)
    shown = [source for source in sources if source.entry.key in written]
    return BibReport(
        text=made.text,
        keys=made.keys,
        missing=missing,
        items=make_items(shown, wish.fields) if wish.has_items else (),
        problems=(*(wish.citations.problems if wish.citations else ()), *unread, *made.problems),
    )


def _chosen(store: Store, wish: Wish) -> tuple[list[_Choice], tuple[MissingKey, ...]]:
    """Return the papers wanted, each key once and in order, and the keys that nothing answers."""
    citations = wish.citations or Citations((), is_all=not wish.keys)
    asked = [*citations.cited, *(Cited(key, "", 0) for key in wish.keys)]
    chosen: dict[str, int] = {}
    missing: list[Cited] = []
    for cited in asked:
        found = _find(store, cited)
        if found is not None:
            chosen.setdefault(*found)
        elif cited.is_sure:
            missing.append(cited)
    known = store.papers_by_citekey() if citations.is_all or missing else {}
    if citations.is_all:
        for key in sorted(known, key=_order):
            chosen.setdefault(key, known[key])
    if wish.matching is not None:
        rows = store.rows(sorted(wish.matching)).values()
        kept = {row.paper_id for row in rows if row.paper_id is not None}
        chosen = {key: paper_id for key, paper_id in chosen.items() if paper_id in kept}
    keys = chosen if wish.sort == "cited" else sorted(chosen, key=_order)
    return [_Choice(key, chosen[key]) for key in keys], _missing(missing, known)


def _order(key: str) -> tuple[str, str]:
    return key.casefold(), key


def _find(store: Store, cited: Cited) -> tuple[str, int] | None:
    """Return the key to write and the paper that a citation means, or None.

    The key is the one that was cited, since a document compiles with no other; that of a wiki
    link, which no bibliography resolves, is the paper's own.
    """
    document = None if cited.is_wiki else store.document("citekey", cited.key, cited.key)
    if document is None:
        kind = "wiki" if cited.is_wiki else "citation"
        address = links.address(Link(kind, cited.key, 0, 0, cited.line), "notes/-.md")
        if address is not None and address.scheme != "citekey":
            document = store.document(address.scheme, address.key, address.spelled)
    row = None if document is None else store.rows([document]).get(document)
    if row is None or row.paper_id is None:
        return None
    return (row.ref if cited.is_wiki else cited.key), row.paper_id


def _missing(missing: Sequence[Cited], known: Iterable[str]) -> tuple[MissingKey, ...]:
    """Return the keys that no paper has, the first of them with the key that may be meant."""
    by_fold = {key.casefold(): key for key in known}
    return tuple(
        MissingKey(
            cited.key,
            cited.path,
            cited.line,
            _near(cited.key.casefold(), by_fold) if number < _MOST_SUGGESTED else "",
        )
        for number, cited in enumerate(missing)
    )


def _near(key: str, by_fold: dict[str, str]) -> str:
    if key in by_fold:
        return by_fold[key]
    likely = [
        each for each in by_fold if each[:1] == key[:1] and abs(len(each) - len(key)) <= _LENGTHS
    ]
    near = get_close_matches(key, likely, n=1, cutoff=0.75)
    return by_fold[near[0]] if near else ""


def _sources(
    root: Path, papers: Sequence[tuple[str, Paper]]
) -> tuple[list[Source], tuple[Problem, ...]]:
    """Return the entries of papers as they stand in their files, each file read once."""
    read: dict[str, dict[object, bib.RawEntry]] = {}
    sources: list[Source] = []
    problems: list[Problem] = []
    for key, paper in papers:
        if paper.path not in read:
            text, _encoding = bib.decode(files.read(root / paper.path))
            read[paper.path] = _by_place(bib.parse_entries(text, paper.path)[0])
        entries = read[paper.path]
        entry = entries.get((paper.citekey, paper.line)) or entries.get(paper.citekey)
        if entry is None:
            message = f"{paper.citekey}: its entry was changed just now; left out"
            problems.append(Problem("bib-changed", paper.path, message, paper.line))
        else:
            sources.append(Source(_named(entry, key), paper.path))
    return sources, tuple(problems)


def _by_place(entries: Iterable[bib.RawEntry]) -> dict[object, bib.RawEntry]:
    """Return entries by key and line, and the first with a key by the key alone."""
    found: dict[object, bib.RawEntry] = {}
    for entry in entries:
        found.setdefault(entry.key, entry)
        found[entry.key, entry.line] = entry
    return found


def _named(entry: bib.RawEntry, key: str) -> bib.RawEntry:
    """Return the entry under another key that it is cited by; its aliases would clash then."""
    if key == entry.key:
        return entry
    fields = {name: value for name, value in entry.fields.items() if name != "ids"}
    return replace(entry, key=key, fields=fields)


# --- writing it to a file --------------------------------------------------------------------


def settle(
    upkeep: Upkeep, report: BibReport, output: Path, to: str, *, is_dry_run: bool, is_forced: bool
) -> BibReport:
    """Write a bibliography to a file that differs; return the report with what became of it.

    Raises ConflictError for a file of the library's bib/, and, unless ``is_forced``, for one that
    holds more than a bibliography of papers in the library. Raises FileError.
    """
    path = files.resolved(output)
    if path.is_relative_to((upkeep.root / "bib").resolve()):
        raise ConflictError(
            f"{output}: stands in the library's own bib/", hint="choose a file outside of it"
        )
    data = report.text.encode()
    outcome, before = "new", {}
    if path.exists():
        old = files.read(path)
        if old.strip() and not report.keys and not is_forced:
            hint = "check the query; --force empties the file"
            raise ConflictError(f"{output}: left as it is, for no paper is chosen", hint=hint)
        outcome = "unchanged" if old == data else "changed"
        before = (
            {} if outcome == "unchanged" else _before(upkeep, old, output, to, is_forced=is_forced)
        )
    after: dict[str, Any] = {}
    if outcome != "unchanged":
        after = parse_bibliography(report.text, to)
        if not is_dry_run:
            files.write_if_changed(path, data)
    return replace(
        report,
        path=str(output),
        outcome=outcome,
        is_dry_run=is_dry_run,
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple(key for key in after if key in before and before[key] != after[key]),
    )


def _before(
    upkeep: Upkeep, old: bytes, output: Path, to: str, *, is_forced: bool
) -> dict[str, object]:
    """Return the entries of the file that is to be replaced, all of papers in the library."""
    try:
        before = parse_bibliography(readable(old), to)
    except FormatError as error:
        if is_forced:
            return {}
        raise ConflictError(
            f"{output}: {error}; left as it is",
            hint="choose another file, or replace this one with --force",
        ) from error
    store = upkeep.store()
    with store.snapshot():
        foreign = [key for key in before if _find(store, Cited(key, "", 0)) is None]
    if foreign and not is_forced:
        more = f" and {len(foreign) - _MOST_NAMED} more" if len(foreign) > _MOST_NAMED else ""
        raise ConflictError(
            f"{output}: holds entries that the library has not: "
            f"{', '.join(foreign[:_MOST_NAMED])}{more}",
            hint="add them first, choose another file, or drop them with --force",
        )
    return before

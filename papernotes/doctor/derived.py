"""Whether index/ holds what the files say, and what papernotes is running on."""

from __future__ import annotations

import platform
import sqlite3
from importlib import metadata
from typing import TYPE_CHECKING

from papernotes import __version__
from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_AGAIN = "papernotes sync --rebuild makes it anew from your files"
_WHOOSHES = frozenset({"whoosh3", "whoosh-reloaded"})
_SOME = 3


def store_differs(differences: Iterable[tuple[str, int, str]]) -> Iterator[Finding]:
    """Yield a finding for each table (name, rows, first place) that a fresh store has otherwise."""
    for table, count, place in differences:
        rows = "1 row" if count == 1 else f"{count} rows"
        where = f", first of {place}" if place else ""
        message = f"{rows} of the table {table} are not what the files say{where}; {_AGAIN}"
        yield Finding("store-differs", "index/", message, is_of_index=True)


def store_damaged(damage: str) -> Iterator[Finding]:
    """Yield a finding for a store that SQLite finds damaged."""
    if damage:
        message = f"the store is damaged: {damage}; {_AGAIN}"
        yield Finding("store-damaged", "index/", message, is_of_index=True)


def pages_differ(paths: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for PDFs whose text in the store is not what was read of them."""
    if paths:
        pdfs = "1 PDF is" if len(paths) == 1 else f"{len(paths)} PDFs is"
        message = f"the text of {pdfs} not what was read, first of {paths[0]}; {_AGAIN}"
        yield Finding("store-differs", "index/", message, is_of_index=True)


def index_damaged(segments: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for segments of the search index that are not what was written."""
    if segments:
        some = ", ".join(segments[:_SOME])
        message = f"the search index is not what was written, in {some}; {_AGAIN}"
        yield Finding("index-damaged", "index/", message, is_of_index=True)


def index_differs(
    missing: Iterable[str], surplus: int, differing: Iterable[str]
) -> Iterator[Finding]:
    """Yield findings for documents (by ref) that the index lacks, has too many or otherwise."""
    for refs, what in ((list(missing), "lacks"), (list(differing), "has an old text of")):
        if refs:
            more = f" and {len(refs) - _SOME} more" if len(refs) > _SOME else ""
            message = f"the search index {what} {', '.join(refs[:_SOME])}{more}; {_AGAIN}"
            yield Finding("index-differs", "index/", message, is_of_index=True)
    if surplus:
        message = f"the search index has {surplus} documents that are gone; {_AGAIN}"
        yield Finding("index-differs", "index/", message, is_of_index=True)


def leftovers(names: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each trace of a write that was interrupted and could not be finished."""
    for name in names:
        message = "an interrupted write is not finished; papernotes sync does it, once it can write"
        yield Finding("unfinished-write", name, message)


def installation() -> tuple[tuple[str, str], ...]:
    """Return (what, version) of what runs here; ``import whoosh`` with the packages that own it."""
    owners = whoosh_owners()
    return (
        ("papernotes", __version__),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("whoosh", ", ".join(f"{name} {metadata.version(name)}" for name in owners) or "missing"),
    )


def whoosh_owners() -> tuple[str, ...]:
    """Return the installed packages that bring a module ``whoosh``; six are known to."""
    found = metadata.packages_distributions().get("whoosh", ())
    return tuple(sorted({name.lower().replace("_", "-") for name in found}))


def wrong_whoosh(owners: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a finding where ``import whoosh`` may be another package than papernotes was made for.

    Of two that bring it, the one installed last has overwritten files of the other.
    """
    if len(owners) > 1:
        message = f"{' and '.join(owners)} overwrite each other: uninstall all, install papernotes"
        yield Finding("whoosh-clash", "installation", message)
    elif owners and owners[0] not in _WHOOSHES:
        message = f"import whoosh is {owners[0]}: uninstall it, install whoosh3"
        yield Finding("whoosh-clash", "installation", message)

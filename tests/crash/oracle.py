"""What a library must be after a fault: files old or new, store and index as from those files."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from papernotes.store.connect import DATABASE
from tests.crash.sandbox import Files, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = ("attention", "adam", '"about ben"', "apples OR changed OR doe OR pears")
_APART = {"state", "stale", "_sqlite_migrations"}
_NUMBERS = {"file_id": "files", "note_id": "notes", "paper_id": "papers", "pdf_id": "pdfs"}
_OF_FILES = {"size", "mtime_ns", "ctime_ns", "inode", "is_racy"}


class Oracle:
    """Knows what store and index answer for each state of the files, from a fresh build."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._known: dict[str, dict[str, Any]] = {}

    def differences(self, sandbox: Sandbox) -> list[str]:
        """Return what store and index of a sandbox say that a fresh build does not, or not so."""
        fresh, present = self._fresh(sandbox), told(sandbox)
        return [
            f"{name} differs from a fresh build" for name in fresh if fresh[name] != present[name]
        ]

    def _fresh(self, sandbox: Sandbox) -> dict[str, Any]:
        key = digest(sandbox.files())
        if key not in self._known:
            if self._scratch.exists():
                shutil.rmtree(self._scratch)
            ignored = shutil.ignore_patterns("index", "state")
            shutil.copytree(sandbox.root, self._scratch, symlinks=True, ignore=ignored)
            fresh = Sandbox(self._scratch, sandbox.api_url)
            with fresh.open() as library:
                library.sync()
            self._known[key] = told(fresh)
        return self._known[key]


def told(sandbox: Sandbox) -> dict[str, Any]:
    """Return the rows of each table, with names for numbers, and what is answered from them."""
    with sandbox.open() as library:
        listed = library.list(sort="title", limit=0)
        found = [library.search(word, limit=0) for word in WORDS]
    uri = (sandbox.library / "index" / DATABASE).as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        names = {
            "files": dict(connection.execute("SELECT id, path FROM files")),
            "notes": dict(connection.execute("SELECT id, path FROM notes")),
            "pdfs": dict(connection.execute("SELECT id, path FROM pdfs")),
        }
        papers = connection.execute("SELECT id, file_id, line, citekey FROM papers")
        names["papers"] = {
            id_: f"{names['files'][file]}:{line} {key}" for id_, file, line, key in papers
        }
        rows = {
            f"table {table}": _rows(connection, table, names)
            for table in sorted(tables)
            if table not in _APART and not table.startswith("sqlite_")
        }
        stale = connection.execute("SELECT count(*) FROM stale").fetchone()[0]
        sound = connection.execute("PRAGMA integrity_check").fetchall()
    return {**rows, "stale": stale, "integrity": sound, "list": listed, "search": found}


def _rows(
    connection: sqlite3.Connection, table: str, names: dict[str, dict[int, str]]
) -> list[str]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    columns = [each[0] for each in cursor.description]
    shown = []
    for row in cursor:
        values = {
            column: names[_NUMBERS[column]].get(value) if column in _NUMBERS else value
            for column, value in zip(columns, row, strict=True)
            if column != "id" and column not in _OF_FILES
        }
        shown.append(repr(sorted(values.items())))
    return sorted(shown)


def digest(files: Files) -> str:
    """Return a digest of a state of the files."""
    summed = hashlib.sha256()
    for path, data in sorted(files.items()):
        summed.update(repr((path, data)).encode())
    return summed.hexdigest()


def torn(now: Files, before: Files, after: Files) -> list[str]:
    """Return what is wrong with each file alone: it holds neither what it held nor what it will."""
    wrong = []
    for path in sorted({*now, *before, *after}):
        if now.get(path) not in (before.get(path), after.get(path)):
            size = "gone" if path not in now else f"{len(now[path])} bytes"
            wrong.append(f"{path} is neither old nor new ({size})")
    return wrong


def apart(now: Files, before: Files, after: Files, group: Callable[[str], str]) -> list[str]:
    """Return the groups of files of which some are old and some are new."""
    ends: dict[str, tuple[list[str], list[str]]] = {}
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path) and (name := group(path)):
            ends.setdefault(name, ([], []))[now.get(path) == after.get(path)].append(path)
    return [
        f"{name}: half done, {old[0]} is old and {new[0]} is new"
        for name, (old, new) in sorted(ends.items())
        if old and new
    ]

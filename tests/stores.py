"""What a store says, whatever numbers its rows have, for tests that compare two."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from papernotes.bib import parse_bytes
from papernotes.store import connect
from papernotes.store.create import create
from papernotes.store.read import Store
from papernotes.sync import look
from papernotes.sync.apply import apply
from papernotes.sync.plan import diff

if TYPE_CHECKING:
    from pathlib import Path

_UNSAID = frozenset(
    {
        *("id", "link_id", "from_note_id", "to_paper_id", "to_note_id", "name_id"),
        *("paper_id", "note_id", "mtime_ns", "ctime_ns", "inode", "is_racy"),
    }
)
_OWN_NAMES = {
    "files": "SELECT id, path FROM files",
    "papers": "SELECT papers.id, path || ':' || line || ' ' || citekey FROM papers"
    " JOIN files ON files.id = file_id",
    "notes": "SELECT id, path FROM notes",
    "pdfs": "SELECT id, path FROM pdfs",
}


def contents(store: Store) -> dict[str, list[str]]:
    """Return every row of every table and view, numbers of rows replaced by names, in order."""
    names = {table: dict(store.rows_of(sql)) for table, sql in _OWN_NAMES.items()}
    tables = store.rows_of(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite%'"
        " AND name NOT IN ('state', 'stale', '_sqlite_migrations', 'catalogue')"
    )
    return {table: sorted(_rows(store, table, names)) for (table,) in tables}


def _rows(store: Store, table: str, names: dict[str, dict[int, str]]) -> list[str]:
    columns = [row[1] for row in store.rows_of(f"PRAGMA table_xinfo({table})")]
    parents = {row[3]: row[2] for row in store.rows_of(f"PRAGMA foreign_key_list({table})")}

    def told(column: str, value: Any) -> Any:
        return names[parents[column]][value] if column in parents and value is not None else value

    said = [column for column in columns if column in parents or column not in _UNSAID]
    return [
        repr([(column, told(column, value)) for column, value in zip(said, row, strict=True)])
        for row in store.rows_of(f"SELECT {', '.join(said)} FROM {table}")
    ]


def contents_of_files(root: Path, path: Path) -> dict[str, list[str]]:
    """Return what a store made at ``path`` from nothing but the files of a library says."""
    path.unlink(missing_ok=True)
    create(path)
    with contextlib.closing(Store(connect.connect(path), path)) as store:
        scan = look.look(root)
        apply(root, diff(scan, {}), scan, store, parse_bib=parse_bytes)
        return contents(store)

"""What in a library begins so: keys, names, tags, authors …, for shells that complete them.

The store is read as it stands. Nothing is made, not even the files that SQLite would put beside
a database in WAL mode: without a journal to read it is opened as one that nobody changes.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from papernotes.ids import name_key
from papernotes.store.connect import DATABASE, SCHEMA_VERSION, configure, is_stamped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COUNTED = (
    "SELECT {0}, count(*) FROM {1} WHERE lower(substr({0}, 1, length(:text))) = lower(:text)"
    " GROUP BY lower({0})"
)
_NAMED = "FROM documents WHERE substr(ref_folded, 1, length(:folded)) = :folded"
_TITLE = (
    "coalesce((SELECT title FROM papers WHERE papers.id = paper_id),"
    " (SELECT title FROM notes WHERE notes.id = note_id))"
)
_NUMBERED = "FROM papers WHERE NOT is_shadowed AND substr(arxiv_id, 1, length(:text)) = :text"
_SQL = {
    "refs": f"SELECT ref, {_TITLE} {_NAMED}",
    "papers": f"SELECT ref, {_TITLE} {_NAMED} AND is_paper",
    "arxiv": f"SELECT arxiv_id, title {_NUMBERED}",
    "tag": "SELECT tag, count(*) FROM tags WHERE substr(folded, 1, length(:folded)) = :folded"
    " GROUP BY folded",
    "cat": _COUNTED.format("category", "categories"),
    "author": _COUNTED.format("family", "authors"),
    "kind": _COUNTED.format("kind", "notes"),
    "year": _COUNTED.format("CAST(year AS TEXT)", "papers"),
}
"""Values and what they mean, or how many have them, by kind."""
_SHORT = {"refs": f"SELECT ref {_NAMED}", "papers": f"SELECT ref {_NAMED} AND is_paper"}
"""The same without what they mean, where that costs more than the values."""


@contextlib.contextmanager
def reading(index_dir: Path, secret_file: Path) -> Iterator[sqlite3.Connection]:
    """Open the store in ``index_dir`` if it is one of this machine and version.

    Raises sqlite3.Error, OSError, or ValueError for a store that is not ours to believe.
    """
    if index_dir.is_symlink() or not is_stamped(index_dir, secret_file.read_bytes()):
        raise ValueError(f"{index_dir}: not made on this machine")
    path = index_dir / DATABASE
    log = path.with_name(f"{DATABASE}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    how = "?mode=ro" if has_log else "?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(path.as_uri() + how, uri=True, timeout=0)) as found:
        configure(found)
        if found.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            raise ValueError(f"{path}: a store of another version")
        yield found


def begun(
    store: sqlite3.Connection, kind: str, text: str, most: int
) -> list[tuple[str, str | int]]:
    """Return all values of a kind that begin with ``text``, each with what it means.

    That is a title, or for tags, authors and the like how many have it; of more than ``most``
    titles are left empty. Case does not matter.
    """
    asked = {"text": text, "folded": name_key(text)}
    found = store.execute(f"{_SQL[kind]} LIMIT {most + 1}", asked).fetchall()
    if len(found) > most:
        found = store.execute(_SHORT.get(kind, _SQL[kind]), asked).fetchall()
    return [(str(row[0]), row[1] if len(row) > 1 else "") for row in found if row[0]]

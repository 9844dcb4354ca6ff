"""What the store knows of files, and how it is asked: plain ``sqlite3``."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from papernotes.files import FileStat
from papernotes.models import Problem
from papernotes.store.connect import connect, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

CHUNK = 500
"""So many ids are asked for at once."""

_FILE = "path, size, mtime_ns, ctime_ns, inode, is_racy, digest, is_held"


class KnownFile(NamedTuple):
    """A file as it was when it was last read; ``is_held``: it has vanished and is kept still."""

    stat: FileStat
    is_racy: bool
    digest: str
    is_held: bool = False


def _number_of(path: Path) -> int:
    """Return the number the system has for a file, 0 where there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


class Filed:
    """An open database, asked for its files and their problems."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self._number = _number_of(path)

    @property
    def is_in_place(self) -> bool:
        """Whether the database is still the one at its path, and not one that was thrown away.

        While it is open no other file can have its number.
        """
        return _number_of(self.path) == self._number

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    def reopen(self) -> None:
        """Ask through a connection of its own, in a process that was forked.

        The old one is the parent's: it is neither used nor closed.
        """
        self._inherited = self.connection
        self.connection = connect(self.path)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Answer everything asked within from one state of the store, whoever writes meanwhile.

        May be entered again inside itself. Nothing can be written within. Raises what asking does.
        """
        if self.connection.in_transaction:
            yield
            return
        try:
            self.rows_of("BEGIN")
            self.id()  # only the first look settles which state it is
            yield
        finally:
            with contextlib.suppress(sqlite3.Error):  # it only read: there is nothing to lose
                self.connection.execute("ROLLBACK")

    def rows_of(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a query of the package papernotes.store finds."""
        with translated(self.path):
            return self.connection.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        rows = self.rows_of(sql, values)
        return rows[0] if rows else None

    def _in_chunks(self, sql: str, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Run ``sql`` (with ``{}`` for the list) over ``ids`` in slices SQLite accepts."""
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            yield from self.rows_of(sql.format(",".join("?" * len(part))), part)

    def _write_many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self.connection.executemany(sql, rows)
            except BaseException:
                if self.connection.in_transaction:  # a full disk has ended it
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    @contextlib.contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Wait no longer than so for other programs that have locked the database."""
        ((before,),) = self.rows_of("PRAGMA busy_timeout")
        self.rows_of(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        try:
            yield
        finally:
            self.rows_of(f"PRAGMA busy_timeout = {before}")

    # --- files and state ---------------------------------------------------------------------

    def id(self) -> str:
        """Return the random name of this store, which its index must carry too."""
        row = self._one("SELECT value FROM state WHERE key = 'store_id'")
        return row[0] if row else ""

    def listing(self) -> str:
        """Return how the files are listed as long as each is as it was last read; empty if unsure.

        See :meth:`papernotes.files.Scan.listing`; whatever is written of a file forgets it.
        """
        row = self._one("SELECT value FROM state WHERE key = 'listing'")
        return row[0] if row else ""

    def version(self) -> int:
        """Return a number that is another one when another process has written meanwhile."""
        return int(self.rows_of("PRAGMA data_version")[0][0])

    def remember_listing(self, listing: str, version: int) -> None:
        """Record how the files are listed, unless the store is not of that version any more.

        Does not wait. Raises LockedError and FileError.
        """
        with self.waiting(0):
            self._write_many(
                "INSERT OR REPLACE INTO state SELECT 'listing', ?"
                " WHERE ? = (SELECT data_version FROM pragma_data_version)",
                [(listing, version)],
            )

    def files(self) -> dict[str, KnownFile]:
        """Return every file as it was last read."""
        return _known(self.rows_of(f"SELECT {_FILE} FROM files"))  # noqa: S608 - a constant

    def trusted(self, unread: str) -> set[tuple[str, int, int, int, int]]:
        """Return path, size, mtime, ctime and inode of each file that was read if it looks so.

        Files with the digest ``unread`` are not among them.
        """
        return set(
            self.rows_of(
                "SELECT path, size, mtime_ns, ctime_ns, inode FROM files"
                " WHERE NOT is_racy AND NOT is_held AND digest <> ?",
                (unread,),
            )
        )

    def untrusted(self, unread: str) -> dict[str, KnownFile]:
        """Return the files that are not :meth:`trusted`, as they were last read."""
        sql = f"SELECT {_FILE} FROM files WHERE is_racy OR is_held OR digest = ?"  # noqa: S608 - a constant
        return _known(self.rows_of(sql, (unread,)))

    def count_files(self) -> int:
        """Return how many files were read."""
        return int(self.rows_of("SELECT count(*) FROM files")[0][0])

    def files_at(self, paths: Iterable[str]) -> dict[str, KnownFile]:
        """Return those of ``paths`` that were read before."""
        rows = (self._one(f"SELECT {_FILE} FROM files WHERE path = ?", path) for path in paths)  # noqa: S608 - a constant
        return _known(row for row in rows if row)

    def remember_stats(self, stats: Mapping[str, tuple[FileStat, bool]]) -> None:
        """Record that files look different (stat, still racy) but hold what they held.

        Those that were held back are there again.
        """
        rows = [
            (stat.size, stat.mtime_ns, stat.ctime_ns, stat.inode, int(is_racy), path)
            for path, (stat, is_racy) in stats.items()
        ]
        self._write_many(
            "UPDATE files SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, is_racy = ?,"
            " is_held = 0 WHERE path = ?",
            rows,
        )

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong in the files as they were last read, by path and line."""
        return tuple(
            Problem(code, path, message, line)
            for code, path, message, line in self.rows_of(
                "SELECT code, path, message, line FROM problems"
                " JOIN files ON files.id = file_id ORDER BY path, line, problems.id"
            )
        )

    def shadowed(self) -> tuple[Problem, ...]:
        """Return a problem for every entry whose key another, different entry has taken."""
        return tuple(
            Problem(
                "duplicate-key",
                path,
                f"{citekey} stands in {other} already; this entry is not used",
                line,
            )
            for citekey, path, line, other in self.rows_of(
                "SELECT papers.citekey, files.path, papers.line, first_file.path"
                " FROM papers JOIN files ON files.id = papers.file_id"
                " JOIN papers AS first ON first.citekey = papers.citekey AND NOT first.is_shadowed"
                " JOIN files AS first_file ON first_file.id = first.file_id"
                " WHERE papers.is_shadowed AND first_file.id <> files.id"
                " AND papers.digest <> first.digest"
                " ORDER BY files.path, papers.line"
            )
        )

    def counts(self) -> tuple[int, int]:
        """Return how many papers and how many notes there are."""
        ((papers, notes),) = self.rows_of(
            "SELECT (SELECT count(*) FROM papers WHERE NOT is_shadowed),"
            " (SELECT count(*) FROM notes)"
        )
        return papers, notes


def _known(rows: Iterable[tuple[Any, ...]]) -> dict[str, KnownFile]:
    return {
        path: KnownFile(
            FileStat(size, mtime_ns, ctime_ns, inode), bool(is_racy), digest, bool(is_held)
        )
        for path, size, mtime_ns, ctime_ns, inode, is_racy, digest, is_held in rows
    }

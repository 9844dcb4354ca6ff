"""Runs the command line and dies, as by kill -9, at the N-th change of the file system.

``python killer.py N ARGS…``; N 0 only counts, and prints the number of points to stderr. The
points are the calls that make, flush, rename, link and remove files, and every commit of SQLite.
With ``PAPERNOTES_CRASH_SEGMENTS`` set, segments of the search index hold two documents.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Any

_NAMES = ("fsync", "replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir")
_DIED = 137


class Counter:
    """Counts points and ends the process before the chosen one."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.seen = 0

    def point(self) -> None:
        self.seen += 1
        if self.seen == self.fatal:
            os._exit(_DIED)


def main() -> None:
    counter = Counter(int(sys.argv[1]))
    for name in _NAMES:
        _wrap(os, name, counter)

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
            if sql.strip().upper().startswith(("COMMIT", "BEGIN", "RELEASE")):
                counter.point()
            cursor = super().execute(sql, *args)
            if sql.strip().upper().startswith("COMMIT"):
                counter.point()
            return cursor

    connect = sqlite3.connect

    def connecting(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **{"factory": Connection, **options})
        return connection

    sqlite3.connect = connecting  # type: ignore[assignment]
    from papernotes.cli import main as run

    if "PAPERNOTES_CRASH_SEGMENTS" in os.environ:
        from papernotes.index import building

        building._SLICE, building._FEWEST_POSTINGS, building._POSTINGS_EACH = 2, 1, 0

    try:
        run(sys.argv[2:])
    finally:
        if not counter.fatal:
            print(f"points: {counter.seen}", file=sys.stderr)


def _wrap(module: Any, name: str, counter: Counter) -> None:
    real = getattr(module, name)

    def wrapped(*args: Any, **options: Any) -> Any:
        counter.point()
        return real(*args, **options)

    setattr(module, name, wrapped)


if __name__ == "__main__":
    main()

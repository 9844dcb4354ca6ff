"""The only writer of files: whole or not at all, never half, never over somebody else's.

``reading`` and ``scanning`` look, ``writing`` replaces one file, ``changes`` several as one, with
a ``journal`` from which a crashed change is finished, ``locking`` is the library's write lock.
"""

from __future__ import annotations

from papernotes.files.changes import Edit, change, commit, recover
from papernotes.files.journal import Move, is_possible, journal_paths
from papernotes.files.locking import lock
from papernotes.files.reading import (
    MAX_TEXT_BYTES,
    FileError,
    digest,
    digest_of,
    file_error,
    read,
    resolved,
)
from papernotes.files.returning import clear
from papernotes.files.scanning import RACY_NS, FileStat, Scan, leftovers, scan, stat_each
from papernotes.files.temporary import TEMP_PREFIX, TEMP_SUFFIX
from papernotes.files.writing import (
    begin_folder,
    copy_new,
    flush_file,
    flush_folder,
    make_folder,
    move_into_place,
    put,
    refuse_links,
    remove,
    replace,
    with_lines,
    write_atomic,
    write_beside,
    write_if_changed,
    write_new,
)

__all__ = [
    "MAX_TEXT_BYTES",
    "RACY_NS",
    "TEMP_PREFIX",
    "TEMP_SUFFIX",
    "Edit",
    "FileError",
    "FileStat",
    "Move",
    "Scan",
    "begin_folder",
    "change",
    "clear",
    "commit",
    "copy_new",
    "digest",
    "digest_of",
    "file_error",
    "flush_file",
    "flush_folder",
    "is_possible",
    "journal_paths",
    "leftovers",
    "lock",
    "make_folder",
    "move_into_place",
    "put",
    "read",
    "recover",
    "refuse_links",
    "remove",
    "replace",
    "resolved",
    "scan",
    "stat_each",
    "with_lines",
    "write_atomic",
    "write_beside",
    "write_if_changed",
    "write_new",
]

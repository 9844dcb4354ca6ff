"""How the index lies in its folder: what of Whoosh's files and names both reader and writer use.

Only what Whoosh 3 and whoosh-reloaded 2.7.5 share is used, and little of it: the codec's term
dictionary and posting lists, the table of contents, the lock. Whoosh's analyzers, writer,
searcher and queries stay out, for speed (docs/performance.md). Each segment has three files more,
all under Whoosh's naming so that Whoosh clears them away with the rest: ``.doc`` with a few
numbers for every document, ``.voc`` with the unstemmed words, sorted, one a line with the number
of documents that have it, and ``.has`` with the terms and words of each document, which is how
they no longer count when it is deleted. Last comes ``.sum`` with a digest of each of its files,
which tells later whether they still are what was written (:mod:`.sums`). A table of contents ends
with a digest of itself, and is not read without.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import sys
from array import array
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.index import TOC

from papernotes.index.pickles import Unpickling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from whoosh.filedb.structfile import StructFile

NAME = "MAIN"
NUMBERS = ("Q", "Q", "Q", "Q", "Q", "B")  # id, order, title, name, where it ends in .has, size
_SEAL = 32  # bytes of the digest at the end of a table of contents
_READS = 100  # of up to 200 kB each, since the system maps what lies around


class Storage(FileStorage):
    """Files in a folder, on the disk before the rename that makes them count."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))  # type: ignore[no-untyped-call]
        self._written: set[str] = set()
        self._mapped: list[mmap.mmap] = []
        self._reads = 0

    def create_file(self, name: str, **options: Any) -> Any:  # type: ignore[override]
        """Make a file, and keep in mind that it has to be flushed."""
        self._written.add(name)
        return super().create_file(name, **options)  # type: ignore[no-untyped-call]

    def open_file(self, name: str, **options: Any) -> StructFile:
        """Map a file into memory: quicker than reading it, and nothing to leave open."""
        is_empty = not (Path(self.folder) / name).stat().st_size
        data = BytesIO() if is_empty else self.map(name)
        return Unpickling(cast("BinaryIO", data), name=name, **options)

    def map(self, name: str) -> mmap.mmap:
        """Map a file that is not empty."""
        with (Path(self.folder) / name).open("rb") as file:
            self._mapped.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return self._mapped[-1]

    def count_read(self) -> None:
        """Let go of what mapped files have in memory, once in so many small reads.

        The system keeps it for as long as it has room; but it counts as ours, and reads all over
        the files of 100,000 documents would soon be all of these.
        """
        self._reads += 1
        if self._reads % _READS == 0 and sys.platform == "linux":
            for each in self._mapped:
                if not each.closed:
                    each.madvise(mmap.MADV_DONTNEED)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002
        """Rename a table of contents, sealed, when all that it speaks of is on the disk."""
        with (Path(self.folder) / oldname).open("r+b") as file:
            seal = hashlib.sha256(file.read()).digest()
            file.write(seal)
        self.flush()
        super().rename_file(oldname, newname, safe=safe)  # type: ignore[no-untyped-call]
        _flush(Path(self.folder))

    def flush(self) -> None:
        """Wait until all files made here are on the disk."""
        for name in self._written:
            _flush(Path(self.folder) / name)
        self._written.clear()


class _Text(FieldType):
    """The one field. Its postings are ours; Whoosh only has to know their format."""

    def __init__(self) -> None:
        self.format = Positions()


TEXT = _Text()
SCHEMA = Schema(text=TEXT)


def create(folder: Path) -> None:
    """Make an empty index in an empty folder."""
    TOC(SCHEMA, [], 0).write(Storage(folder), NAME)  # type: ignore[no-untyped-call]


def read_contents(storage: FileStorage) -> Any:
    """Return the newest table of contents.

    Raises FileNotFoundError, and ValueError for one that is not as it was written.
    """
    newest = max(TOC._latest_generation(storage, NAME), 0)  # type: ignore[no-untyped-call]  # noqa: SLF001
    path = Path(storage.folder) / TOC._filename(NAME, newest)  # type: ignore[no-untyped-call]  # noqa: SLF001
    data = path.read_bytes()
    if hashlib.sha256(data[:-_SEAL]).digest() != data[-_SEAL:]:
        raise ValueError(f"{path.name} is not as it was written")
    return TOC.read(storage, NAME, gen=newest, schema=SCHEMA)  # type: ignore[no-untyped-call]


def read_numbers(storage: FileStorage, segment: Any) -> list[array[int]]:
    """Return the columns of NUMBERS. Raises ValueError where they do not fit the segment."""
    data = (Path(storage.folder) / segment.make_filename(".doc")).read_bytes()
    columns, at = [], 0
    for typecode in NUMBERS:
        column: array[int] = array(typecode)
        length = segment.doc_count_all() * column.itemsize
        column.frombytes(data[at : at + length])
        at += length
        columns.append(_swapped(column))
    if at != len(data):
        raise ValueError(f"{segment.segment_id()} has {len(data)} bytes of numbers, not {at}")
    return columns


def render_numbers(columns: Sequence[array[int]]) -> bytes:
    """Return the columns of NUMBERS as they are kept: big-endian, one after the other."""
    return b"".join(_swapped(column[:]).tobytes() for column in columns)


def _swapped(column: array[int]) -> array[int]:
    if sys.byteorder == "little":
        column.byteswap()
    return column


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk; one that is gone needs no waiting."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

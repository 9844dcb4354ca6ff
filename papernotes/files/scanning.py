"""Files as the system lists them: names, sizes, times; none is opened."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from array import array
from collections.abc import Mapping
from functools import cached_property
from itertools import starmap, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from papernotes.files.temporary import TEMP_PREFIX, TEMP_SUFFIX
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

RACY_NS = 100_000_000
_COARSE_RACY_NS = 2_000_000_000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_BITS = (1 << 63) - 1
CHUNK = 256
"""So many files have one digest in a listing."""


class FileStat(NamedTuple):
    """What the system says of a file without opening it; times in nanoseconds."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    def is_racy(self, seen_ns: int) -> bool:
        """Whether the file changed so shortly before ``seen_ns`` that a later change could hide.

        The system keeps the time of change itself; the time of modification is anybody's word.
        """
        is_coarse = self.ctime_ns % 1_000_000_000 == 0
        return self.ctime_ns + (_COARSE_RACY_NS if is_coarse else RACY_NS) >= seen_ns


class Listing(Mapping[str, FileStat]):
    """Paths and their stats in the order found; the first one looked up makes a table of all.

    Mostly none is, and only digests are compared: tens of thousands of files then cost their
    names and four numbers each.
    """

    def __init__(self, paths: list[str], numbers: array[int]) -> None:
        self._paths = paths
        self._numbers = numbers

    @cached_property
    def _table(self) -> dict[str, FileStat]:
        four = [iter(self._numbers)] * len(FileStat._fields)
        stats = starmap(FileStat, zip(*four, strict=True))
        return dict(zip(self._paths, stats, strict=True))

    def __getitem__(self, path: str) -> FileStat:
        return self._table[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, path: object) -> bool:
        return path in self._table

    def items(self) -> ItemsView[str, FileStat]:
        """Return the pairs of path and stat."""
        return self._table.items()

    def rows(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield each path with its size, mtime, ctime and inode."""
        size, mtime, ctime, inode = (self._numbers[at::4] for at in range(4))
        return zip(self._paths, size, mtime, ctime, inode, strict=True)

    def digests(self) -> list[str]:
        """Return digests of paths and stats, one for each :data:`CHUNK` files."""
        found = []
        for start in range(0, len(self._paths), CHUNK):
            digest = hashlib.sha256(self._numbers[4 * start : 4 * (start + CHUNK)])
            digest.update("\0".join(self._paths[start : start + CHUNK]).encode())
            found.append(digest.hexdigest()[:32])
        return found

    def unlike(self, digests: Sequence[str]) -> dict[str, FileStat]:
        """Return the files of the chunks that have other digests than these."""
        own = self.digests()
        starts = [
            number * CHUNK
            for number, (one, other) in enumerate(zip_longest(own, digests))
            if one != other
        ]
        return {
            self._paths[at]: FileStat(*self._numbers[4 * at : 4 * at + 4])
            for start in starts
            for at in range(start, min(start + CHUNK, len(self._paths)))
        }


class Scan(NamedTuple):
    """The library's text files as they stand: path relative to the root → stat."""

    files: Mapping[str, FileStat]
    leftovers: tuple[str, ...]
    problems: tuple[Problem, ...]
    at_ns: int

    def rows(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield each path with its size, mtime, ctime and inode, at little cost."""
        if isinstance(self.files, Listing):
            return self.files.rows()
        return ((path, *stat) for path, stat in self.files.items())

    def without(self, rows: AbstractSet[tuple[str, int, int, int, int]]) -> Scan:
        """Return the same without the files that are among these :meth:`rows`."""
        others = (row for row in self.rows() if row not in rows)
        return self._replace(files={path: FileStat(*stat) for path, *stat in others})

    def unlike(self, listing: str) -> Scan | None:
        """Return the same with the files alone that may differ from when this :meth:`listing` was.

        Files that have vanished since are not seen. None where most would have to be looked at.
        """
        if not (listing and isinstance(self.files, Listing)):
            return None
        files = self.files.unlike(listing.split())
        return self._replace(files=files) if len(files) <= len(self.files) / 4 else None

    def listing(self) -> str:
        """Return digests of all paths and stats; empty where something else was seen too."""
        if self.leftovers or self.problems or not isinstance(self.files, Listing):
            return ""
        return " ".join(self.files.digests())


def scan(root: Path, wanted: Mapping[str, str]) -> Scan:
    """Walk the folders named by ``wanted`` (folder → file ending) without opening a file.

    Hidden names are skipped. Symbolic links are not followed and become problems, as do names
    that are not UTF-8. A folder that cannot be listed is a problem too, and its files are
    missing from the answer: callers must not take them for deleted (see ``unreadable``).
    """
    walk = _Walk(root, time.time_ns())
    for folder, ending in wanted.items():
        pending = [folder]
        while pending:
            pending += walk.enter(pending.pop(), ending)
    return walk.scan()


class _Walk:
    """What was found on the way. Every command begins with it, so each name costs one call."""

    def __init__(self, root: Path, at_ns: int) -> None:
        self._root = root
        self._at_ns = at_ns
        self._paths: list[str] = []
        self._numbers = array("q")
        self._leftovers: list[str] = []
        self._problems: list[Problem] = []

    def scan(self) -> Scan:
        """Return what was found."""
        files = Listing(self._paths, self._numbers)
        return Scan(files, tuple(self._leftovers), tuple(self._problems), self._at_ns)

    def enter(self, folder: str, ending: str) -> list[str]:
        """Take in what stands in a folder; return the folders in it."""
        try:
            descriptor = os.open(self._root / folder, _FOLDER)
            try:
                return self._take(descriptor, folder, ending)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return []
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENOTDIR} and (self._root / folder).is_symlink():
                self._add("symlink", folder, "is a symbolic link; not followed")
            else:
                self._add("unreadable", folder, f"cannot be listed: {error.strerror}")
            return []

    def _take(self, descriptor: int, folder: str, ending: str) -> list[str]:
        folders: list[str] = []
        for name in sorted(os.listdir(descriptor)):
            path = f"{folder}/{name}"
            is_wanted = name.endswith(ending) or name.lower().endswith(ending)
            if name[0] == ".":
                if _is_temporary(name) and not _is_folder(descriptor, name):
                    self._leftovers.append(path)
                continue
            try:
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if not name.isascii() and not _is_utf8(name):
                    if is_wanted or _is_folder(descriptor, name):
                        shown = path.encode("utf-8", "backslashreplace").decode()
                        self._add("file-name", shown, "the name is not UTF-8; rename the file")
                elif is_wanted and stat.S_ISREG(found.st_mode):
                    self._paths.append(path)
                    self._numbers.extend(_numbers(found))
                elif stat.S_ISDIR(found.st_mode):
                    folders.append(path)
                elif stat.S_ISLNK(found.st_mode) and (is_wanted or _is_folder(descriptor, name)):
                    self._add("symlink", path, "is a symbolic link; not followed")
            except FileNotFoundError:
                continue
            except OSError as error:
                self._add("unreadable", path, f"cannot be read: {error.strerror}")
        return folders

    def _add(self, code: str, path: str, message: str) -> None:
        self._problems.append(Problem(code, path, message))


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_temporary(name: str) -> bool:
    return name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX)


def _is_folder(descriptor: int, name: str) -> bool:
    """Say whether a name, or what it is a link to, is a folder."""
    return stat.S_ISDIR(os.stat(name, dir_fd=descriptor).st_mode)


def _stat(result: os.stat_result) -> FileStat:
    return FileStat(*_numbers(result))


def _numbers(result: os.stat_result) -> tuple[int, int, int, int]:
    """Return what a FileStat holds, each within 63 bits: years and inodes may be beyond."""
    times = result.st_mtime_ns & _BITS, result.st_ctime_ns & _BITS
    return result.st_size & _BITS, *times, result.st_ino & _BITS


def leftovers(*folders: Path) -> list[Path]:
    """Return the temporary files a killed writer left right in these folders."""
    found = []
    for folder in folders:
        with contextlib.suppress(OSError):
            found += [
                folder / entry.name
                for entry in os.scandir(folder)
                if entry.name.startswith(TEMP_PREFIX)
                and TEMP_SUFFIX in entry.name  # SQLite adds to it; the ledger of a blog has none
                and entry.is_file(follow_symlinks=False)
            ]
    return found


def stat_each(root: Path, paths: Iterable[str]) -> dict[str, FileStat]:
    """Return the stats of the regular files among ``paths`` (relative to ``root``)."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            result = (root / path).lstat()
            if stat.S_ISREG(result.st_mode):
                found[path] = _stat(result)
    return found

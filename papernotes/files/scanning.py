"""Files as the system lists them: names, sizes, times; none is opened."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from array import array
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from papernotes.files.writing import TEMP_PREFIX, TEMP_SUFFIX
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

RACY_NS = 100_000_000
_COARSE_RACY_NS = 2_000_000_000


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


class Scan(NamedTuple):
    """The library's text files as they stand: path relative to the root → stat."""

    files: Mapping[str, FileStat]
    leftovers: tuple[str, ...]
    problems: tuple[Problem, ...]
    at_ns: int

    def digest(self) -> str:
        """Return a digest of all paths and stats; empty where something else was seen too."""
        if self.leftovers or self.problems:
            return ""
        try:
            numbers = array("q", chain.from_iterable(self.files.values()))
        except OverflowError:  # the inodes of some network disks
            return ""
        found = hashlib.sha256(numbers)
        found.update("\0".join(self.files).encode())
        return found.hexdigest()


def scan(root: Path, wanted: Mapping[str, str]) -> Scan:
    """Walk the folders named by ``wanted`` (folder → file ending) without opening a file.

    Hidden names are skipped. Symbolic links are not followed and become problems, as do names
    that are not UTF-8. A folder that cannot be listed is a problem too, and its files are
    missing from the answer: callers must not take them for deleted (see ``unreadable``).
    """
    at_ns = time.time_ns()
    found: dict[str, FileStat] = {}
    leftovers: list[str] = []
    problems: list[Problem] = []
    for folder, ending in wanted.items():
        top = root / folder
        if top.is_symlink():
            problems.append(Problem("symlink", folder, "is a symbolic link; not followed"))
            continue
        pending = [(str(top), folder)]
        while pending:
            directory, prefix = pending.pop()
            try:
                entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
            except FileNotFoundError:
                continue
            except OSError as error:
                problems.append(
                    Problem("unreadable", prefix, f"cannot be listed: {error.strerror}")
                )
                continue
            for entry in entries:
                _take(entry, f"{prefix}/{entry.name}", ending, found, leftovers, problems, pending)
    return Scan(found, tuple(leftovers), tuple(problems), at_ns)


def _take(
    entry: os.DirEntry[str],
    path: str,
    ending: str,
    found: dict[str, FileStat],
    leftovers: list[str],
    problems: list[Problem],
    pending: list[tuple[str, str]],
) -> None:
    name = entry.name
    if name.startswith("."):
        if name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX):
            leftovers.append(path)
        return
    is_wanted = name.lower().endswith(ending)
    try:
        if not path.isascii():
            path.encode()
    except UnicodeEncodeError:
        if is_wanted or entry.is_dir():
            shown = path.encode("utf-8", "backslashreplace").decode()
            problems.append(Problem("file-name", shown, "the name is not UTF-8; rename the file"))
        return
    try:
        if is_wanted and entry.is_file(follow_symlinks=False):
            found[path] = _stat(entry.stat(follow_symlinks=False))
        elif entry.is_symlink():
            if is_wanted or entry.is_dir():
                problems.append(Problem("symlink", path, "is a symbolic link; not followed"))
        elif entry.is_dir(follow_symlinks=False):
            pending.append((entry.path, path))
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(Problem("unreadable", path, f"cannot be read: {error.strerror}"))


def _stat(result: os.stat_result) -> FileStat:
    return FileStat(result.st_size, result.st_mtime_ns, result.st_ctime_ns, result.st_ino)


def leftovers(*folders: Path) -> list[Path]:
    """Return the temporary files a killed writer left right in these folders."""
    found = []
    for folder in folders:
        with contextlib.suppress(OSError):
            found += [
                folder / entry.name
                for entry in os.scandir(folder)
                if entry.name.startswith(TEMP_PREFIX) and entry.is_file(follow_symlinks=False)
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

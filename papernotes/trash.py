"""The trash of a library: what was removed, each time in a folder of its own.

    .trash/2026-11-25-vaswani2017attention/
        removed.json                        what it was, and which files
        bib/vaswani2017attention.bib        the files themselves, at their paths in the library
        notes/vaswani2017attention.md

The files were moved there, so they have the bytes, permissions and times they had, and can be
moved back by hand as well. The note beside them is there before the first file comes and goes
after the last has left: no file of ours is ever in the trash without it. Other programs keep
their trash in the same folder; what has no such note is theirs. A trash comes from the disk like
any file, so nothing of it is believed that we could not have written.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import ConflictError, FormatError, PapernotesError
from papernotes.models import Problem
from papernotes.reports.changing import Trashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FOLDER = ".trash"
MANIFEST = "removed.json"
_VERSION = 1
_OWN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-")
_MOST_BYTES = 1_000_000
_MOST_FILES = 1_000
_LONGEST = 10_000  # characters of a name or title


def place(name: str, path: str = "") -> str:
    """Return where a file of the library stands in the removal ``name``, or where that stands."""
    return f"{FOLDER}/{name}/{path}" if path else f"{FOLDER}/{name}"


class FreeNames:
    """Names for removals: as wanted, with a number where there is such a folder already."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """Return a name that nobody has; it is given once."""
        for number in count(self._last.get(wanted, 0) + 1):
            name = wanted if number == 1 else f"{wanted}-{number}"
            if name not in self._last and not os.path.lexists(self._root / place(name)):
                self._last[wanted] = number
                self._last.setdefault(name, 1)
                return name
        raise AssertionError("numbers do not end")


def move_in(root: Path, name: str, path: str) -> files.Move:
    """Return the move of a file of the library into the removal ``name``. Raises FileError."""
    return _move(root, path, place(name, path))


def move_out(root: Path, name: str, path: str) -> files.Move:
    """Return the move of a file of the removal ``name`` to where it was. Raises FileError."""
    return _move(root, place(name, path), path)


def _move(root: Path, source: str, target: str) -> files.Move:
    found = _stat(root, source)
    return files.Move(source, target, found.st_size, found.st_mtime_ns, found.st_ino)


def _stat(root: Path, path: str) -> os.stat_result:
    try:
        return (root / path).lstat()
    except OSError as error:
        raise files.file_error(error, root / path) from error


def manifest(root: Path, removal: Trashed) -> files.Edit:
    """Return the edit that writes down which files are to come to the folder of a removal.

    Raises ConflictError where the trash is a link or no folder.
    """
    path = place(removal.name, MANIFEST)
    files.refuse_links(root, path)
    if os.path.lexists(root / FOLDER) and not (root / FOLDER).is_dir():
        raise ConflictError(
            f"{FOLDER}: is no folder; nothing was removed", hint="move it away, then run it again"
        )
    return files.Edit(path, None, render_manifest(removal))


def manifest_going(root: Path, removal: Trashed, below: Mapping[str, str]) -> list[files.Edit]:
    """Return the edit that takes the manifest of a removal away with the last of its files.

    None where a file stays there. Raises FileError and FormatError.
    """
    path = place(removal.name, MANIFEST)
    data = files.read(root / path, limit=_MOST_BYTES)
    others = set(parse_manifest(data, removal.name, below).files) - {*removal.files}
    if any(os.path.lexists(root / place(removal.name, other)) for other in others):
        return []
    return [files.Edit(path, data, None)]


def render_manifest(removal: Trashed) -> bytes:
    """Return what is written down of a removal."""
    tree = {
        "version": _VERSION,
        "ref": removal.ref,
        "title": removal.title,
        "removed_at": removal.removed_at.isoformat(),
        "files": list(removal.files),
    }
    return json.dumps(tree, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def parse_manifest(data: bytes, name: str, below: Mapping[str, str]) -> Trashed:
    """Return what was written down of the removal ``name``; ``files`` are all it had.

    ``below`` are the folders that files can come from (folder → ending). Raises FormatError for
    what we cannot have written.
    """
    try:
        tree = json.loads(data)
        version, ref, title = tree["version"], tree["ref"], tree["title"]
        removed_at = datetime.fromisoformat(tree["removed_at"])
        paths = tuple(dict.fromkeys(tree["files"]))
        is_sound = (
            version == _VERSION
            and all(isinstance(text, str) and len(text) <= _LONGEST for text in (ref, title))
            and removed_at.tzinfo is not None
            and 0 < len(paths) <= _MOST_FILES
            and all(isinstance(path, str) and files.is_possible(path, below) for path in paths)
        )
        removed_at = removed_at.astimezone(UTC)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise FormatError("is not as papernotes writes it") from error
    if not is_sound:
        raise FormatError("is not as papernotes writes it")
    return Trashed(name, ref, title, removed_at, paths)


def read_trash(root: Path, below: Mapping[str, str]) -> tuple[list[Trashed], list[Problem]]:
    """Return what can be restored, newest first, and what is wrong in the trash.

    ``files`` are those that are there still. Raises FileError where the trash cannot be listed.
    """
    found, problems = list[Trashed](), list[Problem]()
    for name in _folders(root):
        if not _has_manifest(root, name):
            continue
        try:
            removal = _read(root, name, below)
        except PapernotesError as error:
            path = place(name, MANIFEST)
            problems.append(Problem("trash", path, str(error).removeprefix(f"{root / path}: ")))
            continue
        present = tuple(path for path in removal.files if _is_there(root, place(name, path)))
        if present:
            found.append(replace(removal, files=present))
    return sorted(found, key=lambda each: (each.removed_at, each.name), reverse=True), problems


def removed_paths(root: Path, below: Mapping[str, str]) -> frozenset[str]:
    """Return where all files in the trash stood in the library.

    Raises FileError where the trash cannot be listed.
    """
    removals, _ = read_trash(root, below)
    return frozenset(path for removal in removals for path in removal.files)


def size(root: Path, removal: Trashed) -> int:
    """Return how many bytes the files of a removal have. Raises FileError."""
    return sum(_stat(root, place(removal.name, path)).st_size for path in removal.files)


def destroy(root: Path, removal: Trashed, below: Mapping[str, str]) -> None:
    """Remove the files of a removal for good, and what is left of it; nothing else.

    Raises ConflictError for a folder that is a link by now, and FileError.
    """
    for path in removal.files:
        files.refuse_links(root, place(removal.name, path))
        files.remove(root / place(removal.name, path))
    forget(root, removal.name, below)


def forget(root: Path, name: str, below: Mapping[str, str], known: tuple[str, ...] = ()) -> None:
    """Remove what is left of a removal once its files have left; otherwise leave it alone.

    ``known`` are its files, where the manifest has gone with them. What somebody else put there
    stays too. Raises FileError.
    """
    folder = root / place(name)
    paths = known
    try:
        files.refuse_links(root, place(name, MANIFEST))
        if _has_manifest(root, name):
            paths = _read(root, name, below).files
    except PapernotesError:
        return
    is_ours = paths or _OWN.match(name)
    if not is_ours or not folder.is_dir():
        return
    for leftover in files.leftovers(folder):
        files.remove(leftover)
    if any(os.path.lexists(folder / path) for path in paths):
        return
    inner = {parent for path in paths for parent in (folder / path).parents}
    if not paths:  # taken back: the manifest has gone before its files
        inner = {each for each in folder.rglob("*") if each.is_dir() and not each.is_symlink()}
    _remove_empty(each for each in inner if each != folder and each.is_relative_to(folder))
    if _has_manifest(root, name):
        files.remove(folder / MANIFEST)  # last but for its folder, which is told by its name
    _remove_empty([folder])


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, those below others first; one that holds something stays."""
    for folder in sorted(folders, reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()


def sweep(root: Path, below: Mapping[str, str]) -> None:
    """Forget every removal whose files have left, as after a crash. Raises FileError."""
    for name in _folders(root):
        forget(root, name, below)


def _folders(root: Path) -> Iterator[str]:
    """Yield the names of the folders in the trash that a removal might have."""
    top = root / FOLDER
    if top.is_symlink() or not top.is_dir():
        return
    try:
        names = sorted(each.name for each in os.scandir(top) if each.is_dir(follow_symlinks=False))
    except OSError as error:
        raise files.file_error(error, top) from error
    yield from (name for name in names if files.is_possible(place(name, MANIFEST), {FOLDER: ""}))


def _has_manifest(root: Path, name: str) -> bool:
    return os.path.lexists(root / place(name, MANIFEST))


def _read(root: Path, name: str, below: Mapping[str, str]) -> Trashed:
    path = place(name, MANIFEST)
    files.refuse_links(root, path)
    return parse_manifest(files.read(root / path, limit=_MOST_BYTES), name, below)


def _is_there(root: Path, path: str) -> bool:
    """Whether there is a regular file, and no link on the way to it."""
    with contextlib.suppress(OSError, ConflictError):
        files.refuse_links(root, path)
        return stat.S_ISREG((root / path).lstat().st_mode)
    return False

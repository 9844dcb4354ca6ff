"""Which of the sub-folders of the index's folder counts.

``CURRENT`` names it, with the version of the index. A new index is made in a sub-folder beside it
and counts once ``CURRENT`` is replaced; so a reader sees the old one or the new.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from itertools import count
from typing import TYPE_CHECKING

from papernotes import files

if TYPE_CHECKING:
    from pathlib import Path

INDEX_VERSION = 4
"""Raised by one on any change of analysis, postings or layout: older indexes are then rebuilt."""

_CURRENT = "CURRENT"
_POINTER = re.compile(rb"papernotes index (\d+) (g\d+)\n")
_NAME = re.compile(r"g\d+")


def find_current(path: Path) -> Path | None:
    """Return the folder ``CURRENT`` names, if it is there and of this version."""
    with contextlib.suppress(OSError):
        found = _POINTER.fullmatch((path / _CURRENT).read_bytes())
        if found is not None and int(found[1]) == INDEX_VERSION:
            return find(path, found[2].decode())
    return None


def find(path: Path, name: str) -> Path | None:
    """Return the folder of that name, if it is one and no link."""
    folder = path / name
    is_ours = _NAME.fullmatch(name) and folder.is_dir() and not folder.is_symlink()
    return folder if is_ours else None


def make_new(path: Path) -> Path:
    """Make a folder that none has the name of; ``path`` is made too, but not what it is in.

    Raises FileError.
    """
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:  # a library that has vanished is not begun anew
        raise files.file_error(error, path) from error
    taken = [int(each.name[1:]) for each in path.glob("g*") if _NAME.fullmatch(each.name)]
    for number in count(max(taken, default=0) + 1):
        folder = path / f"g{number}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise files.file_error(error, folder) from error
        return folder
    raise AssertionError("unreachable")


def point_to(path: Path, folder: Path) -> None:
    """Make ``folder`` the one that counts. Raises FileError."""
    pointer = f"papernotes index {INDEX_VERSION} {folder.name}\n"
    files.write_atomic(path / _CURRENT, pointer.encode())


def keep_only(path: Path, *folders: Path | None) -> None:
    """Remove all sub-folders of the index but these; a link goes, not what it leads to."""
    for each in path.glob("g*"):
        if each in folders or not _NAME.fullmatch(each.name):
            continue
        if each.is_symlink():
            each.unlink(missing_ok=True)
        else:
            shutil.rmtree(each, ignore_errors=True)

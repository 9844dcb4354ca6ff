"""A file that gets another name, never twice and never lost, on one disk or from one to another.

On one disk it gets the second name before it loses the first, and stays the file it is. Between
two it is copied with its permissions and times, flushed and compared, and only then removed where
it was. In between it may be in both places; whoever comes next finds out and goes on.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError
from papernotes.files.reading import digest_of, opened
from papernotes.files.swapping import changed_meanwhile, take_away
from papernotes.files.temporary import temporary_name
from papernotes.files.writing import flush_folder, make_folder, name_for_good

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.files.journal import Move

_PIECE = 1_000_000  # bytes


def carry_out_move(root: Path, move: Move) -> bool:
    """Give a file its other name, if it is the one that is meant; say whether it has it now.

    Raises ConflictError where another has the name or an editor was quicker, and OSError.
    """
    source, target = root / move.source, root / move.target
    if not is_meant(root, move.source, move):
        return is_meant(root, move.target, move)
    if not _is_same(source, target) and not _is_copied(root, move):
        make_folder(target.parent)
        try:
            name_for_good(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(root, move)
    flush_folder(target.parent)  # a power cut must not find it in neither folder
    if os.path.lexists(source):
        _leave(root, move)
    return True


def _leave(root: Path, move: Move) -> None:
    """Take the first of two names away, or the second if an editor has just saved at the first."""
    source, target = root / move.source, root / move.target
    try:
        take_away(source, lambda path: _is_same(path, target) or _is_meant(root, path, move))
    except ConflictError:
        target.unlink()
        flush_folder(target.parent)
        raise


def is_meant(root: Path, path: str, move: Move) -> bool:
    """Whether the file at either end of a move is the one that was to be moved.

    It is told by its number, size and time; by these two where the ends are on two disks.
    """
    return _is_meant(root, root / path, move)


def _is_meant(root: Path, path: Path, move: Move) -> bool:
    with contextlib.suppress(OSError):
        found = path.lstat()
        is_like = stat.S_ISREG(found.st_mode) and (found.st_size, found.st_mtime_ns) == move[2:4]
        return is_like and (found.st_ino == move.inode or _is_apart(root, move))
    return False


def is_left(root: Path, move: Move) -> bool:
    """Whether what stands where a file was to be moved from is another text by now.

    A second name that it was given before that is taken away: what was saved stays in one place.
    """
    source, target = root / move.source, root / move.target
    if not os.path.lexists(source) or is_meant(root, move.source, move):
        return False
    if _is_same(source, target):
        target.unlink()
        flush_folder(target.parent)
    return not is_meant(root, move.target, move)


def _is_same(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(one.lstat(), other.lstat())
    return False


def _is_apart(root: Path, move: Move) -> bool:
    """Whether the two ends of a move are on two disks."""
    return _device(root / move.source) != _device(root / move.target)


def _device(path: Path) -> int:
    """Return the disk of a path, or of the folder it will be in."""
    while not os.path.lexists(path):
        path = path.parent
    return path.lstat().st_dev


def _is_copied(root: Path, move: Move) -> bool:
    """Whether a copy on another disk was completed already."""
    source, target = root / move.source, root / move.target
    return (
        _is_apart(root, move)
        and is_meant(root, move.target, move)
        and digest_of(source) == digest_of(target)
    )


def _copy(root: Path, move: Move) -> None:
    """Make the target hold what the source holds, to the last byte, permission and time."""
    source, target = root / move.source, root / move.target
    temporary = temporary_name(target)
    try:
        with opened(source) as data, temporary.open("xb") as file:
            shutil.copyfileobj(data, file, _PIECE)
            shutil.copystat(source, temporary)
            file.flush()
            os.fsync(file.fileno())
        if digest_of(temporary) != digest_of(source) or not is_meant(root, move.source, move):
            raise changed_meanwhile(source)
        name_for_good(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)

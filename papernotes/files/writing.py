"""One file out: whole or not at all, and never over somebody else's.

A file is replaced by writing a temporary file beside it, flushing it to the disk, renaming it
and flushing the folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from itertools import takewhile
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError
from papernotes.files.reading import file_error, opened, read
from papernotes.files.swapping import changed_meanwhile, is_as_read, swap, take_away
from papernotes.files.temporary import temporary_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PIECE = 1_000_000  # bytes


def write_atomic(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Make ``path`` hold ``data``: the old bytes or the new are there at any moment.

    An existing file keeps its permissions, unless ``mode`` gives others. Who writes many files
    does it in steps for all of them: :func:`write_beside`, :func:`flush_file`, :func:`put`,
    :func:`flush_folder`. Raises FileError; no temporary file stays behind.
    """
    try:
        with _temporary(path, data) as temporary:
            with contextlib.suppress(FileNotFoundError):
                mode = stat.S_IMODE(path.stat().st_mode) if mode is None else mode
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise file_error(error, path) from error


def write_beside(path: Path, data: bytes, *, mode: int | None = None) -> Path:
    """Return a new temporary file beside ``path`` with ``data``, not flushed yet.

    It has the permissions of what stands at ``path``, unless ``mode`` gives others. Raises
    FileError.
    """
    temporary = temporary_name(path)
    try:
        with temporary.open("xb") as file:
            with contextlib.suppress(FileNotFoundError):
                mode = stat.S_IMODE(path.stat().st_mode) if mode is None else mode
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(data)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise file_error(error, path) from error
        raise
    return temporary


def flush_file(path: Path) -> None:
    """Flush a file that was written before. Raises FileError."""
    try:
        flush_folder(path)  # a file is flushed as a folder is
    except OSError as error:
        raise file_error(error, path) from error


def put(flushed: Path, path: Path) -> None:
    """Give a flushed file the name of another, which goes; their folder is left to be flushed.

    Raises FileError.
    """
    try:
        flushed.replace(path)
    except OSError as error:
        raise file_error(error, path) from error


def write_new(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Create ``path`` with ``data``; never replaces. Raises ConflictError when it exists.

    ``mode`` are its permissions, where they are not to be the usual ones.
    """
    try:
        with _temporary(path, data) as temporary:
            if mode is not None:
                temporary.chmod(mode)
            name_for_good(temporary, path)
        flush_folder(path.parent)
    except OSError as error:
        raise file_error(error, path) from error


def move_into_place(part: Path, target: Path) -> None:
    """Flush a finished file and give it its name in the same folder; never replaces.

    Raises ConflictError when ``target`` exists; ``part`` stays as it is then. Raises FileError.
    """
    try:
        with opened(part) as file:
            os.fsync(file.fileno())
        name_for_good(part, target)
        part.unlink(missing_ok=True)  # before the flush, or a power cut brings it back
        flush_folder(target.parent)
    except OSError as error:
        raise file_error(error, target) from error


def copy_new(source: Path, path: Path) -> None:
    """Create ``path`` with what ``source`` holds, of any size; never replaces.

    Raises ConflictError when it exists, FileError, and FormatError for what is no regular file.
    """
    temporary = temporary_name(path)
    try:
        with opened(source) as data, temporary.open("xb") as file:
            shutil.copyfileobj(data, file, _PIECE)
        move_into_place(temporary, path)
    except OSError as error:
        raise file_error(error, path) from error
    finally:
        temporary.unlink(missing_ok=True)


def name_for_good(flushed: Path, path: Path) -> None:
    """Give a flushed file another name in its folder, which is left to be flushed.

    It may keep the first name too. Raises ConflictError where ``path`` exists, and OSError.
    """
    try:
        try:
            os.link(flushed, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if os.path.lexists(path):
                raise FileExistsError(path) from None
            flushed.replace(path)
    except FileExistsError as error:
        raise ConflictError(
            f"{path}: exists already; left as it is", hint="move it away or choose another name"
        ) from error


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write like :func:`write_atomic` unless the file holds ``data`` already; say if it wrote."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    write_atomic(path, data)
    return True


def replace(path: Path, before: bytes, after: bytes, *, mode: int | None = None) -> None:
    """Make a file that holds ``before`` hold ``after``; its permissions stay, unless ``mode`` is.

    Raises ConflictError, and writes nothing, where it holds something else by now: an editor was
    quicker. Raises FileError.
    """
    if read(path) != before:
        raise changed_meanwhile(path)
    try:
        with _temporary(path, after) as temporary:
            temporary.chmod(stat.S_IMODE(path.stat().st_mode) if mode is None else mode)
            swap(temporary, path, before, after)
        flush_folder(path.parent)
    except OSError as error:
        raise file_error(error, path) from error


def with_lines(path: Path, lines: str) -> bytes | None:
    """Return a text file's bytes with those of ``lines`` added that it lacks; None: it has all."""
    present = path.read_bytes() if path.is_file() else b""
    have = {line.strip() for line in present.decode("utf-8", "replace").splitlines()}
    missing = "".join(f"{line}\n" for line in lines.splitlines() if line not in have)
    if not missing:
        return None
    gap = b"" if not present or present.endswith(b"\n") else b"\n"
    return present + gap + missing.encode()


def remove(path: Path, before: bytes | None = None) -> None:
    """Remove a file for good and flush its folder. A file that is gone already is fine.

    With ``before`` it must hold that. Raises ConflictError otherwise, and FileError.
    """
    try:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            take_away(path, lambda found: is_as_read(found, before), before)
        flush_folder(path.parent)
    except OSError as error:
        raise file_error(error, path) from error


def make_folder(path: Path) -> None:
    """Make a folder and its parents, such that they outlive a power cut. Raises FileError."""
    try:
        for each in begin_folder(path):
            flush_folder(each)
    except OSError as error:
        raise file_error(error, path) from error


def begin_folder(path: Path) -> list[Path]:
    """Make a folder and its parents; return what is to be flushed, or a power cut takes them.

    Raises FileError.
    """
    try:
        made = list(takewhile(lambda each: not each.exists(), (path, *path.parents)))
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(error, path) from error
    return [each.parent for each in made]


@contextlib.contextmanager
def _temporary(path: Path, data: bytes) -> Iterator[Path]:
    """Yield a flushed temporary file beside ``path``; it is gone when the block is left."""
    temporary = temporary_name(path)
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_links(root: Path, path: str) -> None:
    """Raise ConflictError when a folder between ``root`` and ``path`` is a symbolic link."""
    place = root
    for part in path.split("/")[:-1]:
        place = place / part
        if place.is_symlink():
            raise ConflictError(
                f"{place}: is a symbolic link; papernotes does not write through it",
                hint="make it a folder of the library",
            )

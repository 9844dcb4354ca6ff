"""Bytes in: whole files of bounded size, never through a link; and what the system refuses."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.errors import FormatError, PapernotesError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

MAX_TEXT_BYTES = 50_000_000
_PIECE = 1_000_000


class FileError(PapernotesError):
    """The system refused to read or write a file; says which and why."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a regular file of any size. Raises FileError and FormatError."""
    summed = hashlib.sha256()
    with opened(path) as file:
        while piece := file.read(_PIECE):
            summed.update(piece)
    return summed.hexdigest()


def file_error(error: OSError, path: Path | str) -> FileError:
    """Return ``error`` as one of ours, naming the file."""
    shown = str(path).encode("utf-8", "backslashreplace").decode()
    reason = error.strerror or str(error)
    hints = {
        "No space left on device": "make room and try again; nothing was lost",
        "Permission denied": "check who owns the file or folder",
        "Read-only file system": "the library cannot be changed here; reading works",
        "Invalid cross-device link": "files are moved within one disk: have both folders there",
    }
    return FileError(f"{shown}: {reason}", hint=hints.get(reason, ""))


def resolved(path: Path | str) -> Path:
    """Return a path somebody gave as it is without ``~`` and links.

    Raises FileError for links that lead in a circle and for the home of nobody.
    """
    try:
        return Path(path).expanduser().resolve()
    except RuntimeError as error:
        raise FileError(f"{path}: {str(error).partition(' from ')[0].lower()}") from error


def read(path: Path, *, limit: int = MAX_TEXT_BYTES) -> bytes:
    """Return the bytes of a regular file, not following a final symbolic link.

    Raises FileError when the system refuses and FormatError when it is over ``limit`` bytes.
    """
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise FormatError(f"{path}: larger than {limit // 1_000_000} MB; left out")
        return file.read(limit + 1)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file, not following a final link. Raises FileError and FormatError."""
    try:
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FormatError(f"{path}: not a regular file")
            yield file
    except OSError as error:
        raise file_error(error, path) from error

"""A file put in the place of one that was read, though an editor may be saving that one just now.

Between a last look and a rename there would be a moment, and what is saved in it would be gone. So
the two files change places in one step, and the look comes after it: the file that came out must
hold what was read, and nobody may have it open to write to it. Otherwise they change back. Where
the system cannot do that (it takes Linux and a usual file system) there is a last look before.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError, FormatError
from papernotes.files.reading import opened, read

if TYPE_CHECKING:
    from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE, of linux/fs.h
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}


def changed_meanwhile(path: Path) -> ConflictError:
    """Return the error of a file that holds something else than what was read of it."""
    return ConflictError(
        f"{path}: was changed by another program just now; left as it is", hint="try again"
    )


def swap(flushed: Path, path: Path, before: bytes) -> None:
    """Put a flushed file where one stands that holds ``before``; what is at ``flushed`` may go.

    Raises ConflictError, with ``path`` as somebody else left it, where it holds something else by
    now, is being written or is gone; and OSError.
    """
    ours = flushed.stat().st_ino
    try:
        if not exchange(flushed, path):
            if not _is_as_read(path, before):
                raise changed_meanwhile(path)
            flushed.replace(path)
            return
    except FileNotFoundError:
        raise changed_meanwhile(path) from None
    if _is_as_read(flushed, before):
        return
    with contextlib.suppress(FileNotFoundError):  # removed by then, and that is to stay so
        exchange(flushed, path)
        if flushed.stat().st_ino != ours:  # saved once more since
            exchange(flushed, path)
    raise changed_meanwhile(path)


def exchange(first: Path, second: Path) -> bool:
    """Let two files change names in one step; say whether the system can. Raises OSError."""
    import ctypes  # noqa: PLC0415 - only who replaces a file needs it

    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    if call(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(second))


def _is_as_read(path: Path, before: bytes) -> bool:
    try:
        return not is_being_written(path) and read(path) == before
    except FormatError:
        return False


def is_being_written(path: Path) -> bool:
    """Whether a program has the file open to write to it, as far as the system tells.

    Raises FileError and FormatError.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    with opened(path) as file:
        try:  # a lease is given where no other has it open to write; its end must disturb nobody
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            return error.errno == errno.EAGAIN
    return False

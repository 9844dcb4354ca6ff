"""A file put in the place of one that was read, though an editor may be saving that one just now.

Between a last look and a rename there would be a moment, and what is saved in it would be gone. So
the two files change places in one step, and the look comes after it: the file that came out must
hold what was read, and nobody may have it open to write to it. Otherwise they change back. Where
the system cannot do that (it takes Linux and a usual file system) there is a last look before.
A file that is to go is looked at likewise, under another name.

What came out and was not looked at yet is never thrown away: whoever is stopped in that moment, by
whatever, leaves it under a name from which :mod:`.returning` knows what to make of it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError, FormatError, PapernotesError
from papernotes.files.reading import opened, read
from papernotes.files.temporary import leaving_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE, of linux/fs.h
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}


def changed_meanwhile(path: Path) -> ConflictError:
    """Return the error of a file that holds something else than what was read of it."""
    return ConflictError(
        f"{path}: was changed by another program just now; left as it is", hint="try again"
    )


def swap(flushed: Path, path: Path, before: bytes, after: bytes) -> None:
    """Put a flushed file, which holds ``after``, where one stands that holds ``before``.

    Raises ConflictError, with ``path`` as somebody else left it, where it holds something else by
    now, is being written or is gone; FileError and OSError. Nothing is at ``flushed`` then.
    """
    leaving, ours = leaving_name(path, before, after), flushed.stat().st_ino
    flushed.rename(leaving)
    try:
        if not exchange(leaving, path):
            if not is_as_read(path, before):
                raise changed_meanwhile(path)
            leaving.replace(path)
            return
    except FileNotFoundError:
        leaving.unlink(missing_ok=True)
        raise changed_meanwhile(path) from None
    except (OSError, PapernotesError):
        leaving.unlink(missing_ok=True)
        raise
    try:
        if is_as_read(leaving, before):
            leaving.unlink()
            return
    except (OSError, PapernotesError):
        _change_back(leaving, path, ours)
        raise
    _change_back(leaving, path, ours)
    raise changed_meanwhile(path)


def _change_back(leaving: Path, path: Path, ours: int) -> None:
    """Give what came out its place back, and what was saved there meanwhile the place of that."""
    with contextlib.suppress(FileNotFoundError):  # removed by then, and that is to stay so
        expected = ours
        while True:
            putting = leaving.stat().st_ino
            exchange(leaving, path)
            if leaving.stat().st_ino == expected:
                break
            expected = putting  # saved once more since
    leaving.unlink(missing_ok=True)


def take_away(path: Path, is_meant: Callable[[Path], bool], before: bytes | None = None) -> None:
    """Remove a file that ``is_meant``, which is asked when nobody finds it at ``path`` any more.

    ``before`` is what it holds, where that is known. Raises ConflictError, with ``path`` as
    somebody else left it, where it is another or gone; FileError and OSError.
    """
    leaving = leaving_name(path, before, None)
    try:
        path.rename(leaving)
    except FileNotFoundError:
        raise changed_meanwhile(path) from None
    try:
        if is_meant(leaving):
            leaving.unlink()
            return
    except (OSError, PapernotesError):
        _name_back(leaving, path)
        raise
    _name_back(leaving, path)
    raise changed_meanwhile(path)


def _name_back(leaving: Path, path: Path) -> None:
    """Give a file its name back, unless another was saved there meanwhile."""
    try:
        os.link(leaving, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not os.path.lexists(path):
            leaving.rename(path)
    leaving.unlink(missing_ok=True)


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


def is_as_read(path: Path, before: bytes) -> bool:
    """Whether a file holds this, and nobody is writing to it. Raises FileError."""
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

"""The library's one write lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError, LockedError
from papernotes.files.reading import file_error
from papernotes.files.writing import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

_PATIENCE_SECONDS = 1.0


@contextlib.contextmanager
def lock(
    path: Path,
    *,
    timeout_seconds: float = 10.0,
    on_wait: Callable[[str], None] = lambda _holder: None,
) -> Iterator[None]:
    """Hold the library's one write lock; freed by the system when the process dies.

    Waits up to ``timeout_seconds``, telling ``on_wait`` once who holds it, then raises
    LockedError. Raises ConflictError when something that is no lock stands there.
    """
    make_folder(path.parent)
    with _locked_file(path, timeout_seconds, on_wait) as file:
        with contextlib.suppress(OSError):  # who holds it can be told, unless the disk is full
            os.ftruncate(file.fileno(), 0)
            os.pwrite(file.fileno(), str(os.getpid()).encode(), 0)
        yield


def _locked_file(path: Path, timeout_seconds: float, on_wait: Callable[[str], None]) -> IO[bytes]:
    """Return the open lock file, locked, and still the one that stands at ``path``."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        file = _open_lock(path)
        try:
            _acquire(file, path, deadline, on_wait)
            with contextlib.suppress(OSError):
                if os.path.samestat(os.fstat(file.fileno()), os.lstat(path)):
                    return file
        except BaseException:
            file.close()
            raise
        file.close()
        make_folder(path.parent)


def _open_lock(path: Path) -> IO[bytes]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        raise file_error(error, path) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ConflictError(f"{path}: is no file; it should be papernotes' lock")
    return os.fdopen(descriptor, "r+b")


def _acquire(file: IO[bytes], path: Path, deadline: float, on_wait: Callable[[str], None]) -> None:
    has_told, since = False, time.monotonic()
    while True:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read(20).decode("ascii", "replace") or "unknown"
            if time.monotonic() >= deadline:
                raise LockedError(
                    f"{path.parent.parent}: another papernotes (process {holder}) is writing"
                ) from None
            if not has_told and time.monotonic() - since > _PATIENCE_SECONDS:
                on_wait(holder)
                has_told = True
            time.sleep(0.02)
        else:
            return

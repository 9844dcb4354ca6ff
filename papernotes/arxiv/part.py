"""The part of a file that has come so far: hidden beside its target, and there for the next run.

Its name holds which file it is of and the validator of that very representation (RFC 9110,
section 8.8), so that bytes of two versions are never joined. While it is open it is locked.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import os
import stat
from typing import TYPE_CHECKING, Self

from papernotes import files
from papernotes.errors import ConflictError, LockedError
from papernotes.files import TEMP_PREFIX, file_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

PART_SUFFIX = ".part"
_MOST_VALIDATOR_BYTES = 120  # of a name's 255, in base64
_STALE_SECONDS = 7 * 86_400.0
_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class PartFile:
    """The part of the file ``key`` that is to stand at ``target``; ``size`` bytes have come.

    ``validator`` is an ETag or a date, or empty where the part cannot be gone on with. Raises
    FileError where the system refuses, LockedError where another process holds the part.
    """

    def __init__(self, target: Path, key: str) -> None:
        self.target = target
        self.validator = ""
        self.size = 0
        digest = hashlib.sha256(f"{target.name}\0{key}".encode("utf-8", "surrogateescape"))
        self.stem = f"{TEMP_PREFIX}{digest.hexdigest()[:16]}-"
        self._path: Path | None = None
        self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def reopen(self) -> None:
        """Open what an earlier try left, if it can be gone on with; remove what cannot."""
        if self._fd >= 0 and self.validator:
            return
        self.discard()
        with self._named_errors():
            found = sorted(self.target.parent.glob(f"{self.stem}*{PART_SUFFIX}"))
        for path in found:
            self._open(path, os.O_RDWR)
            status = os.fstat(self._fd)
            validator = self._validator(path)
            is_ours = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            if is_ours and validator and status.st_size and len(found) == 1:
                self.validator, self.size = validator, status.st_size
            else:
                self.discard()

    def restart(self, validator: str) -> None:
        """Begin anew, with nothing, under a validator, or none: then it is of no use later."""
        self.discard()
        named = validator if len(validator.encode()) <= _MOST_VALIDATOR_BYTES else ""
        coded = base64.urlsafe_b64encode(named.encode()).decode().rstrip("=")
        path = self.target.with_name(f"{self.stem}{coded}{PART_SUFFIX}")
        self._open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        self.validator = named

    def write(self, data: bytes) -> None:
        """Add bytes at the end. A part that cannot grow is removed."""
        left = memoryview(data)
        try:
            while left:
                count = os.pwrite(self._fd, left, self.size)
                self.size += count
                left = left[count:]
        except OSError as error:
            self.discard()
            raise file_error(error, self.target) from error

    def read(self, count: int, start: int) -> bytes:
        """Return up to ``count`` bytes from ``start``; a negative one counts from the end."""
        with self._named_errors():
            return os.pread(self._fd, count, start if start >= 0 else max(0, self.size + start))

    def discard(self) -> None:
        """Remove the part."""
        with self._named_errors():
            if self._path is not None:
                self._path.unlink(missing_ok=True)
        self._close()

    def move_into_place(self) -> None:
        """Give the part the target's name. Raises ConflictError, and removes it, if taken."""
        assert self._path is not None, "there is a part to move"
        try:
            files.move_into_place(self._path, self.target)
        except ConflictError:
            self.discard()
            raise
        self._path = None
        self._close()

    def _open(self, path: Path, flags: int) -> None:
        with self._named_errors():
            try:
                self._fd = os.open(path, flags | _FLAGS, 0o666)
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_there = os.path.samestat(os.fstat(self._fd), os.lstat(path))
            except (BlockingIOError, FileExistsError, FileNotFoundError):
                is_there = False
        if not is_there:
            self._close()
            raise LockedError(f"{self.target}: another papernotes is fetching it")
        self._path = path

    def _validator(self, path: Path) -> str:
        """Return the validator in a part's name, empty for a name we did not make."""
        coded = path.name.removeprefix(self.stem).removesuffix(PART_SUFFIX)
        try:
            return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("ascii")
        except ValueError:
            return ""

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._path, self.size, self.validator = -1, None, 0, ""

    @contextlib.contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise file_error(error, self.target) from error


def clear_stale(folder: Path, now: float, *, spare: str = "") -> None:
    """Remove the parts in a folder that are done with, or left alone for a week.

    Done with is one that has got its real name as well. ``now`` is in seconds since 1970. What is
    open elsewhere, cannot be removed or is called ``spare`` at its beginning, stays.
    """
    for path in folder.glob(f"{TEMP_PREFIX}*{PART_SUFFIX}"):
        with contextlib.suppress(OSError):
            status = path.lstat()
            is_over = status.st_mtime < now - _STALE_SECONDS or status.st_nlink > 1
            is_spared = bool(spare) and path.name.startswith(spare)
            if is_over and not is_spared and stat.S_ISREG(status.st_mode):
                _remove_unlocked(path)


def _remove_unlocked(path: Path) -> None:
    """Remove a file that no process has locked. Raises OSError where one has."""
    fd = os.open(path, os.O_RDWR | _FLAGS)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(fd)

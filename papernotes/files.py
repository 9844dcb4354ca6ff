"""The only writer of files: whole or not at all, never half, never over somebody else's.

A file is replaced by writing a temporary file beside it, flushing it to the disk, renaming it
and flushing the folder. Several files that belong together are written as one :func:`commit`,
which leaves a journal first, so that :func:`recover` can finish it after a crash.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import fcntl
import hashlib
import json
import os
import stat
import time
from typing import TYPE_CHECKING, NamedTuple

from papernotes.errors import ConflictError, FormatError, LockedError, PapernotesError
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

TEMP_PREFIX = ".papernotes-"
TEMP_SUFFIX = ".tmp"
MAX_TEXT_BYTES = 50_000_000
_PIECE = 1_000_000
RACY_NS = 100_000_000
_COARSE_RACY_NS = 2_000_000_000
_PATIENCE_SECONDS = 1.0
_NO_SUCH_PLACE = {
    *(errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EINVAL, errno.ELOOP)
}


class FileError(PapernotesError):
    """The system refused to read or write a file; says which and why."""


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


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a regular file of any size. Raises FileError and FormatError."""
    summed = hashlib.sha256()
    with _opened(path) as file:
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
    }
    return FileError(f"{shown}: {reason}", hint=hints.get(reason, ""))


# --- reading ---------------------------------------------------------------------------------


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


def read(path: Path, *, limit: int = MAX_TEXT_BYTES) -> bytes:
    """Return the bytes of a regular file, not following a final symbolic link.

    Raises FileError when the system refuses and FormatError when it is over ``limit`` bytes.
    """
    with _opened(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise FormatError(f"{path}: larger than {limit // 1_000_000} MB; left out")
        return file.read(limit + 1)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
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


# --- writing ---------------------------------------------------------------------------------


def write_atomic(path: Path, data: bytes) -> None:
    """Make ``path`` hold ``data``: the old bytes or the new are there at any moment.

    An existing file keeps its mode. Raises FileError; no temporary file stays behind.
    """
    try:
        with _temporary(path, data) as temporary:
            with contextlib.suppress(FileNotFoundError):
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            temporary.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise file_error(error, path) from error


def write_new(path: Path, data: bytes) -> None:
    """Create ``path`` with ``data``; never replaces. Raises ConflictError when it exists."""
    try:
        with _temporary(path, data) as temporary:
            _name_for_good(temporary, path)
    except OSError as error:
        raise file_error(error, path) from error


def move_into_place(part: Path, target: Path) -> None:
    """Flush a finished file and give it its name in the same folder; never replaces.

    Raises ConflictError when ``target`` exists; ``part`` stays as it is then. Raises FileError.
    """
    try:
        with _opened(part) as file:
            os.fsync(file.fileno())
        _name_for_good(part, target)
        part.unlink(missing_ok=True)
    except OSError as error:
        raise file_error(error, target) from error


def _name_for_good(flushed: Path, path: Path) -> None:
    """Give a flushed file another name in its folder. Raises ConflictError where that exists."""
    try:
        try:
            os.link(flushed, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if os.path.lexists(path):
                raise FileExistsError(path) from None
            flushed.replace(path)
        _flush_folder(path.parent)
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


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Make a file that holds ``before`` hold ``after``.

    Raises ConflictError, and writes nothing, where it holds something else by now: an editor was
    quicker.
    """
    if read(path) != before:
        raise ConflictError(
            f"{path}: was changed by another program just now; left as it is", hint="try again"
        )
    write_atomic(path, after)


def with_lines(path: Path, lines: str) -> bytes | None:
    """Return a text file's bytes with those of ``lines`` added that it lacks; None: it has all."""
    present = path.read_bytes() if path.is_file() else b""
    have = {line.strip() for line in present.decode("utf-8", "replace").splitlines()}
    missing = "".join(f"{line}\n" for line in lines.splitlines() if line not in have)
    if not missing:
        return None
    gap = b"" if not present or present.endswith(b"\n") else b"\n"
    return present + gap + missing.encode()


def remove(path: Path) -> None:
    """Remove a file for good and flush its folder. A file that is gone already is fine."""
    try:
        path.unlink(missing_ok=True)
        _flush_folder(path.parent)
    except OSError as error:
        raise file_error(error, path) from error


def make_folder(path: Path) -> None:
    """Make a folder and its parents. Raises FileError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(error, path) from error


@contextlib.contextmanager
def _temporary(path: Path, data: bytes) -> Iterator[Path]:
    """Yield a flushed temporary file beside ``path``; it is gone when the block is left."""
    temporary = path.with_name(f"{TEMP_PREFIX}{os.urandom(8).hex()}{TEMP_SUFFIX}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- several files as one --------------------------------------------------------------------


def commit(root: Path, new_files: Mapping[str, bytes], *, journal: Path) -> None:
    """Create all of ``new_files`` (path relative to ``root`` → bytes), or none of them.

    Raises ConflictError when one exists or a folder on the way is a link (nothing is written
    then) and FileError (what was written is taken back). A crash or Ctrl-C leaves ``journal``,
    from which :func:`recover` finishes.
    """
    for path in new_files:
        refuse_links(root, path)
        if os.path.lexists(root / path):
            raise ConflictError(f"{path}: exists already; left as it is")
    plan = {path: base64.b64encode(data).decode("ascii") for path, data in new_files.items()}
    write_atomic(journal, json.dumps({"create": plan}).encode())
    done: list[str] = []
    try:
        for path, data in new_files.items():
            make_folder((root / path).parent)
            done.append(path)
            write_new(root / path, data)
    except (ConflictError, FileError):
        for path in done:
            _take_back(root / path, new_files[path])
        journal.unlink(missing_ok=True)
        raise
    remove(journal)


def _take_back(path: Path, data: bytes) -> None:
    """Remove a file that we wrote, and only if it holds what we wrote."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            path.unlink()


def recover(root: Path, *, journal: Path, below: Mapping[str, str]) -> tuple[str, ...]:
    """Finish what a crashed :func:`commit` began; return the paths created.

    Only paths in the folders ``below`` (folder of ``root`` → ending) are believed, none through
    a link, and a file that stands there by now is kept as it is. A journal that cannot be read
    is removed: it is written whole before the first file, so such a one began nothing. Raises
    FileError when there is no room or the disk fails; the journal stays for the next run.
    """
    created = []
    for path, data in _read_journal(journal).items():
        if not _is_possible(path, below):
            continue
        try:
            refuse_links(root, path)
            make_folder((root / path).parent)
            write_new(root / path, data)
        except ConflictError:
            continue
        except FileError as error:
            if getattr(error.__cause__, "errno", 0) in _NO_SUCH_PLACE:
                continue
            raise
        created.append(path)
    if journal.is_symlink() or not journal.is_dir():
        remove(journal)
    return tuple(created)


def _read_journal(journal: Path) -> dict[str, bytes]:
    try:
        plan = json.loads(read(journal))["create"]
        return {str(path): base64.b64decode(data, validate=True) for path, data in plan.items()}
    except (FileError, FormatError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    except RecursionError:
        return {}


def _is_possible(path: str, below: Mapping[str, str]) -> bool:
    """Whether a path of a journal is one that we could have written there."""
    first, *rest = path.split("/")
    is_plain = path.isprintable() and all(part and not part.startswith(".") for part in rest)
    return bool(rest) and is_plain and first in below and path.endswith(below[first])


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


# --- the lock --------------------------------------------------------------------------------


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
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()).encode())
        file.flush()
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

"""The only writer of files: whole or not at all, never half, never over somebody else's.

A file is replaced by writing a temporary file beside it, flushing it to the disk, renaming it
and flushing the folder. Several files that belong together are written as one :func:`commit`,
which leaves a journal first, so that :func:`recover` can finish it after a crash.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError, FormatError, LockedError, PapernotesError
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

TEMP_PREFIX = ".papernotes-"
TEMP_SUFFIX = ".tmp"
MAX_TEXT_BYTES = 50_000_000
RACY_NS = 100_000_000
_COARSE_RACY_NS = 2_000_000_000


class FileError(PapernotesError):
    """The system refused to read or write a file; says which and why."""


@dataclass(frozen=True, slots=True)
class FileStat:
    """What the system says of a file without opening it; times in nanoseconds."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    def is_racy(self, seen_ns: int) -> bool:
        """Whether the file changed so shortly before ``seen_ns`` that a later change could hide."""
        newest = max(self.mtime_ns, self.ctime_ns)
        is_coarse = self.mtime_ns % 1_000_000_000 == 0
        return newest + (_COARSE_RACY_NS if is_coarse else RACY_NS) >= seen_ns


@dataclass(frozen=True, slots=True)
class Scan:
    """The library's text files as they stand: path relative to the root → stat."""

    files: Mapping[str, FileStat]
    leftovers: tuple[str, ...]
    problems: tuple[Problem, ...]
    at_ns: int


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


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
        path.encode()
    except UnicodeEncodeError:
        if is_wanted:
            shown = path.encode("utf-8", "backslashreplace").decode()
            problems.append(Problem("file-name", shown, "the name is not UTF-8; rename the file"))
        return
    try:
        if entry.is_symlink():
            if is_wanted or entry.is_dir():
                problems.append(Problem("symlink", path, "is a symbolic link; not followed"))
        elif entry.is_dir(follow_symlinks=False):
            pending.append((entry.path, path))
        elif is_wanted and entry.is_file(follow_symlinks=False):
            found[path] = _stat(entry.stat(follow_symlinks=False))
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
            found += [path for path in folder.iterdir() if path.name.startswith(TEMP_PREFIX)]
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
    try:
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise FormatError(f"{path}: not a regular file")
            if status.st_size > limit:
                raise FormatError(f"{path}: larger than {limit // 1_000_000} MB; left out")
            return file.read(limit + 1)
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
            try:
                os.link(temporary, path)
            except FileExistsError:
                raise
            except OSError:  # a file system without hard links
                if path.exists() or path.is_symlink():
                    raise FileExistsError(path) from None
                temporary.replace(path)
        _flush_folder(path.parent)
    except FileExistsError as error:
        raise ConflictError(
            f"{path}: exists already; left as it is", hint="move it away or choose another name"
        ) from error
    except OSError as error:
        raise file_error(error, path) from error


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write like :func:`write_atomic` unless the file holds ``data`` already; say if it wrote."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    write_atomic(path, data)
    return True


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

    Raises ConflictError when one exists (the others are taken back) and FileError. A crash
    leaves ``journal``, from which :func:`recover` finishes.
    """
    for path in new_files:
        if (root / path).exists() or (root / path).is_symlink():
            raise ConflictError(f"{path}: exists already; left as it is")
    plan = {path: base64.b64encode(data).decode("ascii") for path, data in new_files.items()}
    write_atomic(journal, json.dumps({"create": plan}).encode())
    created: list[Path] = []
    try:
        for path, data in new_files.items():
            make_folder((root / path).parent)
            write_new(root / path, data)
            created.append(root / path)
    except BaseException:
        for done in created:
            done.unlink(missing_ok=True)
        journal.unlink(missing_ok=True)
        raise
    remove(journal)


def recover(root: Path, *, journal: Path, below: Iterable[str]) -> tuple[str, ...]:
    """Finish what a crashed :func:`commit` began; return the paths created.

    Only paths in the folders ``below`` (of ``root``) are believed, and a file that stands there
    by now is kept as it is. A journal that cannot be read is removed: it is written whole before
    the first file, so such a one began nothing.
    """
    try:
        plan = json.loads(journal.read_bytes())["create"]
        files = {str(path): base64.b64decode(data, validate=True) for path, data in plan.items()}
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError, AttributeError):
        remove(journal)
        return ()
    except OSError as error:
        raise file_error(error, journal) from error
    created = []
    for path, data in files.items():
        is_ours = any(is_inside(root / folder, root / path) for folder in below)
        if is_ours and not (root / path).exists():
            make_folder((root / path).parent)
            with contextlib.suppress(ConflictError):
                write_new(root / path, data)
                created.append(path)
    remove(journal)
    return tuple(created)


def is_inside(root: Path, path: Path) -> bool:
    """Whether ``path``, all links followed, lies below ``root``."""
    return path.resolve().is_relative_to(root.resolve())


# --- the lock --------------------------------------------------------------------------------


@contextlib.contextmanager
def lock(path: Path, *, timeout_seconds: float = 10.0) -> Iterator[None]:
    """Hold the library's one write lock; freed by the system when the process dies.

    Waits up to ``timeout_seconds``, then raises LockedError naming the holder.
    """
    make_folder(path.parent)
    try:
        file = path.open("a+b")
    except OSError as error:
        raise file_error(error, path) from error
    with file:
        _acquire(file, path, timeout_seconds)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()).encode())
        file.flush()
        yield


def _acquire(file: IO[bytes], path: Path, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read(20).decode("ascii", "replace") or "unknown"
                raise LockedError(
                    f"{path.parent.parent}: another papernotes (process {holder}) is writing"
                ) from None
            time.sleep(0.02)
        else:
            return

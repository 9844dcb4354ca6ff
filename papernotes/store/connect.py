"""Opening the store: is it ours, of this version, whole? If not, it is made anew from the files.

``index/`` is derived, so anything doubtful about it is answered by discarding it. It carries a
stamp made from a secret of this machine: an ``index/`` that came with a clone or an archive is
never opened, neither by SQLite nor by Whoosh (whose files are pickles).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import ConflictError, LockedError, PapernotesError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE = "papernotes.db"
STAMP = "stamp"
MARK = "mark"
_JOURNAL = f"{DATABASE}-journal"
SCHEMA_VERSION = 6  # the same as in schema.py, which costs an import of sqlite_utils
APPLICATION_ID = 0x504E4F54
_OURS = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", _JOURNAL, MARK, "whoosh", "export")
BUSY_SECONDS = 10.0
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REFUSED = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}


class StoreDamagedError(StoreError):
    """The database cannot be read as what it should be; discarding it mends that."""


class StoreOutdatedError(StoreDamagedError):
    """The store is that of an older papernotes; discarding it brings it up to date."""


def machine_secret(state_dir: Path) -> bytes:
    """Return this machine's secret, made on first use.

    Where it cannot be kept, every run gets another: nothing made elsewhere is trusted, at the
    price of a rebuild a run.
    """
    path = state_dir / "secret"
    try:
        return path.read_bytes()
    except OSError:
        secret = os.urandom(32)
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write_new(path, secret, mode=0o600)
    except ConflictError:
        return path.read_bytes()
    except (OSError, PapernotesError):
        pass
    return secret


def stamp(index_dir: Path, secret: bytes) -> bytes:
    """Return what ``index_dir``'s stamp must say: a digest of the secret and the folder itself."""
    inode = index_dir.stat().st_ino
    return hashlib.sha256(secret + str(inode).encode()).hexdigest().encode()


def is_stamped(index_dir: Path, secret: bytes) -> bool:
    """Whether ``index_dir`` was made on this machine."""
    try:
        return (index_dir / STAMP).read_bytes() == stamp(index_dir, secret)
    except OSError:
        return False


def mark(store_id: str, secret: bytes) -> bytes:
    """Return what ``index_dir``'s mark must say of the store that was made there."""
    return hashlib.sha256(secret + store_id.encode("utf-8", "replace")).hexdigest().encode()


def is_marked(index_dir: Path, secret: bytes) -> bool:
    """Whether the store in ``index_dir`` is the one made there; not one copied in later.

    Neither may pages of another have come into it, out of a write-ahead log that lay beside it.
    Raises StoreError, and FileError.
    """
    path = index_dir / DATABASE
    with contextlib.closing(connect(path)) as connection, translated(path):
        found = connection.execute("SELECT value FROM state WHERE key = 'store_id'").fetchone()
    try:
        return bool(found) and (index_dir / MARK).read_bytes() == mark(str(found[0]), secret)
    except OSError:
        return False


def find_fault(index_dir: Path, secret: bytes) -> str | None:
    """Return why the store in ``index_dir`` cannot be used; None when it can.

    Nothing of another machine is opened. Raises StoreError for a store of a newer papernotes, and
    FileError.
    """
    if not is_stamped(index_dir, secret):
        return "index/ was not made on this machine"
    try:
        if not is_marked(index_dir, secret):
            return "the store was made for another library"
    except StoreOutdatedError:
        return "the store was made by an older papernotes"
    except StoreDamagedError:
        return "the store was damaged or missing"
    return None


def vouch(index_dir: Path, secret: bytes, store_id: str) -> None:
    """Mark and stamp what was made in ``index_dir``, the stamp last. Raises FileError."""
    files.write_atomic(index_dir / MARK, mark(store_id, secret))
    files.write_atomic(index_dir / STAMP, stamp(index_dir, secret))


def check_folder(index_dir: Path) -> None:
    """Raise ConflictError unless ``index_dir`` is a folder of its own, or not there yet."""
    if index_dir.is_symlink() or (index_dir.exists() and not index_dir.is_dir()):
        raise ConflictError(
            f"{index_dir}: is no folder of the library's own",
            hint="move it away; papernotes makes its own index/",
        )


def has_content(index_dir: Path) -> bool:
    """Whether there is anything of ours, by name, to discard."""
    return any(os.path.lexists(index_dir / name) for name in _OURS)


def discard(index_dir: Path) -> None:
    """Remove what is derived, and only that; the stamp first, so that a half is never trusted."""
    try:
        for name in (STAMP, *_OURS):
            path = index_dir / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise files.file_error(error, index_dir) from error


def connect(path: Path) -> sqlite3.Connection:
    """Open the database at ``path`` with our settings.

    Where nothing can be written (a folder of another user, a full disk) it is opened as it
    stands, to be read. Raises StoreError for a store of a newer papernotes and StoreDamagedError
    for anything that is not a store of this version.
    """
    if not path.is_file() or path.is_symlink():
        raise StoreDamagedError(f"{path}: no store")
    if path.with_name(_JOURNAL).exists():  # a store of ours has a write-ahead log
        raise StoreDamagedError(f"{path}: a journal of another database lies beside it")
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return _open(path, "?mode=ro&immutable=1")
    try:
        return _open(path, "?mode=rw")
    except files.FileError:
        wal = path.with_name(f"{path.name}-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        return _open(path, "?mode=ro&immutable=1")


def _open(path: Path, how: str) -> sqlite3.Connection:
    with translated(path):
        connection = sqlite3.connect(
            path.resolve().as_uri() + how, uri=True, timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            configure(connection)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            application = connection.execute("PRAGMA application_id").fetchone()[0]
        except BaseException:
            connection.close()
            raise
    if application == APPLICATION_ID and version > SCHEMA_VERSION:
        connection.close()
        raise StoreError(
            f"{path}: made by a newer papernotes (version {version} of the store; "
            f"this one knows {SCHEMA_VERSION}); left untouched",
            hint="upgrade papernotes, or delete the folder index/ to have it made anew",
        )
    if application == APPLICATION_ID and 0 < version < SCHEMA_VERSION:
        connection.close()
        raise StoreOutdatedError(f"{path}: made by an older papernotes")
    if application != APPLICATION_ID or version != SCHEMA_VERSION:
        connection.close()
        raise StoreDamagedError(f"{path}: not a store of this version")
    return connection


def configure(connection: sqlite3.Connection) -> None:
    """Set what every connection of ours wants."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA cache_size = -65536")  # KiB: a large sync does not spill


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: locked, no room, or damaged.

    They are told apart by SQLite's own codes: a message may quote what stands in the database.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the primary one
        if code in _BUSY:
            raise LockedError(f"{path}: locked by another program") from error
        if code == sqlite3.SQLITE_READONLY:
            hint = "is the disk full, or the folder somebody else's? your notes are untouched"
            raise files.FileError(f"{path}: cannot be written now", hint=hint) from error
        if code in _REFUSED:
            raise files.FileError(f"{path}: {error}", hint="your notes are untouched") from error
        raise StoreDamagedError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise StoreDamagedError(f"{path}: holds text that is not UTF-8") from error

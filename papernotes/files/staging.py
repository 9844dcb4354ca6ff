"""What files are to hold, written beside them and flushed, before any of them gets its name."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from typing import TYPE_CHECKING, NamedTuple

from papernotes.files.reading import file_error
from papernotes.files.swapping import changed_meanwhile
from papernotes.files.temporary import temporary_name
from papernotes.files.writing import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from papernotes.files.changes import Edit

    Progress = Callable[[str, int, int], None]

_FEW, _WORKERS, _GLANCE_SECONDS = 4, 8, 0.2


class Staged(NamedTuple):
    """The temporary files by the paths they stand for, and the folders they lie in."""

    files: dict[str, Path]
    folders: set[Path]

    def clear(self) -> None:
        """Remove the temporary files that are still there. Raises OSError."""
        for temporary in self.files.values():
            temporary.unlink(missing_ok=True)


def stage(root: Path, edits: Sequence[Edit], progress: Progress) -> Staged:
    """Write what the files of ``edits`` are to hold beside them, and flush it.

    ``progress`` hears what is being done, and at which of how many. Whatever ends it early takes
    the temporary files away. Raises FileError, and ConflictError for a file that has gone.
    """
    staged = Staged({}, set())
    try:
        for number, edit in enumerate(edits, 1):
            folder = (root / edit.path).parent
            if folder not in staged.folders:
                make_folder(folder)
                staged.folders.add(folder)
            if edit.after is not None:
                staged.files[edit.path] = _written(root / edit.path, edit)
            progress("writing", number, len(edits))
        _flush_all(list(staged.files.values()), progress)
    except BaseException as error:
        with contextlib.suppress(OSError):  # what stays is cleared by the next run
            staged.clear()
        if isinstance(error, OSError):
            raise file_error(error, error.filename or root) from error
        raise
    return staged


def _written(path: Path, edit: Edit) -> Path:
    """Write what a file is to hold beside it, with the permissions it is to have."""
    temporary = temporary_name(path)
    mode = edit.mode
    if mode is None and edit.before is not None:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except FileNotFoundError:  # an editor has it under another name for a moment
            raise changed_meanwhile(path) from None
    try:
        with temporary.open("xb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(edit.after or b"")
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _flush_all(paths: Sequence[Path], progress: Progress) -> None:
    """Flush files to the disk; many at once, since one wait then serves for several."""
    if len(paths) <= _FEW:
        for path in paths:
            _flush(path)
        return
    waiting, failed, flushed = iter(paths), list[Exception](), list[object]()
    turn = threading.Lock()

    def work() -> None:
        try:
            while path := _next(waiting, turn):
                _flush(path)
                flushed.append(path)
        except Exception as error:  # noqa: BLE001 - raised below, not lost with the thread
            failed.append(error)

    workers = list[threading.Thread]()
    try:
        _start(workers, work)
        for worker in workers:
            while worker.is_alive():
                worker.join(_GLANCE_SECONDS)
                progress("flushing to the disk", len(flushed), len(paths))
    finally:
        while _next(waiting, turn):  # what an interruption leaves is nobody's work any more
            pass
        for worker in workers:
            worker.join()
    if failed:
        raise failed[0]
    progress("flushing to the disk", len(paths), len(paths))


def _start(workers: list[threading.Thread], work: Callable[[], None]) -> None:
    """Begin threads that work, into ``workers``; work here where the system gives none."""
    with contextlib.suppress(RuntimeError):
        while len(workers) < _WORKERS:
            worker = threading.Thread(target=work)
            worker.start()
            workers.append(worker)
    if not workers:
        work()


def _next(waiting: Iterator[Path], turn: threading.Lock) -> Path | None:
    with turn:
        return next(waiting, None)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

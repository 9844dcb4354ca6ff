"""What files are to hold, written beside them and flushed, before any of them gets its name."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, NamedTuple

from papernotes.files.writing import flush_file, make_folder, write_beside

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
    the temporary files away. Raises FileError.
    """
    staged = Staged({}, set())
    try:
        for number, edit in enumerate(edits, 1):
            folder = (root / edit.path).parent
            if folder not in staged.folders:
                make_folder(folder)
                staged.folders.add(folder)
            if edit.after is not None:
                path = root / edit.path
                staged.files[edit.path] = write_beside(path, edit.after, mode=edit.mode)
            progress("writing", number, len(edits))
        _flush_all(list(staged.files.values()), progress)
    except BaseException:
        with contextlib.suppress(OSError):  # what stays is cleared by the next run
            staged.clear()
        raise
    return staged


def _flush_all(paths: Sequence[Path], progress: Progress) -> None:
    """Flush files to the disk; many at once, since one wait then serves for several."""
    if len(paths) <= _FEW:
        for path in paths:
            flush_file(path)
        return
    waiting, failed, flushed = iter(paths), list[Exception](), list[object]()
    turn = threading.Lock()

    def work() -> None:
        try:
            while path := _next(waiting, turn):
                flush_file(path)
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

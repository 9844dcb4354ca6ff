"""Several processes that make segments at once (see :mod:`papernotes.index.worker`).

They are programs of their own, on pipes: what is forked would share an open database, and what
multiprocessing starts runs the main module of whoever uses the library once more. Each is in a
process group of its own, so Ctrl-C is for us, and ends when its pipe ends, whatever ends us.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import selectors
import signal
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import whoosh

from papernotes.index import worker
from papernotes.index.postings import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Slice = tuple[Sequence[int], Sequence[Document]]

_PROGRAM = (
    "import sys; sys.path += sys.argv[3:]; from papernotes.index.worker import main;"
    " main(*sys.argv[1:3])"
)
_MOST = 4
_WORTH = 2_000  # documents: less is done before another process is of use
_fields = attrgetter(*Document.__slots__)


class Made(NamedTuple):
    """All ``ids`` are done: those that are documents are in the segment ``name``, so many.

    The name is empty where none is a document.
    """

    ids: tuple[int, ...]
    name: str
    documents: int


class Lost(NamedTuple):
    """A process ended; ``ids`` were given to it and are in no segment."""

    ids: tuple[int, ...]
    how: str


class _Worker:
    def __init__(self, folder: Path, most_postings: int) -> None:
        # Isolated: neither a folder we are in nor the environment says what is imported; last
        # come the places we ourselves have it from.
        places = {str(Path(__file__).parents[2]), str(Path(whoosh.__file__ or "").parents[1])}
        arguments = (str(folder.absolute()), str(most_postings), *sorted(places))
        self._ids: list[int] = []
        self.is_ending = False
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-c", _PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            process_group=0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._questions, self.answers = self._process.stdin, self._process.stdout

    def give(self, ids: Sequence[int], documents: Sequence[Document]) -> None:
        """Send a slice; an empty one is the last. That it is dead shows when it should answer."""
        self._ids += ids
        self.is_ending = not ids
        data = marshal.dumps([_fields(each) for each in documents])
        with contextlib.suppress(BrokenPipeError):
            self._questions.write(len(data).to_bytes(worker.LENGTH, "big") + data)
            self._questions.flush()

    def answer(self) -> Made | Lost | None:
        """Return what came of the last slice, None where it was only taken in; waits for it."""
        line = self.answers.readline().decode("ascii", "replace")
        ids = tuple(self._ids)
        if not line.endswith("\n"):
            status = self._process.wait()
            how = signal.Signals(-status).name if status < 0 else f"status {status}"
            return Lost(ids, how)
        if line == "\n" and not self.is_ending:
            return None
        self._ids.clear()
        name, _, count = line.strip().partition(" ")
        return Made(ids, name, int(count or 0))

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        self.answers.close()
        with contextlib.suppress(BrokenPipeError):
            self._questions.close()


class Crew:
    """So many processes that write segments into ``folder``; leaving the ``with`` ends them.

    Where the system lets us start fewer there are fewer, or none.
    """

    def __init__(self, folder: Path, most_postings: int, size: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        try:
            for _ in range(size):
                self._workers.append(_Worker(folder, most_postings))
                self._selector.register(self._workers[-1].answers, selectors.EVENT_READ)
        except OSError:
            return
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        workers, self._workers = self._workers, []
        for each in workers:
            each.close()
        self._selector.close()

    def write(self, slices: Iterator[Slice]) -> Iterator[Made | Lost]:
        """Give out the slices, ids with their documents, and yield what comes of them.

        In the end each id that was given was in a Made or a Lost; when all processes are lost,
        slices are left.
        """
        for each in self._workers:
            each.give(*next(slices, ((), ())))
        while self._workers:
            ready = {key.fileobj for key, _ in self._selector.select()}
            for each in [one for one in self._workers if one.answers in ready]:
                came = each.answer()
                if each.is_ending or isinstance(came, Lost):
                    self._workers.remove(each)
                    self._selector.unregister(each.answers)
                    each.close()
                else:
                    each.give(*next(slices, ((), ())))
                if came is not None:
                    yield came


def size_for(documents: int) -> int:
    """Return how many processes so many documents are worth: 1 means none but this one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(_MOST, cores or 1, documents // _WORTH + 1)

"""One thread works and others ask: a library has one owner, a server a thread a connection."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Q = TypeVar("Q")
A = TypeVar("A")
_MOMENT_SECONDS = 0.5


class ClosedError(Exception):
    """Nobody answers any more."""


class Desk(Generic[Q, A]):
    """Questions wait in a line, in the order in which they came."""

    def __init__(self) -> None:
        self._line: queue.SimpleQueue[tuple[Q, Future[A]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False

    def ask(self, question: Q) -> A:
        """Return the answer, from any thread but the one that works.

        Raises what answering does, and ClosedError.
        """
        promise: Future[A] = Future()
        with self._lock:
            if self._is_closed:
                raise ClosedError
            self._line.put((question, promise))
        return promise.result()

    def work(self, answer: Callable[[Q], A]) -> None:
        """Answer questions in this thread until it is interrupted; then nobody waits any more."""
        try:
            while True:
                with contextlib.suppress(queue.Empty):
                    self._answer_one(answer)
        finally:
            self._close()

    def _answer_one(self, answer: Callable[[Q], A]) -> None:
        """Answer the first question; raises queue.Empty when none comes for a moment.

        Without that end, a Ctrl-C just before the wait would be seen with the next question only.
        """
        question, promise = self._line.get(timeout=_MOMENT_SECONDS)
        try:
            found = answer(question)
        except Exception as error:  # noqa: BLE001 - it is for who asked
            promise.set_exception(error)
        except BaseException:
            promise.set_exception(ClosedError())
            raise
        else:
            promise.set_result(found)

    def _close(self) -> None:
        with self._lock:
            self._is_closed = True
        while True:
            try:
                _, promise = self._line.get_nowait()
            except queue.Empty:
                return
            promise.set_exception(ClosedError())

"""Forked processes that make and write some of the posts: one core is too slow for a thousand.

A helper inherits all that its parent has read and answers on a pipe; messages are pickles, which
only ever pass between a process and its own child. Where a helper dies its parent does the work;
who shares out what is seen from outside, such as writing, must find what was done of it done.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")
_MOST = 3
_WORTH = 50  # so many posts take as long as a helper takes to start
_BROKEN = (EOFError, OSError, pickle.PickleError, AttributeError)


class Helper:
    """A child that runs ``work``, which is handed where it reads and where it writes."""

    def __init__(self, work: Callable[[BinaryIO, BinaryIO], None]) -> None:
        down, up = os.pipe(), os.pipe()
        self._child = os.fork()
        if self._child == 0:
            _run(work, down, up)
        os.close(down[0])
        os.close(up[1])
        self._down = os.fdopen(down[1], "wb")
        self._up = os.fdopen(up[0], "rb")

    def tell(self, message: object) -> None:
        """Send a message; a helper that is dead does not hear it."""
        with contextlib.suppress(OSError):
            pickle.dump(message, self._down)
            self._down.flush()

    def answer(self) -> Any:
        """Return the next answer, None of a helper that is dead."""
        try:
            return pickle.load(self._up)  # noqa: S301 - our own child's
        except _BROKEN:
            return None

    def close(self) -> None:
        """Let the helper end, and wait until it has."""
        for pipe in (self._up, self._down):
            with contextlib.suppress(OSError):
                pipe.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._child, 0)


def _run(
    work: Callable[[BinaryIO, BinaryIO], None], down: tuple[int, int], up: tuple[int, int]
) -> None:
    """Work, and end at once: nothing that is the parent's may be closed or written."""
    status = 1
    try:
        os.close(down[1])
        os.close(up[0])
        with os.fdopen(down[0], "rb") as asked, os.fdopen(up[1], "wb") as told:
            work(asked, told)
        status = 0
    finally:
        os._exit(status)


def send(message: object, told: BinaryIO) -> None:
    """Answer, as a helper."""
    pickle.dump(message, told)
    told.flush()


def receive(asked: BinaryIO) -> Any:
    """Return the next message to a helper. Raises EOFError when there is none any more."""
    return pickle.load(asked)  # noqa: S301 - our own parent's


def shared_out(
    items: Sequence[T], work: Callable[[Sequence[T]], Iterable[R]], forked: Callable[[], None]
) -> list[R]:
    """Return what ``work`` makes of all items, helpers doing a part each.

    ``work`` sees any of the items alone; ``forked`` is called first in each helper.
    """

    def help_with(part: Sequence[T], _: BinaryIO, told: BinaryIO) -> None:
        forked()
        send(list(work(part)), told)

    hands = worth(len(items)) + 1
    parts = [items[hand::hands] for hand in range(hands)]
    helpers = [Helper(partial(help_with, part)) for part in parts[1:]]
    try:
        found = list(work(parts[0]))
        for helper, part in zip(helpers, parts[1:], strict=True):
            answer = helper.answer()
            found += work(part) if answer is None else answer
    finally:
        for helper in helpers:
            helper.close()
    return found


def telling(
    part: Sequence[T], doing: str, tell: Callable[[str, int, int], None], parent: int
) -> Iterator[T]:
    """Yield items, saying at which of this part one is: not in a helper of process ``parent``."""
    for number, item in enumerate(part):
        if os.getpid() == parent:
            tell(doing, number, len(part))
        yield item


def worth(posts: int) -> int:
    """Return how many helpers so many posts are worth; none beside threads, which no fork keeps."""
    if sys.platform == "win32" or threading.active_count() > 1:
        return 0
    return min(_MOST, (os.cpu_count() or 1) - 1, posts // _WORTH)

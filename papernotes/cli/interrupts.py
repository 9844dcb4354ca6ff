"""Ctrl-C: silent until there is something to say about it, then one line and 130.

``papernotes.__main__`` leaves SIGINT with its default action; whoever calls the command line from
Python keeps the handler that is there.
"""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def heed() -> None:
    """From now on let Ctrl-C raise KeyboardInterrupt, where it would end the process."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def left_to_the_child() -> Iterator[None]:
    """Leave Ctrl-C to the program that has the terminal meanwhile: an editor is not to be killed.

    The child starts with the default action; it does not inherit what is done here.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def heeded_only_within() -> Iterator[None]:
    """Give SIGINT its default action back at the end, if it had that before."""
    had_default = signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    try:
        yield
    finally:
        if had_default:
            signal.signal(signal.SIGINT, signal.SIG_DFL)

"""Long output goes through a pager, as with git: only on a terminal, and only what does not fit.

Lines are held back until there are more than fit; so nothing has to be known of the pager, and
what is short is printed as ever. The program is $PAPERNOTES_PAGER, else $PAGER, else less. No
setting names it, since no file of a library may make a program run.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

import click

from papernotes.cli.interrupts import left_to_the_child
from papernotes.cli.text import width

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

_VARIABLES = ("PAPERNOTES_PAGER", "PAGER")
_DEFAULTS = {"LESS": "FRX", "LV": "-c"}  # as git has them: end where it fits, colours, no clearing
_LINK = re.compile("\x1b]8;[^\x1b\x07]*(?:\x1b\\\\|\x07)")  # not every pager knows links


def find_pager() -> list[str]:
    """Return the words of the pager, none where there is to be none or it is not there."""
    named = next((os.environ[name] for name in _VARIABLES if name in os.environ), "less")
    try:
        words = shlex.split(named)
    except ValueError:
        words = []
    return words if words and words != ["cat"] and shutil.which(words[0]) else []


@contextlib.contextmanager
def paging() -> Iterator[bool]:
    """Send standard output through the pager, if it turns out to be longer than the terminal.

    Gives whether there is a pager; messages then go the same way, to stay in their order.
    """
    words = find_pager()
    if not words or os.environ.get("TERM", "dumb") == "dumb":
        yield False
        return
    screen = sys.stdout
    sys.stdout = paged = _Paged(screen, words)
    try:
        yield True
    finally:
        sys.stdout = screen
        paged.end()


class _Paged(io.TextIOBase):
    """A terminal that holds lines back until there are more than it shows at once."""

    def __init__(self, screen: TextIO, words: list[str]) -> None:
        self._screen = screen
        self._words = words
        self._size = shutil.get_terminal_size()
        self._held: list[str] = []
        self._rows = 0
        self._pager: subprocess.Popen[str] | None = None
        self._around = contextlib.ExitStack()
        self._is_left = False

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._screen.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._screen.errors

    def isatty(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._screen.fileno()

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError("not a stream of bytes")  # so click asks what it is
        if self._pager is not None:
            self._page(text)
            return len(text)
        self._held.append(text)
        for line in click.unstyle(_LINK.sub("", text)).split("\n")[:-1]:
            self._rows += max(-(-width(line) // max(self._size.columns, 1)), 1)
        if self._rows >= self._size.lines:
            self._start()
        return len(text)

    def _start(self) -> None:
        """Start the pager with what was held back; where it cannot be, print that."""
        import subprocess  # noqa: PLC0415 - long output only

        environ = {**os.environ, **{k: v for k, v in _DEFAULTS.items() if k not in os.environ}}
        try:
            self._pager = subprocess.Popen(  # noqa: S603 - the person's own
                self._words, stdin=subprocess.PIPE, env=environ, encoding="utf-8", errors="replace"
            )
        except OSError:
            self._size = os.terminal_size((self._size.columns, sys.maxsize))
            return
        self._around.enter_context(left_to_the_child())
        held, self._held = "".join(self._held), []
        self._page(held)

    def _page(self, text: str) -> None:
        if self._pager is None or self._pager.stdin is None or self._is_left:
            return
        try:
            self._pager.stdin.write(_LINK.sub("", text))
        except BrokenPipeError:  # whoever reads has seen enough
            self._is_left = True

    def end(self) -> None:
        """Print what was held back, or wait until the pager is left."""
        if self._pager is None:
            self._screen.write("".join(self._held))
            self._screen.flush()
            return
        assert self._pager.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._pager.stdin.close()
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                self._pager.wait()
                break
        self._around.close()

"""What every command is handed: where the library is, how to speak, and the common options."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

import click

from papernotes.cli.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from papernotes.config import Config
    from papernotes.library import Library

_SHOWING_SECONDS = 0.3  # what is done sooner needs no line
_TELLING_SECONDS = 2.0
F = TypeVar("F", bound="Callable[..., Any]")


class App:
    """The state of one run of the command line: ``directory`` is the library that was named."""

    def __init__(self, directory: str | None = None) -> None:
        self.directory = directory
        self.is_quiet = False
        self.is_verbose = False
        self.has_pager = True
        self._is_paging = False
        self._on_terminal = sys.stderr.isatty()
        self._progress_width = 0
        self._doing: tuple[str, float, int] | None = None

    def root(self) -> Path:
        """Return the root of the library. Raises LibraryNotFoundError."""
        from papernotes.config import find_library  # noqa: PLC0415 - a seam
        from papernotes.errors import LibraryNotFoundError  # noqa: PLC0415 - a seam

        root = find_library(".", given=self.directory)
        if root is None:
            where = self._named() or f"{os.getcwd()} or above"  # noqa: PTH109 - pathlib is felt at start-up
            raise LibraryNotFoundError(f"no library in {where}: no papernotes.toml")
        return root

    def _named(self) -> str | None:
        return self.directory or os.environ.get("PAPERNOTES_LIBRARY")

    def library(self) -> Library:
        """Open the library, its notices and progress going to stderr."""
        from papernotes.config import load  # noqa: PLC0415 - a seam
        from papernotes.library import Library  # noqa: PLC0415 - a seam

        root = self.root()
        return Library(
            root,
            config=load(root),
            notify=self.notice,
            progress=self.progress if self._on_terminal and not self.is_quiet else None,
        )

    def config(self) -> Config:
        """Return the settings, with those of the library where there is one.

        Raises LibraryNotFoundError for one that was named and is none.
        """
        from papernotes.config import find_library, load  # noqa: PLC0415 - a seam

        return load(self.root() if self._named() else find_library("."))

    def notice(self, message: str) -> None:
        """Say something on stderr, unless asked to be quiet."""
        if not self.is_quiet:
            self.warn(message)

    def warn(self, message: str) -> None:
        """Say something on stderr that must not be missed."""
        self.clear_progress()
        is_paged = self._is_paging and self._on_terminal  # in its place among what is paged
        click.echo(f"papernotes: {safe(message)}", err=not is_paged)

    @contextlib.contextmanager
    def paged(self) -> Iterator[None]:
        """Show what is printed meanwhile in a pager, where it is longer than the terminal."""
        if not self.has_pager or self._is_paging or not sys.stdout.isatty():
            yield
            return
        from papernotes.cli.pager import paging  # noqa: PLC0415 - on a terminal only

        self.clear_progress()
        with paging() as self._is_paging:
            yield
        self._is_paging = False

    def progress(self, doing: str, done: int, of: int) -> None:
        """Show how far a long step is, on one line of the terminal; ``of`` 0 is not known."""
        if 0 < of < 20:
            return
        seconds, steps = self._since(doing, done)
        if seconds < (_SHOWING_SECONDS if of else _TELLING_SECONDS):
            return
        line = f"{doing}: {done}" + (f" of {of}" if of else "")
        if of and steps and seconds >= _TELLING_SECONDS:
            line += f", about {_spoken(seconds * (of - done) / steps)} left"
        self._progress_width = max(self._progress_width, len(line))
        click.echo(f"\r{line:<{self._progress_width}}", err=True, nl=False)
        if 0 < of <= done:
            self.clear_progress()

    def _since(self, doing: str, done: int) -> tuple[float, int]:
        """Return for how many seconds this has been done, and how many steps that made."""
        now = time.monotonic()
        if self._doing is None or self._doing[0] != doing or done < self._doing[2]:
            self._doing = (doing, now, done)
        return now - self._doing[1], done - self._doing[2]

    def clear_progress(self) -> None:
        """Take the progress line off the terminal."""
        if self._progress_width:
            click.echo("\r" + " " * self._progress_width + "\r", err=True, nl=False)
            self._progress_width = 0


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"


pass_app = click.make_pass_decorator(App, ensure=True)


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.ensure_object(App), name, value)

    return callback


def _set_directory(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value == "":
        raise click.BadParameter("needs the name of a folder")
    if value is not None:
        ctx.ensure_object(App).directory = value


def _no_pager(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(App).has_pager = False


def _no_color(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.color = False


def common_options(command: F) -> F:
    """Add the options every command takes: --library, -q, -v, --no-color, --no-pager."""
    options = (
        click.option(
            "--library",
            metavar="DIR",
            expose_value=False,
            callback=_set_directory,
            help="The library to use, instead of the nearest above.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=_set("is_quiet"),
            help="Say only what was asked for, and errors.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=_set("is_verbose"),
            help="Say more; show the traceback of an unexpected error.",
        ),
        click.option(
            "--no-color", is_flag=True, expose_value=False, callback=_no_color, help="No colours."
        ),
        click.option(
            "--no-pager",
            is_flag=True,
            expose_value=False,
            callback=_no_pager,
            help="Print long output, in place of showing it in a pager.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command

"""Choosing among several candidates on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

import click

from papernotes.cli.text import one_line
from papernotes.errors import AmbiguousRefError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def chosen(act: Callable[[str], T], ref: str) -> T:
    """Return ``act(ref)``; when the ref means several, let a person at a terminal pick one.

    Where nobody can be asked, the AmbiguousRefError goes on.
    """
    try:
        return act(ref)
    except AmbiguousRefError as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        click.echo(f"{one_line(str(error))}:", err=True)
        for number, candidate in enumerate(error.candidates, 1):
            click.echo(f"{number:>3}  {one_line(candidate)}", err=True)
        number = click.prompt("which", type=click.IntRange(1, len(error.candidates)), err=True)
        return act(error.candidates[number - 1])

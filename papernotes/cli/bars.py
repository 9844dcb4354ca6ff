"""Values and how often each is there, with a small bar for each on a terminal."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from papernotes.cli.output import is_terminal
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.reports.connecting import Tally

_NONE = "(none)"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_MOST_COLUMNS = 40


def lines_of(tallies: Sequence[Tally]) -> Iterator[str]:
    """Yield a line for each: value and count for pipes, aligned and with a bar for people."""
    names = [_NONE if each.value is None else one_line(each.value) for each in tallies]
    if not is_terminal():
        yield from (f"{name}\t{each.count}" for name, each in zip(names, tallies, strict=True))
        return
    columns = shutil.get_terminal_size().columns
    most = max((each.count for each in tallies), default=0)
    digits = len(str(most))
    names_columns = min(max(map(width, names), default=0), max(columns // 2, len(_NONE)))
    free = min(max(columns - names_columns - digits - 5, 1), _MOST_COLUMNS)
    for name, each in zip(names, tallies, strict=True):
        shown = click.style(
            fit(name, names_columns), bold=each.value is not None, dim=not each.value
        )
        drawn = click.style(bar(each.count, most, free, in_blocks=has_every_letter()), fg="cyan")
        yield f"{shown}  {each.count:>{digits}}  {drawn}"


def bar(count: int, most: int, columns: int, *, in_blocks: bool) -> str:
    """Return a bar for ``count``, of all ``columns`` for ``most``; never none for something."""
    if count <= 0 or most <= 0:
        return ""
    if not in_blocks:
        return "#" * max(round(count * columns / most), 1)
    whole, part = divmod(max(round(count * columns * 8 / most), 1), 8)
    return "█" * whole + _EIGHTHS[part].strip()

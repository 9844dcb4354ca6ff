"""Letting a person at a terminal pick one of several papers or notes.

By number; or with a program that reads lines and prints the chosen one, such as fzf, if the
person names it in $PAPERNOTES_PICKER. No setting of a library names it: these run no programs.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from papernotes.cli.interrupts import left_to_the_child
from papernotes.cli.text import fit, one_line, width

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE = "PAPERNOTES_PICKER"
_NOTHING_PICKED = (1, 130)  # as fzf and its like end
_MIN_TITLE = 20


def can_ask() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def find_program() -> list[str]:
    """Return the words of the person's own picker; none where it is not named or not there."""
    try:
        words = shlex.split(os.environ.get(VARIABLE, ""))
    except ValueError:
        words = []
    return words if words and shutil.which(words[0]) else []


def pick(question: str, candidates: Sequence[tuple[str, str]]) -> str:
    """Return the ref picked of ``candidates``, each a ref and a title.

    Raises click.Abort when the person wants none of them.
    """
    if program := find_program():
        return _picked_with(program, candidates)
    if named := os.environ.get(VARIABLE):
        click.echo(f"papernotes: {one_line(named)}: not found (${VARIABLE})", err=True)
    click.echo(f"{one_line(question)}:", err=True)
    columns = shutil.get_terminal_size().columns
    refs = _column(candidates)
    for number, (ref, title) in enumerate(candidates, 1):
        free = max(columns - refs - 7, _MIN_TITLE)
        line = f"{number:>3}  {one_line(ref):<{refs}}  {fit(one_line(title), free)}"
        click.echo(line.rstrip(), err=True)
    number = click.prompt("which", type=click.IntRange(1, len(candidates)), err=True)
    return candidates[number - 1][0]


def _column(candidates: Sequence[tuple[str, str]]) -> int:
    return max((width(one_line(ref)) for ref, _ in candidates), default=0)


def _picked_with(program: Sequence[str], candidates: Sequence[tuple[str, str]]) -> str:
    refs = min(_column(candidates), 40)
    lines = {
        f"{one_line(ref):<{refs}}  {one_line(title)}".rstrip(): ref for ref, title in candidates
    }
    with left_to_the_child():
        done = subprocess.run(  # noqa: S603 - the person's own
            program,
            input="".join(f"{line}\n" for line in lines),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    picked = lines.get(done.stdout.rstrip("\r\n").rstrip())
    if picked is not None and done.returncode == 0:
        return picked
    if done.returncode not in {0, *_NOTHING_PICKED}:
        reason = f"{shlex.join(program)} ended with status {done.returncode}"
        raise click.ClickException(f"{reason} (${VARIABLE})")
    raise click.Abort

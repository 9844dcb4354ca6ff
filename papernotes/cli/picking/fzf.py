"""The picker by fzf: it edits the query and shows the lines that ``feed`` finds for it.

Each key but those that move ends fzf, is acted on here, and fzf begins again with the same query.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from papernotes.cli.interrupts import left_to_the_child
from papernotes.cli.picking import clipboard, feed, view
from papernotes.cli.picking.deeds import Open, Tag, Turn, do, sentence
from papernotes.cli.picking.model import Outcome, Picked, resorted
from papernotes.cli.text import one_line
from papernotes.errors import PapernotesError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.cli.context import App
    from papernotes.cli.picking.deeds import Deed
    from papernotes.cli.picking.model import State

_KEYS = ("esc", "alt-enter", "alt-y", "ctrl-o", "ctrl-y", "ctrl-t", "ctrl-s", "ctrl-r")
_HEADER = "enter edit  ^o open  ^y cite  ^t tag  ^s status  ^r sort  tab mark  esc leave"
_PRINTING = "enter print  ^o open  ^y cite  ^t tag  ^s status  ^r sort  tab mark  esc leave"
_SIDE_BY_SIDE = 100
_PAUSE_SECONDS = 0.1  # so that not every key of a quick hand starts a search
_NOTHING, _STOPPED = 1, 130


def run(app: App, program: Sequence[str], state: State, *, prints: bool) -> tuple[Outcome, State]:
    """Let a person pick with fzf; return how that ended and the state to come back with.

    Raises PapernotesError for an fzf that fails, such as one too old to know what is asked of it.
    """
    while True:
        done = _shown(app, program, state, prints=prints)
        if done.returncode == _STOPPED:
            return Outcome(is_stopped=True), state
        if done.returncode not in {0, _NOTHING}:
            raise PapernotesError(
                f"{shlex.join(program)} ended with status {done.returncode}",
                hint="--pick needs fzf 0.36 or newer",
            )
        query, key, picked = parse_answer(done.stdout)
        state = replace(state, query=query, said="")
        if key == "esc":
            return Outcome(), state
        if key in {"", "alt-enter"} and picked:
            return Outcome(picked, is_coming_back=key == "alt-enter" and not prints), state
        state = _act(app, state, key, picked)


def _shown(
    app: App, program: Sequence[str], state: State, *, prints: bool
) -> subprocess.CompletedProcess[str]:
    columns = shutil.get_terminal_size().columns
    with left_to_the_child():
        return subprocess.run(  # noqa: S603 - the person's own
            [*program, *options(state, columns, prints=prints)],
            env=_environ(app, state, columns),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )


def _feeding(*words: str) -> str:
    """Return the shell command that runs ``feed``; -P keeps the current folder's modules out."""
    return shlex.join([sys.executable, "-P", "-m", feed.__name__, *words])


def options(state: State, columns: int, *, prints: bool) -> list[str]:
    """Return the words after fzf's name. fzf itself quotes what stands for {q} and {1}."""
    reload = f"sleep {_PAUSE_SECONDS}; {_feeding('hits', state.sort)} {{q}}"
    place = "right,50%,wrap" if columns >= _SIDE_BY_SIDE else "down,50%,wrap"
    news = one_line(state.said) or (_PRINTING if prints else _HEADER)
    return [
        "--disabled",
        "--multi",
        "--print-query",
        "--no-select-1",
        "--no-exit-0",
        f"--query={state.query}",
        f"--expect={','.join(_KEYS)}",
        "--delimiter=\t",
        "--with-nth=4..",
        f"--prompt={view.SORT_NAMES.get(state.sort, state.sort)}> ",
        f"--header={news}",
        f"--bind=change:reload:{reload}",
        f"--preview={_feeding('preview')} {{q}} {{1}}",
        f"--preview-window={place}",
        "--layout=reverse",
        "--color=bw" if os.environ.get("NO_COLOR") else "--ansi",
    ]


def _environ(app: App, state: State, columns: int) -> Mapping[str, str]:
    """Return the environment of fzf: the first list, and a shell that reads what fzf quotes."""
    part = 2 if columns >= _SIDE_BY_SIDE else 1
    return os.environ | {
        "SHELL": "/bin/sh",
        "FZF_DEFAULT_COMMAND": f"{_feeding('hits', state.sort)} {shlex.quote(state.query)}",
        "PAPERNOTES_LIBRARY": str(app.root()),
        feed.COLUMNS: str(columns // part - 6),
    }


def parse_answer(text: str) -> tuple[str, str, tuple[Picked, ...]]:
    """Return query, key and what is picked of what fzf printed."""
    query, key, *lines = [*text.split("\n"), "", ""]
    fields = [line.split("\t") for line in lines if line.count("\t") >= 3]
    picked = tuple(
        Picked(ref, kind == "paper", int(line) if line.isdecimal() else None)
        for ref, kind, line, *_ in fields
    )
    return query, key, picked


def _act(app: App, state: State, key: str, picked: tuple[Picked, ...]) -> State:
    """Return the state after a key, with what became of it."""
    if key == "ctrl-r":
        return resorted(state)
    if not picked:
        return state
    if key in {"ctrl-y", "alt-y"}:
        text = (clipboard.citation if key == "ctrl-y" else clipboard.links)(picked)
        click.echo(clipboard.osc52(text), err=True, nl=False, color=True)
        clipboard.give_desktop(text, os.environ)
        return replace(state, said=f"copied {text}")
    try:
        with app.library() as library:
            deed: Deed
            if key == "ctrl-t":
                tags = click.prompt("tags (+a -b)", default="", show_default=False, err=True)
                deed = Tag(picked, tags)
            elif key == "ctrl-s":
                deed = Turn(picked)
            else:
                deed = Open(picked)
            said = do(library, deed, on_failure=app.warn)
    except PapernotesError as error:
        said = sentence(error)
    return replace(state, said=said)

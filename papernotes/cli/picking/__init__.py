"""``papernotes search --pick``: search as you type, on a terminal.

``model`` is what is shown and known, as values; ``view`` makes lines of it; ``worker`` is the
thread that owns the library; ``screen`` is the terminal, by prompt_toolkit (the extra ``pick``).
Without the extra ``fzf`` serves, asking ``feed`` for lines. ``deeds`` are what keys do for both.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papernotes.cli import picker
from papernotes.cli.editor import edit_notes, find_editor
from papernotes.cli.output import ref_field
from papernotes.cli.picking.model import State
from papernotes.config import load
from papernotes.errors import PapernotesError
from papernotes.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.cli.context import App
    from papernotes.cli.picking.model import Outcome

    Face = Callable[[State], tuple[Outcome, State]]

_STOPPED = 130


def pick(app: App, query: str, *, sort: str, prints: bool) -> int:
    """Let a person search as they type, and edit what they pick, or (``prints``) print its refs.

    Returns the exit status: 130 when nothing was picked and refs were asked for, or Ctrl-C.
    Raises UsageError where there is no terminal, PapernotesError where there is no program.
    """
    if not picker.can_ask() or os.environ.get("TERM", "dumb") == "dumb":
        raise click.UsageError("--pick needs a terminal; without it search prints what it finds")
    show = _face(app, prints=prints)
    editor = [] if prints else find_editor()
    with app.library() as library, library.session():
        pass  # what takes long is done before, where progress shows and Ctrl-C ends it
    state = State(query=query, sort=sort)
    while True:
        outcome, state = show(state)
        if outcome.is_stopped or (prints and not outcome.picked):
            return _STOPPED
        if not outcome.picked:
            return 0
        refs = [each.ref for each in outcome.picked]
        if prints:
            for ref in refs:
                click.echo(ref_field(ref))
            return 0
        with app.library() as library:
            status = edit_notes(app, library, editor, refs, line=outcome.picked[0].line)
        if not outcome.is_coming_back:
            return status
        state = replace(state, said="", marked=(), card=None)


def _face(app: App, *, prints: bool) -> Face:
    """Return what shows the picker: fzf where the person named it, else the extra, else fzf."""
    named = picker.find_program()
    is_named = bool(named) and Path(named[0]).name == "fzf"
    if not is_named and importlib.util.find_spec("prompt_toolkit") is not None:
        return _screen(app, prints=prints)
    if is_named or shutil.which("fzf"):
        from papernotes.cli.picking import fzf  # noqa: PLC0415 - one of two faces

        return lambda state: fzf.run(app, named or ["fzf"], state, prints=prints)
    raise PapernotesError(
        "--pick needs prompt_toolkit or fzf", hint='pip install "papernotes[pick]", or install fzf'
    )


def _screen(app: App, *, prints: bool) -> Face:
    from papernotes.cli.picking import screen  # noqa: PLC0415 - heavy, and one of two faces

    has_color = click.get_current_context().color is not False
    root = app.root()

    def opening(notify: Callable[[str], None]) -> Library:
        return Library(root, config=load(root), notify=notify)

    return lambda state: screen.run(opening, state, has_color=has_color, prints=prints)

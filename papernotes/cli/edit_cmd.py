"""``papernotes edit``."""

from __future__ import annotations

import os
import shlex
import subprocess

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.interrupts import left_to_the_child
from papernotes.cli.output import print_problems
from papernotes.cli.params import REF
from papernotes.errors import PapernotesError


@click.command("edit")
@click.argument("refs", nargs=-1, required=True, metavar="REF...", type=REF)
@common_options
@pass_app
def command(app: App, refs: tuple[str, ...]) -> int:
    """Open notes in your editor.

    That is $VISUAL, else $EDITOR; what changed is taken in when it ends. REF is a citation key
    or its beginning, an arXiv id, a note's name or words of a title. A paper without a note gets
    one.
    """
    with app.library() as library:
        paths = [str(chosen(library.note_path, ref)) for ref in refs]
        _open_editor(paths)
        report = library.sync()
    wrong = [problem for problem in report.problems if str(library.root / problem.path) in paths]
    print_problems(app, wrong)
    return 1 if wrong else 0


def _open_editor(paths: list[str]) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(editor)
        with left_to_the_child():
            done = subprocess.run([*words, *paths], check=False)  # noqa: S603 - the user's own
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "set $EDITOR to the editor you use"
        raise PapernotesError(f"{editor}: {reason}", hint=hint) from error
    if done.returncode:
        one = len(paths) == 1
        left = "the note was left as it is now" if one else "the notes were left as they are now"
        raise PapernotesError(f"{editor} ended with status {done.returncode}", hint=left)

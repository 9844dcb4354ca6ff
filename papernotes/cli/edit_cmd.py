"""``papernotes edit``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from papernotes.cli import picker
from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.editor import edit_notes, find_editor
from papernotes.cli.marks import read_refs
from papernotes.cli.params import REF
from papernotes.errors import AmbiguousRefError, ArxivIdError, NotFoundError
from papernotes.ids import parse_arxiv_id

if TYPE_CHECKING:
    from papernotes.library import Library

_MOST_NUMBERED = 20


@click.command("edit")
@click.argument("refs", nargs=-1, metavar="[REF...]", type=REF)
@common_options
@pass_app
def command(app: App, refs: tuple[str, ...]) -> int:
    """Open notes in your editor.

    That is $VISUAL, else $EDITOR; what changed is taken in when it ends. REF is a citation key
    or its beginning, an arXiv id, a note's name or words of a title. A paper without a note gets
    one.

    Where several are meant, or none is named, you pick by number; or with $PAPERNOTES_PICKER, a
    program that reads lines and prints one, such as fzf. A REF of - reads refs from standard
    input, one a line, as list and search --refs print them.
    """
    if not refs and not picker.can_ask():
        raise click.UsageError("name at least one paper or note: REF")
    editor = find_editor()
    with app.library() as library:
        meant = _meant(library, read_refs(refs)) if refs else [_picked(library)]
        return edit_notes(app, library, editor, meant, is_input_spent="-" in refs)


def _meant(library: Library, refs: tuple[str, ...]) -> list[str]:
    """Return the refs in full: each names one, or all together are words of one title."""
    try:
        return list(library.resolve(refs))
    except NotFoundError:
        try:
            return list(library.resolve([" ".join(refs)]))
        except NotFoundError:
            return [_one_meant(library, ref) for ref in refs]


def _one_meant(library: Library, ref: str) -> str:
    try:
        return chosen(lambda one: library.resolve([one])[0], ref)
    except AmbiguousRefError:
        raise
    except NotFoundError as error:
        try:
            error.hint = f"add it with: papernotes add {parse_arxiv_id(ref)} --edit"
        except ArxivIdError:
            start = f"papernotes new {shlex.quote(ref)} --edit"
            error.hint = f"start such a note with: {start}; search finds what there is"
        raise


def _picked(library: Library) -> str:
    """Return the ref of what a person picks: of the newest, or of all with a picker."""
    hits = library.list(limit=0 if picker.find_program() else _MOST_NUMBERED)
    if not len(hits):
        raise NotFoundError("there is nothing to edit yet", hint="papernotes new TITLE --edit")
    return picker.pick("the newest", [(hit.ref, hit.title) for hit in hits])

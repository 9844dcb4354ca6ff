"""``papernotes new``."""

from __future__ import annotations

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.editor import edit_notes, find_editor
from papernotes.cli.params import REF, TEXT
from papernotes.cli.text import safe


@click.command("new")
@click.argument("title", nargs=-1, required=True, type=TEXT)
@click.option(
    "--kind",
    type=TEXT,
    default="note",
    show_default=True,
    help="What sort of note: experiment, tutorial, paper, resources, rant, note, or the name of a "
    "template of yours.",
)
@click.option(
    "-t", "--tag", "tags", multiple=True, type=TEXT, help="Tag the note; may be repeated."
)
@click.option("--paper", metavar="REF", type=REF, help="The paper the note is about.")
@click.option("--edit", "has_editor", is_flag=True, help="Open the note in your editor.")
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@common_options
@pass_app
def command(
    app: App,
    title: tuple[str, ...],
    kind: str,
    tags: tuple[str, ...],
    paper: str | None,
    has_editor: bool,
    dry_run: bool,
) -> int:
    """Start a free note.

    TITLE may be several words, with or without quotes. The note's name is printed. It begins with
    templates/KIND.md of the library, else with the outline that papernotes has for its kind.
    """
    editor = find_editor() if has_editor and not dry_run else []
    with app.library() as library:
        ref = library.new(" ".join(title), kind=kind, tags=tags, paper=paper, is_dry_run=dry_run)
        click.echo(safe(ref))
        if dry_run:
            app.notice(f"would write notes/{ref}.md")
        elif editor:
            return edit_notes(app, library, editor, [f"notes/{ref}.md"])
        else:
            app.notice(f"wrote notes/{ref}.md; open it with: papernotes edit {ref}")
    return 0

"""``papernotes init``."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import is_terminal
from papernotes.cli.params import FOLDER
from papernotes.cli.text import safe
from papernotes.config import LIBRARY_FILE
from papernotes.library import Library


@click.command("init")
@click.argument("directory", type=FOLDER, default=".")
@click.option(
    "--templates",
    "has_templates",
    is_flag=True,
    help="Also write the outlines of new notes to templates/, for you to change.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be made; make nothing.")
@common_options
@pass_app
def command(app: App, directory: str, has_templates: bool, dry_run: bool) -> None:
    """Make a library here, or in DIR.

    Notes and .bib files that are there already are adopted as they are.
    """
    root, created = Library.init(directory, has_templates=has_templates, is_dry_run=dry_run)
    if not created:
        app.notice(f"{root} is a library already")
    click.echo(safe(str(root)))
    if dry_run:
        app.notice(f"would make {', '.join(created) or 'nothing'}")
        return
    with Library(root, notify=app.notice) as library:
        report = library.sync()
    if written := [path for path in created if path.startswith("templates/")]:
        app.notice(f"wrote {', '.join(written)}; new notes begin so")
    elif report.papers or report.notes:
        app.notice(f"found {report.papers} papers and {report.notes} notes")
    if LIBRARY_FILE in created and is_terminal():
        there = "" if root == Path.cwd() else f"cd {shlex.quote(os.path.relpath(root))} && "
        app.notice(f"now: {there}papernotes add 1706.03762")

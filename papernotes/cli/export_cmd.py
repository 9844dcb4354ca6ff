"""``papernotes export``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import read_refs
from papernotes.cli.output import json_option, plain, print_json, problem_line
from papernotes.cli.params import FOLDER, REF, TEXT
from papernotes.cli.text import one_line, safe

if TYPE_CHECKING:
    from papernotes.reports.writing import ExportReport

CONFLICT = 4
_MARKS = {"new": "+", "changed": "~", "removed": "-", "blocked": "!"}


@click.command("export")
@click.argument("directory", type=FOLDER)
@click.argument("refs", nargs=-1, metavar="[REF...]", type=REF)
@click.option(
    "--to",
    type=click.Choice(["fastpages"]),
    default="fastpages",
    show_default=True,
    help="What kind of blog it is.",
)
@click.option(
    "--query", default="", type=TEXT, help="Only published notes that match, e.g. tag:rl."
)
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    directory: str,
    refs: tuple[str, ...],
    to: str,
    query: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Turn published notes into posts of your blog.

    DIRECTORY is the blog's _posts folder. Notes marked publish: true go there, or just the REFs
    you name; posts of notes that are no longer published are removed. Files that papernotes did
    not write, or that were edited since, are never touched. A REF of - reads refs from standard
    input, one a line.
    """
    named = read_refs(refs) if refs else ()
    with app.library() as library:
        report = library.export(directory, to=to, query=query, refs=named, is_dry_run=dry_run)
    if as_json:
        data = plain(report)
        del data["problems"]
        print_json("export", data, report.problems)
    else:
        _print(app, report)
    blocked = [file for file in report.files if file.outcome == "blocked"]
    if not blocked:
        return 0
    return CONFLICT if len(blocked) == len(report.files) else 1


def _print(app: App, report: ExportReport) -> None:
    for file in report.files:
        if file.outcome == "blocked":
            app.warn(f"{report.directory}/{file.path}: {file.message}")
        if file.outcome in _MARKS and not app.is_quiet:
            click.echo(one_line(f"{_MARKS[file.outcome]} {file.path}"))
    for problem in report.problems:
        app.notice(problem_line(problem))
    counts = Counter(file.outcome for file in report.files)
    what = ", ".join(f"{counts[name]} {name}" for name in (*_MARKS, "unchanged") if counts[name])
    verb = "would be " if report.is_dry_run else ""
    if not what:
        app.notice("no note is marked publish: true; mark one, or name it: export DIR REF")
    click.echo(safe(f"{report.directory}: {verb}{what or 'nothing to export'}"))

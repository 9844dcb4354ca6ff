"""``papernotes restore``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import is_terminal, json_option, plain, print_json, problem_line
from papernotes.cli.params import REF
from papernotes.cli.picker import can_ask
from papernotes.cli.text import fit, fit_end, one_line, width

if TYPE_CHECKING:
    from papernotes.reports.changing import Trashed, TrashReport

_MIN_TITLE = 20


@click.command("restore")
@click.argument("names", nargs=-1, metavar="[REF...]", type=REF)
@click.option("--dry-run", is_flag=True, help="Say which files would come back; change nothing.")
@json_option
@common_options
@pass_app
def command(app: App, names: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Bring back what was removed, or list it.

    Without REF: what is in the trash, newest first. With REF, or its beginning, the newest removal
    of it comes back just as it was, or not at all where a file or key of that name is there again.
    An older one is named by its folder in .trash/. papernotes remove --empty-trash deletes all.
    """
    with app.library() as library:

        def look_up(name: str) -> str:
            library.restore([name], is_dry_run=True)
            return name

        if names:
            words = [chosen(look_up, name) for name in names] if can_ask() else names
            report = library.restore(words, is_dry_run=dry_run)
        else:
            report = library.trash()
    app.clear_progress()
    if as_json:
        data = {"results": [plain(each) for each in report.results], "dry_run": report.is_dry_run}
        print_json("restore", data, report.problems)
    elif names:
        for each in report.results:
            click.echo(one_line(each.ref))
    else:
        _print_trash(report)
    _tell(app, report, is_listing=not names, as_json=as_json)


def _print_trash(report: TrashReport) -> None:
    """Print when, ref, title and files: aligned for people, one record a line for pipes."""
    if not is_terminal():
        for each in report.results:
            fields = (each.removed_at.isoformat(), each.ref, each.title, ", ".join(each.files))
            click.echo("\t".join(map(one_line, fields)))
        return
    columns = shutil.get_terminal_size().columns
    refs = min(max((width(each.ref) for each in report.results), default=0), columns // 3)
    for each in report.results:
        when = f"{each.removed_at.astimezone():%Y-%m-%d %H:%M}"
        kinds = _kinds(each)
        free = max(columns - len(when) - refs - len(kinds) - 6, _MIN_TITLE)
        ref = click.style(fit_end(one_line(each.ref), refs), bold=True)
        title = fit(one_line(each.title), free)
        click.echo(f"{when}  {ref}  {title}  {click.style(kinds, dim=True)}")


def _kinds(each: Trashed) -> str:
    """Return which sorts of files a removal has: ``bib notes pdf``."""
    return " ".join(dict.fromkeys(path.partition("/")[0] for path in each.files))


def _tell(app: App, report: TrashReport, *, is_listing: bool, as_json: bool) -> None:
    for problem in report.problems:
        app.warn(problem_line(problem))
    if is_listing:
        if not report.results and not as_json:
            app.notice("nothing is in the trash")
        return
    for each in report.results:
        would = "would bring" if report.is_dry_run else "brought"
        app.notice(f"{would} back {', '.join(each.files)}")

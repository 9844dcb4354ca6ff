"""``papernotes remove``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import read_refs
from papernotes.cli.output import json_option, plain, print_json, problem_line
from papernotes.cli.params import REF
from papernotes.cli.picker import can_ask
from papernotes.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports.changing import EmptyReport, Removed, RemoveReport

_MOST_NAMED = 10
_MEGABYTE = 1_000_000


@click.command("remove")
@click.argument("refs", nargs=-1, metavar="REF...", type=REF)
@click.option("--note", "only_notes", is_flag=True, help="Only the note; entry and PDFs stay.")
@click.option(
    "--empty-trash", is_flag=True, help="Delete for good what was removed before; without REF."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--dry-run", is_flag=True, help="Show what would go and what links to it; do nothing."
)
@json_option
@common_options
@pass_app
def command(
    app: App,
    refs: tuple[str, ...],
    only_notes: bool,
    empty_trash: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Move papers and notes to the trash.

    A paper goes with its entry, its note and its PDFs. On a terminal you see the plan first and
    are asked. papernotes restore REF brings all back. Nothing leaves the trash by itself:
    --empty-trash deletes what is in it, if you agree on a terminal or say --yes. Entries in .bib
    files of other programs are not touched: remove them there. A REF of - reads refs from standard
    input, one a line.
    """
    if empty_trash:
        if refs or only_notes:
            raise click.UsageError("--empty-trash goes without REF and --note")
        return _empty(app, yes=yes, dry_run=dry_run, as_json=as_json)
    asked: list[RemoveReport] = []

    def agree(plan: RemoveReport) -> bool:
        asked.append(plan)
        _show_plan(app, plan)
        return click.confirm(_question(plan), err=True)

    is_asking = can_ask() and not (yes or dry_run)
    with app.library() as library:

        def look_up(ref: str) -> str:
            library.remove([ref], only_notes=only_notes, is_dry_run=True)
            return ref

        words = read_refs(refs)
        report = library.remove(
            [chosen(look_up, ref) for ref in words] if can_ask() else words,
            only_notes=only_notes,
            is_dry_run=dry_run,
            agree=agree if is_asking else None,
        )
    if asked and report.is_dry_run:
        app.notice("nothing was removed")
        return 0
    if dry_run:
        _show_plan(app, report)
    _tell(app, report, as_json=as_json)
    return 0


def _empty(app: App, *, yes: bool, dry_run: bool, as_json: bool) -> int:
    """Delete what is in the trash, if that is agreed to, and say how much it was."""
    if not (yes or dry_run or can_ask()):
        raise click.UsageError("--empty-trash deletes for good: add --yes, or see --dry-run first")

    def agree(plan: EmptyReport) -> bool:
        for each in plan.results:
            click.echo(f"{each.removed_at.astimezone():%Y-%m-%d}  {one_line(each.ref)}", err=True)
        return bool(plan.results) and click.confirm(f"delete {_much(plan)} for good?", err=True)

    with app.library() as library:
        report = library.empty_trash(is_dry_run=dry_run, agree=None if yes or dry_run else agree)
    app.clear_progress()
    is_refused = report.is_dry_run and not dry_run
    for problem in report.problems:
        app.warn(problem_line(problem))
    if as_json:
        results = [] if is_refused else [plain(each) for each in report.results]
        print_json("remove", {"results": results, "dry_run": dry_run}, report.problems)
    elif not is_refused:
        for each in report.results:
            click.echo(one_line(each.ref))
    if not report.results:
        app.notice("nothing is in the trash")
    elif is_refused:
        app.notice("nothing was deleted")
    else:
        app.notice(f"{'would delete' if dry_run else 'deleted'} {_much(report)}")
    return int(bool(report.problems))


def _much(report: EmptyReport) -> str:
    files = "1 file" if report.files == 1 else f"{report.files} files"
    size = f"{-(-report.bytes // 1_000):,} kB"
    if report.bytes >= _MEGABYTE:
        size = f"{report.bytes / _MEGABYTE:,.1f} MB"
    return f"{files} ({size}) in the trash"


def _show_plan(app: App, plan: RemoveReport) -> None:
    """Say on stderr which files go, and which notes will point at nothing."""
    app.clear_progress()
    if not app.is_quiet:
        for each in plan.results:
            for line in _lines(each):
                click.echo(line, err=True)


def _lines(each: Removed) -> Iterator[str]:
    yield f"{click.style(one_line(each.ref), bold=True)}  {one_line(each.title)}"
    for path in each.files:
        yield f"  {one_line(path)}"
    if not each.linking:
        return
    count, named = len(each.linking), ", ".join(map(one_line, each.linking[:_MOST_NAMED]))
    more = f" and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
    notes = "1 note links" if count == 1 else f"{count} notes link"
    yield f"  {notes} to it, and will lead nowhere: {named}{more}"


def _question(plan: RemoveReport) -> str:
    what = plan.results[0].ref if len(plan.results) == 1 else f"these {len(plan.results)}"
    return f"move {_counted(plan)} of {one_line(what)} to .trash/?"


def _counted(report: RemoveReport) -> str:
    count = sum(len(each.files) for each in report.results)
    return "1 file" if count == 1 else f"{count} files"


def _tell(app: App, report: RemoveReport, *, as_json: bool) -> None:
    if as_json:
        data = {"results": [plain(each) for each in report.results], "dry_run": report.is_dry_run}
        print_json("remove", data)
    else:
        for each in report.results:
            click.echo(one_line(each.ref))
    if report.is_dry_run:
        app.notice(f"would move {_counted(report)} to .trash/")
        return
    refs = shlex.join(each.ref for each in report.results[:_MOST_NAMED])
    back = refs if len(report.results) <= _MOST_NAMED else "REF..."
    app.notice(f"moved {_counted(report)} to .trash/; back with: papernotes restore {back}")

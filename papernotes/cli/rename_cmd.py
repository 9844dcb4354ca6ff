"""``papernotes rename``."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.outcomes import tell_failures
from papernotes.cli.output import is_terminal, json_option, plain, print_json
from papernotes.cli.params import TEXT
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports import RenamedFile, RenameReport

_MOST_LINES = 12
_KINDS = {
    "renamed": "renamed",
    "kept": "as they should be",
    "foreign": "in files of other programs",
    "stub": "not completed yet",
    "failed": "failed",
}


@click.command("rename")
@click.argument("words", nargs=-1, metavar="OLD NEW | --all [QUERY]", type=TEXT)
@click.option("--all", "is_all", is_flag=True, help="Make the keys of all papers that match anew.")
@click.option(
    "--template", type=TEXT, metavar="T", help="With --all: in place of citekey.template."
)
@click.option("-y", "--yes", is_flag=True, help="With --all: do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be changed where; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    words: tuple[str, ...],
    is_all: bool,
    template: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Give a paper another key, or a note another name, everywhere.

    OLD is a citation key, an id or a note's name. The entry follows, with the files named after
    it and each [@key], [[key]], link and paper: in your notes; all other bytes stay. Entries
    that papernotes did not make are only reported on. rename NEW OLD takes it back.
    """
    if not is_all:
        return _rename_one(app, words, template, yes, dry_run=dry_run, as_json=as_json)
    if not (yes or dry_run or _can_ask()):
        raise click.UsageError("--all changes many files: add --yes, or see --dry-run first")
    asked: list[RenameReport] = []

    def agree(plan: RenameReport) -> bool:
        asked.append(plan)
        _show(app, plan, as_json=as_json)
        app.clear_progress()
        return click.confirm(_question(plan), err=True)

    with app.library() as library:
        report = library.rename_all(
            " ".join(words),
            template=template,
            is_dry_run=dry_run,
            agree=None if yes else agree,
        )
    if not asked:
        _show(app, report, as_json=as_json)
    if asked and report.is_dry_run:
        app.notice("nothing was changed")
    return _end(app, report, as_json=as_json)


def _rename_one(
    app: App,
    words: tuple[str, ...],
    template: str | None,
    yes: bool,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    if template is not None or yes:
        raise click.UsageError(f"{'--yes' if yes else '--template'} goes with --all")
    if len(words) != 2:
        raise click.UsageError("rename needs OLD and NEW, or --all")
    with app.library() as library:
        report = chosen(lambda ref: library.rename(ref, words[1], is_dry_run=dry_run), words[0])
    _show(app, report, as_json=as_json)
    return _end(app, report, as_json=as_json)


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _question(plan: RenameReport) -> str:
    keys = sum(each.outcome == "renamed" for each in plan.results)
    return f"rename {_counted(keys, 'key')} in {_counted(len(plan.files), 'file')}?"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _show(app: App, report: RenameReport, *, as_json: bool) -> None:
    """Print each key before and after; and, where nothing is done yet, where it stands."""
    app.clear_progress()
    for each in report.results:
        if each.outcome == "renamed" and not as_json:
            pair = (one_line(each.old), one_line(each.new))
            click.echo(_arrow().join(pair) if is_terminal() else "\t".join(pair))
    is_only_told = report.is_dry_run or any(
        each.outcome == "foreign" and each.exit_status for each in report.results
    )
    if is_only_told and not app.is_quiet:
        for line in _lines(report.files):
            click.echo(line, err=True)


def _arrow() -> str:
    return " → " if has_every_letter() else " -> "


def _lines(files: tuple[RenamedFile, ...]) -> Iterator[str]:
    for each in files:
        target = f"{_arrow()}{each.new_path}" if each.new_path else ""
        numbers = ", ".join(map(str, each.lines[:_MOST_LINES]))
        more = f" and {len(each.lines) - _MOST_LINES} more" if len(each.lines) > _MOST_LINES else ""
        noun = "line" if len(each.lines) == 1 else "lines"
        where = f": {noun} {numbers}{more}" if each.lines else ""
        yield "  " + one_line(f"{each.path}{target}{where}")


def _end(app: App, report: RenameReport, *, as_json: bool) -> int:
    """Print JSON, say what became of all, and return the exit status."""
    if as_json:
        data = {
            "results": [plain(each) for each in report.results],
            "files": [plain(each) for each in report.files],
            "dry_run": report.is_dry_run,
        }
        print_json("rename", data, report.problems)
    left = ((each.old, each.message, each.hint) for each in report.results if each.exit_status)
    tell_failures(app, left, undone="not renamed")
    counts = Counter(each.outcome for each in report.results)
    said = [f"{counts[kind]} {what}" for kind, what in _KINDS.items() if counts[kind]]
    if len(report.results) == 1 and counts["renamed"]:
        would = "would change" if report.is_dry_run else "changed"
        app.notice(f"{would} {_counted(len(report.files), 'file')}")
    elif len(report.results) != 1 or not report.results[0].exit_status:
        would = "would be " if report.is_dry_run and counts["renamed"] else ""
        where = f" ({_counted(len(report.files), 'file')})" if counts["renamed"] else ""
        total = _counted(len(report.results), "key")
        app.notice(f"{total} looked at: {would}{', '.join(said)}{where}" if said else "no papers")
    statuses = {each.exit_status for each in report.results}
    return statuses.pop() if len(statuses) == 1 else int(bool(statuses - {0}))

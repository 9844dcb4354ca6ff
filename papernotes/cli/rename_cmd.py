"""``papernotes rename``."""

from __future__ import annotations

import contextlib
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
from papernotes.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from papernotes.library import Library
    from papernotes.reports.changing import RenamedFile, RenameReport

_MOST_LINES = 12
_MOST_FILES = 30
_TAG_MARKS = ("#", "tag:")
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
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
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
    """Give a paper, note, heading or tag another name, everywhere.

    OLD is a citation key, an id or a note's name; NOTE#HEADING; or '#TAG' (also tag:TAG). All
    that is named after it follows: the entry, files, each link and citation, in the form it has;
    all other bytes stay. Entries that papernotes did not make are only reported on. rename NEW
    OLD takes it back.

    On a terminal the plan is shown first; elsewhere it is done at once, but for --all.
    """
    if is_all and not (yes or dry_run or _can_ask()):
        raise click.UsageError("--all changes many files: add --yes, or see --dry-run first")
    if not is_all and template is not None:
        raise click.UsageError("--template goes with --all")
    if not is_all and len(words) != 2:
        raise click.UsageError("rename needs OLD and NEW, or --all")
    asked: list[RenameReport] = []

    def agree(plan: RenameReport) -> bool:
        asked.append(plan)
        _show(app, plan, as_json=as_json, is_asking=True)
        app.clear_progress()
        return click.confirm(_question(plan), err=True)

    ask = None if yes or not _can_ask() else agree
    with app.library() as library:
        report = (
            library.rename_all(" ".join(words), template=template, is_dry_run=dry_run, agree=ask)
            if is_all
            else _rename_one(library, *words, is_dry_run=dry_run, agree=ask)
        )
    if not asked:
        _show(app, report, as_json=as_json)
    if asked and report.is_dry_run:
        app.notice("nothing was changed")
        if not (is_all or as_json):
            return 0
    return _end(app, report, as_json=as_json)


def _rename_one(
    library: Library,
    old: str,
    new: str,
    *,
    is_dry_run: bool,
    agree: Callable[[RenameReport], bool] | None,
) -> RenameReport:
    """Rename what ``old`` says: a tag, a heading (unless it is a file's name), or a document."""
    if old.startswith(_TAG_MARKS):
        try:
            return library.rename_tag(_tag(old), _tag(new), is_dry_run=is_dry_run, agree=agree)
        except NotFoundError as error:  # a citation key may begin with tag:
            with contextlib.suppress(NotFoundError):
                return library.rename(old, new, is_dry_run=is_dry_run, agree=agree)
            raise error from None
    note, mark, heading = old.partition("#")
    if mark and not old.endswith(".md"):
        return chosen(
            lambda ref: library.rename_heading(
                ref, heading, new, is_dry_run=is_dry_run, agree=agree
            ),
            note,
        )
    return chosen(lambda ref: library.rename(ref, new, is_dry_run=is_dry_run, agree=agree), old)


def _tag(text: str) -> str:
    return text.removeprefix("tag:").removeprefix("#")


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _question(plan: RenameReport) -> str:
    renamed = [each for each in plan.results if each.outcome == "renamed"]
    what = one_line(renamed[0].old) if len(plan.results) == 1 else _counted(len(renamed), "key")
    return f"rename {what} in {_counted(len(plan.files), 'file')}?"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _show(app: App, report: RenameReport, *, as_json: bool, is_asking: bool = False) -> None:
    """Print each key before and after; and, where nothing is done yet, where it stands."""
    app.clear_progress()
    for each in report.results:
        if each.outcome == "renamed" and not as_json:
            pair = (one_line(each.old), one_line(each.new))
            click.echo(_arrow().join(pair) if is_terminal() else "\t".join(pair))
    for each in report.results:
        if each.outcome == "renamed" and each.message:
            app.notice(each.message)
    is_only_told = report.is_dry_run or any(
        each.outcome == "foreign" and each.exit_status for each in report.results
    )
    if is_asking or (is_only_told and not app.is_quiet):
        shown = report.files[:_MOST_FILES] if is_asking else report.files
        for line in _lines(shown):
            click.echo(line, err=True)
        if more := len(report.files) - len(shown):
            click.echo(f"  and {_counted(more, 'more file')}: --dry-run shows all", err=True)


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
    elif len(report.results) == 1 and counts["kept"]:
        app.notice(f"{report.results[0].new} is what it is called already")
    elif len(report.results) != 1 or not report.results[0].exit_status:
        would = "would be " if report.is_dry_run and counts["renamed"] else ""
        where = f" ({_counted(len(report.files), 'file')})" if counts["renamed"] else ""
        total = _counted(len(report.results), "key")
        app.notice(f"{total} looked at: {would}{', '.join(said)}{where}" if said else "no papers")
    statuses = {each.exit_status for each in report.results}
    return statuses.pop() if len(statuses) == 1 else int(bool(statuses - {0}))

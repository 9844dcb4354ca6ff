"""``papernotes update``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import query_option, refs_meant
from papernotes.cli.outcomes import tell_failures, worst_status
from papernotes.cli.output import is_terminal, json_option, plain, print_json
from papernotes.cli.params import REF
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports.gathering import Change, Updated, UpdateReport

_LONGEST = 120
_KINDS = {
    "changed": "changed",
    "current": "up to date",
    "reported": "with news, in files of other programs",
    "unknown": "unknown to arXiv",
    "failed": "failed",
}


@click.command("update")
@click.argument("refs", nargs=-1, metavar="[REF...]", type=REF)
@query_option
@click.option("--all", "is_all", is_flag=True, help="Ask about every paper; so does no REF.")
@click.option("--dry-run", is_flag=True, help="Ask and show what would change; write nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    refs: tuple[str, ...],
    query: str | None,
    is_all: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Ask arXiv what is new about your papers, and write it down.

    That is a new version, a changed title, a DOI or journal that appeared, a withdrawal. It goes
    into the entries papernotes made and the front matter of their notes, field by field as
    shown; what you wrote is never touched, and a note remembers which version it is about. A REF
    of - reads refs from standard input, one a line.
    """
    is_chosen = bool(refs) or query is not None
    if is_chosen and is_all:
        raise click.UsageError("--all asks about every paper; leave out what names some, or --all")
    with app.library() as library:
        report = library.update(
            refs_meant(library, refs, query, only="has:arxiv") if is_chosen else (),
            is_dry_run=dry_run,
            tell=lambda each: _tell(app, each, as_json=as_json),
        )
    if as_json:
        data = {
            "results": [plain(each) for each in report.results],
            "skipped": list(report.skipped),
            "dry_run": dry_run,
        }
        print_json("update", data, report.problems)
    _tell_rest(app, report)
    return worst_status(report.results)


def _tell(app: App, result: Updated, *, as_json: bool) -> None:
    if result.changes and not as_json:
        app.clear_progress()
        for line in _lines(result):
            click.echo(line)
    if result.message and not result.exit_status:
        app.notice(f"{result.citekey}: {result.message}; it was left as it is")
    if result.is_withdrawn:
        app.notice(f"{result.citekey}: arXiv has this paper as withdrawn; note and PDF are kept")


def _lines(result: Updated) -> Iterator[str]:
    """Yield a block for people, a record for each change for pipes."""
    if not is_terminal():
        for change in result.changes:
            record = (result.citekey, change.field, change.before, change.after)
            yield "\t".join(map(one_line, record))
        return
    yield f"{click.style(one_line(result.citekey), bold=True)}  {one_line(result.title)}"
    for change in result.changes:
        yield f"    {click.style(f'{change.field:<14}', fg='cyan')} {_change(change)}"


def _change(change: Change) -> str:
    arrow = "→" if has_every_letter() else "->"
    before, after = (_short(text) or "(none)" for text in (change.before, change.after))
    return f"{click.style(before, dim=True)} {arrow} {after}"


def _short(text: str) -> str:
    line = one_line(text)
    if len(line) <= _LONGEST:
        return line
    return f"{line[: _LONGEST - 30]}… ({len(line):,} characters)"


def _tell_rest(app: App, report: UpdateReport) -> None:
    failed = (
        (each.citekey, each.message, each.hint) for each in report.results if each.exit_status
    )
    tell_failures(app, failed, undone="not updated")
    counts = Counter(result.outcome for result in report.results)
    said = [f"{counts[kind]} {words}" for kind, words in _KINDS.items() if counts[kind]]
    if report.skipped:
        said.append(f"{len(report.skipped)} not from arXiv")
    would = "would be " if report.is_dry_run and counts["changed"] else ""
    app.notice(f"{len(report.results)} asked: {would}{', '.join(said)}" if said else "no papers")

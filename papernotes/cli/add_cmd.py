"""``papernotes add``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, plain, print_json
from papernotes.cli.params import TEXT
from papernotes.cli.streams import read_input
from papernotes.cli.text import safe

if TYPE_CHECKING:
    from papernotes.reports import Added, AddReport


@click.command("add")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "-t", "--tag", "tags", multiple=True, type=TEXT, help="Tag the new notes; may be repeated."
)
@click.option(
    "--status",
    type=click.Choice(["unread", "reading", "read"]),
    default="unread",
    show_default=True,
    help="The reading status of the new notes.",
)
@click.option("--no-note", is_flag=True, help="Write the BibTeX entry only.")
@click.option("--dry-run", is_flag=True, help="Fetch and say what would be written; write nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    ids: tuple[str, ...],
    tags: tuple[str, ...],
    status: str,
    no_note: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Fetch papers from arXiv: BibTeX entry, note, store, index.

    ID is an arXiv id (1706.03762, hep-th/9901001v2, arXiv:1412.6980) or an arXiv URL; - reads
    ids from standard input, one a line. The new citation keys are printed, one a line.
    """
    asked: list[str] = []
    for text in ids:
        asked += read_input().split() if text == "-" else [text]
    with app.library() as library:
        report = library.add(
            asked, tags=tags, status=status, has_note=not no_note, is_dry_run=dry_run
        )
    if as_json:
        data = {"results": [plain(each) for each in report.results], "dry_run": dry_run}
        print_json("add", data, report.problems)
    for each in report.results:
        _tell(app, each, dry_run=dry_run, as_json=as_json)
    _tell_failures(app, report)
    return exit_status(report)


def _tell(app: App, result: Added, *, dry_run: bool, as_json: bool) -> None:
    if result.outcome == "added":
        if not as_json:
            click.echo(safe(result.citekey or ""))
        verb = "would write" if dry_run else "wrote"
        app.notice(f"{result.title}: {verb} {' and '.join(result.paths)}")
    elif result.outcome == "known":
        app.notice(f"already have {result.asked} as {result.citekey}: {result.title}")


def _tell_failures(app: App, report: AddReport) -> None:
    """Say each reason once, with the ids it kept away."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for result in report.results:
        if result.exit_status:
            reasons.setdefault((result.message, result.hint), []).append(result.asked)
    for (message, hint), asked in reasons.items():
        missed = "" if len(asked) == 1 else f"; not added: {', '.join(asked)}"
        app.warn(f"{message}{missed}{f'; {hint}' if hint else ''}")


def exit_status(report: AddReport) -> int:
    """Return 0 when all is well, the one status when all failed alike, else 1 (in part)."""
    statuses = {result.exit_status for result in report.results}
    return statuses.pop() if len(statuses) == 1 else int(bool(statuses))

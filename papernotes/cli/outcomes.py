"""Saying what became of each thing asked, and the exit status of it all."""

from __future__ import annotations

from collections import Counter
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from papernotes.cli.output import problem_line
from papernotes.cli.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.cli.context import App
    from papernotes.reports.gathering import Added, AddReport, PdfResult, Updated

_MANY = 20
_MOST_NAMED = 10
_LONGEST_TITLE = 300  # characters in a message
_KINDS = {
    "added": "added",
    "known": "already there",
    "filled": "already there and told more",
    "unknown": "unknown to arXiv",
    "malformed": "malformed",
    "failed": "failed",
}


def tell_added(app: App, result: Added, *, is_dry_run: bool, as_json: bool) -> None:
    """Say what became of one thing asked, unless it failed: the reasons come together, later."""
    if result.outcome == "added":
        if not as_json:
            app.clear_progress()
            click.echo(safe(result.citekey or ""))
        verb = "would write" if is_dry_run else "wrote"
        app.notice(f"{result.title}: {verb} {' and '.join(result.paths)}")
    elif result.outcome == "known":
        more = f"; {result.message}" if result.message else ""
        app.notice(f"already have {result.asked} as {result.citekey}: {result.title}{more}")


def tell_imported(app: App, report: AddReport, *, as_json: bool) -> None:
    """Say what became of the entries of .bib files: of many only what is worth a look."""
    is_whole = report.is_dry_run or len(report.results) < _MANY
    app.clear_progress()
    for result in report.results:
        if result.outcome == "added" and not as_json:
            click.echo(safe(result.citekey or ""))
        is_plain = result.outcome == "known" or not result.message
        if is_whole or not is_plain or result.asked != result.citekey:
            _tell_entry(app, result, is_dry_run=report.is_dry_run)
    for problem in report.unread:
        app.warn(problem_line(problem))
    tell_rest(app, report)


def _tell_entry(app: App, result: Added, *, is_dry_run: bool) -> None:
    would = "would be " if is_dry_run else ""
    title = shorten(result.title, _LONGEST_TITLE, placeholder=" …")
    if result.outcome == "added":
        what = f"{would}written to {' and '.join(result.paths)}"
        more = f"; {result.message}" if result.message else ""
        about = f"{title}: " if title else ""
        app.notice(f"{result.citekey}: {about}{what}{more}")
    elif result.outcome in {"known", "filled"}:
        about = f"{title} ({result.message})".lstrip()
        app.notice(f"already have {result.asked} as {result.citekey}: {about}")


def tell_rest(app: App, report: AddReport) -> None:
    """Say each reason of failure once, with the ids it kept away, and count what many became."""
    failed = ((each.asked, each.message, each.hint) for each in report.results if each.exit_status)
    tell_failures(app, failed, undone="not added")
    counts = Counter(result.outcome for result in report.results)
    if len(report.results) >= _MANY or len(counts) > 2:
        words = _KINDS | ({"added": "would be added"} if report.is_dry_run else {})
        said = [f"{counts[kind]} {words[kind]}" for kind in words if counts[kind]]
        app.notice(f"{len(report.results)} asked: {', '.join(said)}")


def worst_status(results: Iterable[Added | Updated | PdfResult]) -> int:
    """Return 0 when all is well, the one status when all failed alike, else 1 (in part)."""
    statuses = {result.exit_status for result in results}
    return statuses.pop() if len(statuses) == 1 else int(bool(statuses))


def tell_pdf(app: App, result: PdfResult, *, as_json: bool, is_dry_run: bool = False) -> None:
    """Say what became of one PDF, unless it failed: the reasons come together, later."""
    app.clear_progress()
    if result.exit_status:
        return
    if not as_json:
        click.echo(safe(result.path))
    words = {
        "fetched": "fetched",
        "copied": "copied from where its entry says",
        "known": "was there already",
        "wanted": "would be fetched",
    }
    app.notice(f"{result.citekey}: {words[result.outcome]}")
    if result.added:
        noun = "highlight" if result.added == 1 else "highlights"
        where = result.note_path or "the note"
        would = "would be " if is_dry_run else ""
        app.notice(f"{result.citekey}: {would}{result.added} new {noun} for {where}")


def tell_missing_pdfs(app: App, results: Iterable[PdfResult]) -> None:
    """Say why PDFs are not there, each reason once."""
    failed = ((each.citekey, each.message, each.hint) for each in results if each.exit_status)
    tell_failures(app, failed, undone="not fetched")


def tell_failures(app: App, failed: Iterable[tuple[str, str, str]], *, undone: str) -> None:
    """Say each reason once, with what it kept from being done; ``failed``: what, reason, hint."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for asked, message, hint in failed:
        reasons.setdefault((message, hint), []).append(asked)
    for (message, hint), same in reasons.items():
        more = f" and {len(same) - _MOST_NAMED} more" if len(same) > _MOST_NAMED else ""
        named = ", ".join(same[:_MOST_NAMED]) + more
        is_named = len(same) == 1 and same[0] in message
        missed = "" if is_named else f"; {undone}: {named}"
        app.warn(f"{message}{missed}{f'; {hint}' if hint else ''}")

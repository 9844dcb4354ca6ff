"""What status and tag share: refs from a pipe or a query, and saying what became of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.outcomes import tell_failures
from papernotes.cli.output import is_terminal, plain, print_json
from papernotes.cli.params import TEXT
from papernotes.cli.streams import read_input
from papernotes.cli.text import fit, one_line, width
from papernotes.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from papernotes.cli.context import App
    from papernotes.library import Library
    from papernotes.reports.changing import Marked, MarkReport

_MANY = 20


def read_refs(words: Iterable[str]) -> tuple[str, ...]:
    """Return refs, each ``-`` replaced by those of standard input.

    There each line begins with one; what comes after a tab is not read, so that a list can be
    piped in. Raises UsageError for none at all.
    """
    refs = tuple(ref for word in words for ref in (_lines() if word == "-" else [word]))
    if not refs:
        raise click.UsageError("name at least one REF, or pipe some in with -")
    return refs


query_option = click.option(
    "--query", type=TEXT, help="All that match, e.g. 'tag:old year:..2015', in place of REFs."
)


def refs_meant(
    library: Library, words: Sequence[str], query: str | None, *, only: str = ""
) -> tuple[str, ...]:
    """Return refs as :func:`read_refs` does, or those of all that match ``query`` exactly.

    Of these only what matches ``only`` too. Raises UsageError for both or an empty query,
    QueryError, and NotFoundError where nothing matches.
    """
    if query is None:
        return read_refs(words)
    if words:
        raise click.UsageError("name REFs or give --query, not both")
    if not query.strip():
        raise click.UsageError("--query needs a query, e.g. tag:rl")
    refs = library.refs(query, only=only)
    if not refs:
        what = f"nothing matches {query.strip()}" + (f" and {only}" if only else "")
        raise NotFoundError(what, hint="papernotes search shows what does")
    return refs


def _lines() -> Iterator[str]:
    for line in read_input().splitlines():
        if ref := line.partition("\t")[0].strip():
            yield ref


def run(
    app: App,
    command: str,
    refs: Sequence[str],
    act: Callable[[Sequence[str]], MarkReport],
    cells: Callable[[Marked], list[str]],
    *,
    is_change: bool,
    as_json: bool,
) -> int:
    """Have ``act`` done to refs, print a line for each, return the exit status.

    A line is the ref and ``cells``, for people also the title. ``is_change``: something is to be
    changed, not only said.
    """
    report = chosen(lambda ref: act([ref]), refs[0]) if len(refs) == 1 else act(refs)
    if as_json:
        data = {"results": [plain(each) for each in report.results], "dry_run": report.is_dry_run}
        print_json(command, data, report.problems)
    else:
        _print([each for each in report.results if not each.exit_status], cells)
    _tell(app, report, is_change=is_change)
    statuses = {each.exit_status for each in report.results}
    return statuses.pop() if len(statuses) == 1 else int(bool(statuses))


def _print(results: Sequence[Marked], cells: Callable[[Marked], list[str]]) -> None:
    rows = [[one_line(cell) for cell in (each.ref, *cells(each))] for each in results]
    if not is_terminal():
        for row in rows:
            click.echo("\t".join(row))
        return
    columns = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for each, row in zip(results, rows, strict=True):
        ref, *rest = map(fit, row, columns)
        title = click.style(one_line(each.title), dim=True)
        click.echo("  ".join([click.style(ref, bold=True), *rest, title]))


def _tell(app: App, report: MarkReport, *, is_change: bool) -> None:
    would = "would " if report.is_dry_run else ""
    is_whole = len(report.results) < _MANY or app.is_verbose
    for each in report.results:
        if each.outcome == "started" and is_whole:
            app.notice(f"{would}{'write' if would else 'wrote'} {each.path}")
        if each.outcome == "changed" and report.is_dry_run and is_whole:
            said = (
                f"{change.field} {change.before or '-'} -> {change.after or '-'}"
                for change in each.changes
            )
            app.notice(f"would change {each.path}: {'; '.join(said)}")
        for tag, line in each.inline:
            app.notice(f"{each.path}:{line}: #{tag} stands in the text; it was left there")
    failed = ((each.asked, each.message, each.hint) for each in report.results if each.exit_status)
    tell_failures(app, failed, undone="not changed")
    counts = Counter(each.outcome for each in report.results)
    if is_change and len(report.results) == counts["same"] == 1:
        app.notice(f"{report.results[0].ref}: nothing to change")
    elif is_change and len(report.results) > 1:
        words = {
            f"{would}be changed" if would else "changed": counts["changed"] + counts["started"],
            "as before": counts["same"],
            "failed": counts["failed"],
        }
        app.notice(", ".join(f"{count} {what}" for what, count in words.items() if count))

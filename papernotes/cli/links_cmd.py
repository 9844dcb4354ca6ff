"""``papernotes links``."""

from __future__ import annotations

import shutil
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import is_terminal, json_option, plain, print_json, print_problems
from papernotes.cli.params import REF
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.reports.connecting import Linked, LinksReport, Wanted

_MOST_WANTED, _MOST_PLACES = 30, 3
_LEAST_COLUMNS, _LEAST_TITLE, _LEAST_LINK = 40, 20, 12
_PARTS = ("out", "back", "dangling", "ambiguous")
_HEADS = {
    "out": "Links to",
    "back": "Linked from",
    "dangling": "Leads nowhere",
    "ambiguous": "May mean several",
}
_FAULTS = {
    "dangling": "nothing is called that",
    "missing file": "there is no such file",
    "missing heading": "there is no such heading or block",
    "outside": "leads out of the library and is not followed",
}


@click.command("links")
@click.argument("ref", nargs=-1, type=REF)
@click.option("--mentions", is_flag=True, help="Show where REF is said without a link.")
@click.option("--link", "is_linking", is_flag=True, help="Make links of these mentions.")
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Make them without asking.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Show which; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    ref: tuple[str, ...],
    mentions: bool,
    is_linking: bool,
    is_sure: bool,
    is_dry_run: bool,
    as_json: bool,
) -> int | None:
    """Show what links where, what leads nowhere, and what is said without a link.

    REF is as for show: what its note links to, what links to it, and its links that dangle.
    Without REF: all links of the library that lead nowhere, most wanted first, or that several
    papers or notes answer to.
    """
    name = " ".join(ref)
    if mentions:
        if not name:
            raise click.UsageError("--mentions needs a REF: whose mentions?")
        from papernotes.cli.mentions import run  # noqa: PLC0415 - only with --mentions

        return run(
            app,
            name,
            is_linking=is_linking,
            is_sure=is_sure,
            is_dry_run=is_dry_run,
            as_json=as_json,
        )
    if is_linking or is_sure or is_dry_run:
        raise click.UsageError("--link, --yes and --dry-run belong to --mentions")
    with app.library() as library:
        report = chosen(library.links, name) if name else library.links()
    _show(app, report, as_json=as_json)
    return None


def _show(app: App, report: LinksReport, *, as_json: bool) -> None:
    if as_json:
        data = plain(report)
        del data["problems"]
        print_json("links", data, report.problems)
        return
    with app.paged():
        for line in _lines(report) if is_terminal() else _records(report):
            click.echo(line)
        print_problems(app, report.problems)
        app.notice(_outcome(report))


def _outcome(report: LinksReport) -> str:
    counts = {part: len(getattr(report, part)) for part in _PARTS}
    if report.ref is None:
        said = f"{counts['dangling']} lead nowhere, {counts['ambiguous']} may mean several"
        return said if any(counts.values()) else "every link leads to one paper or note"
    return f"{counts['out']} out, {counts['back']} back, {counts['dangling']} lead nowhere"


def _records(report: LinksReport) -> Iterator[str]:
    """Yield part, place, kind, link, ref of the other end, what is wrong, sentence: for pipes."""
    for part in _PARTS:
        for each in getattr(report, part):
            end = each.ref if part == "back" else each.to
            place = f"{each.path}:{each.line}"
            fields = (part, place, each.kind, each.written, end, _remark(each), each.sentence)
            yield "\t".join(map(one_line, fields))


def _remark(each: Linked) -> str:
    """Return what is wrong with a link, and what may be meant."""
    if each.fault == "ambiguous":
        return f"may also mean {', '.join(each.candidates[1:])}"
    remark = _FAULTS.get(each.fault, "")
    return f"{remark}; {each.near}?" if each.near and remark else remark


def _lines(report: LinksReport) -> Iterator[str]:
    """Yield what people see: of one ref all its links, of a library what is wanted."""
    if report.ref is not None:
        yield f"{click.style(one_line(report.ref), bold=True)}  {one_line(report.title)}"
    yield from _wanted_lines(report.wanted)
    in_wanted = {place for each in report.wanted for place in each.places}
    for part in _PARTS:
        links = [
            each
            for each in getattr(report, part)
            if each.fault != "dangling" or (each.path, each.line) not in in_wanted
        ]
        if links:
            yield ""
            yield click.style(f"{_HEADS[part]} ({len(links)})", bold=True)
        is_own = report.ref is not None and part != "back"
        for _, together in groupby(links, lambda each: (each.path, each.sentence)):
            yield from _links_lines(list(together), part, is_own=is_own)


def _links_lines(links: Sequence[Linked], part: str, *, is_own: bool) -> Iterator[str]:
    """Yield a line for each of the links in one sentence, then the sentence."""
    columns = max(shutil.get_terminal_size().columns, _LEAST_COLUMNS)
    for each in links:
        place = one_line(f"line {each.line}" if is_own else f"{each.path}:{each.line}")
        arrow = "→" if has_every_letter() else "->"
        to = one_line(each.to) if part != "back" else ""
        title = one_line(each.title if part == "back" else each.to_title)
        room = max(columns - width(place) - 4, _LEAST_LINK)
        shown = fit(one_line(each.written), min(columns // 2, room)).rstrip()
        used = width(f"  {place}  {shown} {arrow} {to}  ")
        parts = [click.style(place, dim=True), f" {shown}"]
        parts += [arrow, click.style(to, fg="cyan")] if to else []
        parts += [fit(title, columns - used).rstrip()] if columns - used > _LEAST_TITLE else []
        yield f"  {' '.join(filter(None, parts))}"
        if remark := _remark(each):
            yield f"      {click.style(one_line(remark), fg='red')}"
    sentence = one_line(links[0].sentence)
    if sentence and sentence != links[0].written:
        yield from textwrap.wrap(
            sentence, columns, initial_indent="      ", subsequent_indent="      "
        )


def _wanted_lines(wanted: Sequence[Wanted]) -> Iterator[str]:
    if wanted:
        yield click.style(f"Not there, and linked to ({len(wanted)})", bold=True)
    for each in wanted[:_MOST_WANTED]:
        notes = f"{each.notes} note{'s' if each.notes > 1 else ' '}"
        near = click.style(f"  {one_line(each.near)}?", fg="red") if each.near else ""
        yield f"  {notes:>9}  {click.style(one_line(each.target), fg='cyan')}{near}"
        places = [f"{path}:{line}" for path, line in each.places[:_MOST_PLACES]]
        more = len(each.places) - len(places)
        said = ", ".join(places) + (f" and {more} more" if more else "")
        yield f"             {click.style(one_line(said), dim=True)}"
    if len(wanted) > _MOST_WANTED:
        yield f"  … and {len(wanted) - _MOST_WANTED} more; a pipe gets all of them"

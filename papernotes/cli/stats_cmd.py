"""``papernotes stats``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from papernotes.cli.bars import bar, lines_of
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import is_terminal, json_option, plain, print_json, print_problems
from papernotes.cli.params import TEXT
from papernotes.cli.querying import QueryCommand, in_short
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, fit_end, one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.reports.connecting import Tally
    from papernotes.reports.surveying import Favourite, Month, Stats, Totals

_LISTS = {
    "statuses": "Papers and notes by state of reading",
    "kinds": "By kind",
    "years": "Papers by year",
    "categories": "Papers by category",
    "tags": "Tags",
}
_FAVOURITES = {"cited": "Most cited papers", "linked": "Most linked notes"}
_MOST_COLUMNS = 40
_LEAST_TITLE = 12


@click.command("stats", cls=QueryCommand)
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Rows of each list; 0 is all.",
)
@json_option
@common_options
@pass_app
def command(app: App, query: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Show the numbers of your library, in small charts.

    How much there is, how far you are, years, categories, tags, notes begun and read by month,
    and what your notes cite and link to most. QUERY is the same as for list.
    """
    text = " ".join(query)
    with app.library() as library:
        found = library.stats(text, limit=limit)
    if as_json:
        data = {key: value for key, value in plain(found).items() if key != "problems"}
        print_json("stats", data, found.problems)
        return
    if not found.totals.papers + found.totals.notes:
        app.notice(f"nothing matches {in_short(text)}" if text.strip() else "nothing here yet")
    else:
        for line in _charts(found) if is_terminal() else _records(found):
            click.echo(line)
    print_problems(app, found.problems)


def _records(found: Stats) -> Iterator[str]:
    """Yield a line for each number: what it is of, the value, the number; some have two."""
    for name, number in plain(found.totals).items():
        yield f"totals\t{name}\t{number}"
    for name in _LISTS:
        yield from (f"{name}\t{line}" for line in lines_of(getattr(found, name)))
    for month in found.months:
        yield f"months\t{month.month}\t{month.notes}\t{month.read}"
    for name in _FAVOURITES:
        for each in getattr(found, name):
            yield "\t".join((name, one_line(each.ref), str(each.notes), one_line(each.title)))


def _charts(found: Stats) -> Iterator[str]:
    columns = shutil.get_terminal_size().columns
    yield from _totals(found.totals)
    for name, heading in _LISTS.items():
        rows: Sequence[Tally] = getattr(found, name)
        if rows:
            yield from _headed(heading, lines_of(rows))
    if found.months:
        yield from _headed("Notes begun by month, those read filled", _months(found, columns))
    for name, heading in _FAVOURITES.items():
        if getattr(found, name):
            yield from _headed(heading, _favourites(getattr(found, name), columns))


def _headed(heading: str, lines: Iterator[str]) -> Iterator[str]:
    yield ""
    yield click.style(heading, bold=True)
    yield from lines


def _totals(totals: Totals) -> Iterator[str]:
    """Yield what there is, in sentences as short as telegrams."""
    yield (
        f"{_counted(totals.papers, 'paper')}, {_counted(totals.notes, 'note')}"
        f" ({totals.free:,} of no single paper), {_counted(totals.words, 'word')}"
    )
    pdfs = f", {_counted(totals.pdfs, 'PDF')} of {_size(totals.pdf_bytes)}" if totals.pdfs else ""
    yield (
        f"{_counted(totals.links, 'link')}, {_counted(totals.tags, 'tag')},"
        f" {_size(totals.file_bytes)} of text{pdfs}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(count: float) -> str:
    """Return a number of bytes as people say it."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _months(found: Stats, columns: int) -> Iterator[str]:
    """Yield a line for each month: notes, those read, and a bar with the read part filled."""
    most = max(month.notes for month in found.months)
    digits = len(str(most))
    free = max(min(columns - 2 * digits - 13, _MOST_COLUMNS), 1)
    for month in found.months:
        yield (
            f"{click.style(month.month, bold=True)}  {month.notes:>{digits}}"
            f"  {month.read:>{digits}}  {_split_bar(month, most, free)}"
        )


def _split_bar(month: Month, most: int, free: int) -> str:
    in_blocks = has_every_letter()
    whole = width(bar(month.notes, most, free, in_blocks=in_blocks))
    read = round(whole * month.read / month.notes)
    full, light = ("█", "░") if in_blocks else ("#", "-")
    return click.style(full * read, fg="green") + click.style(light * (whole - read), fg="cyan")


def _favourites(rows: Sequence[Favourite], columns: int) -> Iterator[str]:
    digits = len(str(rows[0].notes))
    refs = min(max(width(one_line(row.ref)) for row in rows), max(columns // 2, 1))
    room = max(columns - refs - digits - 5, _LEAST_TITLE)
    for row in rows:
        ref = click.style(fit_end(one_line(row.ref), refs), bold=True)
        yield f"{ref}  {row.notes:>{digits}}  {fit(one_line(row.title), room).rstrip()}"

"""``papernotes related``."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.formats import LineMaker, check_beside, format_option, print_lines
from papernotes.cli.output import is_terminal, json_option, plain, print_json, print_problems
from papernotes.cli.params import REF, TEXT
from papernotes.cli.text import fit, fit_end, one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.reports.connecting import Related

_MIN_TITLE = 10


@click.command("related")
@click.argument("ref", nargs=-1, required=True, type=REF)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="0 is all."
)
@click.option("--query", default="", type=TEXT, help="Only those that match, e.g. is:paper.")
@format_option("related")
@json_option
@common_options
@pass_app
def command(
    app: App,
    ref: tuple[str, ...],
    limit: int,
    query: str,
    line_of: LineMaker | None,
    as_json: bool,
) -> None:
    """Show papers and notes that are like one, and why.

    What counts: links between the two, notes that cite both, what both cite, what lies two links
    away, tags, words that few others have, authors and, a little, categories. What is common to
    much of the library counts less, or nothing.
    """
    if line_of is not None:
        check_beside("--format", {"--json": as_json})
    with app.library() as library:
        found = chosen(lambda text: library.related(text, limit=limit, query=query), " ".join(ref))
    if as_json:
        data = {key: value for key, value in plain(found).items() if key != "problems"}
        print_json("related", data, found.problems)
        return
    with app.paged():
        if line_of is not None:
            print_lines(line_of, found.results)
        for line in _lines(found.results) if line_of is None else ():
            click.echo(line)
        print_problems(app, found.problems)
    if not found.results:
        narrowed = "nothing that matches" if query.strip() else "nothing"
        app.notice(f"{narrowed} has anything in common with {found.ref}")


def _lines(results: Sequence[Related]) -> Iterator[str]:
    """Yield results: with reasons below for people, a record a line for pipes."""
    if not is_terminal():
        for each in results:
            fields = (each.ref, f"{each.score:.3f}", each.title, "; ".join(each.reasons))
            yield "\t".join(map(one_line, fields))
        return
    columns = shutil.get_terminal_size().columns
    refs = min(max((width(each.ref) for each in results), default=0), columns // 2)
    for each in results:
        ref = click.style(fit_end(one_line(each.ref), refs), bold=True)
        yield f"{ref}  {fit(one_line(each.title), max(columns - refs - 3, _MIN_TITLE)).rstrip()}"
        reasons = textwrap.wrap(
            one_line("; ".join(each.reasons)), columns - 1, initial_indent="    ",
            subsequent_indent="    ", break_on_hyphens=False,
        )  # fmt: skip
        yield from (click.style(line, dim=True) for line in reasons)

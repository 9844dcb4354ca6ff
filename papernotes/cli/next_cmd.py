"""``papernotes next``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.formats import LineMaker, check_beside, format_option, print_lines
from papernotes.cli.output import (
    byline,
    is_terminal,
    json_option,
    plain,
    print_json,
    print_problems,
)
from papernotes.cli.params import TEXT
from papernotes.cli.querying import QueryCommand
from papernotes.cli.text import one_line
from papernotes.cli.wrapping import SOLID, Piece, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports.connecting import Suggestion

_MIN_COLUMNS = 24


@click.command("next", cls=QueryCommand)
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=3, show_default=True, help="0 is all."
)
@format_option("next")
@json_option
@common_options
@pass_app
def command(
    app: App, query: tuple[str, ...], limit: int, line_of: LineMaker | None, as_json: bool
) -> None:
    """Say what to read now, and why.

    That is of the papers that are unread or being read, and match QUERY as in list: what you
    have begun, its priority, how many of your notes cite it, how long it has waited, whether it
    is like what you read lately. Papers without a note come late.
    """
    if line_of is not None:
        check_beside("--format", {"--json": as_json})
    with app.library() as library:
        found = library.next(" ".join(query), limit=limit)
    if as_json:
        data = {"next": [plain(each) for each in found.suggestions], "waiting": found.waiting}
        print_json("next", data, found.problems)
        return
    if line_of is not None:
        print_lines(line_of, found.suggestions)
    for each in found.suggestions if line_of is None else ():
        for line in _for_people(each) if is_terminal() else [_record(each)]:
            click.echo(line)
    print_problems(app, found.problems)
    if not found.waiting:
        app.notice("nothing waits to be read" if not query else "nothing that matches waits")
    elif is_terminal():
        app.notice(
            f"{found.waiting} unread or being read; begun one? papernotes status REF reading"
        )


def _record(each: Suggestion) -> str:
    return "\t".join(map(one_line, (each.ref, each.title, "; ".join(each.reasons))))


def _for_people(each: Suggestion) -> Iterator[str]:
    columns = max(shutil.get_terminal_size().columns, _MIN_COLUMNS)
    who = one_line(byline(each)).replace(" ", SOLID)
    head = [Piece(one_line(each.ref), is_bold=True), Piece(f"  {one_line(each.title)}  ")]
    yield from wrapped([*head, Piece(who, "cyan")], columns)
    for line in wrapped([Piece(one_line("; ".join(each.reasons)))], columns - 4):
        yield f"    {line}"

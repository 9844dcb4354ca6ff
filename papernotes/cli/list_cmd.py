"""``papernotes list``."""

from __future__ import annotations

import shlex

import click
from click.core import ParameterSource

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.formats import LineMaker, check_beside, format_option, print_lines
from papernotes.cli.output import (
    found_data,
    is_terminal,
    json_option,
    plain,
    print_hits,
    print_json,
    print_problems,
)
from papernotes.cli.params import TEXT
from papernotes.cli.querying import QueryCommand, in_short, nothing_matches
from papernotes.library import FACETS, SORTS


@click.command("list", cls=QueryCommand)
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "--sort", type=click.Choice(SORTS), default="added", show_default=True, help="The order."
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="0 is all."
)
@click.option(
    "--count",
    "by",
    type=click.Choice(FACETS),
    metavar="BY",
    help=f"Count them by {', '.join(FACETS[:-1])} or month {FACETS[-1]}.",
)
@format_option("list")
@json_option
@common_options
@pass_app
@click.pass_context
def command(
    context: click.Context,
    app: App,
    query: tuple[str, ...],
    sort: str,
    limit: int,
    by: str | None,
    line_of: LineMaker | None,
    as_json: bool,
) -> None:
    """List papers and notes, newest first.

    QUERY is the same as for search: words, author:, title:, tag:, cat:, year:2015..2018,
    status:unread, rating:>3, priority:high … A paper that says nothing of it is unread.
    """
    text = " ".join(query)
    if by is not None:
        if context.get_parameter_source("sort") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--count has an order of its own, --sort does not go with it")
        check_beside("--format", {"--count": line_of})
        _count(app, text, by, limit, as_json=as_json)
        return
    if line_of is not None:
        check_beside("--format", {"--json": as_json})
    with app.library() as library:
        found = library.list(text, sort=sort, limit=limit)
    with app.paged():
        if as_json:
            print_json("list", found_data(found), found.problems)
            return
        for notice in found.notices:
            app.notice(notice)
        if line_of is not None:
            print_lines(line_of, found.hits)
        else:
            print_hits(found.hits, library.root)
        print_problems(app, found.problems)
        if not found.total:
            app.notice(nothing_matches(text, found) if text.strip() else "nothing here yet")
        elif found.total > len(found.hits):
            app.notice(f"{len(found.hits)} of {found.total}; -n 0 shows all")


def _count(app: App, text: str, by: str, limit: int, *, as_json: bool) -> None:
    with app.library() as library:
        found = library.count(text, by=by, limit=limit)
    if as_json:
        data = {key: value for key, value in plain(found).items() if key != "problems"}
        print_json("list", data, found.problems)
        return
    from papernotes.cli.bars import lines_of  # noqa: PLC0415 - --count only

    for line in lines_of(found.counts):
        click.echo(line)
    print_problems(app, found.problems)
    if not found.total:
        app.notice(f"nothing matches {in_short(text)}" if text.strip() else "nothing here yet")
    elif found.values > len(found.counts):
        app.notice(f"{len(found.counts)} of {found.values}; -n 0 shows all")
    if is_terminal() and found.counts and found.counts[0].query:
        app.notice(f"to go on: papernotes list {shlex.quote(found.counts[0].query)}")

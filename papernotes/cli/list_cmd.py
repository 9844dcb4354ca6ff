"""``papernotes list``."""

from __future__ import annotations

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, plain, print_hits, print_json, print_problems
from papernotes.cli.params import TEXT
from papernotes.library import SORTS


@click.command("list")
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "--sort", type=click.Choice(SORTS), default="added", show_default=True, help="The order."
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="0 is all."
)
@json_option
@common_options
@pass_app
def command(app: App, query: tuple[str, ...], sort: str, limit: int, as_json: bool) -> None:
    """List papers and notes, newest first.

    QUERY is the same as for search: words, author:, title:, tag:, cat:, year:2015..2018,
    status:unread, rating:>3, priority:high … A paper that says nothing of it is unread.
    """
    with app.library() as library:
        found = library.list(" ".join(query), sort=sort, limit=limit)
    if as_json:
        data = {"hits": [plain(hit) for hit in found.hits], "total": found.total}
        print_json("list", data, found.problems)
        return
    print_hits(found.hits, with_fragments=False)
    print_problems(app, found.problems)
    if not found.total:
        app.notice("nothing here yet" if not query else "nothing matches")
    elif found.total > len(found.hits):
        app.notice(f"{len(found.hits)} of {found.total}; -n 0 shows all")

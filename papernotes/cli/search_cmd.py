"""``papernotes search``."""

from __future__ import annotations

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, plain, print_hits, print_json, print_problems
from papernotes.cli.params import TEXT
from papernotes.library import SORTS


@click.command("search")
@click.argument("query", nargs=-1, required=True, type=TEXT)
@click.option(
    "--sort",
    type=click.Choice(("relevance", *SORTS)),
    default="relevance",
    show_default=True,
    help="The order.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="0 is all."
)
@json_option
@common_options
@pass_app
def command(app: App, query: tuple[str, ...], sort: str, limit: int, as_json: bool) -> None:
    """Find papers and notes by words, best first.

    \b
    attention transformer      all of these words
    "scaled dot-product"       a phrase (quote it once more for your shell)
    author:hinton year:2015..  fields: title author abstract note pdf tag cat
                               year status kind key arxiv added has is
    adam OR rmsprop, -survey   either; without
    optimi*  atention~         words that begin so; misspelt words
    """  # noqa: D301 - click wants the character itself
    with app.library() as library:
        found = library.search(" ".join(query), sort=sort, limit=limit)
    if as_json:
        data = {
            "hits": [plain(hit) for hit in found.hits],
            "total": found.total,
            "suggestion": found.suggestion,
        }
        print_json("search", data, found.problems)
        return
    print_hits(found.hits, with_fragments=True)
    print_problems(app, found.problems)
    if not found.total:
        more = f"; did you mean: {found.suggestion}" if found.suggestion else ""
        app.notice(f"nothing matches{more}")
    elif found.total > len(found.hits):
        app.notice(f"{len(found.hits)} of {found.total}; -n 0 shows all")

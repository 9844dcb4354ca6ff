"""``papernotes status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import query_option, refs_meant, run
from papernotes.cli.output import is_terminal, json_option, stars
from papernotes.cli.params import REF

if TYPE_CHECKING:
    from papernotes.reports.changing import Marked

_STATES = ("unread", "reading", "read")


@click.command("status")
@click.argument("words", nargs=-1, metavar="REF... [STATE]", type=REF)
@query_option
@click.option("--rating", type=click.IntRange(0, 5), help="Your stars, 1 to 5; 0 takes them away.")
@click.option("--priority", type=click.Choice(("high", "normal", "low")), help="How soon to read.")
@click.option("--dry-run", is_flag=True, help="Say what would be changed; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    words: tuple[str, ...],
    query: str | None,
    rating: int | None,
    priority: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Say how far you are with papers: unread, reading or read.

    STATE goes into the front matter of each paper's note, with --rating and --priority; all else
    in the file stays. A paper without a note gets one. Without any of them the state is printed:
    ref, status, rating, priority. A REF of - reads refs from standard input, one a line, as list
    and search --refs print them.

    \b
    papernotes status vaswani2017attention read --rating 5
    papernotes status --query 'tag:old year:..2015' read --dry-run
    """  # noqa: D301 - click wants the character itself
    last = words[-1].lower() if words else ""
    state = last if last in _STATES else None
    is_change = (state, rating, priority) != (None, None, None)
    with app.library() as library:
        ended = run(
            app,
            "status",
            refs_meant(library, words[:-1] if state else words, query),
            lambda refs: library.set_status(
                refs, state, rating=rating, priority=priority, is_dry_run=dry_run
            ),
            _cells,
            is_change=is_change,
            as_json=as_json,
        )
    if ended and len(words) > 1 and not is_change:
        app.notice("to set a status, end with unread, reading or read")
    return ended


def _cells(each: Marked) -> list[str]:
    if not is_terminal():
        return [each.status or "", str(each.rating or ""), each.priority or ""]
    priority = "" if each.priority in {None, "normal"} else f"{each.priority} priority"
    return [", ".join(filter(None, (each.status or "-", stars(each.rating), priority)))]

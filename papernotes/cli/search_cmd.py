"""``papernotes search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.formats import LineMaker, check_beside, format_option, print_lines
from papernotes.cli.output import (
    found_data,
    json_option,
    print_json,
    print_problems,
    ref_field,
)
from papernotes.cli.params import TEXT
from papernotes.cli.querying import QueryCommand, in_short, nothing_matches
from papernotes.errors import NotFoundError
from papernotes.library import SORTS

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.models import Hit, Hits

_PAGE = 20


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "--sort",
    type=click.Choice(("relevance", *SORTS)),
    default="relevance",
    show_default=True,
    help="The order.",
)
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), help="0 is all.  [default: 20; of --refs 0]"
)
@click.option(
    "-C",
    "--context",
    type=click.IntRange(0, 20),
    default=0,
    metavar="N",
    help="Show N sentences before and after each that matched.",
)
@click.option("--exact", is_flag=True, help="Mend no word and leave none out.")
@click.option("--refs", "only_refs", is_flag=True, help="Print refs only, for pipes; exact.")
@click.option("--open", "opens", type=click.IntRange(1), metavar="N", help="Open the Nth hit.")
@click.option("--edit", "edits", type=click.IntRange(1), metavar="N", help="Edit its note.")
@click.option(
    "--like", "like", metavar="FILE", help="Find what is like a text; - is standard input."
)
@click.option("--pick", "picks", is_flag=True, help="Search as you type; edit what you pick.")
@format_option("search")
@json_option
@common_options
@pass_app
def command(
    app: App,
    query: tuple[str, ...],
    sort: str,
    limit: int | None,
    context: int,
    exact: bool,
    only_refs: bool,
    opens: int | None,
    edits: int | None,
    like: str | None,
    picks: bool,
    line_of: LineMaker | None,
    as_json: bool,
) -> int:
    """Find papers and notes by words, best first.

    \b
    attention transformer      all of these words
    "scaled dot-product"       a phrase (quote it once more for your shell)
    author:hinton year:2015..  fields: title author abstract comment note pdf
                               tag cat year status rating priority kind key
                               arxiv added has is
    adam OR rmsprop, -survey   either; without
    optimi*  atention~         words that begin so; misspelt words

    Where nothing matches, words are mended or left out, and that is said.

    \b
    papernotes search bias correction --edit 1
    papernotes search --refs tag:rl | papernotes status - reading
    papernotes show $(papernotes search --pick --refs)
    papernotes search --like draft.md year:2015..
    """  # noqa: D301 - click wants the character itself
    text = " ".join(query)
    others = {"--json": as_json, "--refs": only_refs, "--open": opens, "--edit": edits}
    if line_of is not None:
        check_beside("--format", {**others, "--pick": picks, "--like": like})
    if like is not None:
        one_shot = {"--open": opens, "--edit": edits, "--exact": exact, "--pick": picks}
        sorts = sort != "relevance"
        check_beside("--like", {**one_shot, "--context": context, "--sort": sorts})
        check_beside("--json", {"--refs": as_json and only_refs})
        from papernotes.cli.likes import search_like  # noqa: PLC0415 - of few searches

        most = _PAGE if limit is None else limit
        return search_like(app, like, text, limit=most, only_refs=only_refs, as_json=as_json)
    if picks:
        one_shot = {"--open": opens, "--edit": edits, "--json": as_json, "--exact": exact}
        check_beside("--pick", {**one_shot, "--context": context, "--limit": limit is not None})
        from papernotes.cli.picking import pick  # noqa: PLC0415 - of few searches

        return pick(app, text, sort=sort, prints=only_refs)
    _check(text, {"--refs": only_refs, "--open": opens, "--edit": edits, "--json": as_json})
    with app.library() as library:
        if only_refs:
            _print_refs(app, text, library.refs(text, sort=sort, limit=limit or 0))
            return 0
        number = opens or edits
        found = library.search(
            text,
            sort=sort,
            limit=number or (_PAGE if limit is None else limit),
            context=context,
            is_exact=exact,
        )
        if as_json:
            with app.paged():
                print_json("search", found_data(found), found.problems)
            return 0
        if number:
            _tell_what_was_done(app, text, found)
            return _act(app, library, _nth(found, number, text), is_edit=edits is not None)
    with app.paged():
        _tell_what_was_done(app, text, found)
        _print(app, text, found, library.root, line_of)
    return 0


def _check(text: str, given: dict[str, object]) -> None:
    if not text.strip():
        hint = "give words to look for; papernotes list shows what there is"
        raise click.UsageError(hint)
    several = [name for name, value in given.items() if value]
    if len(several) > 1:
        raise click.UsageError(f"{several[0]} and {several[1]} do not go together")


def _print_refs(app: App, text: str, refs: tuple[str, ...]) -> None:
    for ref in refs:
        click.echo(ref_field(ref))
    if not refs:
        app.notice(f"nothing matches {in_short(text)}; without --refs words are mended")


def _print(app: App, text: str, found: Hits, root: Path, line_of: LineMaker | None) -> None:
    from papernotes.cli.hits import print_found  # noqa: PLC0415 - not where a hit is opened

    if line_of is None:
        print_found(found.hits, root)
    else:
        print_lines(line_of, found.hits)
    print_problems(app, found.problems)
    if not found.total:
        app.notice(nothing_matches(text, found))
    elif found.total > len(found.hits):
        app.notice(f"{len(found.hits)} of {found.total}; -n 0 shows all")


def _tell_what_was_done(app: App, text: str, found: Hits) -> None:
    """Say, before the hits, how the query was taken, and what they match where not the query."""
    for notice in found.notices:
        app.notice(notice)
    if not found.hits or not found.suggestion:
        return
    if found.dropped:
        words = ", ".join(f'"{word}"' for word in found.dropped)
        app.notice(f"nothing has all of that; without {words} this matches: {found.suggestion}")
    else:
        app.notice(f"nothing matches {in_short(text)}; showing what matches: {found.suggestion}")


def _nth(found: Hits, number: int, text: str) -> Hit:
    """Return the hit of a number. Raises NotFoundError where there are fewer."""
    if not found.hits:
        message, _, hint = nothing_matches(text, found).partition("; ")
        raise NotFoundError(message, hint=hint)
    if number > len(found.hits):
        known = "there is one hit" if found.total == 1 else f"there are {found.total} hits"
        raise NotFoundError(f"no hit has the number {number}", hint=known)
    return found.hits[number - 1]


def _act(app: App, library: Library, hit: Hit, *, is_edit: bool) -> int:
    """Open a hit, or edit its note where it matched."""
    if is_edit:
        from papernotes.cli.editor import edit_notes, find_editor  # noqa: PLC0415 - of few searches

        lines = [each.line for each in hit.fragments if each.field == "note" and each.line]
        line = lines[0] if lines else None
        return edit_notes(app, library, find_editor(), [hit.ref], line=line)
    from papernotes.cli.open_cmd import open_card  # noqa: PLC0415 - of few searches

    open_card(library, library.show(hit.ref))
    return 0

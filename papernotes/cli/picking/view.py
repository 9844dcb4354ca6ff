"""The picker's state as the lines of a terminal: hits, what the one the person is on holds, keys.

Lines are text with escape sequences for colours, as click writes them; everything foreign in them
went through ``cli/text``. The line of the query is not among them: it belongs to the terminal
library, which knows how to edit a line.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from papernotes.cli.hits import pieces, place_lines, where_of
from papernotes.cli.output import byline, state_of, warning
from papernotes.cli.picking.model import SORTS
from papernotes.cli.text import fit, fit_end, one_line, width
from papernotes.cli.wrapping import Piece, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.cli.picking.model import State
    from papernotes.models import Card, Fragment, Hit

SORT_NAMES = {"relevance": "best first", "added": "newest first", "year": "by year"}
_KEYS = (
    ("enter", "edit"),
    ("^o", "open"),
    ("^y", "cite"),
    ("^t", "tag"),
    ("tab", "mark"),
    ("esc", "leave"),
    ("^s", "status"),
    ("^r", "sort"),
    ("alt-y", "copy link"),
    ("alt-enter", "edit, come back"),
)
_TAG_KEYS = (("enter", "tag"), ("esc", "not now"))
_SIDE_BY_SIDE = 100  # columns from which hits and preview stand beside each other
_LIST_PART = 0.45
_MIN_PREVIEW = 8  # rows of all from which there is a preview
_LONGEST = 4_000  # characters of a text that is shown
_MOST_PEOPLE = 2  # lines
_MOST_OF_PLACE = 4
_MIN_TITLE = 12
_WITH_WHO = 84  # columns of a row from which it says who wrote it
_BAR = " │ "


def list_rows(columns: int, rows: int) -> int:
    """Return how many hits are shown where the whole picture has ``rows``, the query's too."""
    body = max(rows - 2, 1)
    if columns >= _SIDE_BY_SIDE or rows < _MIN_PREVIEW:
        return body
    return max(body * 2 // 5, 2)


def count(state: State, columns: int) -> str:
    """Return how many hits there are and how they are sorted: what stands behind the query."""
    number = f"{state.total:,}" if state.answer else "…"
    sort = SORT_NAMES.get(state.sort, f"by {state.sort}") if state.sort != SORTS[0] else ""
    marks = f"{len(state.marked)} marked" if state.marked else ""
    parts = [number, *filter(None, (marks, sort if columns >= 60 else ""))]
    return click.style(f" {' · '.join(parts)} ", dim=True)


def frame(state: State, columns: int, rows: int, *, prints: bool = False) -> list[str]:
    """Return the lines below the query: hits, a preview where there is room, news or keys.

    ``rows`` are those of the terminal. ``prints`` says that Enter prints refs.
    """
    shown = list_rows(columns, rows)
    body = max(rows - 2, 1)
    if columns >= _SIDE_BY_SIDE:
        left = int(columns * _LIST_PART)
        lines = _beside(
            list(_rows(state, left, shown)),
            list(islice(preview(state, columns - left - width(_BAR)), body)),
            left,
            body,
        )
    else:
        lines = list(_rows(state, columns, shown))
        lines += [""] * (shown - len(lines))
        if shown < body:
            rule = click.style("─" * columns, dim=True)
            lines += islice((rule, *preview(state, columns)), body - shown)
    lines += [""] * (body - len(lines))
    return [*lines[:body], _last_line(state, columns, prints=prints)]


def _beside(left: Sequence[str], right: Sequence[str], columns: int, rows: int) -> list[str]:
    bar = click.style(_BAR, dim=True)
    lines = []
    for row in range(rows):
        one = left[row] if row < len(left) else ""
        space = " " * (columns - width(click.unstyle(one)))
        lines.append(f"{one}{space}{bar}{right[row] if row < len(right) else ''}".rstrip())
    return lines


# --- the hits ------------------------------------------------------------------------------------


def _rows(state: State, columns: int, rows: int) -> Iterator[str]:
    hits = state.hits[state.top : state.top + rows]
    marked = {each.ref for each in state.marked}
    on = state.at - state.top
    for number, row in enumerate(hit_rows(hits, columns - 2, on)):
        mark = "*" if hits[number].ref in marked else " "
        yield (click.style(f"{mark}>", reverse=True) if number == on else f"{mark} ") + row


def hit_rows(hits: Sequence[Hit], columns: int, on: int | None = None) -> Iterator[str]:
    """Yield a row of ``columns`` at most for each hit; the one that the person is on is reversed.

    It has the ref, where there is room who and when, the title, and what else is to be known.
    """
    refs = min(max((width(one_line(hit.ref)) for hit in hits), default=0), columns // 3)
    whos = min(max((width(_who(hit)) for hit in hits), default=0), columns // 5)
    whos = whos if columns >= _WITH_WHO else 0
    for number, hit in enumerate(hits):
        ref = fit_end(one_line(hit.ref), refs)
        who = f"{fit(_who(hit), whos)}  " if whos else ""
        aside = "  ".join(filter(None, (state_of(hit), warning(hit))))
        free = columns - refs - 2 - width(who)
        aside = f"  {aside}" if aside and free - width(aside) - 2 >= 2 * _MIN_TITLE else ""
        free = max(free - width(aside), 1)
        if number == on:
            title = fit(one_line(hit.title[:_LONGEST]), free)
            yield click.style(fit(f"{ref}  {who}{title}{aside}", columns), reverse=True)
        else:
            title = _title(hit, free)
            aside = click.style(aside, fg="green") if aside else ""
            who = click.style(who, fg="cyan") if who else ""
            yield f"{click.style(ref, bold=True)}  {who}{title}{aside}"


def _who(hit: Hit) -> str:
    return one_line(byline(hit) or hit.kind)[:_LONGEST]


def _title(hit: Hit, columns: int) -> str:
    """Return the title that fits, with its matched words marked."""
    for fragment in hit.fragments:
        if fragment.field == "title" and "…" not in fragment.text:
            return next(wrapped(list(pieces(fragment)), columns, most=1), "")
    return fit(one_line(hit.title[:_LONGEST]), columns).rstrip()


# --- the one the person is on --------------------------------------------------------------------


def preview(state: State, columns: int) -> Iterator[str]:
    """Yield lines of what is known of the hit that the person is on: facts, places, texts."""
    hit, card = state.hit, state.card
    if hit is None:
        return
    if card is not None and card.ref != hit.ref:
        card = None  # what is known of this one is on its way
    yield from _facts(hit, card, columns)
    titles = {hit.title, ""}
    for place in hit.fragments:
        if place.field != "title" and place.text not in titles:
            yield ""
            yield from _place(place, hit, columns)
    for name, text in _texts(card):
        yield ""
        yield click.style(name, dim=True)
        for line in text[:_LONGEST].split("\n"):
            yield from wrapped([Piece(one_line(line))], columns) if line.strip() else [""]


def _facts(hit: Hit, card: Card | None, columns: int) -> Iterator[str]:
    titles = [each for each in hit.fragments if each.field == "title" and "…" not in each.text]
    title = list(pieces(titles[0])) if titles else [Piece(one_line(hit.title[:_LONGEST]))]
    yield from wrapped([each._replace(is_bold=True) for each in title], columns, most=3)
    people = one_line(", ".join(hit.authors)[:_LONGEST])
    yield from wrapped([Piece(people, "cyan")], columns, most=_MOST_PEOPLE)
    tags = " ".join(f"#{tag}" for tag in card.note.tags) if card and card.note else ""
    kind = "" if hit.kind == "paper" else hit.kind
    facts = [str(hit.year or ""), kind, f"arXiv {hit.arxiv}" if hit.arxiv else "", hit.ref]
    status = hit.status or ""
    state = state_of(hit) or status
    more = [state, one_line(tags), warning(hit), "PDF" if card and card.pdf else ""]
    text = " · ".join(one_line(each) for each in (*facts, *more) if each)
    yield from wrapped([Piece(text[:_LONGEST], is_dim=True)], columns, most=3)


def _place(place: Fragment, hit: Hit, columns: int) -> Iterator[str]:
    yield click.style(one_line(where_of(place)), fg="cyan", dim=True)
    for line in place_lines(place, hit.title, max(columns - 2, _MIN_TITLE), _MOST_OF_PLACE):
        yield f"  {line}"


def _texts(card: Card | None) -> Iterator[tuple[str, str]]:
    """Yield what a paper or note says of itself, with a name for it."""
    if card is None:
        return
    if card.note is not None:
        body = card.note.body.strip().removeprefix(f"# {card.title}\n").strip()
        if body:
            yield one_line(card.note.path), body
    if card.paper is not None and card.kind == "paper" and card.paper.abstract:
        yield "abstract", card.paper.abstract


# --- news and keys -------------------------------------------------------------------------------


def _last_line(state: State, columns: int, *, prints: bool) -> str:
    if state.said:
        said = fit(one_line(state.said), columns).rstrip()
        return click.style(said, fg="red" if state.is_wrong else "green")
    keys = _TAG_KEYS if state.is_tagging else _KEYS
    line, used = "", 0
    for key, what in keys:
        if prints and what.startswith("edit"):
            if key != "enter":
                continue
            what = "print"  # noqa: PLW2901 - the same key does another thing
        needed = width(key) + 1 + width(what) + (2 if used else 0)
        if used + needed > columns:
            break
        line += ("  " if used else "") + f"{click.style(key, bold=True)} {what}"
        used += needed
    return line

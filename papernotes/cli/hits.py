"""What search found: a numbered block for people, a record a line for pipes.

A block begins with ref, title and who wrote it; below come the places that matched. Nothing of
the first is cut, and of the places as much is shown as is worth its lines: a single one whole, of
several a line or two each.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
from typing import TYPE_CHECKING

import click

from papernotes.cli.output import MATCHED, byline, is_terminal, record, state_of, warning
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, fit_end, fitting, one_line, safe, width
from papernotes.cli.wrapping import SOLID, Piece, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from papernotes.models import Fragment, Hit

_MIN_COLUMNS = 24
_MIN_TEXT = 12
_MOST_LINES = 4  # of all places of a hit together
_MOST_HEAD = 4
_LONGEST = 2_000  # characters of anything that may be hostile
_LONGEST_FACT = 40
_LONGEST_WORD = 20
_WASTE = 6  # columns that the end of a line leaves free, as a rule
_MARK = f"  ›{SOLID}"  # before headings
_IN_ASCII = str.maketrans({"…": "~", "·": "|", "›": ">"})


def print_found(hits: Sequence[Hit], root: Path) -> None:
    """Print answers of search, best first; for people numbers lead to the files below ``root``."""
    if not is_terminal():
        for hit in hits:
            click.echo(record(hit, place=_first_place(hit)))
        return
    columns = max(shutil.get_terminal_size().columns, _MIN_COLUMNS)
    digits = len(str(len(hits)))
    from papernotes.cli.hyperlinks import linked  # noqa: PLC0415 - on a terminal only

    for number, hit in enumerate(hits, 1):
        link = linked(str(number), str(root / hit.path))
        for at, line in enumerate(block(hit, str(number).rjust(digits), columns)):
            shown = line if has_every_letter() else line.translate(_IN_ASCII)
            click.echo(shown if at else shown.replace(str(number), link, 1))


def _first_place(hit: Hit) -> str:
    """Return the first place that says more than the title, or else the title, or nothing."""
    if not hit.fragments:
        return ""
    first = (_beside_title(hit) or list(hit.fragments))[0]
    return " ".join(filter(None, (first.before, first.text, first.after)))


def _beside_title(hit: Hit) -> list[Fragment]:
    return [each for each in hit.fragments if each.field != "title" and each.text != hit.title]


def block(hit: Hit, number: str, columns: int) -> Iterator[str]:
    """Yield the lines of one hit."""
    indent = " " * (len(number) + 2)
    start = f"{click.style(number, dim=True)}  "
    head = wrapped(list(_head(hit)), columns - len(indent), most=_MOST_HEAD)
    for at, line in enumerate(head):
        yield (indent if at else start) + line
    places = _beside_title(hit)
    is_whole = any(each.before or each.after for each in places)
    most = 0 if is_whole else max(_MOST_LINES // max(len(places), 1), 1)
    wheres = [where_of(each) for each in places]
    free = columns - len(indent) - 4 - max(map(width, wheres), default=0)
    for where, place in zip(wheres, _each_once(places), strict=True):
        beginning = where + " " * (columns - len(indent) - 4 - free - width(where))
        lines = place_lines(place, hit.title, max(free, _MIN_TEXT), most)
        for at, line in enumerate(lines):
            shown = " " * len(beginning) if at else click.style(beginning, dim=True)
            yield f"{indent}  {shown}  {line}"


def _head(hit: Hit) -> Iterator[Piece]:
    yield Piece(one_line(hit.ref)[:_LONGEST], is_bold=True)
    yield Piece("  ")
    titles = [each for each in hit.fragments if each.field == "title"]
    is_whole = titles and "…" not in titles[0].text
    yield from pieces(titles[0]) if is_whole else [Piece(one_line(hit.title)[:_LONGEST])]
    facts = (
        (byline(hit) or hit.kind, "cyan"),
        (state_of(hit), "green"),
        (warning(hit), "red"),
    )
    between = "  "
    for fact, color in facts:
        if fact:
            yield Piece(between)
            yield Piece(fit(one_line(fact), _LONGEST_FACT).rstrip().replace(" ", SOLID), color)
            between = SOLID * 2


def _each_once(places: Sequence[Fragment]) -> Iterator[Fragment]:
    """Yield places without the sentences around them that are shown with the next or last one."""
    for at, place in enumerate(places):
        before, after = place.before, place.after
        if at and (before in places[at - 1].after or places[at - 1].text in before):
            before = ""
        if at + 1 < len(places) and places[at + 1].text in after:
            after = after[: after.index(places[at + 1].text)].rstrip()
        yield dataclasses.replace(place, before=before, after=after)


def where_of(place: Fragment) -> str:
    """Return where in a hit it stands: ``note:12``, ``pdf p.3``, ``abstract``."""
    if place.page is not None:
        return f"{place.field} p.{place.page}"
    return place.field if place.line is None else f"{place.field}:{place.line}"


def place_lines(place: Fragment, title: str, columns: int, most: int) -> Iterator[str]:
    """Yield the lines of a place, at most ``most`` or with 0 all: text, then headings above it.

    As much of the headings is shown as the text leaves room for.
    """
    room = columns
    if most:
        room = columns * most - _WASTE * (most - 1)
        place = window(place, room)
        room -= width(place.text)
    heading = _heading(place, title, min(room, columns))
    around = [_flat(text) for text in (f"{place.before} ", f" {place.after}")]
    before, after = (Piece(text if text.strip() else "", is_dim=True) for text in around)
    yield from wrapped(
        [before, *pieces(place), after, Piece(heading, is_dim=True)], columns, most=most
    )


def _heading(place: Fragment, title: str, columns: int) -> str:
    """Return the headings above a place but for the title, the innermost of them where long."""
    path = one_line(place.heading[:_LONGEST])
    path = "" if path == one_line(title) else path.removeprefix(f"{one_line(title)} › ")
    free = columns - width(_MARK)
    if not path or free < min(width(path), _MIN_TEXT):
        return ""
    return _MARK + fit_end(path, min(width(path), free)).replace(" ", SOLID)


# --- text that fits --------------------------------------------------------------------------


def window(fragment: Fragment, columns: int) -> Fragment:
    """Return the part of a fragment that takes ``columns``, with its first match in it."""
    text = fragment.text
    if width(text) <= columns:
        return fragment
    start = _start(fragment, columns)
    head = "… " if start else ""
    end = fitting(text, start, columns - len(head) - 1)
    tail = "…" if end < len(text) else ""
    moved = len(head) - start
    marks = tuple(
        (low + moved, min(high, end) + moved) for low, high in fragment.marks if start <= low < end
    )
    return dataclasses.replace(fragment, text=head + text[start:end].rstrip() + tail, marks=marks)


def _start(fragment: Fragment, columns: int) -> int:
    """Return where a window begins: where the text does, unless more matches show further on."""
    text = fragment.text
    first = fragment.marks[0][0] if fragment.marks else 0
    early = max(first - columns // 4, 0)
    space = text.rfind(" ", max(early - _LONGEST_WORD, 0), early)

    def shown(start: int) -> int:
        end = fitting(text, start, columns - 3)
        return sum(start <= low and high <= end for low, high in fragment.marks)

    return max((0, space + 1 or early, first), key=shown)


def pieces(fragment: Fragment) -> Iterator[Piece]:
    """Yield the text of a fragment, safe and on one line, its matched words marked."""
    at = 0
    for start, end in fragment.marks:
        yield Piece(_flat(fragment.text[at:start]))
        yield Piece(_flat(fragment.text[start:end]), MATCHED, is_bold=True)
        at = end
    yield Piece(_flat(fragment.text[at:]))


def _flat(text: str) -> str:
    return safe(re.sub(r"\s+", " ", text[: 20 * _LONGEST]))

"""Styled text cut into the lines of a terminal: at spaces, by the width of its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from papernotes.cli.text import fitting, isolated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOLID = "\xa0"
"""A space that no line ends at; it is shown as any other."""


class Piece(NamedTuple):
    """A stretch of text in one style; ``color`` is a name that click knows."""

    text: str
    color: str = ""
    is_bold: bool = False
    is_dim: bool = False


def wrapped(text: Sequence[Piece], columns: int, *, most: int = 0) -> Iterator[str]:
    """Yield lines of at most ``columns``, styled; of more than ``most`` (0: any) one is cut."""
    whole = "".join(each.text for each in text)
    start = len(whole) - len(whole.lstrip(" "))
    number = 0
    while start < len(whole.rstrip(" ")):
        number += 1
        end = max(fitting(whole, start, columns), start + 1)
        if number == most and end < len(whole.rstrip(" ")):
            yield _styled(text, start, fitting(whole, start, columns - 1)) + "…"
            return
        end = _line_end(whole, start, end, columns)
        yield _styled(text, start, end)
        start = end + len(whole[end:]) - len(whole[end:].lstrip(" "))


def _line_end(text: str, start: int, end: int, columns: int) -> int:
    """Return where to end a line that is full at ``end``: at its last space.

    There only if that wastes less than half of it, or saves the next word from being cut.
    """
    if end == len(text) or text[end] == " ":
        return end
    space = text.rfind(" ", start, end)
    if space <= start:
        return end
    word_end = text.find(" ", end)
    is_saved = fitting(text, space + 1, columns) >= (len(text) if word_end < 0 else word_end)
    return space if is_saved or space > (start + end) // 2 else end


def _styled(text: Sequence[Piece], start: int, end: int) -> str:
    """Return a stretch of the text with its styles, without spaces at its end."""
    shown, at = [], 0
    stop = start + len("".join(each.text for each in text)[start:end].rstrip(" "))
    for each in text:
        part = each.text[max(start - at, 0) : max(stop - at, 0)].replace(SOLID, " ")
        at += len(each.text)
        if part:
            shown.append(_colored(isolated(part), each))
    return "".join(shown)


def _colored(text: str, piece: Piece) -> str:
    if not (piece.color or piece.is_bold or piece.is_dim):
        return text
    return click.style(
        text, fg=piece.color or None, bold=piece.is_bold or None, dim=piece.is_dim or None
    )

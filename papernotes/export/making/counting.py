"""What can be counted in a finished body: its words, the posts it links to, its formulas. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.export.pieces import (
    Code,
    Fence,
    Link,
    LinkEnd,
    Math,
    MathBlock,
    Plain,
    Text,
    iter_pieces,
)
from papernotes.markdown.counting import WIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.pieces import Piece

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


def count_words(pieces: Sequence[Piece]) -> int:
    """Return how many words there are to read; a formula is one, and so is a line of code.

    Each character of Chinese and Japanese counts as half a word.
    """
    number = 0.0
    for piece in iter_pieces(pieces):
        match piece:
            case Text(source=text) | Plain(text=text):
                if not text.isascii():
                    text, wide = WIDE.subn(" ", text)
                    number += wide / 2
                number += len(_WORD.findall(text))
            case Fence(lines=lines):
                number += len(lines)
            case Math() | MathBlock() | Code():
                number += 1
    return round(number)


def linked_posts(pieces: Sequence[Piece], ref: str) -> tuple[str, ...]:
    """Return the refs of the other posts that the body of ``ref`` links to, each once."""
    hrefs = (piece.href for piece in iter_pieces(pieces) if isinstance(piece, Link | LinkEnd))
    return tuple(dict.fromkeys(href.ref for href in hrefs if href.ref and href.ref != ref))


def has_math(pieces: Sequence[Piece]) -> bool:
    """Whether there is a formula anywhere in the body."""
    return any(isinstance(piece, Math | MathBlock) for piece in iter_pieces(pieces))

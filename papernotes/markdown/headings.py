"""Headings: their anchors, what a ``[[note#Heading]]`` means, and the path above a place."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.markdown.spans import Document, Heading

_ASCII_NOT_SLUG = re.compile(r"[^a-z0-9_\- ]")
_WORD_CATEGORIES = frozenset({"Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
_LINK_NOISE = re.compile(r"[!-,./:-@\[-^`{-~\s]+")


def heading_slug(text: str) -> str:
    """Return the anchor GitHub (and Jekyll, Quartz, VS Code) gives a heading with this text."""
    text = text.strip().lower()
    if text.isascii():
        return _ASCII_NOT_SLUG.sub("", text).replace(" ", "-")
    kept = (c for c in text if c in "-_ " or _is_word(c))
    return "".join(kept).replace(" ", "-")


def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "L" or category in _WORD_CATEGORIES


def link_words(markup: str) -> str:
    """Return a heading's text as Obsidian writes it after the ``#`` of a link.

    Marks and punctuation become spaces; both target and label of a wiki link stay.
    """
    return _LINK_NOISE.sub(" ", markup).strip()


def find_heading(document: Document, wanted: str) -> Heading | None:
    """Return the heading a link's ``Part`` or ``Part#Section`` means, or None.

    Compared are the text (as a link would write it, whatever the case) and the anchor; the
    headings of a path must stand below each other.
    """
    names = [name.strip() for name in wanted.split("#") if name.strip()]
    depth = 0
    above: list[int] = []
    for heading in document.headings:
        while above and heading.level <= above[-1]:
            above.pop()
        depth = min(depth, len(above))
        if depth < len(names) and _is_named(document, heading, names[depth]):
            depth += 1
            above.append(heading.level)
            if depth == len(names):
                return heading
    return None


def _is_named(document: Document, heading: Heading, name: str) -> bool:
    wanted = link_words(name).casefold()
    if name in {heading.slug, heading.text}:
        return True
    markup = document.text[heading.start : heading.end].strip().strip("#")
    return bool(wanted) and wanted in {
        link_words(heading.text).casefold(),
        link_words(markup).casefold(),
    }


def heading_path(document: Document, offset: int) -> tuple[str, ...]:
    """Return the texts of the headings that stand above ``offset``, outermost first.

    A heading that ``offset`` stands in counts too.
    """
    headings = document.headings
    last = bisect_right(headings, offset, key=lambda heading: heading.start)
    path: list[str] = []
    level = 7
    for heading in reversed(headings[:last]):
        if heading.level < level:
            path.append(heading.text)
            level = heading.level
            if level == 1:
                break
    return tuple(reversed(path))

"""Blocks by their ids: what ``[[note#^id]]`` means, an item with all below it or a whole block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.markdown.lines import Lines

if TYPE_CHECKING:
    from papernotes.markdown.spans import Document

_ITEM = re.compile(r"([ \t>]*)(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
_LEAD = re.compile(r"[ \t>]*")
_WHOLE = frozenset({"fence", "code_block", "table", "callout", "math_block"})


def find_block(document: Document, name: str) -> tuple[int, int] | None:
    """Return start and end of the block with the id ``name`` (without ``^``, in any case).

    An item goes on to the end of what is indented below it. An id alone on its line names the
    block above, as Obsidian reads it.
    """
    for span in document.spans:
        if span.kind == "block_id" and span.detail.casefold() == name.casefold():
            break
    else:
        return None
    lines = _Lines(document)
    number = lines.at(span.start)
    if lines.lead(number) == span.start - lines.start(number):  # alone: the block above
        while number and lines.is_blank(number - 1):
            number -= 1
        last = lines.end(max(0, number - 1))
        whole = [each.start for each in document.spans if each.kind in _WHOLE and each.end == last]
        start = min(whole) if whole else lines.start(lines.first_of(max(0, number - 1)))
        return start, span.end
    first = lines.first_of(number)
    last_line = lines.last_below(first, number) if lines.is_item(first) else number
    return lines.start(first), max(lines.end(last_line), span.end)


class _Lines:
    """The lines of a body, by number from 0."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._lines = Lines(document.text, document.start, 0)

    def at(self, offset: int) -> int:
        return self._lines.index(offset)

    def start(self, number: int) -> int:
        return self._lines.starts[number]

    def end(self, number: int) -> int:
        return self._lines.ends[number]

    def lead(self, number: int) -> int:
        """Return how many spaces and quote marks a line begins with."""
        match = _LEAD.match(self._text, self.start(number), self.end(number))
        return match.end() - match.start() if match else 0

    def is_blank(self, number: int) -> bool:
        return self.lead(number) == self.end(number) - self.start(number)

    def is_item(self, number: int) -> bool:
        return _ITEM.match(self._text, self.start(number), self.end(number)) is not None

    def first_of(self, number: int) -> int:
        """Return the first line of the paragraph or item that goes on in a line."""
        while number and not self.is_item(number) and not self.is_blank(number - 1):
            number -= 1
        return number

    def last_below(self, first: int, number: int) -> int:
        """Return the last line that stands further in than the item beginning in ``first``."""
        last, lead = number, self.lead(first)
        for following in range(number + 1, len(self._lines.ends)):
            if not self.is_blank(following):
                if self.lead(following) <= lead:
                    break
                last = following
        return last

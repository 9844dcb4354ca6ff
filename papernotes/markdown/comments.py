"""Private comments inside what is read as one piece (labels, titles, tags), and texts without any.

``%%…%%`` and ``<!--…-->`` hide what they hold wherever they stand but in code and math; so does
the definition of a link that leads nowhere, ``[//]: # (…)``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.markdown.spans import Span
from papernotes.markdown.targets import DEFINITION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.markdown.lines import Lines
    from papernotes.markdown.spans import Citation, Document

_OPENING = re.compile(r"%%|<!--")
# In preformatted HTML a line that begins with %%word is a notebook's magic and closes nothing.
_RAW_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|%%.*?(?:(?<!\n)%%|%%(?!\w))", re.DOTALL)
_COMMENT_LINE = re.compile(
    r"[ \t]*\[(?://\]:|[^\[\]\r\n]{1,99}\]:[ \t]*(?:#|<>)[ \t]+[\"'(])[^\r\n]*(?:\r\n|\r|\n|\Z)"
)


def find_comments(
    text: str, start: int, end: int, stop: int, *, has_html_end: bool
) -> list[tuple[int, int, str]] | None:
    """Return (start, end, mark) of the comments between ``start`` and ``end``.

    None when one begins there and ends after ``end``, before ``stop``. ``has_html_end`` says that
    a ``-->`` may follow.
    """
    found: list[tuple[int, int, str]] = []
    while match := _OPENING.search(text, start, end):
        mark = match[0]
        closing = "%%" if mark == "%%" else "-->"
        is_closed = mark == "%%" or has_html_end
        close = text.find(closing, match.end(), stop) if is_closed else -1
        if close < 0:
            start = match.end()
            continue
        start = close + len(closing)
        if start > end:
            return None
        found.append((match.start(), start, mark))
    return found


def raw_comments(text: str, start: int, end: int, lines: Lines) -> Iterator[Span]:
    """Yield the comments in preformatted HTML."""
    for match in _RAW_COMMENT.finditer(text, start, end):
        first, last = match.span()
        mark = "%%" if match[0][0] == "%" else "<!--"
        yield Span("comment", first, last, lines.number(first), first + len(mark), last, mark)


def comment_definition(text: str, start: int, end: int) -> int:
    """Return the end of the definition ``[//]: # (…)`` at ``start``, 0 when there is none."""
    line = _COMMENT_LINE.match(text, start, end)
    if line is None:
        return 0
    whole = DEFINITION.match(text, start, end)
    return max(line.end(), whole.end() if whole else 0)


def blank(text: str, start: int, end: int, hidden: Iterable[tuple[int, int]]) -> str:
    """Return a stretch of text with spaces for what is hidden; line ends stay."""
    pieces: list[str] = []
    for first, last in hidden:
        if last > start and first < end:
            pieces.append(text[start : max(first, start)])
            start = max(first, start)
            pieces.append(re.sub(r"[^\r\n]", " ", text[start : min(last, end)]))
            start = min(last, end)
    return "".join([*pieces, text[start:end]])


class Hidden:
    """The comments found so far, in their order, and a text as far as it is meant for readers."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[int, int]] = []

    def add(self, start: int, end: int) -> None:
        """Hide a stretch."""
        self._found.append((start, end))

    def blanked(self, start: int, end: int) -> str:
        """Return a stretch of text with spaces for its comments."""
        return blank(self._text, start, end, self._within(start, end))

    def shown(self, start: int, end: int) -> str:
        """Return a stretch of text without its comments."""
        if not self._within(start, end):
            return self._text[start:end]
        return " ".join(self.blanked(start, end).split())

    def bracket(
        self, start: int, end: int, inside: list[Citation]
    ) -> tuple[str, int, int, list[Citation]]:
        """Return text, start, end and citations of a bracket, all without its comments."""
        if not self._within(start, end):
            return self._text, start, end, inside
        moved = [replace(one, start=one.start - start, end=one.end - start) for one in inside]
        return self.blanked(start, end), 0, end - start, moved

    def _within(self, start: int, end: int) -> list[tuple[int, int]]:
        first = bisect_left(self._found, (start, 0))
        return self._found[first : bisect_left(self._found, (end, 0))]


def blank_comments(document: Document) -> str:
    """Return the document's text with spaces for its comments: every offset stays true."""
    hidden = [(span.start, span.end) for span in document.spans if span.kind == "comment"]
    return blank(document.text, 0, len(document.text), hidden) if hidden else document.text

"""Lines, columns and runs of backticks: what the first pass measures in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

NEWLINE = re.compile(r"\r\n|\r|\n")
PIPE = re.compile(r"(?<!\\)\|")
_TAB = 4
_SPACE = re.compile(r"[ \t]*")
_TICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n|\r[ \t]*\r")
_COMMENT_MARK = re.compile(r"`+|%%|<!--|\\[\\`%<]")


class Lines:
    """The lines of a text from ``start`` on: ended by LF, CRLF or CR, as CommonMark says."""

    def __init__(self, text: str, start: int, first: int) -> None:
        self.starts = [start]
        self.ends: list[int] = []
        self.first = first
        for match in NEWLINE.finditer(text, start):
            self.ends.append(match.start())
            self.starts.append(match.end())
        self.ends.append(len(text))

    def index(self, offset: int) -> int:
        """Return which of the lines (from 0) holds ``offset``, which is not before the first."""
        return bisect_right(self.starts, offset) - 1

    def number(self, offset: int) -> int:
        """Return the number of the line that holds ``offset``, as people count."""
        return self.first + bisect_right(self.starts, offset) - 1


class Ticks:
    """The runs of backticks in a stretch of text: finds where a code span ends, in O(log n)."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._by_length: dict[int, list[int]] = {}
        for match in _TICKS.finditer(text, start, end):
            self._by_length.setdefault(len(match.group()), []).append(match.start())

    def closing(self, length: int, after: int) -> int:
        """Return where the next run of exactly ``length`` begins at or after ``after``, or -1."""
        places = self._by_length.get(length, ())
        at = bisect_left(places, after)
        return places[at] if at < len(places) else -1


@dataclass(slots=True)
class Cursor:
    """A place in a line: first character that is no space, its column, and the columns used up."""

    pos: int
    column: int
    used: int

    @property
    def indent(self) -> int:
        """How far the place stands in from where the containers' marks end."""
        return self.column - self.used


def skip(text: str, pos: int, end: int, column: int, used: int) -> Cursor:
    """Return the place after the spaces at ``pos``, which is at ``column``; tabs reach to 4."""
    if pos >= end or text[pos] not in " \t":
        return Cursor(pos, column, used)
    match = _SPACE.match(text, pos, end)
    stop = match.end() if match else pos
    if text.find("\t", pos, stop) < 0:
        return Cursor(stop, column + stop - pos, used)
    for char in text[pos:stop]:
        column += _TAB - column % _TAB if char == "\t" else 1
    return Cursor(stop, column, used)


def after_quote(text: str, cursor: Cursor, end: int) -> Cursor:
    """Return the place after the ``>`` at ``cursor`` and the one space that belongs to it."""
    pos, column = cursor.pos + 1, cursor.column + 1
    after = skip(text, pos, end, column, column)
    if after.pos > pos:
        after.used += 1
    return after


def fresh(text: str, pos: int, end: int) -> Cursor:
    """Return the first word at or after ``pos``, as if no space stood before it."""
    cursor = skip(text, pos, end, 0, 0)
    cursor.used = cursor.column
    return cursor


def count_cells(row: str) -> int:
    """Return how many cells a table row has; the pipes at its ends are optional."""
    row = row.strip(" \t")
    bars = [match.start() for match in PIPE.finditer(row)]
    outer = [bar for bar in (0, len(row) - 1) if bar in bars]
    return 1 + len(bars) - len(set(outer))


def _unclosed_comment(text: str, pos: int, end: int) -> int:
    """Return where, between ``pos`` and ``end``, a comment begins that does not end there, or -1.

    Marks inside code spans or after a backslash do not count.
    """
    ticks = None
    while match := _COMMENT_MARK.search(text, pos, end):
        mark, pos = match.group(), match.end()
        if mark[0] == "`":
            ticks = ticks or Ticks(text, match.start(), end)
            close = ticks.closing(len(mark), pos)
            pos = close + len(mark) if close >= 0 else pos
        elif mark[0] != "\\":
            closing = "%%" if mark == "%%" else "-->"
            close = text.find(closing, pos, end)
            if close < 0:
                return match.start()
            pos = close + len(closing)
    return -1


def find_open_comment(
    text: str, pos: int, end: int, last_html_end: int
) -> tuple[int, int, str, int] | None:
    """Return start, end, mark and end of content of a comment that outlives its line, or None.

    One that begins its line and is never closed runs to the end of the text: what was meant to be
    private stays so. Elsewhere an unclosed mark is text, and ``%%`` in the middle of a line is
    closed by one in the same paragraph only. ``last_html_end`` is where the text's last ``-->`` is.
    """
    start = _unclosed_comment(text, pos, end)
    if start < 0:
        return None
    mark, closing = ("%%", "%%") if text[start] == "%" else ("<!--", "-->")
    close = text.find(closing, end) if mark == "%%" or last_html_end >= end else -1
    if close < 0:
        return (start, len(text), mark, len(text)) if start == pos else None
    is_inline = start != pos and bool(text[start + len(mark) : end].strip())
    if mark == "%%" and is_inline and _BLANK_LINE.search(text, end, close):
        return None
    return start, close + len(closing), mark, close

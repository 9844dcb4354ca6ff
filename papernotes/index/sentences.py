"""A text as a reader sees it → its sentences, items, table rows and lines of code. Pure.

The text comes without the marks of Markdown (see markdown.plain), so where a list item or a line
of code begins has to be told from the words: see :func:`_goes_on`. Nothing here is exact, and
nothing takes more than a few steps a character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Span = tuple[int, int]
"""Start and end in the text, without white space around."""

_END = re.compile(
    r"""(?<![.!?…])(?P<mark>[.!?…]++)["'”’)\]]*+\s++(?=[^\s=<>+*/\])},;:|&.…])"""
    r"|[。！？．][」』”’）)]*+\s*+"
)
_LAST_WORD = re.compile(r"[^\s(\[{\"'“‘]*\Z")
_LONGEST_WORD = 24
_SHORT = frozenset({
    "al", "alg", "approx", "appx", "ca", "cf", "ch", "chap", "conf", "cor", "dept", "dr", "ed",
    "eds", "eq", "eqn", "eqs", "eqns", "excl", "fig", "figs", "incl", "lem", "mr", "mrs", "ms",
    "p", "pp", "pr", "proc", "prof", "prop", "ref", "refs", "resp", "sec", "sect", "secs", "st",
    "thm", "trans", "univ", "v", "viz", "vol", "vs",
})  # fmt: skip
"""What ends in a full stop and ends no sentence, in small letters."""

_OFTEN = frozenset({"app", "def", "etc", "ex", "int", "no", "nos", "op", "tab"})
"""The same, but before a capital letter the sentence ends."""

_WRAPPED = 40
_INDENTED = 60
_HEADING = re.compile(r"\s*#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+#>|•]+|\d+[.)])\s")
_ALONE = re.compile(
    r"\s*#{1,6}\s|\s{4,}\S"
    r"|.*(?:[;{}]|\\\\|\)\s?:)\s*\Z"  # code, rows of math
    r"|\s*(?:import\s\w|from\s\S+\simport\s|def\s\w+\(|class\s\w+\s?[(:]|print\(|@\w+\Z|#include"
    r"|[$%]\s|>>>|\\(?:begin|end)\b)"
    r"|\s*[\w.,\[\]'\" ]{1,40}\s[-+*/]?=\s"  # an assignment
    r"|\s*[\w.]+\([^)]*\)\s*\Z"  # a call
    r"|.*?\S\s{2,}\S.*?\S\s{2,}\S"  # a row of a table
)
_LONGEST_LINE = 300
MAX_LINES = 60
"""A block goes on for at most this many lines above and below the line asked for."""


class Layout(NamedTuple):
    """The lines of a text: where each starts, and which stand alone (from 0), as headings do."""

    text: str
    starts: list[int]
    headings: frozenset[int]

    def line_of(self, offset: int) -> int:
        """Return the line (from 0) that holds an offset."""
        return bisect_right(self.starts, offset) - 1

    def line(self, number: int) -> str:
        """Return a line without its end."""
        return self.text[self.starts[number] : self._end(number)]

    def block(self, number: int, low: int = 0) -> tuple[int, int]:
        """Return the first (from ``low`` on) and last line of what a line is part of.

        That is a paragraph, an item, a row or a heading.
        """
        first = last = number
        while first > max(low, number - MAX_LINES) and self._goes_on(first):
            first -= 1
        high = min(len(self.starts) - 1, number + MAX_LINES)
        while last < high and self._goes_on(last + 1):
            last += 1
        return first, last

    def sentences(self, first: int, last: int) -> list[Span]:
        """Return the sentences of a block."""
        return list(_sentences(self.text, self.starts[first], self._end(last)))

    def neighbour(self, number: int, step: int) -> int | None:
        """Return the next line with words that way, at most three on and in the same section."""
        if step < 0 and self._is_heading(number):
            return None
        for _ in range(3):
            number += step
            if not 0 <= number < len(self.starts) or self._is_heading(number):
                return None
            if self.line(number).strip():
                return number
        return None

    def _is_heading(self, number: int) -> bool:
        return number in self.headings or _HEADING.match(self.line(number)) is not None

    def _end(self, number: int) -> int:
        return self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)

    def _goes_on(self, number: int) -> bool:
        if number in self.headings or number - 1 in self.headings:
            return False
        return _goes_on(self.line(number - 1), self.line(number))


def layout(text: str, headings: Collection[int] = ()) -> Layout:
    """Return the lines of a text; those in ``headings``, counted from 1, stand alone."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    return Layout(text, starts, frozenset(line - 1 for line in headings))


def _goes_on(above: str, below: str) -> bool:
    """Say whether a line goes on with the sentence of the line above it.

    A list item has lost its mark and begins with a space; its own later lines, and those of a
    quote, begin with spaces too.
    """
    above, below = above.rstrip(), below.rstrip()
    words = below.lstrip()
    if not above or not words or _ITEM.match(below) or _is_alone(above) or _is_alone(below):
        return False
    wrapped = len(above) + len(words.partition(" ")[0]) >= len(below)
    is_small = not (words[0].isupper() or words[0].isdigit())
    indent = len(below) - len(words)
    if indent and indent <= len(above) - len(above.lstrip()):
        return is_small and wrapped and len(above) >= _INDENTED
    return is_small or (wrapped and len(above) >= _WRAPPED)


def _is_alone(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and _ALONE.match(line) is not None


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for found in _END.finditer(text, start, end):
        if found["mark"] is None or _is_end(text, start, found):
            yield from _trimmed(text, start, found.end())
            start = found.end()
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    if start < end:
        yield start, end


def _is_end(text: str, start: int, found: re.Match[str]) -> bool:
    """Say whether a sentence ends at a mark: not behind ``et al.``, ``Fig.``, ``G.``, ``i.e.``."""
    following = text[found.end()]
    if found["mark"] != ".":
        return not (following.islower() and found["mark"][-1] in ".…")
    low = max(start, found.start() - _LONGEST_WORD)
    word = _last_word(text, low, found.start())
    is_bare = text[found.start() + 1].isspace()
    if is_bare and not following.isupper() and word.lower() in _OFTEN:
        return False
    if following.islower():
        return len(word) > 1 and word.isalpha() and word.lower() not in _SHORT
    if following.isdigit() and word.isdigit():
        return False
    if "." in word:  # i.e., w.r.t., but also numbers and the names of files
        return not all(len(part) <= 1 for part in word.split(".")) or not word[-1:].isalpha()
    if len(word) == 1 and is_bare:
        return not word.isupper() and word.lower() not in _SHORT
    return word.lower() not in _SHORT


def _last_word(text: str, low: int, end: int) -> str:
    found = _LAST_WORD.search(text[low:end])
    return found.group() if found else ""

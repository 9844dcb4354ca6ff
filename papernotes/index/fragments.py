"""The sentences of a text that a query matched, with the matched words marked. Pure.

What is marked is decided in :mod:`.marking`, what a sentence is in :mod:`.sentences`. Shown is
first the sentence with most of the query in it, then the one that adds most of the rest, so that
words that stand in two sentences are seen in both.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from papernotes.index.marking import marks_of
from papernotes.index.sentences import layout
from papernotes.models import Fragment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from papernotes.index.marking import Mark
    from papernotes.index.sentences import Layout, Span
    from papernotes.query import Node

MAX_LENGTH = 200
"""A fragment is cut to about this many characters, at words."""

MAX_SCANNED = 150_000
"""Characters of one text that are looked at."""

MAX_CONTEXT = 20
"""At most so many sentences are shown on either side."""

_BEHIND = 6_000  # of the last match, for its sentence and those behind it
_BEFORE = 60
_HANDY = 30
_WHOLE = ("title", "author", "key")
_MATH = re.compile(r"\$[^$\n]{1,80}\$|\\[A-Za-z]{1,20}(?:\{[^{}\n]{0,60}\}){1,2}")
_LONGEST_MATH = 150


class _Sentence(NamedTuple):
    start: int
    end: int
    marks: list[Mark]
    keys: frozenset[str]


def fragments(
    node: Node,
    text: str,
    *,
    field: str,
    limit: int = 2,
    alone: Collection[int] = (),
    context: int = 0,
) -> tuple[Fragment, ...]:
    """Return up to ``limit`` sentences of ``text`` with matches, the fullest, in their order.

    ``field`` is the field the text is (``title``, ``author``, ``key``, ``abstract``, ``comment``,
    ``note``, ``pdf``): only what the query wants there is marked. Titles, authors and keys are one
    fragment each. ``line`` counts the lines of ``text`` from 1; those ``alone``, such as headings
    without their marks, are no part of a sentence. ``context`` is how many sentences of the same
    section ``before`` and ``after`` hold.
    """
    text = text[:MAX_SCANNED]
    marks = list(marks_of(node, text, field))
    if not marks or limit < 1:
        return ()
    if field in _WHOLE:
        return (_fragment(text, (0, len(text)), marks, field),)
    text = text[: marks[-1].end + _BEHIND]
    page = layout(text, alone)
    found = []
    for each in sorted(_fullest(list(_matching(page, marks)), limit)):
        fragment = _fragment(text, (each.start, each.end), each.marks, field)
        if context > 0:
            before, after = _around(page, each, min(context, MAX_CONTEXT))
            fragment = replace(fragment, before=before, after=after)
        found.append(fragment)
    return tuple(found)


def _matching(page: Layout, marks: Sequence[Mark]) -> Iterator[_Sentence]:
    """Yield the sentences with marks."""
    at = low = 0
    while at < len(marks):
        first, last = page.block(page.line_of(marks[at].start), low)
        for start, end in page.sentences(first, last):
            begin = at
            while at < len(marks) and marks[at].start < end:
                at += 1
            if at > begin:
                inside = list(marks[begin:at])
                yield _Sentence(start, end, inside, frozenset(mark.key for mark in inside))
        low = last + 1


def _fullest(sentences: list[_Sentence], limit: int) -> Iterator[_Sentence]:
    """Yield the sentence with most of the query, then those with as much, or with what it lacks.

    Among equals the one with the rarer words comes first, then one of a handy length.
    """
    counts = Counter(mark.key for each in sentences for mark in each.marks)
    shown: set[str] = set()
    most = 0

    def worth(each: _Sentence) -> tuple[int, int, float, bool, int]:
        rarity = sum(1 / counts[key] for key in each.keys)
        is_handy = _HANDY <= each.end - each.start <= MAX_LENGTH
        return len(each.keys - shown), len(each.keys), rarity, is_handy, -each.start

    for _ in range(min(limit, len(sentences))):
        best = max(sentences, key=worth)
        if len(best.keys) < most and best.keys <= shown:
            return
        most = most or len(best.keys)
        sentences.remove(best)
        shown |= best.keys
        yield best


def _around(page: Layout, sentence: _Sentence, count: int) -> tuple[str, str]:
    """Return the ``count`` sentences before and behind one, of its section, cut to size."""
    line = page.line_of(sentence.start)
    first, last = page.block(line)
    spans = page.sentences(first, last)
    before = [span for span in spans if span[1] <= sentence.start]
    after = [span for span in spans if span[0] >= sentence.end]
    while len(before) < count and (number := page.neighbour(first, -1)) is not None:
        first, _ = page.block(number)
        before = page.sentences(first, number) + before
    while len(after) < count and (number := page.neighbour(last, 1)) is not None:
        _, last = page.block(number)
        after += page.sentences(number, last)
    return (
        _cut_left(_joined(page.text, before[-count:]), count * MAX_LENGTH),
        _cut_right(_joined(page.text, after[:count]), count * MAX_LENGTH),
    )


def _joined(text: str, spans: Sequence[Span]) -> str:
    return " ".join(" ".join(text[start:end].split()) for start, end in spans)


def _cut_left(text: str, length: int) -> str:
    low = len(text) - length
    return text if low <= 0 else f"… {text[_word_start(text, 0, low, len(text) - 1) :]}"


def _cut_right(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: _word_end(text, 0, length)]} …"


def _fragment(text: str, span: Span, marks: Sequence[Mark], field: str) -> Fragment:
    low, high = span
    start, end = (low, high) if high - low <= MAX_LENGTH else _window(text, span, marks)
    while start < end and text[start].isspace():
        start += 1
    body = text[start:end].rstrip()
    end = start + len(body)
    before, after = "… " if start > low else "", " …" if text[end:high].strip() else ""
    shift = len(before) - start
    inside = tuple(
        (mark.start + shift, min(mark.end, end) + shift)
        for mark in marks
        if start <= mark.start < end
    )
    line = text.count("\n", 0, inside[0][0] - shift) + 1
    return Fragment(before + re.sub(r"\s", " ", body) + after, inside, field, line=line)


def _window(text: str, span: Span, marks: Sequence[Mark]) -> Span:
    """Return the part of a long stretch with most of the query in it, cut at words."""
    low, high = span
    first = _densest(marks)
    start = _word_start(text, low, max(low, min(first - _BEFORE, high - MAX_LENGTH)), first)
    if start < high <= start + MAX_LENGTH:
        end = high
    else:
        end = max(_word_end(text, start, start + MAX_LENGTH), first + 1)
    for math in _MATH.finditer(
        text, max(low, start - _LONGEST_MATH), min(high, end + _LONGEST_MATH)
    ):
        if math.start() < start < math.end():
            start = math.start()
        if first < math.start() < end < math.end():
            end = max(math.start(), start)
    return start, min(end, start + MAX_LENGTH + _LONGEST_MATH)


def _densest(marks: Sequence[Mark]) -> int:
    """Return where to begin, so that most of the query is within the length of a fragment."""
    window: Counter[str] = Counter()
    best, place, end = 0, marks[0].start, 0
    for at, mark in enumerate(marks):
        while end < len(marks) and marks[end].end <= mark.start + MAX_LENGTH - _BEFORE:
            window[marks[end].key] += 1
            end += 1
        if len(+window) > best:
            best, place = len(+window), mark.start
        if end > at:
            window[mark.key] -= 1
        else:
            end = at + 1
    return place


def _word_start(text: str, low: int, at: int, high: int) -> int:
    """Return ``low``, or the beginning of the first word at or behind ``at`` if that is later."""
    while low < at < high and not text[at - 1].isspace():
        at += 1
    return max(low, at)


def _word_end(text: str, low: int, at: int) -> int:
    """Return the end of the last word that ends at or before ``at``."""
    cut = at
    while cut > low and not text[cut].isspace():
        cut -= 1
    return cut if cut > low else at

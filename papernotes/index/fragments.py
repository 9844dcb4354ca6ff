"""The sentences of a text that a query matched, with the matched words marked. Pure.

The text goes through the same analyzer as the index, so what is marked is what was found: words
of the same stem, joined and parted compounds, whole phrases, words with the prefix, near words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.index.leaves import is_optional, without_optional
from papernotes.index.spelling import edits
from papernotes.models import Fragment
from papernotes.query import Fuzzy, Node, Phrase, Prefix, Word, iter_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

MAX_LENGTH = 200
"""A fragment is cut to about this many characters, at words."""

MAX_SCANNED = 150_000
"""Characters of one text that are looked at."""

_MAX_MARKS = 5_000
_BEFORE = 60
_WHOLE = ("title", "author", "key")
_BREAK = re.compile(
    r"""(?<=[.!?。！？])["')\]”’]*\s+(?=\S)      # behind a sentence
    |\n[^\S\n]*\n\s*                          # blank lines
    |\n(?=\s*(?:[-*+\#>|]|\d+[.)]\s))         # before a list item, heading, quote or table row
    |^(?P<heading>\#{1,6}\s[^\n]*)\n+          # behind a heading
    """,
    re.VERBOSE | re.MULTILINE,
)


class _Wanted(NamedTuple):
    """What a query marks in one field: terms, rows of terms, beginnings and near words.

    ``hints`` finds the places of a text worth looking at (see analysis.hints_of), None for none.
    """

    terms: frozenset[str]
    rows: tuple[tuple[str, ...], ...]
    beginnings: tuple[str, ...]
    near: tuple[tuple[str, int], ...]
    hints: re.Pattern[str] | None


class _Mark(NamedTuple):
    start: int
    end: int
    key: str


def fragments(
    node: Node, text: str, *, field: str, limit: int = 2, alone: Collection[int] = ()
) -> tuple[Fragment, ...]:
    """Return up to ``limit`` sentences of ``text`` with matches, the fullest, in their order.

    ``field`` is the field the text is (``title``, ``author``, ``key``, ``abstract``, ``note``,
    ``pdf``): only what the query wants there is marked. Titles, authors and keys are one
    fragment each. ``line`` counts the lines of ``text`` from 1; those ``alone``, such as headings
    without their marks, are no part of a sentence.
    """
    text = text[:MAX_SCANNED]
    marks = list(_marks(_wanted(node, field), text))
    if not marks:
        return ()
    found = []
    for start, end in [(0, len(text))] if field in _WHOLE else _sentences(text, alone):
        inside = [mark for mark in marks if start <= mark.start < end]
        if inside:
            found.append((len({mark.key for mark in inside}), start, end, inside))
            marks = marks[len(inside) :] if inside[0] is marks[0] else marks
    best = sorted(found, key=lambda item: (-item[0], item[1]))[:limit]
    return tuple(
        _fragment(text, start, end, inside, field)
        for _, start, end, inside in sorted(best, key=lambda item: item[1])
    )


@lru_cache(maxsize=64)
def _wanted(node: Node, field: str) -> _Wanted:
    leaves = [leaf for leaf in iter_text(node) if leaf.field in ("", field)]
    if not all(is_optional(leaf) for leaf in leaves):
        leaves = [leaf for leaf in leaves if not is_optional(leaf)]
    terms: set[str] = set()
    rows: set[tuple[str, ...]] = set()
    beginnings: set[str] = set()
    near: set[tuple[str, int]] = set()
    for leaf in leaves:
        is_near = isinstance(leaf, Phrase) and (leaf.slop > 0 or field == "author")
        slots = analysis.slots(without_optional(leaf.text) if is_near else leaf.text)
        words = analysis.words(leaf.text)
        if isinstance(leaf, Prefix):
            beginnings.update({analysis.fold(leaf.text), *words[-1:]} - {""})
        elif isinstance(leaf, Fuzzy) and words:
            near.add((words[-1], leaf.distance))
        elif len(slots) == 1 or is_near:
            terms.update(slot[0] for slot in slots)
        elif slots:
            rows.add(tuple(slot[0] for slot in slots))
            if isinstance(leaf, Word):
                terms.update(slots[0][1:])
    all_terms = terms.union(*rows)
    all_words = {*beginnings, *(word[:1] for word, _ in near)}
    hints = analysis.hints_of(all_terms, all_words) if all_terms or all_words else None
    return _Wanted(frozenset(terms), tuple(rows), tuple(beginnings), tuple(near), hints)


def _marks(wanted: _Wanted, text: str) -> Iterator[_Mark]:
    """Yield the marks in ``text``, ascending, not overlapping."""
    if wanted.hints is None:
        return
    tokens = analysis.tokenize(text, wanted.hints)
    found = [*_single_marks(wanted, tokens), *_row_marks(wanted.rows, tokens)]
    end = 0
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end))[:_MAX_MARKS]:
        if mark.start >= end:
            yield mark
            end = mark.end


def _single_marks(wanted: _Wanted, tokens: Sequence[analysis.Token]) -> Iterator[_Mark]:
    near: dict[str, str] = {}
    for token in tokens:
        if token.term in wanted.terms:
            yield _Mark(token.start, token.end, token.term)
        elif wanted.beginnings and token.word.startswith(wanted.beginnings):
            yield _Mark(token.start, token.end, token.word)
        elif wanted.near:
            if token.word not in near:
                near[token.word] = _nearest(wanted.near, token.word)
            if near[token.word]:
                yield _Mark(token.start, token.end, near[token.word])


def _nearest(wanted: tuple[tuple[str, int], ...], word: str) -> str:
    for other, distance in wanted:
        is_alike = word[:1] == other[:1] and abs(len(word) - len(other)) <= distance
        if is_alike and edits(word, other, distance) <= distance:
            return other
    return ""


def _row_marks(
    rows: tuple[tuple[str, ...], ...], tokens: Sequence[analysis.Token]
) -> Iterator[_Mark]:
    for row in rows:
        plain = [token for token in tokens if not token.is_joined]
        for at, token in enumerate(plain):
            if token.term == row[0]:
                stretch = plain[at : at + len(row)]
                if tuple(other.term for other in stretch) == row:
                    yield _Mark(token.start, stretch[-1].end, " ".join(row))


def _sentences(text: str, alone: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of text between sentence ends, blank lines, headings and list items."""
    breaks = [
        (found.end("heading") if found["heading"] else found.start(), found.end())
        for found in _BREAK.finditer(text)
    ]
    if alone:
        ends = [found.start() for found in re.finditer("\n", text)]
        breaks += [(ends[line - 1], ends[line - 1] + 1) for line in alone if line <= len(ends)]
        breaks += [
            (ends[line - 2], ends[line - 2] + 1) for line in alone if 1 < line <= len(ends) + 1
        ]
    start = 0
    for end, after in sorted(breaks):
        if end >= start:
            yield start, end
            start = after
    yield start, len(text)


def _fragment(text: str, start: int, end: int, marks: Sequence[_Mark], field: str) -> Fragment:
    first, last = marks[0].start, end
    low = start
    if end - start > MAX_LENGTH:
        start = _word_start(text, start, first - _BEFORE, first)
    if end - start > MAX_LENGTH:
        end = max(_word_end(text, start, start + MAX_LENGTH), min(marks[0].end, first + MAX_LENGTH))
    before, after = "… " if start > low else "", " …" if end < last else ""
    while start < first and text[start].isspace():
        start += 1
    body = text[start:end].rstrip()
    shift = len(before) - start
    inside = tuple(
        (mark.start + shift, min(mark.end, start + len(body)) + shift)
        for mark in marks
        if mark.start < start + len(body)
    )
    shown = before + re.sub(r"\s", " ", body) + after
    return Fragment(shown, inside, field, line=text.count("\n", 0, first) + 1)


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

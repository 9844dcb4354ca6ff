"""What of a text a query matched: the places of its words. Pure.

The text goes through the same analyzer as the index, so what is marked is what was found: words
of the same stem, joined and parted compounds, whole phrases, words with the prefix, near words,
and the words of a near phrase only where they stand near each other.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.index.leaves import AUTHOR_SLOP, is_optional, without_optional
from papernotes.index.spelling import edits
from papernotes.query import And, Fuzzy, Node, Not, Or, Phrase, Prefix, Word, iter_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.query import Text

ENOUGH = 300
"""A long text with this many marks is not looked at further."""

_SPACE = re.compile(r"\s")
_PIECE = 20_000  # characters looked at before that is asked

_GAP_LOOKED_AT = 1_000
_SHORTEST_STEM = 3


class Mark(NamedTuple):
    """A stretch of a text that matched; ``key`` says what of the query it is."""

    start: int
    end: int
    key: str


class _Wanted(NamedTuple):
    """What a query marks in one field, each with the key of its leaf.

    ``terms`` by themselves, ``whole`` ones where they are no parts of a compound, ``rows`` of
    terms, ``near`` terms within a span, ``beginnings`` of words, ``alike`` words with a distance.
    ``hints`` finds the places of a text worth looking at (see analysis.hints_of), None for none.
    """

    terms: dict[str, str]
    whole: dict[str, str]
    rows: dict[tuple[str, ...], str]
    near: dict[tuple[tuple[str, ...], int], str]
    beginnings: dict[str, str]
    alike: dict[tuple[str, int], str]
    hints: re.Pattern[str] | None
    by_stem: bool = False


def marks_of(node: Node, text: str, field: str) -> Iterator[Mark]:
    """Yield what a query marks in a text of a field, ascending, not overlapping."""
    wanted = _wanted(node, field)
    if wanted.hints is None:
        return
    found = False
    for mark in _all_marks(wanted, text, field):
        found = True
        yield mark
    if not found and (wanted.beginnings or wanted.alike):
        # the index also finds other words with the stem of a word that begins so or is alike
        stems = {
            (analysis.term_of(word), distance + 1): key
            for (word, distance), key in wanted.alike.items()
        }
        yield from _all_marks(wanted._replace(alike=stems, by_stem=True), text, field)


def _all_marks(wanted: _Wanted, text: str, field: str) -> Iterator[Mark]:
    count = 0
    for start, end in _pieces(text):
        for mark in _marks(wanted, text[start:end], field):
            count += 1
            yield Mark(mark.start + start, mark.end + start, mark.key)
        if count >= ENOUGH:
            return


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        space = _SPACE.search(text, start + _PIECE)
        end = space.start() if space else len(text)
        yield start, end
        start = end


def _marks(wanted: _Wanted, text: str, field: str) -> Iterator[Mark]:
    assert wanted.hints is not None
    tokens = analysis.tokenize(text, wanted.hints)
    found = [*_single_marks(wanted, tokens), *_row_marks(wanted.rows, tokens)]
    if wanted.near:
        found += _near_marks(wanted.near, list(_placed(text, tokens, field)))
    end = 0
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if mark.start >= end:
            yield mark
            end = mark.end


@lru_cache(maxsize=64)
def _wanted(node: Node, field: str) -> _Wanted:
    leaves = [leaf for leaf in iter_text(node) if leaf.field in ("", field)]
    if not all(is_optional(leaf) for leaf in leaves):
        leaves = [leaf for leaf in leaves if not is_optional(leaf)]
    wanted = _Wanted({}, {}, {}, {}, {}, {}, None)
    for leaf in leaves:
        _add_leaf(wanted, leaf, field)
    for joined, key in _joined(node, field):
        wanted.whole[joined] = key
    terms = {*wanted.terms, *wanted.whole, *(term for row in wanted.rows for term in row)}
    terms.update(term for row, _ in wanted.near for term in row)
    words = {*wanted.beginnings, *(word[:1] for word, _ in wanted.alike)}
    return wanted._replace(hints=analysis.hints_of(terms, words) if terms or words else None)


def _add_leaf(wanted: _Wanted, leaf: Text, field: str) -> None:
    key, words = leaf.text, analysis.words(leaf.text)
    span = _span(leaf, field)
    slots = analysis.slots(without_optional(key) if span else key)
    row = tuple(slot[0] for slot in slots)
    if isinstance(leaf, Prefix):
        for beginning in {analysis.fold(key), *words[-1:]} - {""}:
            wanted.beginnings[beginning] = key
    elif isinstance(leaf, Fuzzy) and words:
        wanted.alike[words[-1], leaf.distance] = key
    elif len(row) == 1:
        wanted.terms[row[0]] = key
    elif span and row:
        wanted.near[row, len(row) + span] = key
    elif row:
        wanted.rows[row] = key
        if isinstance(leaf, Word):
            wanted.terms.update(dict.fromkeys(slots[0][1:], key))


def _span(leaf: Text, field: str) -> int:
    """Return how many other words may stand between those of a leaf, 0 for a row."""
    if not isinstance(leaf, Phrase):
        return 0
    return max(leaf.slop, AUTHOR_SLOP) if "author" in {leaf.field, field} else leaf.slop


def _joined(node: Node, field: str) -> Iterator[tuple[str, str]]:
    """Yield the terms of words side by side joined: ``self supervised`` finds these too."""
    children = node.children if isinstance(node, And | Or) else ()
    for child in children:
        if not isinstance(child, Not):
            yield from _joined(child, field)
    for first, second in pairwise(children if isinstance(node, And) else ()):
        if isinstance(first, Word) and isinstance(second, Word) and first.field in ("", field):
            words = analysis.words(first.text), analysis.words(second.text)
            if first.field == second.field and [len(part) for part in words] == [1, 1]:
                yield analysis.term_of(words[0][0] + words[1][0]), first.text


def _single_marks(wanted: _Wanted, tokens: Sequence[analysis.Token]) -> Iterator[Mark]:
    known: dict[str, str] = {}
    for token in tokens:
        whole = "" if token.is_joined else wanted.whole.get(token.term, "")
        if key := wanted.terms.get(token.term, whole):
            yield Mark(token.start, token.end, key)
        elif wanted.beginnings or wanted.alike:
            word = token.term if wanted.by_stem else token.word
            if word not in known:
                known[word] = _begun(wanted, word) or _alike(wanted, word)
            if known[word]:
                yield Mark(token.start, token.end, known[word])


def _begun(wanted: _Wanted, word: str) -> str:
    is_stem = wanted.by_stem and len(word) >= _SHORTEST_STEM
    for beginning, key in wanted.beginnings.items():
        if word.startswith(beginning) or (is_stem and beginning.startswith(word)):
            return key
    return ""


def _alike(wanted: _Wanted, word: str) -> str:
    for (other, distance), key in wanted.alike.items():
        is_alike = word[:1] == other[:1] and abs(len(word) - len(other)) <= distance
        if is_alike and edits(word, other, distance) <= distance:
            return key
    return ""


def _row_marks(
    rows: dict[tuple[str, ...], str], tokens: Sequence[analysis.Token]
) -> Iterator[Mark]:
    plain = [token for token in tokens if not token.is_joined] if rows else []
    for row, key in rows.items():
        for at, token in enumerate(plain):
            if token.term == row[0]:
                stretch = plain[at : at + len(row)]
                if tuple(other.term for other in stretch) == row:
                    yield Mark(token.start, stretch[-1].end, key)


Placed = tuple[int, analysis.Token]


def _placed(text: str, tokens: Sequence[analysis.Token], field: str) -> Iterator[Placed]:
    """Yield the tokens, each with its number among the words of the text."""
    position, end, is_gap = 0, 0, False
    joined = analysis.GAP
    for token in tokens:
        if token is analysis.GAP:
            is_gap = True
        elif token.is_joined:
            joined = token
        else:
            between = text[end : token.start]
            if is_gap:
                is_short = len(between) <= _GAP_LOOKED_AT
                position += len(analysis.slots(between)) if is_short else _GAP_LOOKED_AT
            if field == "author" and "," in between:  # another person
                position += _GAP_LOOKED_AT
            if joined.start == token.start and joined is not analysis.GAP:
                yield position, joined
            yield position, token
            position, end, is_gap = position + 1, token.end, False


def _near_marks(
    near: dict[tuple[tuple[str, ...], int], str], placed: Sequence[Placed]
) -> Iterator[Mark]:
    """Yield the words that stand with all others of their phrase within its span (cf. matching)."""
    for (terms, span), key in near.items():
        needed = Counter(terms)
        events = [(position, token) for position, token in placed if token.term in needed]
        window: Counter[str] = Counter()
        missing, first = len(terms), 0
        for at, (position, token) in enumerate(events):
            window[token.term] += 1
            missing -= window[token.term] <= needed[token.term]
            while events[first][0] <= position - span:
                term = events[first][1].term
                missing += window[term] <= needed[term]
                window[term] -= 1
                first += 1
            if not missing:
                for _, each in events[first : at + 1]:
                    yield Mark(each.start, each.end, key)
                window.clear()
                missing, first = len(terms), at + 1

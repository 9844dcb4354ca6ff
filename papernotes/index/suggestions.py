"""What a query that found nothing may have meant: words mended, or some left out. Pure.

A query is parts that are all wanted. Each part has readings with a cost (:mod:`.spellings`) and
costs more yet to leave out, the more the rarer it is. Every document is what it costs to read the
query so that the document matches; the query that is answered instead is the cheapest reading of
any document, where one that many documents share is worth more. So each posting list is read
once, however many readings there are.
"""

from __future__ import annotations

from collections import Counter
from itertools import repeat
from math import log
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.errors import UsageError
from papernotes.filters import Filter
from papernotes.index.leaves import is_optional
from papernotes.index.matching import Budget, Reader, search
from papernotes.index.spellings import Reading, Speller, loose
from papernotes.query import (
    And,
    Node,
    Phrase,
    Text,
    Word,
    is_condition,
    iter_filters,
    iter_text,
    render,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from papernotes.index.leaves import Vocabulary

    Finder = Callable[[Filter], AbstractSet[int]]

MAX_READ = 60_000
"""So many postings are read in full; then words only count in documents already found."""

_LEFT_OUT = 3.0
_ELSEWHERE = 1_000  # documents without the words: a few notes make no word frequent
_PHRASE_LEFT_OUT = 6.0  # more
_NEVER = 1_000.0  # for words in a field that the person named: these are conditions
_WINDOW = 8.0
_TRIED = 5
_JOINED = 1.0


class Mended(NamedTuple):
    """A query to answer instead of another, and the parts of the other that are not in it."""

    node: Node
    dropped: tuple[str, ...] = ()


class _Part(NamedTuple):
    readings: tuple[Reading, ...]
    worth: float
    """What it costs to leave the part out."""


def mend(vocabulary: Vocabulary, node: Node, find: Finder) -> Mended | None:
    """Return the query most like ``node`` that finds something; None where none does.

    ``find`` gives the ids that pass an exact filter. Filters and what is not wanted stay. Words in
    a field are mended within it; others are also left out, when that is likelier than that they
    are misspelt. A phrase beside others is taken for words before it is left out.
    """
    mended = _mend(vocabulary, node, find)
    is_whole = mended is not None and not any('"' in part for part in mended.dropped)
    if is_whole or not isinstance(node, And):
        return mended
    loosened = _flat([_loosened(child) for child in node.children])
    return mended if loosened == node else _mend(vocabulary, loosened, find) or mended


def _loosened(node: Node) -> Node:
    """Return a phrase as words; other nodes as they are."""
    if not isinstance(node, Phrase) or node.field or node.slop:
        return node
    return loose(node.text) or node


def _mend(vocabulary: Vocabulary, node: Node, find: Finder) -> Mended | None:
    children = tuple(dict.fromkeys(node.children if isinstance(node, And) else (node,)))
    words = [child for child in children if not _has_no_word(child)]
    wanted = [child for child in words if not is_optional(child)] or words
    fixed = And(tuple(child for child in children if _has_no_word(child)))
    if not wanted:
        return None
    speller = Speller(vocabulary, wanted)
    parts = _parts(vocabulary, speller, wanted)
    filters = _found(find, [fixed, *(each.node for part in parts for each in part.readings)])
    for picked in _picked(vocabulary, parts, fixed, filters):
        readings = {
            child: part.readings[at].node if at >= 0 else None
            for child, part, at in zip(wanted, parts, picked, strict=True)
        }
        mended = _flat([readings.get(child, child) for child in children])
        dropped = tuple(render(child) for child, kept in readings.items() if kept is None)
        if any(kept is None and is_condition(child) for child, kept in readings.items()):
            continue
        if mended != node and _finds(vocabulary, mended, find):
            return Mended(mended, dropped)
    return None


def _has_no_word(node: Node) -> bool:
    """Say whether a part of a query has no word that is wanted."""
    return next(iter_text(node), None) is None


def _parts(vocabulary: Vocabulary, speller: Speller, wanted: Sequence[Node]) -> list[_Part]:
    parts = []
    for at, node in enumerate(wanted):
        readings = speller.readings(node)
        for pair in (wanted[max(0, at - 1) : at + 1], wanted[at : at + 2]):
            if (joined := _joined(speller, pair)) is not None:
                readings.append(Reading(joined, _JOINED))
        rarest = min(
            (_frequency(vocabulary, leaf) for leaf in iter_text(node)), default=vocabulary.count
        )
        worth = _LEFT_OUT + log((vocabulary.count + _ELSEWHERE) / (rarest + 0.5))
        if isinstance(node, Phrase):
            worth += _PHRASE_LEFT_OUT
        if is_condition(node):
            worth = _NEVER
        cheap = sorted(readings, key=lambda each: each.cost)
        parts.append(_Part(tuple(each for each in cheap if each.cost < worth), worth))
    return parts


def _joined(speller: Speller, pair: Sequence[Node]) -> Word | None:
    """Return two words as one, where that is known."""
    if len(pair) != 2 or not all(isinstance(each, Word) for each in pair):
        return None
    first, second = pair
    assert isinstance(first, Word)
    assert isinstance(second, Word)
    joined = (first.text + second.text).lower()
    is_word = first.field == second.field and joined.isalnum() and speller.frequency(joined)
    if analysis.term_of(joined) == analysis.term_of(first.text.lower()):  # only another ending
        return None
    return Word(joined, first.field) if is_word else None


def _frequency(vocabulary: Vocabulary, leaf: Text) -> int:
    return max((part.frequency for part in vocabulary.leaf(leaf)), default=0)


def _found(find: Finder, nodes: Sequence[Node]) -> dict[Filter, AbstractSet[int]]:
    return {wish: find(wish) for node in nodes for wish in iter_filters(node)}


def _finds(vocabulary: Vocabulary, node: Node, find: Finder) -> bool:
    try:
        return bool(search(vocabulary, node, limit=1, filters=_found(find, [node])).total)
    except UsageError:
        return False


def _picked(
    vocabulary: Vocabulary,
    parts: Sequence[_Part],
    fixed: And,
    filters: Mapping[Filter, AbstractSet[int]],
) -> list[tuple[int, ...]]:
    """Return which reading of each part to take (-1: none), the best such choice first."""
    gains = _gains(vocabulary, parts, fixed, filters)
    best = max((max(each.total.values(), default=0.0) for each in gains), default=0.0)
    counts: Counter[tuple[int, ...]] = Counter()
    for each in gains:
        near = [document for document, gain in each.total.items() if gain >= best - _WINDOW]
        columns = (map(each.found[at].get, near, repeat(-1)) for at in range(len(parts)))
        counts.update(zip(*columns, strict=True))
    worths = [[*(part.worth - each.cost for each in part.readings), 0.0] for part in parts]
    rated = {
        picked: log(count) + sum(worth[at] for worth, at in zip(worths, picked, strict=True))
        for picked, count in counts.items()
    }
    return sorted(rated, key=lambda picked: (-rated[picked], picked))[:_TRIED]


def _gains(
    vocabulary: Vocabulary,
    parts: Sequence[_Part],
    fixed: And,
    filters: Mapping[Filter, AbstractSet[int]],
) -> list[_Gains]:
    """Return what the documents of each segment are worth, the rarest parts read first."""
    budget = Budget()
    gains = [_Gains(Reader(vocabulary, part, filters, budget)) for part in vocabulary.segments]
    allowed = [each.matching(fixed, None) if fixed.children else None for each in gains]
    costs = [sum(_cost(vocabulary, each.node, filters) for each in part.readings) for part in parts]
    read = 0
    for at in sorted(range(len(parts)), key=lambda at: (costs[at], at)):
        read += costs[at]
        is_full = read > MAX_READ and any(each.total for each in gains)
        for each, among, segment in zip(gains, allowed, vocabulary.segments, strict=True):
            each.add(at, parts[at], each.total.keys() if is_full else among, segment.deleted)
    return gains


class _Gains:
    """What the documents of one segment are worth, and by which reading of each part."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.total: dict[int, float] = {}
        self.found: dict[int, dict[int, int]] = {}

    def add(
        self, at: int, part: _Part, among: AbstractSet[int] | None, deleted: AbstractSet[int]
    ) -> None:
        """Count part ``at`` in the documents that match one of its readings, the cheapest."""
        found: dict[int, int] = {}
        for number in range(len(part.readings) - 1, -1, -1):
            node = part.readings[number].node
            found.update(dict.fromkeys(self.matching(node, among) - deleted, number))
        self.found[at] = found
        worths = [part.worth - reading.cost for reading in part.readings]
        total = self.total
        for document, number in found.items():
            total[document] = total.get(document, 0.0) + worths[number]

    def matching(self, node: Node, among: AbstractSet[int] | None) -> AbstractSet[int]:
        """Return the documents that match, none where that would take too long."""
        try:
            return self._reader.evaluate(node, among).keys()
        except UsageError:
            return set()


def _cost(vocabulary: Vocabulary, node: Node, filters: Mapping[Filter, AbstractSet[int]]) -> int:
    """Return how many postings are read for a node, about."""
    if isinstance(node, Filter):
        return len(filters[node])
    return sum(_frequency(vocabulary, leaf) for leaf in iter_text(node))


def _flat(children: Sequence[Node | None]) -> Node:
    """Return the node in which all of ``children`` that are left are wanted."""
    flat: list[Node] = []
    for child in children:
        if child is not None:
            flat.extend(child.children if isinstance(child, And) else (child,))
    different = tuple(dict.fromkeys(flat))
    return different[0] if len(different) == 1 else And(different)

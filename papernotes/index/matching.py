"""A query tree over the segments of the index → ranked ids. Pure; knows nothing of Whoosh.

Each leaf is read term at a time into a table of document number → score (see :mod:`.weighing`);
AND intersects from the rarest leaf on, so a frequent word
costs little beside a rare one. Totals are exact, and hits, their order and scores depend on the
documents alone, not on the segments they are in.
"""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.errors import UsageError
from papernotes.filters import Filter
from papernotes.index.leaves import Leaf, Row, Terms, Vocabulary, is_optional
from papernotes.index.postings import exact_name, name_code, unpack
from papernotes.index.weighing import BAND_BITS, K1, least_in, score_of, weights_by_title
from papernotes.query import And, Node, Not, Or, Phrase, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from papernotes.index.leaves import Segment

    Scores = dict[int, float]

MAX_WORK = 12_000_000
"""How much phrases may cost in one question, about 0.1 µs a unit."""

_DOCUMENT_WORK = 64
_NEAR_WORK = 4
_MAX_JOINED = 3
_FEW = 2_000
_DIGITS = 9  # of a score count; the rest is rounding
_NAMED = 100.0  # more than the words of a title can score


class Budget:
    """What phrases may still cost; the cost is the same however the documents are stored."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def spend(self, work: int) -> None:
        """Take ``work`` off. Raises UsageError when there is nothing left."""
        self._left -= work
        if self._left < 0:
            raise UsageError(
                "the phrases of this query take too long to compare, their words are too frequent",
                hint="use fewer phrases, or leave out words like the and of",
            )


class Ranked(NamedTuple):
    """The best hits as (document id, score), and how many documents match in all."""

    hits: tuple[tuple[int, float], ...]
    total: int


def search(
    vocabulary: Vocabulary,
    node: Node,
    *,
    limit: int = 0,
    allowed: AbstractSet[int] | None = None,
    filters: Mapping[Filter, AbstractSet[int]],
    budget: Budget | None = None,
) -> Ranked:
    """Return the best ``limit`` documents (0: all); see ``SearchIndex.search``."""
    budget = budget or Budget()
    name = name_code(_plain_name(node))
    found: list[tuple[float, int, int]] = []
    for segment in vocabulary.segments:
        reader = Reader(vocabulary, segment, filters, budget)
        among = None if allowed is None else reader.documents(allowed)
        scores = reader.evaluate(node, among)
        if name:
            for document in scores.keys() & segment.named(name):
                scores[document] += _NAMED
        ids, orders, deleted = segment.ids, segment.orders, segment.deleted
        found += [
            (-round(score, _DIGITS), orders[document], ids[document])
            for document, score in scores.items()
            if document not in deleted
        ]
    best = nsmallest(limit, found) if limit else sorted(found)
    return Ranked(tuple((id_, -score) for score, _, id_ in best), len(found))


class Reader:
    """The evaluation of a tree in one segment; documents are the segment's own numbers."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        segment: Segment,
        filters: Mapping[Filter, AbstractSet[int]],
        budget: Budget,
    ) -> None:
        self._vocabulary = vocabulary
        self._segment = segment
        self._filters = filters
        self._budget = budget

    def documents(self, wanted: AbstractSet[int]) -> set[int]:
        """Return the documents whose ids are in ``wanted``."""
        return {number for number, id_ in enumerate(self._segment.ids) if id_ in wanted}

    def evaluate(self, node: Node, among: AbstractSet[int] | None) -> Scores:
        """Return the scores of the documents that match, of those in ``among`` where given."""
        if isinstance(node, Filter):
            found = self.documents(self._filters[node])
            return dict.fromkeys(found if among is None else found & among, 0.0)
        if isinstance(node, Not):
            everything = self._everything(among)
            return dict.fromkeys(everything - self.evaluate(node.child, everything).keys(), 0.0)
        if isinstance(node, Or):
            total: Scores = {}
            for child in dict.fromkeys(node.children):
                for document, score in self.evaluate(child, among).items():
                    total[document] = total.get(document, 0.0) + score
            return total
        if isinstance(node, And):
            return self._any_of([node, *self._joined(node)], among)
        return self._best(self._vocabulary.leaf(node), among)

    def _any_of(self, readings: list[And], among: AbstractSet[int] | None) -> Scores:
        best = self._all(readings[0].children, among)
        for reading in readings[1:]:
            for document, score in self._all(reading.children, among).items():
                best[document] = max(score, best.get(document, 0.0))
        return best

    def _all(self, children: Sequence[Node], among: AbstractSet[int] | None) -> Scores:
        needed, optional, unwanted = self._sorted(children)
        if children and not (needed or unwanted):
            return {}
        scores: Scores | None = None
        for child in needed:
            found = self.evaluate(child, among if scores is None else scores.keys())
            if scores is not None:
                for document in found:
                    found[document] += scores[document]
            scores = found
        if scores is None:
            scores = dict.fromkeys(self._everything(among), 0.0)
        for child in unwanted:
            for document in self.evaluate(child, scores.keys()):
                del scores[document]
        if min(map(self._cost, needed), default=self._vocabulary.count) <= _FEW:
            for child in optional:
                for document, score in self.evaluate(child, scores.keys()).items():
                    scores[document] += score
        return scores

    def _sorted(self, children: Sequence[Node]) -> tuple[list[Node], list[Node], list[Node]]:
        """Return what must match, the rarest first, what need not, and what must not."""
        children = tuple(dict.fromkeys(children))
        unwanted = [child.child for child in children if isinstance(child, Not)]
        wanted: list[Node] = [
            child
            for child in children
            if not isinstance(child, Not) and not self._says_nothing(child)
        ]
        optional: list[Node] = [child for child in wanted if is_optional(child)]
        needed = [child for child in wanted if not is_optional(child)]
        if all(isinstance(child, Filter) for child in needed):
            needed, optional = wanted, []
        return sorted(needed, key=self._cost), optional, unwanted

    def _everything(self, among: AbstractSet[int] | None) -> AbstractSet[int]:
        return set(range(len(self._segment.ids))) if among is None else among

    def _says_nothing(self, node: Node) -> bool:
        return isinstance(node, Word | Phrase) and not self._vocabulary.leaf(node)

    def _cost(self, node: Node) -> int:
        if isinstance(node, Filter):
            return len(self._filters[node])
        if isinstance(node, Or):
            return sum(map(self._cost, node.children))
        if isinstance(node, And):
            return min(map(self._cost, node.children), default=0)
        if isinstance(node, Not):
            return self._vocabulary.count
        return max((part.frequency for part in self._vocabulary.leaf(node)), default=0)

    def _joined(self, node: And) -> Iterator[And]:
        """Yield readings of ``self supervised`` as ``selfsupervised``, where that is a word."""
        children, found = node.children, 0
        for at in range(len(children) - 1):
            first, second = children[at], children[at + 1]
            if not (isinstance(first, Word) and isinstance(second, Word)):
                continue
            words = analysis.words(first.text), analysis.words(second.text)
            if first.field != second.field or [len(part) for part in words] != [1, 1]:
                continue
            joined = words[0][0] + words[1][0]
            if self._vocabulary.frequency(analysis.term_of(joined)) and found < _MAX_JOINED:
                found += 1
                yield And((*children[:at], Word(joined, first.field), *children[at + 2 :]))

    def _best(self, leaf: Leaf, among: AbstractSet[int] | None) -> Scores:
        scores: Scores = {}
        for part in leaf:
            weights = self._row(part, among) if isinstance(part, Row) else self._terms(part, among)
            gain = part.idf * (K1 + 1)
            found = {document: score_of(weight, gain) for document, weight in weights.items()}
            if not scores:
                scores = found
                continue
            for document, score in found.items():
                scores[document] = max(score, scores.get(document, 0.0))
        return scores

    def _terms(self, part: Terms, among: AbstractSet[int] | None) -> Scores:
        if part.bands is None and list(part.factors.values()) == [1.0]:
            return dict(self._segment.scan(next(iter(part.factors)), among))
        weights: Scores = {}
        for term, factor in part.factors.items():
            found = (
                self._segment.scan(term, among)
                if part.bands is None
                else self._in_bands(term, part.bands, among)
            )
            for document, weight in found:
                weights[document] = weights.get(document, 0.0) + factor * weight
        return weights

    def _in_bands(
        self, term: str, bands: Collection[int], among: AbstractSet[int] | None
    ) -> Iterator[tuple[int, float]]:
        sizes = self._segment.sizes
        for document, packed in self._segment.places(term, among, least_in(bands)):
            found = [at for position in unpack(packed) if (at := position >> BAND_BITS) in bands]
            if found:
                yield document, weights_by_title(sizes[document])[tuple(found)]

    def _row(self, part: Row, among: AbstractSet[int] | None) -> Scores:
        """Return the weights of documents where the terms stand in a row."""
        first, *others = sorted(set(part.terms), key=self._segment.frequency)
        places: dict[int, dict[str, bytes]] = {
            document: {first: packed}
            for document, packed in self._segment.places(first, among, 0.0)
        }
        for term in others:
            found = dict(self._segment.places(term, places.keys(), 0.0))
            places = {
                document: {**at, term: found[document]}
                for document, at in places.items()
                if document in found
            }
        weights: Scores = {}
        factor, deleted = _NEAR_WORK if part.span else 1, self._segment.deleted
        sizes = self._segment.sizes
        for document, at in places.items():
            if document in deleted:
                continue
            unpacked = {term: unpack(packed) for term, packed in at.items()}
            self._budget.spend(_DOCUMENT_WORK + factor * sum(map(len, unpacked.values())))
            starts = _near(part, unpacked) if part.span else _in_row(part.terms, unpacked)
            stands = [start >> BAND_BITS for start in starts]
            if part.bands is not None:
                stands = [band for band in stands if band in part.bands]
            if stands:
                weights[document] = weights_by_title(sizes[document])[tuple(sorted(stands))]
        return weights


def _in_row(terms: Sequence[str], places: Mapping[str, Sequence[int]]) -> set[int]:
    """Return where the terms begin to stand one behind the other."""
    starts = set(places[terms[0]])
    for offset, term in enumerate(terms[1:], 1):
        starts &= {position - offset for position in places[term]}
        if not starts:
            break
    return starts


def _near(part: Row, places: Mapping[str, Sequence[int]]) -> list[int]:
    """Return where all the terms stand within ``part.span`` positions, in any order."""
    needed = Counter(part.terms)
    events = sorted((position, term) for term in needed for position in places[term])
    window: Counter[str] = Counter()
    missing, first = len(part.terms), 0
    starts: list[int] = []
    for at, (position, term) in enumerate(events):
        window[term] += 1
        missing -= window[term] <= needed[term]
        while events[first][0] <= position - part.span:
            missing += window[events[first][1]] <= needed[events[first][1]]
            window[events[first][1]] -= 1
            first += 1
        if not missing:
            starts.append(events[first][0])
            window.clear()
            missing, first = len(part.terms), at + 1
    return starts


def _plain_name(node: Node) -> str:
    """Return the exact name a query of plain words and phrases may be, or nothing."""
    children = node.children if isinstance(node, And) else (node,)
    texts = [
        child.text
        for child in children
        if isinstance(child, Word | Phrase) and child.field in ("", "title")
    ]
    return exact_name(" ".join(texts))

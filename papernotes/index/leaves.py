"""A leaf of a query tree → the terms it stands for, with their weights. Pure.

What a leaf may stand for is bounded: see the constants.
"""

from __future__ import annotations

from heapq import merge, nsmallest
from itertools import groupby, islice
from math import log
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.index.spelling import nearest
from papernotes.index.weighing import BANDS
from papernotes.query import Fuzzy, Node, Phrase, Prefix, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from typing import Protocol

    class Segment(Protocol):
        """What matching asks of a part of the index; documents are numbered from 0 in each."""

        @property
        def ids(self) -> Sequence[int]:
            """The ids of the documents."""

        @property
        def sizes(self) -> Sequence[int]:
            """How many words the titles of the documents have (see postings.Analysed)."""

        @property
        def orders(self) -> Sequence[int]:
            """What to order equals by (see postings.Analysed)."""

        @property
        def deleted(self) -> AbstractSet[int]:
            """The documents that are no more; they do not count below, but may be yielded."""

        def frequency(self, term: str) -> int:
            """Return how many documents have the term."""

        def scan(self, term: str, among: Collection[int] | None) -> Iterator[tuple[int, float]]:
            """Yield documents with the term and its weight, of ``among`` if given."""

        def places(
            self, term: str, among: Collection[int] | None, weight: float
        ) -> Iterator[tuple[int, bytes]]:
            """Yield documents where the term weighs ``weight`` at least, with packed positions."""

        def named(self, code: int) -> Collection[int]:
            """Return the documents whose title or citation key has the name code."""

        def words(self, prefix: str, least: int = 1, most: int = 0) -> Sequence[str]:
            """Return the unstemmed words of documents that begin so, sorted.

            Of ``least`` to ``most`` letters (0: any number).
            """

        def words_with(self, piece: str) -> Sequence[str]:
            """Return the unstemmed words of documents in which ``piece`` stands."""

        def terms(self, prefix: str) -> Iterator[str]:
            """Yield the terms that begin so, sorted."""


MAX_EXPANSION = 64
"""A prefix or fuzzy word stands for at most this many terms, the most frequent or nearest."""

MAX_SCANNED = 20_000
MAX_SLOTS = 64
OPTIONAL = frozenset({
    "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "for",
    "from", "has", "have", "how", "i", "in", "into", "is", "it", "its", "me", "my", "of", "on",
    "or", "that", "the", "their", "there", "this", "to", "via", "vs", "was", "we", "were", "what",
    "when", "where", "which", "who", "why", "will", "with",
})  # fmt: skip
"""Words that need not match beside others: they only score."""

_SIGNS = ".,:;!?()[]\"'“”‘’…"
_FUZZY_FACTORS = (1.0, 0.6, 0.3)
AUTHOR_SLOP = 8
_MAX_REMEMBERED = 1_000


Bands = tuple[int, ...] | None


class Terms(NamedTuple):
    """Any of the terms, each counting by its factor, in some bands or (None) anywhere."""

    factors: Mapping[str, float]
    frequency: int
    idf: float
    bands: Bands


class Row(NamedTuple):
    """Terms in a row; with a ``span``, in any order within that many positions."""

    terms: tuple[str, ...]
    span: int
    frequency: int
    idf: float
    bands: Bands


Leaf = tuple[Terms | Row, ...]
"""Several readings of one leaf, of which the best counts; none for what says nothing."""


def is_optional(node: Node) -> bool:
    """Say whether a node is a word so common that beside others it need not match."""
    return isinstance(node, Word) and not node.field and _bare(node.text) in OPTIONAL


def without_optional(text: str) -> str:
    """Return the words of a near phrase that matter: none of OPTIONAL, unless there is no other."""
    words = text.split()
    return " ".join([word for word in words if _bare(word) not in OPTIONAL] or words)


def _bare(word: str) -> str:
    return word.strip(_SIGNS).lower().removesuffix("'s").removesuffix("’s")


class Vocabulary:
    """The terms and words of all segments of one state of the index, with their statistics."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        self.count = sum(len(segment.ids) - len(segment.deleted) for segment in segments)
        self._leaves: dict[Word | Phrase | Prefix | Fuzzy, Leaf] = {}
        self._frequencies: dict[str, int] = {}

    def frequency(self, term: str) -> int:
        """Return how many documents of all segments have a term."""
        if term not in self._frequencies:
            self._frequencies[term] = sum(part.frequency(term) for part in self.segments)
        return self._frequencies[term]

    def nearest_words(self, word: str, distance: int) -> list[tuple[int, str]]:
        """Return the (distance, word)s of the vocabulary near a folded word, nearest first."""
        least, most = max(1, len(word) - distance), len(word) + distance
        return sorted(nearest(word, self.words(word[:1], least, most), distance))

    def words(self, prefix: str, least: int = 1, most: int = 0) -> set[str]:
        """Return the words that begin so, of ``least`` to ``most`` letters (0: any number)."""
        return {word for segment in self.segments for word in segment.words(prefix, least, most)}

    def words_with(self, piece: str) -> set[str]:
        """Return the words in which ``piece`` stands."""
        return {word for segment in self.segments for word in segment.words_with(piece)}

    def leaf(self, node: Word | Phrase | Prefix | Fuzzy) -> Leaf:
        """Return what a leaf of the tree stands for."""
        if node not in self._leaves:
            if len(self._leaves) >= _MAX_REMEMBERED:
                self._leaves.clear()
            self._leaves[node] = self._leaf(node)
        return self._leaves[node]

    def _words(self, prefix: str) -> Iterator[str]:
        """Yield the words of all segments that begin so, sorted, each once."""
        found = merge(*(segment.words(prefix) for segment in self.segments))
        return (word for word, _ in groupby(found))

    def _leaf(self, node: Word | Phrase | Prefix | Fuzzy) -> Leaf:
        bands = BANDS.get(node.field)
        if isinstance(node, Prefix):
            return self._prefix(node.text, bands)
        if isinstance(node, Fuzzy):
            return self._fuzzy(node, bands)
        if isinstance(node, Word):
            return self._word(node.text, bands)
        if node.field == "author":
            return self._row(analysis.slots(node.text), max(node.slop, AUTHOR_SLOP), bands)
        text = without_optional(node.text) if node.slop else node.text
        return self._row(analysis.slots(text), node.slop, bands)

    def _idf(self, frequency: int) -> float:
        return log(1 + (self.count - frequency + 0.5) / (frequency + 0.5))

    def _terms(self, factors: Mapping[str, float], bands: Bands) -> Leaf:
        frequency = sum(map(self.frequency, factors))
        idf = self._idf(min(frequency, self.count))
        return (Terms(factors, frequency, idf, bands),)

    def _any(self, terms: Iterable[str], bands: Bands) -> Leaf:
        """Return a leaf for the most frequent of some terms."""
        found = set(terms)
        if len(found) > MAX_EXPANSION:
            found = set(nsmallest(MAX_EXPANSION, found, key=self._rank))
        return self._terms(dict.fromkeys(sorted(found), 1.0), bands)

    def _rank(self, term: str) -> tuple[int, str]:
        return -self.frequency(term), term

    def _word(self, text: str, bands: Bands) -> Leaf:
        if len(text) == 1 and analysis.is_cjk(text):  # the index has only pairs of these
            beginning = analysis.fold(text)
            return self._any((t for part in self.segments for t in part.terms(beginning)), bands)
        slots = analysis.slots(text)
        row = self._row(slots, 0, bands)
        joined = slots[0][1:] if len(analysis.cut(text)) == 1 and slots else ()
        if joined and self.frequency(joined[0]):
            return (*row, *self._terms({joined[0]: 1.0}, bands))
        return row

    def _row(self, slots: list[tuple[str, ...]], slop: int, bands: Bands) -> Leaf:
        terms = tuple(slot[0] for slot in slots[:MAX_SLOTS])
        if len(terms) <= 1:
            return self._terms({terms[0]: 1.0}, bands) if terms else ()
        frequencies = [self.frequency(term) for term in terms]
        idf = sum(map(self._idf, frequencies))
        span = len(terms) + slop if slop else 0
        return (Row(terms, span, min(frequencies), idf, bands),)

    def _prefix(self, text: str, bands: Bands) -> Leaf:
        if analysis.is_cjk(text):
            return self._word(text, bands)
        beginnings = {analysis.fold(text), *analysis.words(text)[-1:]} - {""}
        words = (
            word for beginning in beginnings for word in islice(self._words(beginning), MAX_SCANNED)
        )
        return self._any(map(analysis.term_of, words), bands)

    def _fuzzy(self, node: Fuzzy, bands: Bands) -> Leaf:
        words = analysis.words(node.text)
        if not words:
            return self._word(node.text, bands)
        factors: dict[str, float] = {}
        for distance, word in self.nearest_words(words[-1], node.distance):
            factors.setdefault(analysis.term_of(word), _FUZZY_FACTORS[distance])
            if len(factors) == MAX_EXPANSION:
                break
        return self._terms(factors, bands)

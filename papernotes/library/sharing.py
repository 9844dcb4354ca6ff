"""What a text says and index and store know → who else says it: words, then pairs of words.

The work is bounded: at most some thousand postings are read, the words that tell most first, and
pairs are looked for only in the documents that have most of these.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import pairwise
from math import fsum, log
from typing import TYPE_CHECKING

from papernotes.index.weighing import K1
from papernotes.library.telling import keys, terms_in
from papernotes.query import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from papernotes.index import SearchIndex
    from papernotes.library.telling import Key, Pair, Said
    from papernotes.store.read import Store

MOST_WORDS = 40
_MOST_POSTINGS = 15_000
_MOST_PAIRS = 60
_MOST_DOCUMENTS = 500
_CANDIDATES = 40
_MOST_TEXT = 20_000  # characters of each text of a candidate
_FOR_BEING_THERE = 0.7  # of a word's points; the others are for where and how often
_OF_A_PAIR = 4.0  # times the rarity of its two words

Points = dict[str, dict[int, float]]
"""Words, and pairs as two words with a space between, each with the points of who has it."""


def ranked_keys(index: SearchIndex, said: Said, total: int) -> list[Key]:
    """Return the terms of a text, known here or not, those that tell it best first."""
    return keys(said, index.frequencies(said.words.values()), total)


def readable(ranked: Iterable[Key]) -> list[Key]:
    """Return the first of some terms without those too frequent to be read beside the others."""
    left = _MOST_POSTINGS
    chosen: list[Key] = []
    for key in ranked:
        if key.frequency <= left and len(chosen) < MOST_WORDS:
            left -= key.frequency
            chosen.append(key)
    return chosen


def share(
    store: Store,
    index: SearchIndex,
    said: Said,
    chosen: Sequence[Key],
    total: int,
    *,
    allowed: AbstractSet[int] | None = None,
) -> Points:
    """Return who has the ``chosen`` terms of a text, and those who have most of them its pairs."""
    found: Points = {}
    for key in chosen:
        most = points_of(key, total)  # a title that is just this word scores far above
        found[key.word] = {
            id_: _FOR_BEING_THERE * most + (1 - _FOR_BEING_THERE) * min(key.said * score, most)
            for id_, score in index.search(Word(key.word), limit=0, allowed=allowed).hits
        }
    points = _summed(found)
    best = sorted(points, key=lambda id_: (-points[id_], id_))[:_MOST_DOCUMENTS]
    kept = set(best)
    for scores in found.values():
        for document in scores.keys() - kept:
            del scores[document]
    return {**found, **_paired(store, said, chosen, total, best[:_CANDIDATES])}


def points_of(key: Key, total: int) -> float:
    """Return the most points that having a term can give."""
    return key.said * _rareness(key, total) * (K1 + 1)


def _summed(shared: Points) -> dict[int, float]:
    """Return the points of each document."""
    points: dict[int, list[float]] = {}
    for scores in shared.values():
        for document, score in scores.items():
            points.setdefault(document, []).append(score)
    return {document: fsum(found) for document, found in points.items()}


def _rareness(key: Key, total: int) -> float:
    """Return the rarity of a term in the measure of the index, its inverse document frequency."""
    return key.rare * log(1 + max(total, 2))


def pair_points(said: Said, chosen: Sequence[Key], total: int) -> dict[Pair, float]:
    """Return the most points that each pair of chosen terms can give, those that give most."""
    known = {key.term: key for key in chosen}
    points = {
        pair: _OF_A_PAIR * fsum(_rareness(known[term], total) for term in pair)
        for pair in said.pairs
        if known.keys() >= set(pair)
    }
    return dict(nlargest(_MOST_PAIRS, points.items(), key=lambda item: (item[1], item[0])))


def focus_of(terms: AbstractSet[str], chosen: Iterable[Key]) -> float:
    """Return how much of what a text says are the chosen terms: 0 to 1."""
    return len(terms & {key.term for key in chosen}) / max(len(terms), 1)


def _paired(
    store: Store, said: Said, chosen: Sequence[Key], total: int, candidates: Sequence[int]
) -> Points:
    """Return which of the candidates have which pairs of chosen terms side by side.

    A pair counts by how much of the text it stands in is about the chosen terms: a copy of an
    abstract is more like it than a long note that has all its words, too.
    """
    words = {key.term: key.word for key in chosen}
    points = pair_points(said, chosen, total)
    found: Points = {}
    for document, text in store.texts(candidates).items():
        for part in (f"{text.title}\n{text.abstract}", text.note, text.comment):
            terms = terms_in(part[:_MOST_TEXT])
            focus = focus_of(set(terms), chosen)
            for pair in points.keys() & set(pairwise(terms)):
                scores = found.setdefault(" ".join(words[term] for term in pair), {})
                scores[document] = max(scores.get(document, 0.0), points[pair] * focus)
    return found

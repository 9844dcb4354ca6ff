"""A text → the words and pairs of words that tell it from others. Pure.

A word tells the more the rarer it is in the library and, less so, the oftener the text says it.
Words of English that any paper may use are none; of Chinese, Japanese and Korean the pairs of
letters count, as in the index, but for those in hiragana, which are mostly grammar.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.library.emptywords import EMPTY_WORDS
from papernotes.library.scoring import rarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Pair = tuple[str, str]

_SHORTEST = 3
_MOST_TERMS = 400


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says: how much it says each term, the word it mostly spells it as, pairs.

    A pair are two terms that stand side by side with no other word between, empty or not.
    """

    weights: Mapping[str, float]
    words: Mapping[str, str]
    pairs: frozenset[Pair]


class Key(NamedTuple):
    """A term that tells a text: the word for it, how many documents have it and how rare it is.

    ``said`` is how much the text says it: the square root of its weights, as the tenth time adds
    less than the first. ``rare`` is 0 to 1.
    """

    term: str
    word: str
    said: float
    rare: float
    frequency: int


def said(parts: Iterable[tuple[str, float]]) -> Said:
    """Return what some texts say together; each comes with the weight of a word in it."""
    weights: dict[str, float] = {}
    spelled: dict[str, Counter[str]] = {}
    pairs: set[Pair] = set()
    for text, weight in parts:
        last = ""
        for word, term in _iter_terms(text):
            if word:
                weights[term] = weights.get(term, 0.0) + weight
                spelled.setdefault(term, Counter())[word] += 1
            if last and word:
                pairs.add((last, term))
            last = term if word and word.isascii() else ""
    kept = sorted(weights, key=lambda term: (-weights[term], term))[:_MOST_TERMS]
    words = {
        term: min(spelled[term], key=lambda word: (-spelled[term][word], word)) for term in kept
    }
    return Said({term: weights[term] for term in kept}, words, frozenset(pairs))


def terms_in(text: str) -> list[str]:
    """Return the terms of a text in their order, an empty one for each word that says nothing."""
    return [term for _, term in _iter_terms(text)]


def keys(said: Said, frequencies: Mapping[str, int], total: int) -> list[Key]:
    """Return the terms of a text, those that tell it best first.

    ``frequencies`` has how many of ``total`` documents have each word.
    """
    found = []
    for term, word in said.words.items():
        count = frequencies[word]
        found.append(Key(term, word, said.weights[term] ** 0.5, rarity(count, total), count))
    return sorted(found, key=lambda key: (-key.said * key.rare, key.word))


def _iter_terms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a text, each with its term; an empty word for one that says nothing."""
    for raw in analysis.cut(text):
        found = analysis.meaning(raw)
        if raw[0] == "\\":  # of a formula
            yield "", ""
        elif not found.words:
            yield from (
                (slot[0], slot[0]) if _tells_cjk(slot[0]) else ("", "") for slot in found.slots
            )
        else:
            for word, slot in zip(found.words, found.slots, strict=False):
                tells = len(word) >= _SHORTEST and word.isalpha() and word not in EMPTY_WORDS
                yield (word, slot[0]) if tells else ("", "")


def _tells_cjk(pair: str) -> bool:
    return len(pair) > 1 and not all("\u3041" <= letter <= "\u309f" for letter in pair)

"""What a part of a query may have meant: other readings, each with how unlikely it is. Pure.

The costs are logarithms of likelihoods, so that they add up: a slip of the pen (see
:func:`.spelling.slip`) costs SLIP, and a document weighs a hundred against one by about five.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from math import log
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.filters import Filter
from papernotes.index.spelling import nearest, slip
from papernotes.query import And, Fuzzy, Node, Or, Phrase, Prefix, Word, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.index.leaves import Vocabulary

SLIP = 3.0
MOST_SPELT = 8
"""So many words are looked up in the vocabulary for one query, the unknown ones first."""

_KNOWN_TOO = 2.5  # a word that exists was meant otherwise
_SPLIT = 2.0
_LOOSE = 8.0
_YEAR = 1.0
_CHOICES = 6
_MOST_WRONG = 1 / 3  # of a word; else it is another word
_SHORTEST = 4  # below there are too many abbreviations one slip away
_RARE = 0.02
_FEW = 3
_LONG_BEGINNING = 6
_MIN_PIECE = 4
_MIN_PART = 3
_MAX_LENGTH = 32
_PART = re.compile(r"[^\W_]+")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}")
_DIGITS = re.compile(r"[0-9]+")


class Reading(NamedTuple):
    """A node in the place of another, and how unlikely it was meant; 0 is as typed."""

    node: Node
    cost: float


class Speller:
    """Readings of the parts of one query; bounded in how often it looks words up."""

    def __init__(self, vocabulary: Vocabulary, nodes: Iterable[Node]) -> None:
        self._vocabulary = vocabulary
        words = {
            word
            for node in nodes
            for leaf in _leaves(node)
            for part in _PART.findall(leaf.text)
            if (word := _single(part)) and self._may_be_wrong(word)
        }
        ordered = sorted(words, key=lambda word: (self.frequency(word), word))
        self._wanted = frozenset(ordered[:MOST_SPELT])
        self._found: dict[str, list[tuple[float, str]]] = {}

    def frequency(self, word: str) -> int:
        """Return in how many documents a folded word stands, in any form of English."""
        return self._vocabulary.frequency(analysis.term_of(word))

    def readings(self, node: Node) -> list[Reading]:
        """Return what a part may have meant, itself first, then the most likely."""
        others: Iterable[Reading] = ()
        if isinstance(node, Word | Phrase):
            others = self._texts(node)
        elif isinstance(node, Prefix):
            others = self._beginnings(node)
        elif isinstance(node, Fuzzy):
            others = [
                Reading(Word(word, node.field), cost)
                for cost, word in self._near(_single(node.text))
            ]
        elif isinstance(node, And | Or):
            mended, cost = self._mended(node)
            others = [Reading(mended, cost)]
        likely = sorted((each for each in others if each.node != node), key=lambda each: each.cost)
        return [Reading(node, 0.0), *likely]

    def _texts(self, node: Word | Phrase) -> Iterator[Reading]:
        """Yield readings of a word or phrase: its parts mended, no phrase, a year."""
        spelt = [(0.0, node.text), *self._spelt(node.text)]
        for cost, text in spelt[1:]:
            yield Reading(_as_typed(node, text), cost + (_SPLIT if " " in text else 0.0))
        if len(analysis.slots(node.text)) > 1 and not getattr(node, "slop", 0):
            for cost, text in spelt[:2]:
                if (words := loose(text, node.field)) is not None:
                    yield Reading(words, cost + _LOOSE)
        is_bare = isinstance(node, Word) and not node.field
        if is_bare and _YEARS.fullmatch(year := node.text.strip("(),.;:")):
            yield Reading(Filter("year", "..", year, year), _YEAR)

    def _spelt(self, text: str) -> list[tuple[float, str]]:
        """Return (cost, text) of a text with its wrong parts mended, the most likely first."""
        if "\\" in text:  # TeX
            return []
        wrong = {part: near for part in _PART.findall(text) if (near := self._near(_single(part)))}
        if not wrong:
            return []
        if len(wrong) == 1:
            part, near = next(iter(wrong.items()))
            return [(cost, _replaced(text, {part: word})) for cost, word in near]
        unknown = {part: near[0] for part, near in wrong.items() if not self.frequency(part)}
        best = unknown or {part: near[0] for part, near in wrong.items()}
        words = {part: word for part, (_, word) in best.items()}
        singles = [
            (near[0][0], _replaced(text, {part: near[0][1]})) for part, near in wrong.items()
        ]
        return [(sum(cost for cost, _ in best.values()), _replaced(text, words)), *singles]

    def _near(self, word: str) -> list[tuple[float, str]]:
        """Return (cost, word) of what a folded word may have meant, the most likely first."""
        if word not in self._wanted:
            return []
        if word not in self._found:
            self._found[word] = self._looked_up(word)
        return self._found[word]

    def _looked_up(self, word: str) -> list[tuple[float, str]]:
        known = self.frequency(word)
        limit = 1 if known > _FEW else 2
        digits = _DIGITS.findall(word)
        best: dict[str, tuple[float, str]] = {}
        for _, found in nearest(word, self._candidates(word, limit), limit):
            frequency = self.frequency(found)
            if found == word or frequency < max(1, known) or _DIGITS.findall(found) != digits:
                continue
            wrong = slip(word, found)
            if wrong > _MOST_WRONG * len(word):
                continue
            cost = SLIP * wrong + (_KNOWN_TOO if known else 0.0)
            rating = (cost - log(frequency), found)
            term = analysis.term_of(found)
            best[term] = min(best.get(term, rating), rating)
        likely = sorted(best.values())[:_CHOICES]
        choices = [(cost + log(self.frequency(found)), found) for cost, found in likely]
        if not known and (parts := self._split(word)):
            choices.append((0.0, parts))
        return sorted(choices)

    def _candidates(self, word: str, limit: int) -> set[str]:
        """Return words that may be near: with the same beginning, or with another first letter."""
        least, most = max(1, len(word) - limit), len(word) + limit
        found = set[str]()
        for letter in sorted({word[0], word[1]}):
            found |= self._vocabulary.words(letter, least, most)
        rest = word[1:]
        half = len(rest) // 2
        pieces = (rest[:half], rest[half:]) if half >= _MIN_PIECE and limit > 1 else (rest,)
        for piece in pieces:
            found |= self._vocabulary.words_with(piece)
        return found

    def _split(self, word: str) -> str:
        """Return two known words that ``word`` is made of, the pair most frequent, or nothing."""
        pairs = [(word[:at], word[at:]) for at in range(_MIN_PART, len(word) - _MIN_PART + 1)]
        rated = [(min(self.frequency(part) for part in pair), pair) for pair in pairs]
        weakest, pair = max(rated, default=(0, ("", "")))
        return " ".join(pair) if weakest else ""

    def _beginnings(self, node: Prefix) -> Iterator[Reading]:
        words = analysis.words(node.text)
        text = words[-1] if words else ""
        if not _SHORTEST < len(text) <= _MAX_LENGTH:
            return
        limit = 1 if len(text) <= _LONG_BEGINNING else 2
        lengths = range(len(text) - limit, len(text) + limit + 1)
        starts = {word[:end] for word in self._vocabulary.words(text[0]) for end in lengths}
        near = nearest(text, starts, limit)
        rated = sorted((SLIP * slip(text, found), found) for _, found in near if found != text)
        for cost, found in islice(rated, _CHOICES):
            yield Reading(Prefix(found, node.field), cost)

    def _mended(self, node: Node) -> tuple[Node, float]:
        """Return a group with the best spelling of each word in it that is not known."""
        if isinstance(node, And | Or):
            parts = [self._mended(child) for child in node.children]
            return type(node)(tuple(part for part, _ in parts)), sum(cost for _, cost in parts)
        if isinstance(node, Word | Phrase) and (spelt := self._spelt(node.text)):
            cost, text = spelt[0]
            if not all(map(self.frequency, map(_single, _PART.findall(node.text)))):
                return _as_typed(node, text), cost
        return node, 0.0

    def _may_be_wrong(self, word: str) -> bool:
        return self.frequency(word) <= max(_FEW, _RARE * self._vocabulary.count)


def _leaves(node: Node) -> Iterator[Word | Phrase | Fuzzy]:
    if isinstance(node, Word | Phrase | Fuzzy):
        yield node
    for child in node.children if isinstance(node, And | Or) else ():
        yield from _leaves(child)


def _single(text: str) -> str:
    """Return the folded word of a text that is one and may be misspelt, or nothing."""
    words = analysis.words(text)
    is_one = len(words) == 1 and _SHORTEST <= len(words[0]) <= _MAX_LENGTH
    return words[0] if is_one and not words[0].isdigit() else ""


def loose(text: str, field: str = "") -> Node | None:
    """Return the node in which all words of a text are wanted, wherever they stand."""
    parts: list[str] = []
    for raw in analysis.cut(text):
        parts += analysis.meaning(raw).words if "\\" in raw else _PART.findall(raw) or [raw]
    return join_words(dict.fromkeys(parts), field)


def _replaced(text: str, words: dict[str, str]) -> str:
    return _PART.sub(lambda match: words.get(match.group(), match.group()), text)


def _as_typed(node: Word | Phrase, text: str) -> Node:
    """Return ``text`` as a word or phrase like ``node``; a word in two parts is two words."""
    if isinstance(node, Phrase) or " " not in text:
        return replace(node, text=text)
    return And(tuple(Word(part, node.field) for part in text.split()))

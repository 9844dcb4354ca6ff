"""What a query that found nothing may have meant: other words of the index in its place. Pure."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

from papernotes import analysis
from papernotes.errors import UsageError
from papernotes.index.matching import Budget, search
from papernotes.query import And, Node, Or, Phrase, Word, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from papernotes.filters import Filter
    from papernotes.index.leaves import Vocabulary

MAX_TRIED = 40
"""So many mended queries are tried, the most likely first."""

_MAX_MENDED = 5
_CHOICES = 4
_LONG = 5
_RARE = 2
_MIN_PART = 3
_PART = re.compile(r"[^\W_]+")


def suggest(vocabulary: Vocabulary, node: Node, filters: Mapping[Filter, AbstractSet[int]]) -> str:
    """Return the query with words mended so that it finds something; empty where none does."""
    texts = {text for leaf in _leaves(node) for text in _PART.findall(leaf.text)}
    choices = {text: found for text in sorted(texts) if (found := _choices(vocabulary, text))}
    if not choices or len(choices) > _MAX_MENDED:
        return ""
    budget = Budget()
    with contextlib.suppress(UsageError):
        for picked in islice(_likely_first(list(choices.values())), MAX_TRIED):
            mended = _mended(node, dict(zip(choices, picked, strict=True)))
            if (
                mended != node
                and search(vocabulary, mended, limit=1, filters=filters, budget=budget).total
            ):
                return render(mended)
    return ""


def _leaves(node: Node) -> Iterator[Word | Phrase]:
    if isinstance(node, Word | Phrase):
        yield node
    for child in node.children if isinstance(node, And | Or) else ():
        yield from _leaves(child)


def _likely_first(choices: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    ranks = sorted(product(*(range(len(words)) for words in choices)), key=sum)
    return [tuple(words[at] for words, at in zip(choices, rank, strict=True)) for rank in ranks]


def _mended(node: Node, words: Mapping[str, str]) -> Node:
    if isinstance(node, And | Or):
        children: list[Node] = []
        for child in node.children:
            better = _mended(child, words)
            is_flat = isinstance(node, And) and isinstance(better, And)
            children.extend(better.children if is_flat else (better,))  # type: ignore[union-attr]
        return type(node)(tuple(children))
    if not isinstance(node, Word | Phrase):
        return node
    text = _PART.sub(lambda match: words.get(match.group(), match.group()), node.text)
    if isinstance(node, Phrase) or " " not in text:
        return replace(node, text=text)
    return And(tuple(Word(part, node.field) for part in text.split()))


def _choices(vocabulary: Vocabulary, text: str) -> list[str]:
    """Return what an unknown or very rare word may have meant, itself too if it is known."""
    words = analysis.words(text)
    if len(words) != 1 or words[0].isdigit():
        return []
    word, known = words[0], _frequency(vocabulary, words[0])
    if known > _RARE:
        return []
    near = [
        (distance, -frequency, found)
        for distance, found in vocabulary.nearest_words(word, 1 if len(word) <= _LONG else 2)
        if (frequency := _frequency(vocabulary, found)) > known
    ]
    found = [word for _, _, word in sorted(near)[:_CHOICES]]
    if (parts := _split(vocabulary, word)) and not known:
        found.insert(int(bool(near) and near[0][0] == 1), parts)
    return [text, *found] if known and found else found


def _split(vocabulary: Vocabulary, word: str) -> str:
    """Return two known words that ``word`` is made of, the pair most frequent, or nothing."""
    pairs = [(word[:at], word[at:]) for at in range(_MIN_PART, len(word) - _MIN_PART + 1)]
    rated = [(min(_frequency(vocabulary, part) for part in pair), pair) for pair in pairs]
    weakest, pair = max(rated, default=(0, ("", "")))
    return " ".join(pair) if weakest else ""


def _frequency(vocabulary: Vocabulary, word: str) -> int:
    return vocabulary.frequency(analysis.term_of(word))

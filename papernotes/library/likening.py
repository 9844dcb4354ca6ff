"""A text from outside the library → what in it is like that text, with the words they share.

How alike a document is, is the share it has of what tells the text: of the points of its rarest
words, those that nothing here has counted too, and of pairs of them. So of a text about something
else next to nothing is shared. What a text names (an id, a citation key, its own title) is sure
to be here, but a draft names much that it only cites: naming adds the less the more is named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum
from typing import TYPE_CHECKING

from papernotes.errors import UsageError
from papernotes.library.foreign import MOST_TEXT, read_foreign
from papernotes.library.places import places
from papernotes.library.scoring import named_words
from papernotes.library.sharing import (
    MOST_WORDS,
    focus_of,
    pair_points,
    points_of,
    ranked_keys,
    readable,
    share,
)
from papernotes.library.telling import said
from papernotes.models import Hits
from papernotes.query import Or, Phrase, Word
from papernotes.store.texts import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from papernotes.index import SearchIndex
    from papernotes.library.foreign import Foreign
    from papernotes.library.telling import Said
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Hit, Problem
    from papernotes.query import Node
    from papernotes.store.read import Store

_LEAST = 0.15
"""The share of its words below which a text and a document have some in common by chance.

Recipes, letters, contracts and the like reach 0.14 in libraries of 15,000 to 20,000 documents;
abstracts with half of their words replaced by those of other abstracts have more.
"""

_FEWEST_WORDS = 3
_MOST_NAMED = 5
_MOST_MARKED = 8


@dataclass(frozen=True, slots=True)
class _Alike:
    """A document, how alike it is (a copy is near 1), the words it shares, whether it is named."""

    document: int
    score: float
    words: tuple[str, ...]
    is_named: bool


def like(
    upkeep: Upkeep,
    text: str,
    *,
    limit: int,
    among: AbstractSet[int] | None,
    problems: tuple[Problem, ...],
) -> Hits:
    """Return what is like ``text``, best first, with reasons, and the places that share most.

    Only documents ``among`` these are found, where some are given. Raises UsageError for a text
    without words.
    """
    foreign = read_foreign(text)
    spoken = said(foreign.parts)

    def within(index: SearchIndex) -> Hits:
        store = upkeep.store()
        with store.snapshot():
            alike = _alike(store, index, spoken, _named(store, foreign, among), among)
            return Hits(_hits(store, alike[: limit or None]), len(alike), problems)

    found = upkeep.searched(within)
    if len(text) > MOST_TEXT:
        notice = f"only the first {MOST_TEXT:,} characters of it were read"
        return replace(found, notices=(notice,))
    return found


def _alike(
    store: Store,
    index: SearchIndex,
    spoken: Said,
    named: AbstractSet[int],
    among: AbstractSet[int] | None,
) -> list[_Alike]:
    """Return the documents that are like a text, best first. Raises UsageError."""
    if not (spoken.weights or named):
        raise UsageError(
            "no word of that text says what it is about", hint="give a draft or an abstract"
        )
    total = store.document_count()
    keys = ranked_keys(index, spoken, total)
    known = readable(key for key in keys if key.frequency)
    unknown = [key for key in keys[:MOST_WORDS] if not key.frequency]
    most = fsum(points_of(key, total) for key in (*known, *unknown))
    pairs = fsum(pair_points(spoken, known, total).values())
    whole = most + pairs * focus_of(spoken.weights.keys(), known)
    points = share(store, index, spoken, known, total, allowed=among)
    fewest = min(_FEWEST_WORDS, len(keys))
    bonus = 1 / len(named) if named else 0.0
    found = []
    for document in {id_ for scores in points.values() for id_ in scores} | named:
        words = {word: scores[document] for word, scores in points.items() if document in scores}
        single = [score for word, score in words.items() if " " not in word]
        extra = bonus if document in named else 0.0
        sure = fsum(single) / most if most and len(single) >= fewest else 0.0
        if sure + extra >= _LEAST:
            score = (fsum(words.values()) / whole if whole else 0.0) + extra
            shared = tuple(named_words(words, _MOST_MARKED))
            found.append(_Alike(document, score, shared, document in named))
    refs = store.rows([each.document for each in found])
    found = [each for each in found if each.document in refs]
    return sorted(found, key=lambda each: (-round(each.score, 9), refs[each.document].ref))


def _named(store: Store, foreign: Foreign, among: AbstractSet[int] | None) -> set[int]:
    found = (store.document(each.scheme, each.key, each.spelled) for each in foreign.addresses)
    return {each for each in found if each is not None and (among is None or each in among)}


def _hits(store: Store, alike: Sequence[_Alike]) -> tuple[Hit, ...]:
    ids = [each.document for each in alike]
    rows, authors, texts = store.rows(ids), store.authors(ids), store.texts(ids)
    return tuple(
        replace(
            rows[each.document].hit(
                authors.get(each.document, NOBODY), round(min(each.score, 1.0), 3)
            ),
            fragments=places(store, _marking(each.words), texts[each.document]),
            reasons=tuple(_reasons(each)),
        )
        for each in alike
    )


def _reasons(each: _Alike) -> Iterable[str]:
    if each.is_named:
        yield "named in it"
    if each.words:
        yield f"alike in words: {', '.join(each.words[:_MOST_NAMED])}"


def _marking(words: Sequence[str]) -> Node:
    """Return a query that marks words, and pairs of words with each of theirs."""
    nodes: dict[Node, None] = {}
    for word in words:
        if " " in word:
            nodes[Phrase(word)] = None
        nodes.update(dict.fromkeys(map(Word, word.split())))
    return Or(tuple(nodes))

"""Documents counted by year, category, tag, author, state …: rows of the store → a tally.

What a row counts is what its query finds: a tag has those below it with it, an archive (``cs``,
where an entry says just that) its categories. Spellings of one value that queries do not tell
apart are one row, which shows the most frequent of them.
"""

from __future__ import annotations

import re
from collections import Counter
from heapq import nsmallest
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from papernotes import analysis, query
from papernotes.errors import QueryError
from papernotes.filters import CHOICES, Filter, parse_filter
from papernotes.ids import name_key
from papernotes.query import EVERYTHING, And, Not, Phrase
from papernotes.reports.connecting import Tally, TallyReport
from papernotes.store import facets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from papernotes.models import Problem
    from papernotes.query import Node
    from papernotes.store.read import Store

_IN_TIME = ("year", "added")
_LEVELS = {"tag": "/", "cat": "."}  # what stands between a value and one below it
_MOST_LEVELS = 20
_WITH_ANY = {"year": "..9998", "added": "1000..", "rating": "1.."}
_PLAIN_NAME = re.compile(r"[A-Za-z .,-]*")


def tally(
    store: Store,
    by: str,
    node: Node = EVERYTHING,
    among: Collection[int] | None = None,
    *,
    limit: int = 0,
    problems: tuple[Problem, ...] = (),
) -> TallyReport:
    """Return the documents ``among`` (None: all), which ``node`` finds, counted by a facet.

    ``by`` is one of ``recalling.FACETS``; ``limit`` 0 is all rows.
    """
    found = facets.values_by_document(store, by, among)
    written = Counter(value for _, value in found if value is not None)
    keys_of = _keys_of(by, written)
    counts = Counter(_iter_keys(found, keys_of))
    without = counts.pop("", 0)
    keys = _ordered(by, counts, limit)
    names = _names(by, keys, keys_of, written)
    rows = [
        Tally(names[key], counts[key], _asking(node, _having(by, key, names[key]))) for key in keys
    ]
    if without and not 0 < limit <= len(counts):
        rows.append(Tally(None, without, _asking(node, _lacking(by, keys))))
    return TallyReport(
        by, tuple(rows), len(counts) + bool(without), len({id_ for id_, _ in found}), problems
    )


def name_words(name: str) -> str:
    """Return what names are one by: their words without accents and case, in one order.

    So a search for one such name finds all of them.
    """
    if _PLAIN_NAME.fullmatch(name):
        plain = name.lower().replace(".", " ").replace("-", " ").replace(",", " ")
        return " ".join(sorted(plain.split()))
    words: list[str] = []
    for raw in analysis.cut(name):
        meant = analysis.meaning(raw)
        words += meant.words[: len(meant.slots)] or (slot[0] for slot in meant.slots)
    return " ".join(sorted(words))


def _keys_of(by: str, written: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the keys of the rows that each value, as written, counts for: never empty ones.

    A tag counts for those above it too; an archive is a row only where an entry says just that.
    """
    if by not in _LEVELS:
        key_of = name_words if by == "author" else str
        return {value: (key_of(value) or f" {value}",) for value in written}
    own = {value: _folded(by, value) for value in written}
    known = set(own.values())
    return {
        value: (key, *(each for each in _above(key, _LEVELS[by]) if by == "tag" or each in known))
        for value, key in own.items()
    }


def _folded(by: str, value: str) -> str:
    """Return what the store compares a tag or category by."""
    if by == "tag":
        return name_key(value)
    return value.lower() if value.isascii() else value


def _above(key: str, between: str) -> Iterator[str]:
    parts = key.split(between, _MOST_LEVELS)
    names = (between.join(parts[:number]) for number in range(1, len(parts)))
    return (name for name in names if name)


def _iter_keys(
    found: Iterable[tuple[int, str | None]], keys_of: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Yield the keys that each document counts for, each once; "" for those without a value."""
    for _, lines in groupby(found, itemgetter(0)):
        keys = [keys_of[value] if value is not None else ("",) for _, value in lines]
        yield from keys[0] if len(keys) == 1 else set(chain.from_iterable(keys))


def _ordered(by: str, counts: Mapping[str, int], limit: int) -> list[str]:
    """Return the keys of the rows to show: the most frequent first, or the latest."""
    if by in _IN_TIME:
        keys = sorted(counts, key=lambda key: (len(key), key), reverse=True)
        return keys[:limit] if limit else keys
    return nsmallest(limit or len(counts), counts, key=lambda key: (-counts[key], key))


def _names(
    by: str,
    keys: Collection[str],
    keys_of: Mapping[str, tuple[str, ...]],
    written: Mapping[str, int],
) -> dict[str, str]:
    """Return how each key is most often spelled, also as the beginning of values below it."""
    spelled: dict[str, Counter[str]] = {key: Counter() for key in keys}
    between = _LEVELS.get(by, "")
    for value, own in keys_of.items():
        for key in own:
            if key in spelled:
                levels = key.count(between) + 1 if between else 0
                name = between.join(value.split(between)[:levels]) if between else value
                spelled[key][name] += written[value]
    return {
        key: min(names, key=lambda name: (-names[name], name)) for key, names in spelled.items()
    }


# --- the queries that find what a row counts -------------------------------------------------


def _having(by: str, key: str, name: str) -> tuple[Node, ...]:
    """Return what finds the documents of a row; nothing where no query can say it."""
    if by == "author":
        return (Phrase(name, "author"),) if name_words(name) else ()
    text = f"#{name}" if by == "tag" else name
    try:
        wish = parse_filter(by, text, 0)
    except QueryError:
        return ()
    is_meant = wish.op == ".." or (wish.op == "=" and name_key(wish.value) == key)
    return (wish,) if is_meant else ()


def _lacking(by: str, keys: Iterable[str]) -> tuple[Node, ...]:
    """Return what finds the documents without a value; nothing where no query can say it."""
    if by == "tag":
        return (Not(Filter("has", "=", "tag")),)
    if by in ("cat", "author") or not all(_having(by, key, key) for key in keys):
        return ()
    if by in CHOICES:
        return tuple(Not(Filter(by, "=", choice)) for choice in CHOICES[by])
    return (Not(parse_filter(by, _WITH_ANY[by], 0)),) if by in _WITH_ANY else ()


def _asking(node: Node, wishes: tuple[Node, ...]) -> str:
    """Return the query for what meets ``node`` and ``wishes``; empty if there is none."""
    if not wishes:
        return ""
    children = (*(node.children if isinstance(node, And) else (node,)), *wishes)
    asked = children[0] if len(children) == 1 else And(children)
    text = query.render(asked)
    try:
        return text if query.parse(text) == asked else ""
    except QueryError:  # it would be too long
        return ""

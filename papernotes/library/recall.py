"""The trip of a question: tree → store and index → answers with the places that matched."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

from papernotes import query
from papernotes.filters import Filter
from papernotes.library.forgiving import Another, blame
from papernotes.models import Hits
from papernotes.query import And, Not, Or
from papernotes.store.select import matching
from papernotes.store.texts import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from papernotes.index import SearchIndex
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Hit, Problem
    from papernotes.query import Node
    from papernotes.store.read import Store

Forgiving = Literal["no", "name", "answer"]
T = TypeVar("T")
Scored = tuple[tuple[int, float | None], ...] | tuple[tuple[int, float], ...]
"""Ids of documents, best first, with their scores."""


def search(
    upkeep: Upkeep,
    node: Node,
    *,
    sort: str,
    limit: int,
    today: date,
    problems: tuple[Problem, ...],
    context: int | None = None,
    forgiving: Forgiving = "no",
    start: int = 0,
) -> Hits:
    """Return what matches ``node``, sorted by ``sort``; ``limit`` 0 is all of it.

    The first ``start`` are left out, and ``limit`` counts from there.

    A query without words needs no index, and then ``relevance`` is newest first. With a
    ``context``, hits come with the places that matched, and that many sentences around each.
    ``forgiving`` is what becomes of a query that matches nothing: ``answer`` the one most likely
    meant, only ``name`` it where words are misspelt, or nothing (``no``).
    """

    def act(index: SearchIndex | None) -> Hits:
        asked = _Asked(upkeep.store(), index, today)
        found = asked.hits(node, sort, limit, context, start)
        if not found.total and forgiving != "no":
            another = asked.another(node)
            is_answer = forgiving == "answer"
            if another.node is not None and is_answer:
                found = asked.hits(another.node, sort, limit, context, start)
            if another.node is not None and (is_answer or not another.dropped):
                suggestion = query.render(another.node)
                found = replace(found, suggestion=suggestion, dropped=another.dropped)
            found = replace(found, notices=another.notices)
        return replace(found, problems=problems)

    return _asked(upkeep, node, act)


def matching_ids(upkeep: Upkeep, node: Node, *, today: date) -> set[int]:
    """Return the ids of all documents that match ``node``."""

    def act(index: SearchIndex | None) -> set[int]:
        return _Asked(upkeep.store(), index, today).matching(node)

    return _asked(upkeep, node, act)


def _asked(upkeep: Upkeep, node: Node, act: Callable[[SearchIndex | None], T]) -> T:
    """Run ``act`` on one state of the store, with the index if ``node`` has words.

    An index that turns out damaged is mended between two tries, never inside a snapshot: it
    would be made from a state that may be past.
    """

    def within(index: SearchIndex | None) -> T:
        with upkeep.store().snapshot():
            return act(index)

    return upkeep.searched(within) if query.has_text(node) else within(None)


class _Asked:
    """One state of the store and of the index, which is None for queries without words."""

    def __init__(self, store: Store, index: SearchIndex | None, today: date) -> None:
        self._store = store
        self._index = index
        self._passing: dict[Filter, set[int]] = {}
        self._today = today

    def hits(self, node: Node, sort: str, limit: int, context: int | None, start: int) -> Hits:
        """Return the hits of a query from ``start`` on, without what it may have meant."""
        limit = limit and start + limit
        if self._index is None or sort != "relevance":
            ids = self.matching(node)
            scored, total = _sorted(self._store, ids, sort, limit), len(ids)
        else:
            ranked = self._index.search(node, limit=limit, filters=self._passing_all(node))
            scored, total = ranked.hits, ranked.total
        return Hits(_hits(self._store, scored[start:], node, context), total)

    def matching(self, node: Node) -> set[int]:
        """Return the ids of all documents that match."""
        passing = self._passing_all(node)
        if self._index is None:
            return _evaluate(node, passing, set(self._store.document_ids()))
        return {each for each, _ in self._index.search(node, limit=0, filters=passing).hits}

    def another(self, node: Node) -> Another:
        """Return what may be answered where nothing matches ``node``, or why nothing does.

        Words are left out only where no spelling helps and no condition is to blame.
        """
        mended = None if self._index is None else self._index.mend(node, self.passing)
        if mended is not None and not mended.dropped:
            return Another(mended.node)
        if said := blame(node, lambda each: len(self.matching(each))):
            return Another(notices=(said,))
        return Another() if mended is None else Another(mended.node, mended.dropped)

    def passing(self, wish: Filter) -> set[int]:
        """Return the ids that pass an exact filter."""
        if wish not in self._passing:
            self._passing[wish] = matching(self._store, wish, self._today)
        return self._passing[wish]

    def _passing_all(self, node: Node) -> dict[Filter, set[int]]:
        return {wish: self.passing(wish) for wish in query.iter_filters(node)}


def _evaluate(node: Node, passing: Mapping[Filter, set[int]], everything: set[int]) -> set[int]:
    """Return the ids that meet a tree of filters."""
    if isinstance(node, Filter):
        return passing[node]
    if isinstance(node, Not):
        return everything - _evaluate(node.child, passing, everything)
    if isinstance(node, Or):
        return set().union(*(_evaluate(child, passing, everything) for child in node.children))
    assert isinstance(node, And)
    return everything.intersection(
        *(_evaluate(child, passing, everything) for child in node.children)
    )


def _sorted(store: Store, ids: set[int], sort: str, limit: int) -> Scored:
    ordered = store.sorted_ids("added" if sort == "relevance" else sort, ids)
    return tuple((each, None) for each in (ordered[:limit] if limit else ordered))


def _hits(store: Store, scored: Scored, node: Node, context: int | None) -> tuple[Hit, ...]:
    ids = [each for each, _ in scored]
    rows, authors = store.rows(ids), store.authors(ids)
    hits = [
        rows[each].hit(authors.get(each, NOBODY), None if score is None else round(score, 3))
        for each, score in scored
        if each in rows
    ]
    if context is None or not query.has_text(node):
        return tuple(hits)
    from papernotes.library.places import places

    texts = store.texts(ids)
    known = [each for each in ids if each in rows]
    return tuple(
        replace(hit, fragments=places(store, node, texts[each], context))
        for each, hit in zip(known, hits, strict=True)
    )

"""The trip of a question: tree → store and index → answers with the places that matched."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from papernotes import query
from papernotes.filters import Filter
from papernotes.models import Hits
from papernotes.query import And, Not, Or
from papernotes.store.select import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from papernotes.index import SearchIndex
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Fragment, Problem
    from papernotes.query import Node
    from papernotes.store.read import Store, Texts

T = TypeVar("T")
_MOST = 3


def search(
    upkeep: Upkeep,
    node: Node,
    *,
    sort: str,
    limit: int,
    today: date,
    problems: tuple[Problem, ...],
) -> Hits:
    """Return what matches ``node``, sorted by ``sort``; ``limit`` 0 is all of it.

    A query without words needs no index, and then ``relevance`` is newest first.
    """

    def act(index: SearchIndex | None) -> Hits:
        store = upkeep.store()
        passing = _passing_all(upkeep, node, today)
        if index is None or sort != "relevance":
            ids = _matching(store, index, node, passing)
            found = _sorted(store, ids, sort, limit, problems)
        else:
            ranked = index.search(node, limit=limit, filters=passing)
            found = _hits(store, ranked.hits, ranked.total, problems, node)
        if found.total or index is None:
            return found
        return replace(found, suggestion=index.suggest(node, filters=passing))

    return _asked(upkeep, node, act)


def matching_ids(upkeep: Upkeep, node: Node, *, today: date) -> set[int]:
    """Return the ids of all documents that match ``node``."""

    def act(index: SearchIndex | None) -> set[int]:
        return _matching(upkeep.store(), index, node, _passing_all(upkeep, node, today))

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


def _matching(
    store: Store, index: SearchIndex | None, node: Node, passing: Mapping[Filter, set[int]]
) -> set[int]:
    if index is None:
        return _evaluate(node, passing, set(store.document_ids()))
    return {each for each, _ in index.search(node, limit=0, filters=passing).hits}


def _passing_all(upkeep: Upkeep, node: Node, today: date) -> dict[Filter, set[int]]:
    return {wish: matching(upkeep.store(), wish, today) for wish in query.iter_filters(node)}


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


def _sorted(
    store: Store, ids: set[int], sort: str, limit: int, problems: tuple[Problem, ...]
) -> Hits:
    ordered = store.sorted_ids("added" if sort == "relevance" else sort, ids)
    page = ordered[:limit] if limit else ordered
    return _hits(store, [(each, None) for each in page], len(ids), problems, None)


def _hits(
    store: Store,
    scored: list[tuple[int, float | None]] | tuple[tuple[int, float], ...],
    total: int,
    problems: tuple[Problem, ...],
    node: Node | None,
) -> Hits:
    ids = [each for each, _ in scored]
    rows, authors = store.rows(ids), store.authors(ids)
    texts = store.texts(ids) if node is not None else {}
    hits = []
    for each, score in scored:
        if each not in rows:
            continue
        hit = rows[each].hit(authors.get(each, ()), None if score is None else round(score, 3))
        if node is not None:
            text = texts.get(each)
            hit = replace(hit, fragments=_places(store, node, text) if text else ())
        hits.append(hit)
    return Hits(tuple(hits), total, problems)


def _places(store: Store, node: Node, text: Texts) -> tuple[Fragment, ...]:
    """Return the best few places of a document that matched."""
    return tuple(islice(_iter_places(store, node, text), _MOST))


def _iter_places(store: Store, node: Node, text: Texts) -> Iterator[Fragment]:
    from papernotes.index.fragments import fragments

    yield from _nowhere(fragments(node, text.title, field="title", limit=1))
    for fragment in fragments(node, text.note, field="note", limit=_MOST, alone=text.heading_lines):
        yield _in_note(text, fragment)
    yield from _nowhere(fragments(node, text.abstract, field="abstract", limit=_MOST))
    yield from _nowhere(fragments(node, ", ".join(text.authors), field="author", limit=1))
    yield from _on_pages(node, store.pages(text.id))


def _on_pages(node: Node, pages: list[tuple[int, str]]) -> Iterator[Fragment]:
    """Yield the best fragment of each of the first pages, those with the most of it first."""
    from papernotes.index.fragments import fragments

    found = (
        replace(fragment, line=None, page=page)
        for page, text in pages
        for fragment in fragments(node, text, field="pdf", limit=1)
    )
    yield from sorted(islice(found, _MOST), key=lambda each: -_variety(each))


def _variety(fragment: Fragment) -> int:
    """Return how many different words are marked."""
    return len({fragment.text[start:end].casefold() for start, end in fragment.marks})


def _nowhere(found: tuple[Fragment, ...]) -> Iterator[Fragment]:
    """Yield fragments of texts whose lines are no lines of a file."""
    return (replace(fragment, line=None) for fragment in found)


def _in_note(text: Texts, fragment: Fragment) -> Fragment:
    """Return a fragment with its line in the note's file and the headings above it."""
    line = (fragment.line or 1) + text.note_line - 1
    return replace(fragment, line=line, heading=text.heading_at(line))

"""What tells the papers of the store from others, for recognising those that come."""

# ruff: noqa: S608 - conditions are our own, of numbers

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from papernotes.identity import Identity, make_identity, may_begin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.store.read import Store


def identities(store: Store, like: Sequence[Identity] | None = None) -> list[Identity]:
    """Return the identity of every paper that counts, in order of their keys.

    With ``like``, of those alone that may be the same work as one of these few, or look alike.
    """
    if like is None:
        return _identities(store, "TRUE")
    numbers = ",".join(map(str, _candidates(store, like)))
    return _identities(store, f"papers.id IN ({numbers})")


def _candidates(store: Store, like: Sequence[Identity]) -> Iterator[int]:
    """Yield the numbers of papers that share an id, a key or the beginning of a title."""
    keys = {each.citekey for each in like}
    arxiv_ids = {each.arxiv_id for each in like if each.arxiv_id}
    dois = frozenset[str]().union(*(each.dois for each in like))
    titles = {each.title for each in like}
    for number, key, title, arxiv_id, doi, other_dois in store.rows_of(
        "SELECT id, citekey, title, arxiv_id, doi, other_dois FROM papers WHERE NOT is_shadowed"
    ):
        if (
            key in keys
            or arxiv_id in arxiv_ids
            or (dois and not dois.isdisjoint(f"{doi or ''} {other_dois}".lower().split()))
            or any(may_begin(title, whole) for whole in titles)
        ):
            yield number


def _identities(store: Store, condition: str) -> list[Identity]:
    authors = _authors(store, condition)
    rows = store.rows_of(
        "SELECT id, citekey, entry_type, title, year, month, arxiv_id, doi, other_dois,"
        " journal_ref, url, extra, CASE WHEN coalesce(arxiv_id, doi) IS NULL THEN abstract ELSE ''"
        f" END FROM papers WHERE NOT is_shadowed AND {condition} ORDER BY citekey"
    )
    return [_identity(row, authors.get(row[0], ())) for row in rows]


def _identity(row: tuple[Any, ...], authors: tuple[tuple[str, ...], ...]) -> Identity:
    _, citekey, entry_type, title, year, month, arxiv_id, *rest = row
    doi, other_dois, journal, url, extra, abstract = rest
    return make_identity(
        citekey,
        entry_type,
        title=title,
        authors=authors,
        date=(year, month),
        arxiv_id=arxiv_id,
        dois=(doi or "", *other_dois.split()),
        journal=journal or "",
        others=(url or "", abstract),
        extra=dict(json.loads(extra)),
    )


def _authors(store: Store, condition: str) -> dict[int, tuple[tuple[str, ...], ...]]:
    """Return the names of authors by paper: all where there is no id, else the first."""
    rows = store.rows_of(
        "SELECT paper_id, family, given, particle FROM authors"
        f" JOIN papers ON papers.id = paper_id AND NOT is_shadowed AND {condition}"
        " WHERE position = 0 OR coalesce(arxiv_id, doi) IS NULL ORDER BY paper_id, position"
    )
    return {
        paper_id: tuple(tuple(row[1:]) for row in group)
        for paper_id, group in groupby(rows, key=lambda row: row[0])
    }

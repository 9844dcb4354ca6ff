"""What tells the papers of the store from others, all at once, for recognising those that come."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from papernotes.identity import Identity, make_identity

if TYPE_CHECKING:
    from papernotes.store.read import Store


def identities(store: Store) -> list[Identity]:
    """Return the identity of every paper that counts, in order of their keys."""
    authors = _authors(store)
    rows = store.rows_of(
        "SELECT id, citekey, entry_type, title, year, month, arxiv_id, doi, other_dois,"
        " journal_ref, url, extra, CASE WHEN coalesce(arxiv_id, doi) IS NULL THEN abstract ELSE ''"
        " END FROM papers WHERE NOT is_shadowed ORDER BY citekey"
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


def _authors(store: Store) -> dict[int, tuple[tuple[str, ...], ...]]:
    """Return the names of authors by paper: all where there is no id, else the first."""
    rows = store.rows_of(
        "SELECT paper_id, family, given, particle FROM authors"
        " JOIN papers ON papers.id = paper_id AND NOT is_shadowed"
        " WHERE position = 0 OR coalesce(arxiv_id, doi) IS NULL ORDER BY paper_id, position"
    )
    return {
        paper_id: tuple(tuple(row[1:]) for row in group)
        for paper_id, group in groupby(rows, key=lambda row: row[0])
    }

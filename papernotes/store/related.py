"""What stands around a paper or note: links, and who else has its tags, authors, categories.

What is asked for goes in as one JSON list. Nothing here walks over the whole library.
"""

# ruff: noqa: S608 - only constants of this file are put together

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from papernotes.store.read import Store

_MOST_VALUES = 50
_MOST_NAMESAKES = 20
_LISTED = "IN (SELECT value FROM json_each(?))"
_TABLES = {
    "tag": ("tags", "note_id", "folded"),
    "author": ("authors", "paper_id", "name"),
    "category": ("categories", "paper_id", "category"),
}
KINDS = tuple(_TABLES)
"""What documents may share."""

_CALLED = (
    "WITH called AS MATERIALIZED (SELECT documents.id, ref, is_paper, key, scheme,"
    " count(*) OVER (PARTITION BY key, scheme) AS namesakes FROM documents JOIN names"
    " ON names.paper_id = documents.paper_id OR names.note_id = documents.note_id"
    f" WHERE documents.id {_LISTED})"
)
_ASKING = "JOIN links ON links.key = called.key AND links.scheme = called.scheme"


def links_from(store: Store, documents: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return the documents that the note of each of ``documents`` links to, itself left out."""
    found: dict[int, set[int]] = {}
    for source, target in store.rows_of(
        "SELECT source.id, target.id FROM documents AS source"
        " JOIN resolved_links ON from_note_id = source.note_id"
        " JOIN documents AS target"
        " ON target.paper_id = to_paper_id OR target.note_id = to_note_id"
        f" WHERE source.id {_LISTED} AND target.id <> source.id",
        (json.dumps(sorted(documents)),),
    ):
        found.setdefault(source, set()).add(target)
    return {source: frozenset(targets) for source, targets in found.items()}


def askers(store: Store, documents: Iterable[int]) -> dict[int, set[int]]:
    """Return for each document those with a link to any of its names: maybe to it.

    A link may lead to another thing of that name; :func:`links_from` tells. Names that more than
    a few of ``documents`` have are left out.
    """
    found: dict[int, set[int]] = {}
    for target, source in store.rows_of(
        f"{_CALLED} SELECT DISTINCT called.id, source.id FROM called {_ASKING}"
        " JOIN documents AS source ON source.note_id = links.note_id"
        " WHERE namesakes <= ? AND source.id <> called.id",
        (json.dumps(sorted(documents)), _MOST_NAMESAKES),
    ):
        found.setdefault(target, set()).add(source)
    return found


def popularity(store: Store, documents: Iterable[int]) -> dict[int, int]:
    """Return about how many notes link to each document, fewest first; the others are missing.

    A link to one of its names counts, though it may mean another thing of that name; names that
    more than a few of ``documents`` have do not.
    """
    return dict(
        store.rows_of(
            f"{_CALLED} SELECT called.id, count(DISTINCT links.note_id) AS total"
            f" FROM called {_ASKING} WHERE namesakes <= ?"
            " GROUP BY called.id ORDER BY total, ref, is_paper",
            (json.dumps(sorted(documents)), _MOST_NAMESAKES),
        )
    )


def link_counts(store: Store, documents: Iterable[int]) -> dict[int, int]:
    """Return how many links the note of each document has, fewest first; others are missing."""
    return dict(
        store.rows_of(
            "SELECT documents.id, count(*) FROM documents"
            " JOIN links ON links.note_id = documents.note_id"
            f" WHERE documents.id {_LISTED} GROUP BY documents.id ORDER BY 2, ref, is_paper",
            (json.dumps(sorted(documents)),),
        )
    )


def refs_of(store: Store, documents: Iterable[int]) -> dict[int, str]:
    """Return the refs of documents."""
    return dict(
        store.rows_of(
            f"SELECT id, ref FROM documents WHERE id {_LISTED}", (json.dumps(sorted(documents)),)
        )
    )


def with_one_paper(store: Store, document: int) -> dict[int, bool]:
    """Return the documents about one paper with this one, each with whether it is that paper.

    These are the paper itself and the notes whose front matter names it.
    """
    return {
        other: bool(is_paper)
        for other, is_paper in store.rows_of(
            "WITH paper(key) AS (SELECT coalesce(notes.about, documents.ref) FROM documents"
            " LEFT JOIN notes ON notes.id = documents.note_id"
            " WHERE documents.id = ?1 AND (is_paper OR notes.about IS NOT NULL))"
            " SELECT id, is_paper FROM documents WHERE id <> ?1 AND id IN ("
            "  SELECT documents.id FROM paper JOIN documents ON is_paper AND ref = key UNION"
            "  SELECT documents.id FROM paper JOIN notes ON about = key"
            "  JOIN documents ON documents.note_id = notes.id)",
            (document,),
        )
    }


def values_of(store: Store, kind: str, document: int) -> dict[str, int]:
    """Return the ``tag``, ``author`` or ``category`` values of a document and how many have each.

    At most 50 are looked at; tags are folded.
    """
    table, owner, column = _TABLES[kind]
    return dict(
        store.rows_of(
            f"SELECT {column}, (SELECT count(*) FROM {table} AS every"
            f"  WHERE every.{column} = mine.{column}) FROM {table} AS mine"
            f" WHERE {owner} = (SELECT {owner} FROM documents WHERE id = ?) LIMIT ?",
            (document, _MOST_VALUES),
        )
    )


def holders(store: Store, kind: str, values: Collection[str]) -> dict[int, set[str]]:
    """Return the documents that have any of ``values``, each with those it has."""
    table, owner, column = _TABLES[kind]
    found: dict[int, set[str]] = {}
    for document, value in store.rows_of(
        f"SELECT documents.id, {column} FROM {table}"
        f" JOIN documents ON documents.{owner} = {table}.{owner} WHERE {column} {_LISTED}",
        (json.dumps(sorted(values)),),
    ):
        found.setdefault(document, set()).add(value)
    return found

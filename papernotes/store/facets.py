"""Which documents have which year, category, tag, author, state …: what is counted."""

# ruff: noqa: S608 - only constants of this file are put together

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from papernotes.store.select import NOTES, PAPERS, PRIORITY, STATUS

if TYPE_CHECKING:
    from collections.abc import Collection

    from papernotes.store.read import Store

_PAPER = f"LEFT JOIN {PAPERS}"
_NOTE = f"LEFT JOIN {NOTES}"
FACETS = {
    "year": (_PAPER, "CAST(papers.year AS TEXT)"),
    "cat": ("LEFT JOIN categories ON categories.paper_id = documents.paper_id", "category"),
    "tag": ("LEFT JOIN tags ON tags.note_id = documents.note_id", "tag"),
    "author": ("LEFT JOIN authors ON authors.paper_id = documents.paper_id", "name"),
    "status": (_NOTE, STATUS),
    "kind": (_NOTE, "CASE WHEN is_paper THEN 'paper' ELSE notes.kind END"),
    "priority": (_NOTE, PRIORITY),
    "rating": (_NOTE, "CAST(rating AS TEXT)"),
    "added": (_NOTE, "substr(created, 1, 7)"),
}
"""What can be counted by, each a field of queries too: where its values stand."""


def values_by_document(
    store: Store, facet: str, among: Collection[int] | None = None
) -> list[tuple[int, str | None]]:
    """Return (document, value as written) of all documents, or those ``among``, by document.

    A document has as many lines as values, and one with None if it has none.
    """
    join, column = FACETS[facet]
    asked = f"SELECT documents.id, {column} FROM documents {join}"
    if among is None:
        return store.rows_of(f"{asked} ORDER BY documents.id")
    return store.rows_of(
        f"{asked} WHERE documents.id IN (SELECT value FROM json_each(?)) ORDER BY documents.id",
        (json.dumps(sorted(among)),),
    )

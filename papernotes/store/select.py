"""Exact filters of a query → the ids of the documents that pass, in SQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from papernotes.filters import age_days
from papernotes.ids import name_key

if TYPE_CHECKING:
    from datetime import date

    from papernotes.filters import Filter
    from papernotes.store.read import Store

PAPERS = "papers INDEXED BY papers_facts ON papers.id = documents.paper_id"
NOTES = "notes INDEXED BY notes_facts ON notes.id = documents.note_id"
"""What to join with documents where only short columns are asked of very many."""

FACTS = f"FROM documents LEFT JOIN {PAPERS} LEFT JOIN {NOTES}"
_PAPER = f"JOIN {PAPERS}"
_NOTE = f"JOIN {NOTES}"
_MARKED = f"LEFT JOIN {NOTES}"
_VERSION_NOW = "papers.arxiv_version"
_VERSION = (
    f"CASE WHEN notes.arxiv_id = papers.arxiv_id"
    f" THEN coalesce(notes.arxiv_version, {_VERSION_NOW}) ELSE {_VERSION_NOW} END"
)  # as in the view library
STATUS = "coalesce(status, CASE WHEN paper_id IS NOT NULL THEN 'unread' END)"
PRIORITY = "coalesce(priority, CASE WHEN paper_id IS NOT NULL THEN 'normal' END)"
"""What a paper is that says nothing of it; a free note that says nothing is neither."""

_IS = {
    "published": f"{_NOTE} WHERE publish <> 'false' AND NOT is_private",
    "private": f"{_NOTE} WHERE is_private",
    "withdrawn": f"{_PAPER} WHERE is_withdrawn",
    "outdated": f"{_PAPER} {_MARKED} WHERE {_VERSION} < coalesce(arxiv_latest, {_VERSION_NOW})",
    "paper": "WHERE is_paper",
    "note": "WHERE NOT is_paper",
}
_HAS = {
    "note": "WHERE note_id IS NOT NULL",
    "abstract": f"{_PAPER} WHERE abstract <> ''",
    "doi": f"{_PAPER} WHERE doi IS NOT NULL",
    "arxiv": f"{_PAPER} WHERE arxiv_id IS NOT NULL",
    "tag": "JOIN tags ON tags.note_id = documents.note_id",
    "pdf": f"{_PAPER} WHERE attachment IS NOT NULL OR slug IN (SELECT slug FROM pdfs)",  # noqa: S608 - no foreign text in it
    "link": "WHERE EXISTS (SELECT 1 FROM links WHERE links.note_id = documents.note_id)",
}
_COLUMNS = {
    "tag": ("JOIN tags ON tags.note_id = documents.note_id", "folded", "/"),
    "cat": ("JOIN categories ON categories.paper_id = documents.paper_id", "lower(category)", "."),
    "status": (_MARKED, STATUS, ""),
    "priority": (_MARKED, PRIORITY, ""),
    "kind": (_MARKED, "CASE WHEN is_paper THEN 'paper' ELSE notes.kind END", ""),
    "key": ("", "documents.ref_folded", ""),
    "arxiv": (_PAPER, "arxiv_id", ""),
}


def matching(store: Store, wish: Filter, today: date) -> set[int]:
    """Return the ids of the documents that meet one filter (op ``age`` counts from ``today``).

    A tag finds the tags below it, an archive (``cs``) its categories.
    """
    if wish.field == "year":
        low, high = wish.value or "0", wish.high or "9999"
        return _ids(store, f"{_PAPER} WHERE year BETWEEN ? AND ?", int(low), int(high))
    if wish.field == "rating":
        low, high = wish.value or "1", wish.high or "5"
        return _ids(store, f"{_NOTE} WHERE rating BETWEEN ? AND ?", int(low), int(high))
    if wish.field == "added":
        low, high = wish.value, wish.high or "9999-12-31"
        if wish.op == "age":
            low, high = (today - timedelta(days=age_days(wish))).isoformat(), "9999-12-31"
        return _ids(store, f"{_NOTE} WHERE created BETWEEN ? AND ?", low, high)
    if wish.field == "is":
        return _ids(store, _IS[wish.value])
    if wish.field == "has":
        return _ids(store, _HAS[wish.value])
    join, column, below = _COLUMNS[wish.field]
    value = name_key(wish.value)
    if wish.op == "^":
        return _ids(store, f"{join} WHERE substr({column}, 1, ?) = ?", len(value), value)
    if not below:
        return _ids(store, f"{join} WHERE {column} = ?", value)
    start = value + below
    condition = f"{join} WHERE {column} = ? OR substr({column}, 1, ?) = ?"
    return _ids(store, condition, value, len(start), start)


def _ids(store: Store, tail: str, *values: object) -> set[int]:
    rows = store.rows_of(f"SELECT documents.id FROM documents {tail}", values)  # noqa: S608 - the tails stand above
    return {row[0] for row in rows}

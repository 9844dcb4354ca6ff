"""How much there is, and what is linked to most: numbers that SQL counts."""

# ruff: noqa: S608 - only constants of this file are put together

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from papernotes.store.select import NOTES

if TYPE_CHECKING:
    from collections.abc import Collection

    from papernotes.store.read import Store

_AMONG = "documents.id IN (SELECT value FROM json_each(?1))"
_CANDIDATES = 8  # looked at for each that is wanted: a name may mean another thing


def totals(store: Store, among: Collection[int] | None) -> dict[str, int]:
    """Return numbers of all documents, or those ``among``, named as in ``reports.Totals``.

    ``file_bytes`` are of the files that documents stand in, each once.
    """
    where, values = _within(among)
    asking, _ = _asking(among)
    asked = {
        "papers": f"count(*) FROM documents WHERE is_paper {where}",
        "notes": f"count(note_id) FROM documents WHERE 1 {where}",
        "free": f"count(*) FROM documents WHERE NOT is_paper {where}",
        "words": f"coalesce(sum(words), 0) FROM documents JOIN {NOTES} WHERE 1 {where}",
        "tags": "count(DISTINCT folded) FROM documents"
        f" JOIN tags ON tags.note_id = documents.note_id WHERE 1 {where}",
        "links": f"count(*) FROM {asking} AND scheme NOT IN ('here', 'file', 'outside')",
        "file_bytes": "coalesce(sum(size), 0) FROM files WHERE id IN ("
        " SELECT file_id FROM documents JOIN papers ON papers.id = documents.paper_id"
        f" WHERE 1 {where} UNION SELECT file_id FROM documents"
        f" JOIN notes ON notes.id = documents.note_id WHERE 1 {where})",
    }
    pdfs = "SELECT count(*), coalesce(sum(size), 0) FROM pdfs JOIN files ON files.id = pdfs.file_id"
    if among is not None:
        pdfs += (
            " WHERE slug IN (SELECT slug FROM documents"
            f" JOIN papers ON papers.id = documents.paper_id WHERE {_AMONG})"
        )
    found = {name: _one(store, f"SELECT {tail}", values)[0] for name, tail in asked.items()}
    found["pdfs"], found["pdf_bytes"] = _one(store, pdfs, values)
    return found


def months(store: Store, among: Collection[int] | None) -> list[tuple[str, int, int]]:
    """Return (month, notes begun, those of them that are read), the latest first."""
    where, values = _within(among)
    return store.rows_of(
        "SELECT substr(created, 1, 7) AS month, count(*), sum(status IS 'read') FROM documents"
        f" JOIN {NOTES} WHERE created IS NOT NULL {where} GROUP BY month ORDER BY month DESC",
        values,
    )


def favourites(
    store: Store, among: Collection[int] | None, *, limit: int
) -> list[tuple[int, str, str, int]]:
    """Return (is a paper, ref, title, notes) of what most other notes link to.

    At most ``limit`` papers (0: all) and as many free notes. ``among`` are the documents whose
    links count.
    """
    asking, values = _asking(among)
    likely: tuple[list[int], list[int]] = ([], [])
    for document, is_paper in store.rows_of(
        "WITH asked AS MATERIALIZED (SELECT links.key AS key, links.scheme AS scheme,"
        f" count(DISTINCT links.note_id) AS total FROM {asking} GROUP BY 1, 2)"
        " SELECT target.id, target.is_paper FROM asked"
        " CROSS JOIN names ON names.key = asked.key AND names.scheme = asked.scheme"
        " CROSS JOIN documents AS target"
        " ON target.paper_id = names.paper_id OR target.note_id = names.note_id"
        " WHERE NOT names.is_shadowed GROUP BY target.id ORDER BY sum(total) DESC, target.ref",
        values,
    ):
        likely[is_paper].append(document)
    found = []
    for documents in likely:
        first = documents[: limit * _CANDIDATES or None]
        found += _linking(store, among, first)[: limit or None]
    return found


def _linking(
    store: Store, among: Collection[int] | None, documents: Collection[int]
) -> list[tuple[int, str, str, int]]:
    """Return those of some documents that most notes link to; what links mean is settled here."""
    sources = "" if among is None else "AND source.id IN (SELECT value FROM json_each(?2))"
    return store.rows_of(
        "SELECT target.is_paper, target.ref, coalesce(papers.title, own.title),"
        " count(DISTINCT links.note_id) AS total FROM documents AS target"
        " CROSS JOIN names ON names.paper_id = target.paper_id OR names.note_id = target.note_id"
        " CROSS JOIN links ON links.key = names.key AND links.scheme = names.scheme"
        " CROSS JOIN documents AS source ON source.note_id = links.note_id"
        " JOIN resolved_links ON link_id = links.id"
        " LEFT JOIN papers ON papers.id = target.paper_id"
        " LEFT JOIN notes AS own ON own.id = target.note_id"
        " WHERE target.id IN (SELECT value FROM json_each(?1)) AND source.id <> target.id"
        " AND (to_paper_id = target.paper_id OR to_note_id = target.note_id)"
        f" {sources} GROUP BY target.id ORDER BY total DESC, target.ref",
        (json.dumps(sorted(documents)), *_within(among)[1]),
    )


def _asking(among: Collection[int] | None) -> tuple[str, tuple[str, ...]]:
    """Return what to take links from, with the condition on whose they are: all, or of some."""
    if among is None:
        return "links WHERE 1", ()
    where, values = _within(among)
    own = f"links.note_id IN (SELECT note_id FROM documents WHERE 1 {where})"
    return f"links WHERE {own}", values


def _within(among: Collection[int] | None) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if among is None else (f"AND {_AMONG}", (json.dumps(sorted(among)),))


def _one(store: Store, asked: str, values: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(store.rows_of(asked, values)[0])

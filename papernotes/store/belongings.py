"""What belongs to a paper or note, and what would lead nowhere without it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from papernotes.ids import name_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from papernotes.store.read import Store

_LEADING_NOWHERE = """
WITH gone_papers (id) AS MATERIALIZED (SELECT value FROM json_each(?1)),
 gone_notes (id) AS MATERIALIZED (SELECT value FROM json_each(?2)),
 gone_names AS (
  SELECT names.* FROM gone_papers JOIN names ON names.paper_id = gone_papers.id
  UNION ALL SELECT names.* FROM gone_notes JOIN names ON names.note_id = gone_notes.id)
SELECT gone_names.paper_id, gone_names.note_id, notes.path FROM gone_names
 JOIN links ON links.key = gone_names.key AND links.scheme = gone_names.scheme
 JOIN notes ON notes.id = links.note_id
 WHERE notes.id NOT IN gone_notes
 AND NOT EXISTS (
  SELECT 1 FROM names AS other
  WHERE other.key = links.key AND other.scheme = links.scheme AND NOT other.is_shadowed
  AND coalesce(other.paper_id, 0) NOT IN gone_papers
  AND coalesce(other.note_id, 0) NOT IN gone_notes)
UNION
SELECT papers.id, NULL, notes.path FROM gone_papers
 JOIN papers ON papers.id = gone_papers.id JOIN notes ON notes.about = papers.citekey
 WHERE notes.id NOT IN gone_notes
ORDER BY 3
"""


def entries_of(store: Store, citekey: str) -> tuple[tuple[str, int], ...]:
    """Return (path, line) of every entry with this key, also those that do not count."""
    return tuple(
        store.rows_of(
            "SELECT path, line FROM papers JOIN files ON files.id = file_id"
            " WHERE citekey = ? ORDER BY path, line",
            (citekey,),
        )
    )


def find_entry_called(store: Store, citekey: str) -> tuple[str, str, int] | None:
    """Return (key, path, line) of an entry with this key, in any case, or that goes by it too."""
    rows = store.rows_of(
        "SELECT citekey, path, line FROM names JOIN papers ON papers.id = names.paper_id"
        " JOIN files ON files.id = papers.file_id"
        " WHERE names.key = ? AND names.scheme = 'name'"
        " AND (names.spelled = papers.citekey OR names.rank = 5) ORDER BY path, line LIMIT 1",
        (name_key(citekey),),
    )
    return rows[0] if rows else None


def pdfs_of(store: Store, paper_id: int) -> tuple[str, ...]:
    """Return the paths of a paper's PDFs, all versions; none that another paper may own too."""
    rows = store.rows_of(
        "SELECT pdfs.path FROM pdfs JOIN papers ON papers.slug = pdfs.slug WHERE papers.id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM papers AS other"
        "  WHERE other.slug = papers.slug AND other.citekey <> papers.citekey) ORDER BY path",
        (paper_id,),
    )
    return tuple(path for (path,) in rows)


def notes_leading_nowhere(
    store: Store, papers: Collection[int], notes: Collection[int]
) -> dict[tuple[str, int], list[str]]:
    """Return which notes name what goes, when all ``papers`` and ``notes`` (ids of rows) go.

    That is by a link that then leads nowhere, or in their front matter: ("paper" or "note", id) →
    their paths, in order.
    """
    found: dict[tuple[str, int], list[str]] = {}
    ids = (json.dumps(sorted(papers)), json.dumps(sorted(notes)))
    for paper_id, note_id, path in store.rows_of(_LEADING_NOWHERE, ids):
        gone = ("paper", paper_id) if note_id is None else ("note", note_id)
        found.setdefault(gone, []).append(path)
    return found

"""What waits to be read, and what is known of it that speaks for reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.store.read import Store

_LATELY = 20  # notes
_CHUNK = 500

_NAMED = "names.paper_id = documents.paper_id OR names.note_id = documents.note_id"


class Waiting(NamedTuple):
    """A paper or note that is unread or being read.

    ``citing`` is how many other notes have a link with one of its names: more, perhaps, than mean
    it. ``created`` is the ISO day of its note, None where it has none; ``version`` the arXiv
    version it is about.
    """

    document: int
    ref: str
    title: str
    year: int | None
    path: str
    note_id: int | None
    status: str
    priority: str
    created: str | None
    is_withdrawn: int
    version: int | None
    latest: int | None
    citing: int


def waiting(store: Store) -> list[Waiting]:
    """Return all that is unread or being read; a paper that says nothing is unread."""
    rows = store.rows_of(
        "SELECT documents.id, documents.ref, coalesce(papers.title, notes.title), papers.year,"  # noqa: S608 - a constant
        " coalesce(notes.path, files.path), documents.note_id, coalesce(notes.status, 'unread'),"
        " coalesce(notes.priority, 'normal'), notes.created, coalesce(papers.is_withdrawn, 0),"
        " CASE WHEN notes.arxiv_id = papers.arxiv_id"
        "  THEN coalesce(notes.arxiv_version, papers.arxiv_version)"
        "  ELSE papers.arxiv_version END,"
        " coalesce(papers.arxiv_latest, papers.arxiv_version),"
        " (SELECT count(DISTINCT links.note_id) FROM names CROSS JOIN links"
        "  ON links.key = names.key AND links.scheme = names.scheme"
        f"  WHERE ({_NAMED}) AND links.note_id IS NOT documents.note_id)"
        " FROM documents LEFT JOIN papers ON papers.id = documents.paper_id"
        " LEFT JOIN files ON files.id = papers.file_id"
        " LEFT JOIN notes ON notes.id = documents.note_id"
        " WHERE notes.status IN ('unread', 'reading')"
        "  OR notes.status IS NULL AND documents.paper_id IS NOT NULL"
        " ORDER BY documents.ref"
    )
    return [Waiting(*row) for row in rows]


def count_citing(store: Store, document: int) -> int:
    """Return how many other notes have a link that means this paper or note."""
    ((count,),) = store.rows_of(
        "SELECT count(DISTINCT links.note_id) FROM documents"  # noqa: S608 - a constant
        f" JOIN names ON {_NAMED}"
        " CROSS JOIN links ON links.key = names.key AND links.scheme = names.scheme"
        " JOIN resolved_links ON link_id = links.id"
        " WHERE documents.id = ? AND links.note_id IS NOT documents.note_id"
        "  AND (to_paper_id = documents.paper_id OR to_note_id = documents.note_id)",
        (document,),
    )
    return int(count)


def tags_of(store: Store, note_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the tags of these notes, folded → as written."""
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(note_ids), _CHUNK):
        part = note_ids[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        for note_id, folded, tag in store.rows_of(
            f"SELECT note_id, folded, tag FROM tags WHERE note_id IN ({marks}) ORDER BY folded",  # noqa: S608 - question marks
            part,
        ):
            found.setdefault(note_id, {})[folded] = tag
    return found


def tags_read_lately(store: Store) -> dict[str, int]:
    """Return the tags, folded, of what is read or being read, and how often; the newest notes."""
    return dict(
        store.rows_of(
            "SELECT folded, count(*) FROM tags WHERE note_id IN"
            " (SELECT id FROM notes WHERE status IN ('reading', 'read')"
            "  ORDER BY created IS NULL, created DESC, path LIMIT ?) GROUP BY folded",
            (_LATELY,),
        )
    )

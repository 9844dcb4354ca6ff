"""What notes say about a paper or another note, and what one note speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from papernotes.store.read import Store


class Said(NamedTuple):
    """A link to the thing in question: its note, how it is written, and the sentence around it.

    ``headings`` are those of the whole note (see :mod:`papernotes.store.headings`).
    """

    ref: str
    title: str
    path: str
    headings: str
    line: int
    start: int
    sentence: str
    kind: str
    target: str
    section: str
    label: str


def said_about(store: Store, paper_id: int | None, note_id: int | None) -> list[Said]:
    """Return every link to a paper or to a note, save those in that note itself.

    The newest notes come first, then those that tell no day by path; within a note as they stand.
    """
    rows = store.rows_of(
        "SELECT DISTINCT notes.ref, notes.title, notes.path, notes.headings, links.line,"
        " links.start, links.sentence, links.kind, links.target, links.heading, links.label"
        " FROM names JOIN links ON links.key = names.key AND links.scheme = names.scheme"
        " JOIN resolved_links ON link_id = links.id"
        " JOIN notes ON notes.id = links.note_id"
        " WHERE (names.paper_id = ?1 OR names.note_id = ?2) AND notes.id IS NOT ?2"
        " AND (to_paper_id = ?1 OR to_note_id = ?2)"
        " ORDER BY notes.created IS NULL, notes.created DESC, notes.path, links.start",
        (paper_id, note_id),
    )
    return [Said(*row) for row in rows]


def spoken_of(store: Store, document: int) -> list[int]:
    """Return the ids of the documents that a document's note links to, as they first come."""
    rows = store.rows_of(
        "SELECT documents.id FROM documents AS source"
        " JOIN resolved_links ON from_note_id = source.note_id"
        " JOIN documents ON documents.paper_id = to_paper_id OR documents.note_id = to_note_id"
        " WHERE source.id = ?1 AND documents.id <> ?1"
        " GROUP BY documents.id ORDER BY min(link_id)",
        (document,),
    )
    return [found for (found,) in rows]

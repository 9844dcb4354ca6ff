"""All papers and notes, and every link between two of them: what a graph is made of."""

# ruff: noqa: S608 - only constants of this file are put together

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from papernotes.store.select import STATUS
from papernotes.store.texts import authors_of

if TYPE_CHECKING:
    from papernotes.store.read import Store
    from papernotes.store.texts import Authors


class Thing(NamedTuple):
    """A document. ``path`` is that of its note, or of the .bib file of a paper without one.

    ``is_marked``: its note asks to be published, and is not private.
    """

    id: int
    is_paper: int
    ref: str
    paper_title: str | None
    note_title: str | None
    kind: str
    year: int | None
    status: str | None
    is_marked: int
    path: str
    arxiv: str | None
    doi: str | None
    url: str | None
    category: str | None


class Tie(NamedTuple):
    """The links of one kind from the note of a document to another document.

    ``in_text`` are those that stand in its text, not in its front matter.
    """

    source: int
    target: int
    kind: str
    links: int
    in_text: int


def things(store: Store) -> list[Thing]:
    """Return every paper and note, papers first, by ref."""
    rows = store.rows_of(
        "SELECT documents.id, is_paper, documents.ref, papers.title, notes.title,"
        " CASE WHEN is_paper THEN 'paper' ELSE notes.kind END, papers.year,"
        f" {STATUS.replace('status', 'notes.status')},"
        " coalesce(publish <> 'false' AND NOT is_private, 0), coalesce(notes.path, files.path),"
        " papers.arxiv_id, papers.doi, papers.url,"
        " (SELECT category FROM categories"
        "  WHERE categories.paper_id = documents.paper_id AND position = 0)"
        " FROM documents LEFT JOIN papers ON papers.id = documents.paper_id"
        " LEFT JOIN files ON files.id = papers.file_id"
        " LEFT JOIN notes ON notes.id = documents.note_id"
        " ORDER BY NOT is_paper, documents.ref"
    )
    return [Thing(*row) for row in rows]


def ties(store: Store) -> list[Tie]:
    """Return what leads from the note of one document to another, by documents and kind.

    Kinds are those of links; ``about`` is what the front matter of a free note says.
    """
    by_paper: dict[int, int] = {}
    by_note: dict[int, int] = {}
    for document, paper, note in store.rows_of("SELECT id, paper_id, note_id FROM documents"):
        by_paper[paper] = document
        by_note[note] = document
    rows = store.rows_of(
        "SELECT from_note_id, to_paper_id, to_note_id, resolved_links.kind, count(*),"
        " sum(line >= plain_line) FROM resolved_links JOIN notes ON notes.id = from_note_id"
        " WHERE name_id IS NOT NULL GROUP BY 1, 2, 3, 4"
    )
    found: dict[tuple[int, int, str], tuple[int, int]] = {}
    for note, to_paper, to_note, kind, count, in_text in rows:
        target = by_note.get(to_note) if to_paper is None else by_paper.get(to_paper)
        source = by_note.get(note)
        if source is not None and target is not None and source != target:
            more, text = found.get((source, target, kind), (0, 0))
            found[source, target, kind] = (more + count, text + in_text)
    about = store.rows_of(
        "SELECT note.id, paper.id FROM notes JOIN documents AS note"
        " ON note.note_id = notes.id AND NOT note.is_paper"
        " JOIN documents AS paper ON paper.is_paper AND paper.ref = notes.about"
    )
    return sorted(
        [Tie(*each, *counts) for each, counts in found.items()]
        + [Tie(source, target, "about", 1, 1) for source, target in about]
    )


def tags_by_document(store: Store) -> dict[int, tuple[str, ...]]:
    """Return the tags of each document that has some."""
    return _grouped(
        store,
        "SELECT documents.id, tag FROM tags JOIN documents ON documents.note_id = tags.note_id"
        " ORDER BY documents.id, folded",
    )


def authors_by_document(store: Store) -> dict[int, Authors]:
    """Return the authors of each document that has some."""
    return authors_of(
        store.rows_of(
            "SELECT documents.id, name, particle, family FROM authors"
            " JOIN documents ON documents.paper_id = authors.paper_id"
            " ORDER BY documents.id, position",
        )
    )


def _grouped(store: Store, asked: str) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for document, value in store.rows_of(asked):
        found.setdefault(document, []).append(value)
    return {document: tuple(values) for document, values in found.items()}

"""Rows out: plain ``sqlite3``, because every search starts here.

Other processes may write at any time. What several questions must agree on is asked within one
:meth:`Store.snapshot`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from papernotes.errors import NotFoundError
from papernotes.ids import name_key
from papernotes.links import pick
from papernotes.models import Author, Hit, Paper
from papernotes.store.filed import CHUNK
from papernotes.store.select import FACTS, STATUS
from papernotes.store.texts import Authors, Texted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAME = pick("?1", "?2", "?3", "?4")
_MOST_TITLE_WORDS = 200
_SORTS = {
    "added": "created IS NULL, created DESC",
    "year": "year IS NULL, year DESC",
    "title": "coalesce(papers.title_folded, notes.title_folded)",
    "rating": "rating IS NULL, rating DESC, created DESC",
    "priority": "coalesce(priority = 'low', 0), coalesce(priority <> 'high', 1), created DESC",
    "status": f"CASE {STATUS} WHEN 'reading' THEN 0 WHEN 'unread' THEN 1 WHEN 'read' THEN 2"
    " ELSE 3 END, created DESC",
    "ref": "documents.ref",
}


class NoteLine(NamedTuple):
    """A note and the document it belongs to; ``is_marked``: it asks to be published."""

    document: int
    path: str
    ref: str
    title: str
    is_marked: bool


class Row(NamedTuple):
    """One line of the ``library`` view."""

    id: int
    ref: str
    kind: str
    title: str
    year: int | None
    arxiv: str | None
    path: str
    paper_id: int | None
    note_id: int | None
    version: int | None
    latest: int | None
    is_withdrawn: int
    pdf: str | None
    pinned: int | None
    status: str | None
    rating: int | None

    def hit(self, authors: Authors, score: float | None = None) -> Hit:
        """Return the row as an answer."""
        return Hit(
            ref=self.ref,
            kind=self.kind,
            title=self.title,
            authors=authors.names,
            by=authors.by,
            year=self.year,
            arxiv=self.arxiv,
            score=score,
            path=self.path,
            version=self.version,
            latest=self.latest,
            is_withdrawn=bool(self.is_withdrawn),
            status=self.status,
            rating=self.rating,
        )


class Store(Texted):
    """The answers of one open database. Close it, or use it as a context manager."""

    # --- documents ---------------------------------------------------------------------------

    def stale(self) -> tuple[int, ...]:
        """Return the ids of documents the index does not have as they are."""
        return tuple(row[0] for row in self.rows_of("SELECT document_id FROM stale ORDER BY 1"))

    def forget_stale(self, ids: Iterable[int]) -> None:
        """Say that the index has these documents as they are."""
        self._write_many("DELETE FROM stale WHERE document_id = ?", [(each,) for each in ids])

    def document_count(self) -> int:
        """Return how many documents there are."""
        return int(self.rows_of("SELECT count(*) FROM documents")[0][0])

    def document_ids(self) -> tuple[int, ...]:
        """Return the ids of all documents."""
        return tuple(row[0] for row in self.rows_of("SELECT id FROM documents ORDER BY id"))

    def rows(self, ids: Sequence[int]) -> dict[int, Row]:
        """Return the library's lines for these documents."""
        return {
            row[0]: Row(*row)
            for row in self._in_chunks(
                "SELECT id, ref, kind, title, year, arxiv, path, paper_id, note_id, version,"
                " latest, is_withdrawn, pdf, pinned, CASE WHEN paper_id IS NULL THEN status"
                " ELSE coalesce(status, 'unread') END, rating FROM library WHERE id IN ({})",
                ids,
            )
        }

    def sorted_ids(self, sort: str, among: Iterable[int] | None = None) -> list[int]:
        """Return document ids in the order of one of the words of _SORTS."""
        wanted = None if among is None else set(among)
        few = list(wanted) if wanted is not None and len(wanted) <= CHUNK else []
        asked = f"WHERE documents.id IN ({','.join('?' * len(few))})" if few else ""
        order = f"{_SORTS[sort]}, documents.ref, paper_id IS NULL"  # papers and notes share refs
        rows = self.rows_of(f"SELECT documents.id {FACTS} {asked} ORDER BY {order}", few)
        return [id_ for (id_,) in rows if wanted is None or id_ in wanted]

    # --- one thing by name -------------------------------------------------------------------

    def document(self, scheme: str, key: str, spelled: str = "", folder: str = "") -> int | None:
        """Return the document that answers to an address (see papernotes.links).

        ``folder`` is that of the note which asks, if one does.
        """
        row = self._one(
            f"SELECT paper_id, note_id FROM names WHERE id = {_NAME}",  # noqa: S608 - question marks
            key,
            scheme,
            spelled,
            folder,
        )
        if row is None:
            return None
        found = self._one(
            "SELECT id FROM documents WHERE paper_id = ? OR note_id = ?", row[0], row[1]
        )
        return found[0] if found else None

    def citekey_of_arxiv(self, arxiv_id: str) -> str | None:
        """Return the key of the paper with this arXiv id."""
        row = self._one(
            "SELECT citekey FROM papers WHERE arxiv_id = ? AND NOT is_shadowed ORDER BY citekey",
            arxiv_id,
        )
        return row[0] if row else None

    def has_citekey(self, citekey: str) -> bool:
        """Whether any entry has this key or goes by it too, in any case of letters."""
        return (
            self._one(
                "SELECT 1 FROM names JOIN papers ON papers.id = names.paper_id"
                " WHERE names.key = ? AND names.scheme = 'name'"
                " AND (names.spelled = papers.citekey OR names.rank = 5)",
                name_key(citekey),
            )
            is not None
        )

    def rows_beginning(self, beginning: str, limit: int = 20) -> list[tuple[int, str]]:
        """Return (id, ref) of the documents whose ref begins like this, in any case."""
        folded = name_key(beginning)
        return [
            (row[0], row[1])
            for row in self.rows_of(
                "SELECT id, ref FROM documents WHERE substr(ref_folded, 1, ?) = ?"
                " ORDER BY ref, is_paper DESC LIMIT ?",
                (len(folded), folded, limit),
            )
        ]

    def rows_titled(self, words: Sequence[str], limit: int = 20) -> list[tuple[int, str]]:
        """Return (id, ref) of the documents whose title has all of ``words``, in any case.

        No title has so many words that SQLite would refuse the question.
        """
        folded = tuple(dict.fromkeys(map(name_key, words)))
        if not 0 < len(folded) <= _MOST_TITLE_WORDS:
            return []
        condition = " AND ".join(["instr(title_folded, ?)"] * len(folded))
        return [
            (row[0], row[1])
            for row in self.rows_of(
                f"SELECT id, ref FROM library WHERE {condition}"  # noqa: S608 - question marks
                " ORDER BY ref, paper_id IS NULL LIMIT ?",
                (*folded, limit),
            )
        ]

    def paper(self, paper_id: int) -> Paper:
        """Return a paper as it was read. Raises NotFoundError when it is gone by now."""
        found = self.papers([paper_id])
        if not found:
            raise _gone("paper")
        return found[paper_id]

    def papers(self, ids: Sequence[int]) -> dict[int, Paper]:
        """Return papers as they were read, by row id, without those that are gone by now."""
        authors: dict[int, list[Author]] = {}
        for paper_id, family, given, particle, suffix, is_literal in self._in_chunks(
            "SELECT paper_id, family, given, particle, suffix, is_literal FROM authors"
            " WHERE paper_id IN ({}) ORDER BY paper_id, position",
            ids,
        ):
            author = Author(family, given, particle, suffix, bool(is_literal))
            authors.setdefault(paper_id, []).append(author)
        categories: dict[int, list[str]] = {}
        for paper_id, category in self._in_chunks(
            "SELECT paper_id, category FROM categories"
            " WHERE paper_id IN ({}) ORDER BY paper_id, position",
            ids,
        ):
            categories.setdefault(paper_id, []).append(category)
        rows = self._in_chunks(
            "SELECT papers.id, citekey, title, year, month, entry_type, abstract, arxiv_id,"
            " arxiv_version, published, updated, doi, journal_ref, comment, url, is_withdrawn,"
            " extra, path, line, arxiv_latest, other_dois"
            " FROM papers JOIN files ON files.id = file_id WHERE papers.id IN ({})",
            ids,
        )
        return {
            paper_id: _paper(row, authors.get(paper_id, ()), categories.get(paper_id, ()))
            for paper_id, *row in rows
        }

    def papers_by_citekey(self) -> dict[str, int]:
        """Return the row ids of the papers that count."""
        return dict(self.rows_of("SELECT citekey, id FROM papers WHERE NOT is_shadowed"))

    def note_path(self, note_id: int) -> str:
        """Return where a note stands. Raises NotFoundError when it is gone by now."""
        row = self._one("SELECT path FROM notes WHERE id = ?", note_id)
        if row is None:
            raise _gone("note")
        return str(row[0])

    def notes_about(self, citekey: str) -> tuple[str, ...]:
        """Return the refs of all notes whose front matter names this paper, by path."""
        rows = self.rows_of("SELECT ref FROM notes WHERE about = ? ORDER BY path", (citekey,))
        return tuple(ref for (ref,) in rows)

    def notes(self) -> list[NoteLine]:
        """Return a line for every note, by path."""
        return [
            NoteLine(*row)
            for row in self.rows_of(
                "SELECT documents.id, path, notes.ref, title, publish <> 'false' AND NOT is_private"
                " FROM notes JOIN documents ON documents.note_id = notes.id ORDER BY path"
            )
        ]


def _paper(row: Sequence[Any], authors: Iterable[Author], categories: Iterable[str]) -> Paper:
    return Paper(
        citekey=row[0],
        title=row[1],
        authors=tuple(authors),
        year=row[2],
        month=row[3],
        entry_type=row[4],
        abstract=row[5],
        arxiv_id=row[6],
        arxiv_version=row[7],
        categories=tuple(categories),
        published=row[8] and datetime.fromisoformat(row[8]),
        updated=row[9] and datetime.fromisoformat(row[9]),
        doi=row[10],
        journal_ref=row[11],
        comment=row[12],
        url=row[13],
        is_withdrawn=bool(row[14]),
        extra=tuple((name, value) for name, value in json.loads(row[15])),
        path=row[16],
        line=row[17],
        arxiv_latest=row[18],
        other_dois=tuple(row[19].split()),
    )


def _gone(what: str) -> NotFoundError:
    return NotFoundError(
        f"the {what} is gone: it was changed or removed just now", hint="ask once more"
    )

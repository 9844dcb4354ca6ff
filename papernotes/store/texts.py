"""What the index and fragments are given of a document: its texts, and the words that name it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from papernotes.models import Author, in_short
from papernotes.store.filed import Filed
from papernotes.store.headings import headings_above, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TEXTS = """
SELECT documents.id, documents.ref, papers.title, papers.abstract, papers.arxiv_id, papers.doi,
  papers.year, papers.comment, papers.journal_ref, papers.extra,
  notes.title, notes.plain, notes.plain_line, notes.description, notes.headings
FROM documents LEFT JOIN papers ON papers.id = documents.paper_id
LEFT JOIN notes ON notes.id = documents.note_id WHERE documents.id IN ({})
"""
_TAGS = """
SELECT documents.id, tag FROM documents JOIN tags ON tags.note_id = documents.note_id
WHERE documents.id IN ({}) ORDER BY folded
"""
_CATEGORIES = """
SELECT documents.id, category FROM documents
JOIN categories ON categories.paper_id = documents.paper_id
WHERE documents.id IN ({}) ORDER BY documents.id, position
"""
_ALIASES = """
SELECT documents.id, spelled FROM documents JOIN names ON names.note_id = documents.note_id
WHERE documents.id IN ({}) AND scheme = 'name' AND rank = 5 ORDER BY names.id
"""
_VENUES = ("booktitle", "eventtitle", "series", "school")
_NAME_AND_YEAR = re.compile(r"([^\W\d_]+\d{4})(?=[^\W\d_])")  # vaswani2017 of vaswani2017attention


class Texts(NamedTuple):
    """What the index and fragments need of a document."""

    id: int
    title: str
    authors: tuple[str, ...]
    key: str
    abstract: str
    note: str
    note_line: int
    headings: str
    comment: str = ""

    @property
    def heading_lines(self) -> tuple[int, ...]:
        """The lines of the note's text (from 1) that are headings."""
        return tuple(line - self.note_line + 1 for line in lines_of(self.headings))

    def heading_at(self, line: int) -> str:
        """Return the headings above a line of the note's file, outermost first."""
        return headings_above(self.headings, line)


class Authors(NamedTuple):
    """The names of a paper's authors, in order, and ``by``: all of them in short."""

    names: tuple[str, ...] = ()
    by: str = ""


NOBODY = Authors()


def authors_of(rows: Iterable[tuple[int, str, str, str]]) -> dict[int, Authors]:
    """Return the authors by document, of rows of document, name, particle and family."""
    return {
        document: Authors(
            tuple(row[1] for row in group),
            in_short([Author(family, particle=particle) for *_, particle, family in group[:3]]),
        )
        for document, group in ((key, list(each)) for key, each in groupby(rows, itemgetter(0)))
    }


class Texted(Filed):
    """The part of the store that knows the texts of documents."""

    def texts(self, ids: Sequence[int]) -> dict[int, Texts]:
        """Return the texts of these documents; ids that are gone are missing."""
        authors = self.authors(ids)
        categories = self._listed(_CATEGORIES, ids)
        names = [self._listed(sql, ids) for sql in (_TAGS, _ALIASES)]
        return {
            row[0]: _texts(
                row,
                authors.get(row[0], NOBODY).names,
                categories[row[0]],
                [name for found in names for name in found[row[0]]],
            )
            for row in self._in_chunks(_TEXTS, ids)
        }

    def pages(self, document_id: int) -> list[tuple[int, str]]:
        """Return the pages of a document's PDF that have text, each with its number."""
        return self.rows_of(
            "SELECT page, text FROM pages WHERE pdf_id ="
            " (SELECT id FROM pdfs WHERE path = (SELECT pdf FROM library WHERE id = ?))"
            " ORDER BY page",
            (document_id,),
        )

    def authors(self, ids: Sequence[int]) -> dict[int, Authors]:
        """Return the authors of these documents, of those that have some."""
        return authors_of(
            self._in_chunks(
                "SELECT documents.id, name, particle, family FROM documents"
                " JOIN authors ON authors.paper_id = documents.paper_id"
                " WHERE documents.id IN ({}) ORDER BY documents.id, position",
                ids,
            )
        )

    def _listed(self, sql: str, ids: Sequence[int]) -> defaultdict[int, list[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for document_id, text in self._in_chunks(sql, ids):
            found[document_id].append(text)
        return found


def _texts(
    row: tuple[Any, ...], authors: tuple[str, ...], categories: list[str], others: list[str]
) -> Texts:
    """Return the texts of a row of _TEXTS; ``others`` are its tags and aliases.

    A category is one word, ``cslg`` for cs.LG, so that the index finds it by its whole name
    alone: ``ai`` is not every paper of cs.AI.
    """
    id_, ref, title, abstract, arxiv_id, doi, year, comment, journal, extra = row[:10]
    note_title, plain, line, about, headings = row[10:]
    own_title = note_title if note_title and title and note_title != title else about
    names = ("".join(filter(str.isalnum, category)) for category in categories)
    key = (ref, _beginning(ref), arxiv_id, doi, str(year or ""), *names, *others, own_title)
    return Texts(
        id=id_,
        title=title if title is not None else note_title or "",
        authors=authors,
        key=" ".join(filter(None, key)),
        abstract=abstract or "",
        note=plain or "",
        note_line=line or 1,
        headings=headings or "[]",
        comment=_said_of(comment, journal, extra),
    )


def _beginning(ref: str) -> str:
    """Return the name and year that a citation key begins with, where it says more than these."""
    found = _NAME_AND_YEAR.match(ref)
    return found[1] if found else ""


def _said_of(comment: str | None, journal: str | None, extra: str | None) -> str:
    """Return arXiv's comment and where the work appeared, a line each."""
    fields = dict(json.loads(extra)) if extra and any(name in extra for name in _VENUES) else {}
    venues = (fields.get(name, "") for name in _VENUES)
    plain = (each if "\\" in each else each.replace("{", "").replace("}", "") for each in venues)
    return "\n".join(filter(None, [comment, journal, *plain]))

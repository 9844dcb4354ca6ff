"""Papers, notes and names → rows of the store. Pure."""

from __future__ import annotations

import hashlib
import json
import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from papernotes.attachments import find_pdfs
from papernotes.ids import name_key, portable_slug
from papernotes.markdown.counting import count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.links import Address, Name
    from papernotes.models import Link, Note, Paper


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link of a note: the address it asks for, its sentence, and its text as it is written."""

    link: Link
    address: Address
    sentence: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class NoteRows:
    """A parsed note: itself, what a reader sees of it line by line, and its links.

    ``headings`` are (line, level, text).
    """

    note: Note
    plain: str
    links: tuple[LinkRow, ...] = ()
    headings: tuple[tuple[int, int, str], ...] = ()


def name_row(name: Name, owner: str, path: str = "") -> dict[str, Any]:
    """Return the row of a name; its owner is a paper's key, or a note's path, given twice."""
    return {
        "scheme": name.scheme,
        "key": name.key,
        "rank": name.rank,
        "spelled": name.spelled,
        "folder": posixpath.dirname(path),
        "depth": path.count("/"),
        "owner": owner,
        "is_shadowed": 0,
    }


def paper_digest(paper: Paper) -> str:
    """Return a digest of everything an entry says, wherever it stands."""
    return hashlib.sha256(
        repr(replace(paper, path="", line=0)).encode("utf-8", "replace")
    ).hexdigest()


def pdf_digest(
    path: str, slug: str, version: int | None, count: int, pages: Iterable[tuple[int, str]]
) -> str:
    """Return a digest of all that is kept of a PDF, with the number and text of each page."""
    said = repr((path, slug, version, count, list(pages)))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def paper_row(paper_id: int, file_id: int, paper: Paper, digest: str) -> dict[str, Any]:
    """Return the row of a paper, which counts only once that is settled."""
    return {
        "id": paper_id,
        "file_id": file_id,
        "line": paper.line,
        "citekey": paper.citekey,
        "slug": portable_slug(paper.citekey),
        "is_shadowed": 1,
        "entry_type": paper.entry_type,
        "title": paper.title,
        "title_folded": name_key(paper.title),
        "year": paper.year,
        "month": paper.month,
        "abstract": paper.abstract,
        "arxiv_id": paper.arxiv_id,
        "arxiv_version": paper.arxiv_version,
        "arxiv_latest": paper.arxiv_latest,
        "published": paper.published and paper.published.isoformat(),
        "updated": paper.updated and paper.updated.isoformat(),
        "doi": paper.doi,
        "other_dois": " ".join(paper.other_dois),
        "journal_ref": paper.journal_ref,
        "comment": paper.comment,
        "url": paper.url,
        "is_withdrawn": int(paper.is_withdrawn),
        "attachment": next(iter(find_pdfs(paper.extra)), None),
        "extra": json.dumps(paper.extra, ensure_ascii=False),
        "digest": digest,
    }


def note_row(file_id: int, rows: NoteRows) -> dict[str, Any]:
    """Return the row of a note but for its id."""
    note = rows.note
    return {
        "file_id": file_id,
        "path": note.path,
        "folder": posixpath.dirname(note.path),
        "ref": note.ref,
        "name": note.name,
        "title": note.title,
        "title_folded": name_key(note.title),
        "kind": note.kind,
        "about": note.paper,
        "arxiv_id": note.arxiv and note.arxiv.id,
        "arxiv_version": note.arxiv and note.arxiv.version,
        "status": note.status,
        "rating": note.rating,
        "priority": note.priority,
        "created": note.created and note.created.isoformat(),
        "publish": json.dumps(note.publish),
        "is_private": int(note.is_private),
        "description": note.description,
        "front_matter": _json(note.meta),
        "plain": rows.plain,
        "plain_line": note.body_line,
        "words": count_words(rows.plain),
        "headings": json.dumps(rows.headings, ensure_ascii=False),
    }


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)

"""One paper or note with all that is known of it: store → rows → the note's own file → Card."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.attachments import find_pdfs
from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id, portable_slug
from papernotes.models import Card
from papernotes.refs import find_document
from papernotes.sync.apply import read_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Paper, Problem
    from papernotes.store.read import Store

_HEADER_WITHIN = 1024  # bytes; where readers look for %PDF-


def view(upkeep: Upkeep, ref: str, problems: Iterable[Problem] = ()) -> Card:
    """Return the card of ``ref``, with those of ``problems`` that concern it.

    Raises NotFoundError.
    """
    store = upkeep.store()
    with store.snapshot():
        document = find_document(store, ref)
        row = store.rows([document])[document]
        paper = None if row.paper_id is None else store.paper(row.paper_id)
        path = None if row.note_id is None else store.note_path(row.note_id)
        backlinks = store.backlinks(row.paper_id, row.note_id)
        note = None if path is None else read_note(files.read(upkeep.root / path), path)[0].note
        if paper is None and note is not None and note.paper:
            paper = find_paper(store, note.paper)
        about = store.notes_about(paper.citekey) if paper else ()
    paths = {row.path, row.pdf, paper.path if paper else ""}
    return Card(
        ref=row.ref,
        kind=row.kind,
        title=row.title,
        paper=paper,
        note=note,
        other_notes=tuple(each for each in about if note is None or each != note.ref),
        backlinks=backlinks,
        version=row.version if row.paper_id is not None else None,
        pdf=_pdf_of_version(upkeep, ref, paper) or row.pdf or find_attached(upkeep.root, paper),
        problems=tuple(problem for problem in problems if problem.path in paths),
    )


def _pdf_of_version(upkeep: Upkeep, ref: str, paper: Paper | None) -> str:
    """Return where the PDF of the very version stands that a ref names, if it does."""
    try:
        version = parse_arxiv_id(ref).version
    except ArxivIdError:
        return ""
    if paper is None or version is None:
        return ""
    path = f"pdf/{portable_slug(paper.citekey)}-v{version}.pdf"
    return path if (upkeep.root / path).is_file() else ""


def find_attached(root: Path, paper: Paper | None) -> str:
    """Return where the first PDF stands that the entry itself names, as an absolute path."""
    if paper is None:
        return ""
    folder = (root / paper.path).parent
    for path in find_pdfs(paper.extra):
        place = Path(os.path.normpath(folder / path))
        if is_pdf(place):
            return str(place)
    return ""


def is_pdf(place: Path) -> bool:
    """Say whether a file is there, can be read and begins like a PDF."""
    try:
        if not place.is_file():
            return False
        with place.open("rb") as file:
            return b"%PDF-" in file.read(_HEADER_WITHIN)
    except (OSError, ValueError):  # a path that no system could hold
        return False


def find_paper(store: Store, citekey: str) -> Paper | None:
    """Return the paper with this citation key, or one that goes by it too."""
    document = store.document("citekey", citekey)
    row = None if document is None else store.rows([document]).get(document)
    return None if row is None or row.paper_id is None else store.paper(row.paper_id)

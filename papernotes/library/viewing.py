"""One paper or note with all that is known of it: store → rows → the note's own file → Card."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files, notes
from papernotes.attachments import find_pdfs
from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id, portable_slug
from papernotes.models import Backlink, Card
from papernotes.refs import find_document
from papernotes.store.headings import headings_above
from papernotes.store.saying import said_about, spoken_of
from papernotes.store.texts import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Hit, Note, Paper, Problem
    from papernotes.store.read import Store
    from papernotes.store.saying import Said

_HEADER_WITHIN = 1024  # bytes; where readers look for %PDF-
_NEAR = 500  # characters of a note; no sentence that is shown reaches further
_EMPHASIS = re.compile(r"[*`]|~~|==|(?<!\w)_+|_+(?!\w)")


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
        said = said_about(store, row.paper_id, row.note_id)
        cites = _hits(store, spoken_of(store, document))
        note = None if path is None else _read_note(upkeep.root, path)
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
        cites=cites,
        backlinks=backlinks(said),
        version=row.version if row.paper_id is not None else None,
        pdf=_pdf_of_version(upkeep, ref, paper) or row.pdf or find_attached(upkeep.root, paper),
        problems=tuple(problem for problem in problems if problem.path in paths),
    )


def _read_note(root: Path, path: str) -> Note:
    text, _ = notes.decode(files.read(root / path), path)
    return notes.parse(text, path)[0]


def _hits(store: Store, ids: list[int]) -> tuple[Hit, ...]:
    rows, authors = store.rows(ids), store.authors(ids)
    return tuple(rows[each].hit(authors.get(each, NOBODY)) for each in ids if each in rows)


def backlinks(said: Iterable[Said]) -> tuple[Backlink, ...]:
    """Return each sentence once, however many links are in it, in the order of ``said``.

    One that is nothing but an address is that address. The same words further on, or once more
    than the sentence has them, are another sentence.
    """
    found: list[Backlink] = []
    last: Said | None = None
    for link in said:
        sentence = " ".join(link.sentence.split()) or link.target
        one = found[-1] if found else None
        is_near = last is not None and last.path == link.path and link.start - last.start < _NEAR
        if one is not None and is_near and one.sentence == sentence:
            place = _find_words(sentence, link, one.marks[-1][1] if one.marks else 0)
            if place is not None or _find_words(sentence, link) is None:
                found[-1] = replace(one, marks=(*one.marks, *filter(None, [place])))
                continue
        last = link
        found.append(_backlink(link, sentence))
    return tuple(found)


def _backlink(link: Said, sentence: str) -> Backlink:
    return Backlink(
        ref=link.ref,
        title=link.title,
        path=link.path,
        line=link.line,
        sentence=sentence,
        kind=link.kind,
        target=link.target,
        heading=headings_above(link.headings, link.line),
        marks=tuple(filter(None, [_find_words(sentence, link)])),
    )


def _find_words(sentence: str, link: Said, start: int = 0) -> tuple[int, int] | None:
    """Return where a sentence has the words of a link, or None where no reader sees them."""
    for words in _spellings(link):
        at = sentence.find(words, start)
        if at >= 0:
            return at, at + len(words)
    return None


def _spellings(link: Said) -> Iterator[str]:
    """Yield what a reader may see of a link, the most exact first."""
    if link.kind == "citation":
        yield from (f"@{link.target}", f"@{{{link.target}}}")
        return
    label = " ".join(link.label.split())
    whole = f"{link.target}#{link.section}" if link.section else ""
    yield from filter(None, (label, _EMPHASIS.sub("", label), whole, link.target))


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

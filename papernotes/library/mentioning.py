"""Where notes say a paper or note without a link, and the links that may stand there.

The index tells which notes may say it; just these are read again. What is to be written is planned
first, as texts before and after, and written as one only over what was read.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import NotFoundError, PapernotesError, UsageError
from papernotes.files import Edit
from papernotes.ids import name_key, portable_slug
from papernotes.markdown import sentence_at
from papernotes.names import is_others
from papernotes.notes.mentions import (
    Names,
    Said,
    find_mentions,
    letters_of,
    link_mentions,
    link_of,
)
from papernotes.notes.reading import read
from papernotes.query import And, Or, Phrase, Word, has_text
from papernotes.refs import find_document
from papernotes.reports.connecting import Mention, MentionReport
from papernotes.store.likeness import first_authors, other_names, titles_around

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.index import SearchIndex
    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Author, Paper
    from papernotes.query import Node
    from papernotes.store.read import Row, Store

_BETWEEN = 6  # words between a name and its year
_IN_HEADING = "stands in a heading"
_NOT_SAFE = "cannot be linked without a change of the words around it"


@dataclass(frozen=True, slots=True)
class Plan:
    """The mentions of one thing, and the notes as they would be with links in these places."""

    ref: str
    title: str
    mentions: tuple[Mention, ...]
    edits: tuple[Edit, ...]

    def report(self, *, is_linked: bool = False) -> MentionReport:
        """Return the plan as a report."""
        return MentionReport(self.ref, self.title, self.mentions, is_linked)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is looked for: its document, what it is said by, and what a link to it names."""

    document: int
    row: Row
    names: Names
    target: str


def plan_mentions(upkeep: Upkeep, ref: str, *, progress: Progress | None = None) -> Plan:
    """Return where notes say what ``ref`` means without a link, its own note left out.

    Raises NotFoundError and AmbiguousRefError.
    """
    subject = _subject(upkeep.store(), ref)
    paths = _candidates(upkeep, subject)
    store = upkeep.store()
    with store.snapshot():
        rivals = _rivals(store, subject)
    mentions: list[Mention] = []
    edits: list[Edit] = []
    for number, path in enumerate(paths, 1):
        with contextlib.suppress(PapernotesError, UnicodeDecodeError):  # said by sync
            found, edit = _in_note(upkeep, path, subject, rivals)
            mentions += found
            edits += [edit] if edit else []
        if progress is not None:
            progress("reading notes", number, len(paths))
    return Plan(subject.row.ref, subject.row.title, tuple(mentions), tuple(edits))


def carry_out(upkeep: Upkeep, plan: Plan) -> None:
    """Write the notes with their links as one and sync them; the lock must be held.

    Raises ConflictError, and changes nothing, where a note was changed since it was read;
    FileError.
    """
    files.change(upkeep.root, list(plan.edits), [], journal=upkeep.journal)
    upkeep.sync_written(edit.path for edit in plan.edits)


def _in_note(
    upkeep: Upkeep, path: str, subject: _Subject, rivals: Mapping[str, Names]
) -> tuple[list[Mention], Edit | None]:
    """Return what one note says, and the note with links. Raises FileError and FormatError."""
    data = files.read(upkeep.root / path)
    text = data.decode()
    reading = read(text, path)
    said = find_mentions(reading.document, subject.names, rivals)
    edited, linked = link_mentions(text, path, said, subject.target)
    done = set(linked)
    mentions = [
        Mention(
            reading.note.ref,
            path,
            each.line,
            each.kind,
            each.words,
            sentence_at(reading.document, each.start),
            link_of(reading.document, each, subject.target) if each in done else "",
            "" if each in done else _reason(each),
        )
        for each in said
    ]
    return mentions, Edit(path, data, edited.encode()) if linked else None


def _reason(said: Said) -> str:
    """Return why a mention does not become a link."""
    if said.rivals:
        return f"may also mean {', '.join(said.rivals)}"
    return _IN_HEADING if said.is_heading else _NOT_SAFE


# What is looked for


def _subject(store: Store, ref: str) -> _Subject:
    with store.snapshot():
        document = find_document(store, ref)
        row = store.rows([document])[document]
        paper = store.paper(row.paper_id) if row.paper_id else None
        note = store.note_path(row.note_id) if row.note_id else ""
        aliases = other_names(store, row.note_id)
        names = _names(paper, (row.title, *aliases)) if paper else Names((row.title, *aliases))
        return _Subject(document, row, names, _target(store, document, paper, note))


def _names(paper: Paper, titles: tuple[str, ...] = ()) -> Names:
    authors = [author for author in paper.authors if not is_others(author)]
    years = {paper.year, paper.published.year if paper.published else None} - {None}
    return Names(
        titles=titles,
        authors=tuple(map(_spellings, authors)),
        has_more=len(authors) < len(paper.authors),
        years=frozenset(year for year in years if year),
        arxiv=paper.arxiv_id or "",
    )


def _spellings(author: Author) -> tuple[str, ...]:
    particled = f"{author.particle} {author.family}" if author.particle else ""
    return tuple(filter(None, (particled, author.family)))


def _target(store: Store, document: int, paper: Paper | None, note: str) -> str:
    """Return the plainest name of a document that a wiki link finds it by."""
    ref = note.removeprefix("notes/").removesuffix(".md")
    names = [ref.rpartition("/")[2], ref]
    if paper is not None:
        names += [portable_slug(paper.citekey), paper.citekey]
    for name in filter(None, names):
        if store.document("name", name_key(name), name) == document and not set(name) & set(
            "[]|#^"
        ):
            return name
    raise NotFoundError(f"{names[-1]}: no link can lead there", hint="give it another name")


def _rivals(store: Store, subject: _Subject) -> dict[str, Names]:
    """Return what may be meant by the words that mean ``subject``."""
    rivals: dict[str, Names] = {}
    names = subject.names
    for ref, title in titles_around(store, names.titles, subject.document):
        known = rivals.get(ref, Names())
        rivals[ref] = Names(titles=(*known.titles, title))
    if subject.row.paper_id is None or not names.authors:
        return rivals
    wanted = {letters_of(spelled) for spelled in names.authors[0]}
    for paper_id, key, particle, family in first_authors(store, names.years, subject.row.paper_id):
        spelled = {letters_of(family), letters_of(f"{particle} {family}")}
        if wanted & spelled:
            other = _names(store.paper(paper_id), rivals.get(key, Names()).titles)
            rivals[key] = other
    return rivals


# Where it may be said


def _candidates(upkeep: Upkeep, subject: _Subject) -> list[str]:
    """Return the paths of the notes that may say it, by path."""
    phrases, words = _questions(subject.names)
    if not has_text(phrases):
        return []

    def act(index: SearchIndex) -> list[str]:
        store = upkeep.store()
        with store.snapshot():
            try:
                found = index.search(phrases, limit=0).hits
            except UsageError:  # phrases of frequent words alone
                found = index.search(words, limit=0).hits
            rows = store.rows([each for each, _ in found if each != subject.document])
            return sorted(row.path for row in rows.values() if row.note_id is not None)

    return upkeep.searched(act)


def _questions(names: Names) -> tuple[Node, Node]:
    """Return what to ask the index: with phrases, and, where that costs too much, without."""
    texts = [(title, 0) for title in names.titles]
    for spelled in names.authors[0][-1:] if names.authors else ():
        texts += [(f"{spelled.split()[-1]} {year}", _BETWEEN) for year in sorted(names.years)]
    texts += [(names.arxiv, 0)] if names.arxiv else []
    texts = [(text, slop) for text, slop in texts if letters_of(text)]
    phrases = tuple(Phrase(text, "note", slop) for text, slop in texts)
    words = tuple(And(tuple(Word(word, "note") for word in text.split())) for text, _ in texts)
    return _any(phrases), _any(words)


def _any(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(nodes)

"""Reading state and tags of notes set in their front matter: a plan of values, then the files.

The files change as one, from a journal. Where an editor was quicker, nothing is written and the
plan is made again from the new texts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from papernotes import files, notes
from papernotes.errors import ConflictError, FormatError, NotFoundError, PapernotesError, UsageError
from papernotes.files import Edit
from papernotes.filters import CHOICES
from papernotes.ids import portable_slug
from papernotes.library.drafting import render_paper_note, template_of
from papernotes.notes.renaming.tags import check_tag
from papernotes.refs import find_document
from papernotes.reports.changing import Marked
from papernotes.reports.gathering import Change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Note, Paper
    from papernotes.notes import Reading
    from papernotes.notes.splicing import Value
    from papernotes.notes.templates import Template

_TRIES = 5
_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What front matter is to say; None and nothing leave as it is. ``rating`` 0 takes it away."""

    status: str | None = None
    rating: int | None = None
    priority: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be changed."""
        return self == Wish()


def make_wish(
    *,
    status: str | None = None,
    rating: int | None = None,
    priority: str | None = None,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> Wish:
    """Return a wish, its tags without ``#``. Raises UsageError for one that cannot be."""
    for field, word in (("status", status), ("priority", priority)):
        if word is not None and word not in CHOICES[field]:
            *most, last = CHOICES[field]
            raise UsageError(f"{field} is {', '.join(most)} or {last}, not {word!r}")
    if rating is not None and not 0 <= rating <= _MOST_STARS:
        raise UsageError(f"a rating is 1 to {_MOST_STARS}, or 0 for none, not {rating}")
    added, removed = ([_bare(name) for name in names] for names in (add, remove))
    for name in added:
        check_tag(name)
    both = {notes.tag_key(name) for name in added} & {notes.tag_key(name) for name in removed}
    if both:
        raise UsageError(f"#{both.pop()} is both added and taken away")
    if "" in removed:
        raise UsageError("the tag to take away has no name")
    return Wish(status, rating, priority, tuple(added), tuple(removed))


def _bare(name: str) -> str:
    return name.strip().lstrip("#").rstrip("/")


class Marking:
    """One run of ``status`` or ``tag``; ``wish`` is what all refs are to have."""

    def __init__(
        self, upkeep: Upkeep, wish: Wish, *, today: date, progress: Progress | None = None
    ) -> None:
        self._upkeep = upkeep
        self._wish = wish
        self._today = today
        self._progress = progress
        self._template: Template | None = None

    def plan(self, refs: Sequence[str]) -> tuple[tuple[Marked, ...], tuple[Edit, ...]]:
        """Return what will become of each ref, in order, and the edits that do it.

        Raises NotFoundError and AmbiguousRefError where a single ref is asked.
        """
        results: list[Marked] = []
        edits: dict[str, Edit] = {}
        seen: dict[int, Marked] = {}
        store = self._upkeep.store()
        with store.snapshot():
            for number, ref in enumerate(refs, 1):
                if self._progress is not None:
                    self._progress("reading notes", number, len(refs))
                try:
                    document = find_document(store, ref)
                except NotFoundError as error:
                    if len(refs) == 1:
                        raise
                    results.append(_failed(Marked(ref), error))
                    continue
                if document in seen:
                    results.append(_again(seen[document], ref))
                    continue
                marked, edit = self._mark(ref, document)
                if edit is not None and edits.setdefault(edit.path, edit) is not edit:
                    reason = f"{edit.path}: another paper's note would have this name"
                    marked = _failed(marked, ConflictError(reason))
                seen[document] = marked
                results.append(marked)
        return tuple(results), tuple(edits.values())

    def carry_out(self, refs: Sequence[str]) -> tuple[Marked, ...]:
        """Plan and do it; the lock must be held. Raises ConflictError, having changed nothing."""
        for tries_left in reversed(range(_TRIES)):
            results, edits = self.plan(refs)
            try:
                if edits:
                    here = self._upkeep
                    files.change(here.root, edits, journal=here.journal, progress=here.progress)
            except ConflictError:
                if not tries_left:
                    raise
                self._upkeep.sync()  # a note may also have been moved or removed
            else:
                break
        self._upkeep.sync_written(edit.path for edit in edits)
        return results

    def _mark(self, ref: str, document: int) -> tuple[Marked, Edit | None]:
        store = self._upkeep.store()
        row = store.rows([document])[document]
        marked = Marked(ref, "same", row.ref, row.title, is_paper=row.paper_id is not None)
        try:
            if row.note_id is not None:
                return self._mark_note(replace(marked, path=store.note_path(row.note_id)))
            assert row.paper_id is not None, "a document has a paper or a note"
            return self._mark_paper(marked, store.paper(row.paper_id))
        except PapernotesError as error:
            return _failed(marked, error), None

    def _mark_note(self, marked: Marked) -> tuple[Marked, Edit | None]:
        """Mark a note that is there."""
        path = marked.path
        files.refuse_links(self._upkeep.root, path)
        data = files.read(self._upkeep.root / path)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise FormatError(f"{path}: is not UTF-8", hint="convert it first") from error
        before = notes.read(text, path)
        edited = marked_text(text, before.note, self._wish)
        if edited == text:
            return _told(marked, before, before.note, self._wish), None
        after = notes.read(edited, path)
        edit = Edit(path, data, edited.encode())
        return _told(replace(marked, outcome="changed"), after, before.note, self._wish), edit

    def _mark_paper(self, marked: Marked, paper: Paper) -> tuple[Marked, Edit | None]:
        """Mark a paper that has no note: it gets one, unless all that is asked holds without."""
        if self._template is None:
            self._template = template_of(self._upkeep.root, "paper")
        path = f"notes/{portable_slug(paper.citekey)}.md"
        text = render_paper_note(paper, template=self._template, created=self._today)
        nothing = notes.parse("", path)[0]
        edited = marked_text(text, notes.parse(text, path)[0], self._wish)
        if edited == text and self._wish.status is None:
            return replace(marked, status="unread", priority="normal"), None
        files.refuse_links(self._upkeep.root, path)
        if os.path.lexists(self._upkeep.root / path):
            hint = "it is not about this paper; give it another name"
            raise ConflictError(f"{path}: exists already; left as it is", hint=hint)
        marked = replace(marked, outcome="started", path=path)
        return _told(marked, notes.read(edited, path), nothing, self._wish), Edit(
            path, None, edited.encode()
        )


def marked_text(text: str, note: Note, wish: Wish) -> str:
    """Return a note's text as wished. Raises FormatError that says in which file and line."""
    changes: dict[str, Value] = {}
    if wish.status not in {None, note.status}:
        changes["status"] = wish.status
    if wish.rating is not None and wish.rating != note.rating:
        changes["rating"] = wish.rating or None
    has_priority = any(key.strip().lower() == "priority" for key in note.meta)
    if wish.priority not in {None, note.priority if has_priority else "normal"}:
        changes["priority"] = wish.priority
    try:
        edited = notes.edit_front_matter(text, changes) if changes else text
        if wish.add or wish.remove:
            edited = notes.edit_tags(edited, add=wish.add, remove=wish.remove)
    except FormatError as error:
        where = f"{note.path}:{error.line}" if error.line else note.path
        raise FormatError(f"{where}: {error}", line=error.line, hint=error.hint) from error
    return edited


def _told(marked: Marked, now: Reading, before: Note, wish: Wish) -> Marked:
    """Return what a note says now, what it said before, and the tags that its body still has."""
    note = now.note
    pairs = {
        "status": (before.status, note.status),
        "rating": (before.rating, note.rating),
        "priority": (before.priority, note.priority),
        "tags": (", ".join(before.tags), ", ".join(note.tags)),
    }
    gone = {notes.tag_key(name) for name in wish.remove}
    return replace(
        marked,
        status=note.status or ("unread" if marked.is_paper else None),
        rating=note.rating,
        priority=note.priority or ("normal" if marked.is_paper else None),
        tags=note.tags,
        changes=tuple(
            Change(field, str(old or ""), str(new or ""))
            for field, (old, new) in pairs.items()
            if old != new
        ),
        inline=tuple(
            (tag.name, tag.line) for tag in now.document.tags if notes.tag_key(tag.name) in gone
        ),
    )


def _again(marked: Marked, ref: str) -> Marked:
    """Return what becomes of a ref that means what another one meant."""
    outcome = "failed" if marked.exit_status else "same"
    return replace(marked, asked=ref, outcome=outcome, changes=(), inline=())


def _failed(marked: Marked, error: PapernotesError) -> Marked:
    return replace(
        marked,
        outcome="failed",
        message=str(error),
        hint=error.hint,
        exit_status=error.exit_status,
    )

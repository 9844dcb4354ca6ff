"""The trip of a paper or note into the trash: everything that is its own, and nothing else.

A paper's own are its entry, the note of it and its PDFs. An entry that another program keeps is
never cut out of its file: the paper is not removed then. Files are moved, never copied, so the
trash holds what an editor saved last; the pictures of a note stay, since others may show them.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes import files, trash
from papernotes.errors import ConflictError, NotFoundError, PapernotesError
from papernotes.ids import portable_slug
from papernotes.library.ownership import own_entry
from papernotes.refs import find_document
from papernotes.reports.changing import Removed, RemoveReport, Trashed
from papernotes.store.belongings import entries_of, notes_leading_nowhere, pdfs_of
from papernotes.sync import look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from papernotes.library.upkeep import Upkeep
    from papernotes.store.read import Row, Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes, what is written down of it in the trash, and each file as it is now."""

    results: tuple[Removed, ...]
    removals: tuple[Trashed, ...]
    moves: tuple[files.Move, ...]


def remove(
    upkeep: Upkeep,
    refs: Sequence[str],
    *,
    at: datetime,
    only_notes: bool = False,
    is_dry_run: bool = False,
    agree: Callable[[RemoveReport], bool] | None = None,
) -> RemoveReport:
    """Do what :meth:`papernotes.library.Library.remove` says; ``at`` is the time, in UTC."""

    def plan() -> Plan:
        return plan_removal(upkeep, refs, at=at, only_notes=only_notes)

    shown = None
    if is_dry_run or agree is not None:
        upkeep.refresh()
        shown = upkeep.mended(plan)
        told = RemoveReport(shown.results, is_dry_run=True)
        if is_dry_run or (agree is not None and not agree(told)):
            return told
    with upkeep.locked():
        upkeep.mended(upkeep.sync)
        planned = upkeep.mended(plan)
        if shown not in (None, planned):
            raise ConflictError(
                "the library changed since the plan was made; nothing was removed",
                hint="run it again",
            )
        carry_out(upkeep, planned)
    return RemoveReport(planned.results)


def plan_removal(upkeep: Upkeep, refs: Sequence[str], *, at: datetime, only_notes: bool) -> Plan:
    """Return what it takes to remove these, all of them.

    Raises NotFoundError for a ref, and with ``only_notes`` for a paper without a note;
    ConflictError for an entry that is not ours to remove; FileError.
    """
    store = upkeep.store()
    with store.snapshot():
        found = dict.fromkeys(find_document(store, ref) for ref in refs)
        rows = [store.rows([document])[document] for document in found]
        papers = {row.paper_id for row in rows if row.paper_id is not None and not only_notes}
        notes = {row.note_id for row in rows if row.note_id is not None}
        linking = notes_leading_nowhere(store, papers, notes)
        names = trash.FreeNames(upkeep.root)
        results = []
        for row in rows:
            paths = set(linking.get(("note", row.note_id or 0), ()))
            if not only_notes:
                paths.update(linking.get(("paper", row.paper_id or 0), ()))
            own = _own_files(upkeep, store, row, only_note=only_notes)
            name = names.take(
                f"{at.astimezone():%Y-%m-%d}-{portable_slug(row.ref.rpartition('/')[2])}"
            )
            folder = trash.place(name)
            results.append(Removed(row.ref, row.title, own, folder, tuple(sorted(paths))))
    removals = tuple(
        Trashed(each.folder.rpartition("/")[2], each.ref, each.title, at, each.files)
        for each in results
    )
    moves = tuple(
        trash.move_in(upkeep.root, removal.name, path)
        for removal in removals
        for path in removal.files
    )
    return Plan(tuple(results), removals, moves)


def carry_out(upkeep: Upkeep, plan: Plan) -> None:
    """Move all the files as one, then sync just these; the lock must be held.

    Raises ConflictError, and moves nothing, where a file was changed since the plan was made;
    FileError.
    """
    with contextlib.suppress(PapernotesError):  # what a killed one left
        trash.sweep(upkeep.root, look.FOLDERS)
    try:
        manifests = [trash.manifest(upkeep.root, removal) for removal in plan.removals]
        files.change(upkeep.root, manifests, plan.moves, journal=upkeep.journal)
    except PapernotesError:
        for removal in plan.removals:
            with contextlib.suppress(PapernotesError):  # the first error says what happened
                trash.forget(upkeep.root, removal.name, look.FOLDERS)
        raise
    upkeep.sync_written(move.source for move in plan.moves)


def _own_files(upkeep: Upkeep, store: Store, row: Row, *, only_note: bool) -> tuple[str, ...]:
    """Return the files that are a paper's or free note's own, entry first."""
    note = () if row.note_id is None else (store.note_path(row.note_id),)
    if only_note and not note:
        raise NotFoundError(f"{row.ref} has no note")
    if only_note or row.paper_id is None:
        return note
    return (_entry_file(upkeep, store, row.paper_id), *note, *pdfs_of(store, row.paper_id))


def _entry_file(upkeep: Upkeep, store: Store, paper_id: int) -> str:
    """Return the file of an entry. Raises ConflictError where it is not ours to remove."""
    paper = store.paper(paper_id)
    places = entries_of(store, paper.citekey)
    where = ", ".join(f"{path}:{line}" for path, line in places)
    if len(places) > 1:
        raise ConflictError(
            f"{paper.citekey} stands in several entries: {where}; nothing was removed",
            hint="take out those you do not want, then run it again",
        )
    text, _ = own_entry(files.read(upkeep.root / paper.path), paper)
    if text is None:
        raise ConflictError(
            f"{where}: {paper.citekey} is in a file papernotes did not make; nothing was removed",
            hint="remove it there; --note removes your note alone",
        )
    return paper.path

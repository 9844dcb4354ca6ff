"""The trip back from the trash: the files of a removal to where they were, all or none."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes import bib, files, trash
from papernotes.errors import AmbiguousRefError, ConflictError, NotFoundError, PapernotesError
from papernotes.ids import name_key
from papernotes.reports.changing import Trashed, TrashReport
from papernotes.store.belongings import find_entry_called
from papernotes.sync import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.library.upkeep import Upkeep

_MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes back, and each of its files as it is in the trash."""

    results: tuple[Trashed, ...]
    moves: tuple[files.Move, ...]


def listing(upkeep: Upkeep) -> TrashReport:
    """Return what is in the trash, newest first."""
    upkeep.refresh()
    found, problems = trash.read_trash(upkeep.root, look.FOLDERS)
    return TrashReport(tuple(found), problems=tuple(problems))


def restore(upkeep: Upkeep, names: Sequence[str], *, is_dry_run: bool = False) -> TrashReport:
    """Do what :meth:`papernotes.library.Library.restore` says."""
    if is_dry_run:
        upkeep.refresh()
        return TrashReport(upkeep.mended(lambda: plan_restoring(upkeep, names)).results, True)
    with upkeep.locked():
        upkeep.mended(upkeep.sync)
        planned = upkeep.mended(lambda: plan_restoring(upkeep, names))
        carry_out(upkeep, planned)
    return TrashReport(planned.results)


def plan_restoring(upkeep: Upkeep, names: Sequence[str]) -> Plan:
    """Return what it takes to bring these back.

    Raises NotFoundError for a name, ConflictError where a path or citation key is taken by now.
    """
    removals, _ = trash.read_trash(upkeep.root, look.FOLDERS)
    named = Named(removals)
    chosen = tuple(dict.fromkeys(named.find(name) for name in names))
    targets: set[str] = set()
    moves = []
    for removal in chosen:
        for path in removal.files:
            source = trash.place(removal.name, path)
            if os.path.lexists(upkeep.root / path) or path in targets:
                raise ConflictError(
                    f"{path}: exists already; {removal.ref} was not restored",
                    hint="move or rename that file, then restore again",
                )
            if path.lower().endswith(".bib"):
                _check_keys(upkeep, source, removal)
            targets.add(path)
            moves.append(trash.move_out(upkeep.root, removal.name, path))
    return Plan(chosen, tuple(moves))


def carry_out(upkeep: Upkeep, plan: Plan) -> None:
    """Move all the files back as one, then sync just these; the lock must be held.

    Raises ConflictError, and moves nothing, where something came in the way; FileError.
    """
    manifests = [
        edit
        for removal in plan.results
        for edit in trash.manifest_going(upkeep.root, removal, look.FOLDERS)
    ]
    files.change(upkeep.root, manifests, plan.moves, journal=upkeep.journal)
    with contextlib.suppress(PapernotesError):  # empty folders; the next one tries again
        for removal in plan.results:
            trash.forget(upkeep.root, removal.name, look.FOLDERS, removal.files)
        trash.sweep(upkeep.root, look.FOLDERS)
    upkeep.sync_written(move.target for move in plan.moves)


class Named:
    """The removals there are, newest first, by what they can be called."""

    def __init__(self, removals: Sequence[Trashed]) -> None:
        self._removals = removals
        oldest_first = removals[::-1]
        self._called = (
            {each.name: each for each in oldest_first},
            {each.ref: each for each in oldest_first},
            {name_key(each.ref): each for each in oldest_first},
            {path: each for each in oldest_first for path in each.files},
        )

    def find(self, name: str) -> Trashed:
        """Return the one removal that ``name`` means.

        Tried in order: the folder in the trash, the ref, the ref in any case, one of its files,
        the last part of one ref alone, the beginning of one; the newest of several with one ref.
        Raises NotFoundError, or AmbiguousRefError.
        """
        text = name.removeprefix(f"{trash.FOLDER}/").rstrip("/")
        folded = name_key(text)
        for key, called in zip((text, text, folded, text), self._called, strict=True):
            if key in called:
                return called[key]
        all_refs = dict.fromkeys(each.ref for each in self._removals if folded)
        refs = [ref for ref in all_refs if name_key(ref).endswith(f"/{folded}")]
        refs = refs or [ref for ref in all_refs if name_key(ref).startswith(folded)]
        candidates = tuple(refs)
        by_ref = self._called[1]
        if len(candidates) > 1:
            shown = candidates[:_MOST_CANDIDATES]
            titles = tuple(by_ref[ref].title for ref in shown)
            raise AmbiguousRefError(f"{name!r} means several", candidates=shown, titles=titles)
        if not candidates:
            hint = "papernotes restore lists what is in the trash"
            raise NotFoundError(f"nothing called {name!r} is in the trash", hint=hint)
        return by_ref[candidates[0]]


def _check_keys(upkeep: Upkeep, source: str, removal: Trashed) -> None:
    """Raise ConflictError where a key in a .bib file of the trash has been taken since."""
    papers, _ = bib.parse_bytes(files.read(upkeep.root / source), source)
    for paper in papers:
        taken = find_entry_called(upkeep.store(), paper.citekey)
        if taken is not None:
            key, path, line = taken
            raise ConflictError(
                f"{path}:{line}: {key} is another entry by now; {removal.ref} was not restored",
                hint=f"give that one another key first: papernotes rename {key} NEW",
            )

"""Notes marked for publishing, or no more: a plan of values, then the files, as one.

Where an editor was quicker, nothing is written and the plan is made again from the new texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from papernotes import files, notes
from papernotes.errors import ConflictError, FormatError, NotFoundError, UsageError
from papernotes.export import find_target, locate, read_ledger
from papernotes.export.privacy.ignoring import IGNORE_NAME
from papernotes.files import Edit
from papernotes.library.advising import NO_DESCRIPTION, advise
from papernotes.library.withholding import read_ignore
from papernotes.refs import find_document
from papernotes.reports.flagging import Flagged, PublishReport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.export.privacy.ignoring import Ignore
    from papernotes.library.blogs import Blog
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Note, Problem
    from papernotes.notes.splicing import Value
    from papernotes.reports.writing import ExportReport

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be said: published on blogs of the kind ``target``, or no more (``is_undone``).

    ``descriptions`` are new ones, by ref.
    """

    target: str
    descriptions: Mapping[str, str] = field(default_factory=dict)
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Flags:
    """What becomes of the notes, the edits that do it, and advice on them."""

    notes: tuple[Flagged, ...]
    edits: tuple[Edit, ...]
    advice: tuple[Problem, ...]


def plan(upkeep: Upkeep, refs: Sequence[str], wish: Wish, *, is_dry_run: bool = False) -> Flags:
    """Return what becomes of the notes of ``refs``; the lines of advice are those of the files.

    Raises NotFoundError, AmbiguousRefError, UsageError for one that must stay home, and FormatError
    for front matter that cannot be edited.
    """
    ignore = read_ignore(upkeep.root)
    flagged: dict[str, Flagged] = {}
    edits: list[Edit] = []
    advice: list[Problem] = []
    for path in _paths(upkeep, refs):
        if path in flagged:
            continue
        files.refuse_links(upkeep.root, path)
        data = files.read(upkeep.root / path)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise FormatError(f"{path}: is not UTF-8", hint="convert it first") from error
        before = notes.read(text, path)
        if not wish.is_undone:
            _refuse_private(before.note, ignore)
        try:
            edited = notes.edit_front_matter(text, _changes(before.note, wish))
        except FormatError as error:
            place = f"{path}:{error.line}" if error.line else path
            raise FormatError(f"{place}: {error}", hint=error.hint) from error
        after = notes.read(edited, path)
        flagged[path] = _flagged(before.note, after.note)
        advice += () if wish.is_undone else advise(before if is_dry_run else after)
        if edited != text:
            edits.append(Edit(path, data, edited.encode()))
    return Flags(tuple(flagged.values()), tuple(edits), tuple(advice))


def carry_out(upkeep: Upkeep, refs: Sequence[str], wish: Wish) -> Flags:
    """Plan and do it; the lock must be held. Raises ConflictError, having changed nothing."""
    for tries_left in reversed(range(_TRIES)):
        flags = plan(upkeep, refs, wish)
        try:
            if flags.edits:
                files.change(upkeep.root, flags.edits, journal=upkeep.journal)
        except ConflictError:
            if not tries_left:
                raise
            upkeep.sync()
        else:
            break
    upkeep.sync_written(edit.path for edit in flags.edits)
    return flags


def told(
    flags: Flags, export: ExportReport | None, blog: Blog | None, wish: Wish, *, is_dry_run: bool
) -> PublishReport:
    """Return what became of notes and blog as a report. Raises FormatError for a broken ledger.

    What an export says of notes that are not marked yet does not hold once they are.
    """
    paths = {note.path for note in flags.notes}
    if export is None:
        leaving = _leaving(blog, [note.ref for note in flags.notes]) if blog else ()
        return PublishReport(flags.notes, None, leaving, flags.advice, is_dry_run)
    problems = tuple(
        one
        for one in export.problems
        if one.code not in {"not-marked", "publish"} or one.path not in paths
    )
    described = {note.path for note in flags.notes if wish.descriptions.get(note.ref)}
    advice = tuple(
        one
        for one in flags.advice
        if not (one.path in described and one.message.startswith(NO_DESCRIPTION))
    )
    export = replace(export, problems=problems)
    return PublishReport(flags.notes, export, (), advice, is_dry_run)


def _leaving(blog: Blog, refs: Sequence[str]) -> tuple[str, ...]:
    """Return the files that stand in the blog for these notes."""
    place, _ = locate(blog.directory, find_target(blog.target).folder)
    entries = read_ledger(place, blog.target).entries
    found = [path for ref in refs if ref in entries for path in entries[ref].files]
    return tuple(sorted(path for path in found if (place / path).is_file()))


def _paths(upkeep: Upkeep, refs: Sequence[str]) -> list[str]:
    """Return where the notes of refs stand."""
    paths = []
    store = upkeep.store()
    with store.snapshot():
        for ref in refs:
            row = store.rows([document := find_document(store, ref)])[document]
            if row.note_id is None:
                message = f"{row.ref}: there is no note about it to publish"
                raise NotFoundError(message, hint=f"begin one: papernotes edit {row.ref}")
            paths.append(store.note_path(row.note_id))
    return paths


def _refuse_private(note: Note, ignore: Ignore) -> None:
    if note.is_private:
        raise UsageError(
            f"{note.path}: is private: true, which wins over publish",
            hint="take private out of its front matter first, if you mean it",
        )
    if line := ignore.covers(note.path):
        raise UsageError(
            f"{note.path}: line {line} of {IGNORE_NAME} keeps it home",
            hint=f"change {IGNORE_NAME} first, if you mean it",
        )


def _changes(note: Note, wish: Wish) -> dict[str, Value]:
    """Return the keys that are to say something else; ``publish`` may list kinds of blogs."""
    asked = _asked(note)
    named = [str(name) for name in asked] if isinstance(asked, list) else []
    if wish.is_undone:
        left = [name for name in named if name != wish.target] if wish.target else []
        return {"publish": left or None} if note.publish or isinstance(asked, str) else {}
    changes: dict[str, Value] = {}
    if named and note.publish:
        changes["publish"] = named if wish.target in named else [*named, wish.target]
    elif note.publish is not True:
        changes["publish"] = True
    description = wish.descriptions.get(note.ref, "").strip()
    if description:
        changes["description"] = description
    return changes


def _asked(note: Note) -> object:
    found = [value for key, value in note.meta.items() if key.strip().lower() == "publish"]
    return found[-1] if found else None


def _flagged(before: Note, after: Note) -> Flagged:
    is_same = before.meta == after.meta
    return Flagged(
        ref=after.ref,
        path=after.path,
        title=after.title,
        outcome="same" if is_same else "changed",
        before=_said(before),
        after=_said(after),
        description=after.description,
    )


def _said(note: Note) -> str:
    """Return what the front matter says of ``publish``, as YAML has it."""
    asked = _asked(note)
    if isinstance(asked, bool):
        return "true" if asked else "false"
    if isinstance(asked, list):
        return f"[{', '.join(map(str, asked))}]"
    return "" if asked is None else f'"{asked}"'

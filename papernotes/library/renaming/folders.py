"""The trip of a free note to another folder: every link leads where it led, or nothing moves."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from papernotes import files, links
from papernotes.errors import ConflictError
from papernotes.ids import name_key
from papernotes.library.renaming.changes import Plan, Text, decoded, rewritten
from papernotes.library.renaming.headings import following
from papernotes.library.renaming.keys import Claims, check_note_name, note_name
from papernotes.library.renaming.links import Targets
from papernotes.notes import parse
from papernotes.notes.renaming.folders import NewPlace, relocate
from papernotes.reports.changing import Renamed
from papernotes.store.standing import is_linked, notes_naming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.models import Link
    from papernotes.store.read import Store
    from papernotes.store.standing import Standing


def plan_move(root: Path, store: Store, there: Standing, document: int, new: str) -> Plan:
    """Return what it takes to give a free note the ref ``new`` in another folder.

    Raises UsageError for a ref that cannot be, ConflictError where it is taken or a link would
    come to lead elsewhere, FormatError where a note cannot be changed safely.
    """
    row = store.rows([document])[document]
    path, new_path = row.path, f"notes/{new}.md"
    for part in new.split("/"):
        check_note_name(part)
    move = NewPlace(path, new_path)
    _check_names(store, there, move, document)
    run = _Moving(root, store, move, document)
    paths = notes_naming(store, None, row.note_id) | {path}
    texts = following(root, store, tuple(run.texts(sorted(paths))), run.relocated)
    return Plan((Renamed(row.ref, new, "renamed"),), texts)


def _check_names(store: Store, there: Standing, move: NewPlace, document: int) -> None:
    """Raise ConflictError where the new place is taken, or takes the links of another."""
    hint = "choose another name; nothing was changed"
    claims = Claims(there)
    parts = move.new_path.removeprefix("notes/").removesuffix(".md").split("/")
    whole = "/".join(parts)
    names = {name_key(whole), name_key(f"notes/{whole}")} if len(parts) > 1 else set()
    if note_name(move.path) != parts[-1] or len(parts) == 1:
        names.add(name_key(parts[-1]))
    claim = claims.holder(names, going=(), me=move.path)
    if claim is not None:
        raise ConflictError(f"{whole} is taken: {claim.what}", hint=hint)
    for depth in range(len(parts)):
        key = name_key("/".join(parts[depth:]))
        other = store.document("name", key)
        claim = claims.holder({key}, going=(), me=move.path)
        if (other not in {None, document} or claim is not None) and is_linked(store, key):
            name = "/".join(parts[depth:])
            raise ConflictError(
                f"links by the name {name} lead to one of several notes, and would be turned round",
                hint="write their folder into these links first",
            )


class _Moving:
    """One move: which links lead to the note, and what the notes say after."""

    def __init__(self, root: Path, store: Store, move: NewPlace, document: int) -> None:
        self._root = root
        self._move = move
        self._document = document
        self._targets = Targets(store)
        text, _ = decoded(files.read(root / move.path))
        note, _ = parse(text, move.new_path)
        self._names = {links.Address(name.scheme, name.key) for name in links.note_names(note)}

    def texts(self, paths: list[str]) -> Iterator[Text]:
        """Yield every note that changes or moves."""
        for path in paths:
            found = rewritten(self._root, path, partial(self.relocated, path))
            if path == self._move.path or found.before != found.after:
                yield replace(found, new_path=self._move.at(path))

    def relocated(self, path: str, text: str) -> str:
        """Return the text of a note after. Raises ConflictError, FormatError."""
        edited = relocate(text, path, self._move, lambda link: self._leads(link, path))
        new_path = self._move.at(path)
        before, after = (parse(each, path)[0].links for each in (text, edited))
        for old, new in zip(before, after, strict=True):
            if self._leads(old, path):
                is_same = links.address(new, new_path) in self._names
            else:
                there = self._targets.document(new, new_path)
                is_same = path == new_path or self._targets.document(old, path) == there
            if not is_same or (path != new_path and self._is_lost(old, new)):
                raise ConflictError(
                    f"{path}:{old.line}: the link to {old.target} would lead elsewhere",
                    hint="change it by hand first; nothing was changed",
                )
        return edited

    def _is_lost(self, old: Link, new: Link) -> bool:
        """Tell whether an embed shows a file beside the note, and would not from the new place."""
        if old.kind != "embed" or old.target.startswith("/"):
            return False
        places = (self._root / path for path in (self._move.path, self._move.new_path))
        beside, new_beside = (place.parent for place in places)
        shown = beside / old.target
        if not _is_file(shown):
            return False
        tops = () if "/" not in new.target else (self._root, self._root / "notes")
        found = [path for each in (new_beside, *tops) if _is_file(path := each / new.target)]
        return not shown.samefile(found[0]) if found else "/" in new.target

    def _leads(self, link: Link, path: str) -> bool:
        return self._targets.document(link, path) == self._document


def _is_file(path: Path) -> bool:
    """Tell whether there is a file; there is none of a name that cannot be."""
    try:
        return path.is_file()
    except OSError:
        return False

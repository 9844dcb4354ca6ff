"""The trip of a heading's new words through the library: its note, and every link that means it.

Other changes may give a heading other words as well: a tag or a citation in it. What changes them
hands its plan to :func:`following`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from papernotes import links
from papernotes.errors import ConflictError, NotFoundError
from papernotes.ids import name_key
from papernotes.library.renaming.changes import Plan, Text, decoded, rewritten
from papernotes.library.renaming.links import Targets
from papernotes.notes import parse
from papernotes.notes.renaming.headings import NewHeading, changed_headings, rename_heading, repoint
from papernotes.notes.renaming.links import NewNames, relink
from papernotes.refs import find_document
from papernotes.reports.changing import Renamed
from papernotes.store.standing import is_linked, notes_naming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Link
    from papernotes.store.read import Store


class Reheading:
    """One renaming of a heading."""

    def __init__(self, upkeep: Upkeep, *, progress: Progress | None = None) -> None:
        self._root = upkeep.root
        self._progress = progress
        self._store: Store = upkeep.store()
        self._targets = Targets(self._store)
        self._document = 0
        self._path = ""
        self._lost_title = ""

    def plan(self, ref: str, heading: str, new: str) -> Plan:
        """Return what it takes to have ``new`` in the heading of a note, and the links follow.

        Raises NotFoundError for a ref or heading, UsageError for words that cannot be,
        ConflictError where a link would come to mean another heading or note, FormatError where
        a note cannot be changed safely.
        """
        with self._store.snapshot():
            self._document = find_document(self._store, ref)
            row = self._store.rows([self._document])[self._document]
            if row.note_id is None:
                hint = f"papernotes edit {row.ref} makes one"
                raise NotFoundError(f"{row.ref} has no note, so it has no headings", hint=hint)
            self._path = self._store.note_path(row.note_id)
            change = self._change(heading, new)
            paths = notes_naming(self._store, row.paper_id, row.note_id) | {self._path}
            texts = tuple(self._texts(sorted(paths), change))
        outcome = "renamed" if texts else "kept"
        old, new = f"{row.ref}#{change.old}", f"{row.ref}#{change.new}"
        return Plan((Renamed(old, new, outcome),), texts)

    def _change(self, heading: str, new: str) -> NewHeading:
        """Change the heading's line. Raises ConflictError where links would take a title for it."""
        change: NewHeading | None = None

        def rewrite(text: str) -> str:
            nonlocal change
            change = rename_heading(text, self._path, heading, new)
            note, _ = parse(text, self._path)
            names = {name.key for name in links.note_names(replace(note, title=change.new_title))}
            is_lost = change.title != change.new_title and name_key(change.title) not in names
            self._lost_title = change.title if is_lost else ""
            return change.text

        rewritten(self._root, self._path, rewrite)
        assert change is not None, "rewrite has been called"
        if change.title != change.new_title:
            self._check_title(change.new_title)
        return change

    def _check_title(self, title: str) -> None:
        key = name_key(title)
        other = self._store.document("name", key, title)
        if other not in {None, self._document} and is_linked(self._store, key):
            raise ConflictError(
                f"{title!r} would be the title of {self._path}: links lead to another thing by it",
                hint="give the note a title: in its front matter first",
            )

    def _texts(self, paths: list[str], change: NewHeading) -> Iterator[Text]:
        """Yield every note that changes."""
        for number, path in enumerate(paths, 1):
            found = rewritten(self._root, path, partial(self._rewritten, path, change))
            if found.before != found.after:
                yield found
            if self._progress is not None:
                self._progress("reading notes", number, len(paths))

    def _rewritten(self, path: str, change: NewHeading, text: str) -> str:
        if path == self._path:
            text = change.text
        text = repoint(text, path, change, lambda link: self._leads(link, path))
        if not self._lost_title:
            return text
        title = NewNames(key=change.title, new_key=change.new_title)
        return relink(
            text,
            path,
            renamed=lambda link: title if self._is_by_title(link, path) else None,
            papers={},
        )

    def _leads(self, link: Link, path: str) -> bool:
        """Tell whether a link in the note at ``path`` leads to the note that changes."""
        return _means(self._targets, self._document, path, link, is_own=path == self._path)

    def _is_by_title(self, link: Link, path: str) -> bool:
        address = links.address(link, path)
        is_name = address is not None and address.key == name_key(self._lost_title)
        return is_name and link.kind in {"wiki", "embed"} and self._leads(link, path)


def following(
    root: Path, store: Store, texts: Sequence[Text], rewrite: Callable[[str, str], str]
) -> tuple[Text, ...]:
    """Return the notes of a plan such that links to headings it changes mean them still.

    ``rewrite`` is what the plan does to a note, given its path and text. Raises ConflictError
    where a link would come to mean another heading, and FormatError.
    """
    changes: dict[str, NewHeading] = {}
    for text in texts:
        change = changed_headings(decoded(text.before)[0], decoded(text.after)[0], text.path)
        if change is not None:
            changes[text.path] = change
    targets = Targets(store)
    planned = {text.path: text for text in texts}
    naming: dict[str, dict[int, NewHeading]] = {}
    for path, change in changes.items():
        whole = path.removesuffix(".md")
        document = store.document("path", name_key(whole), whole)
        assert document is not None, "its note has been planned for"
        row = store.rows([document])[document]
        for other in notes_naming(store, row.paper_id, row.note_id) | {path}:
            naming.setdefault(other, {})[document] = change

    def repointed(text: str, path: str) -> str:
        for document, change in naming[path].items():
            is_own = changes.get(path) is change
            leads = partial(_means, targets, document, path, is_own=is_own)
            text = repoint(text, path, change, leads)
        return rewrite(path, text)

    for path in sorted(naming):
        found = rewritten(root, path, partial(repointed, path=path))
        if path in planned or found.before != found.after:
            new_path = planned[path].new_path if path in planned else path
            planned[path] = replace(found, new_path=new_path)
    return tuple(planned.values())


def _means(targets: Targets, document: int, path: str, link: Link, *, is_own: bool) -> bool:
    """Tell whether a link in the note at ``path`` leads to a document."""
    address = links.address(link, path)
    if address is not None and address.scheme == "here":
        return is_own
    return targets.document(link, path) == document

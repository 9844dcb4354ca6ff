"""What is known of notes that an export looks for because it must not say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.store.read import Store


class Called(NamedTuple):
    """What a note is called (title, file name, aliases), and its tags and the keys it cites."""

    names: list[str]
    marks: list[str]


def called(store: Store) -> dict[str, Called]:
    """Return for the path of each note what it is called and marked with."""
    found = {path: Called([], []) for (path,) in store.rows_of("SELECT path FROM notes")}
    for path, name in store.rows_of(
        "SELECT path, spelled FROM names JOIN notes ON notes.id = names.note_id"
        " WHERE scheme = 'name' AND spelled NOT LIKE 'notes/%'"
    ):
        found[path].names.append(name)
    for path, mark in store.rows_of(
        "SELECT path, tag FROM tags JOIN notes ON notes.id = tags.note_id"
        " UNION SELECT path, target FROM links JOIN notes ON notes.id = links.note_id"
        " WHERE links.kind = 'citation'"
        " UNION SELECT path, about FROM notes WHERE about IS NOT NULL"
    ):
        found[path].marks.append(mark)
    return found


def fields_of_entries(store: Store, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (citation key, name, value) of all fields of entries that have one of ``names``."""
    wanted = frozenset(names)
    return [
        (key, name, value)
        for key, extra in store.rows_of("SELECT citekey, extra FROM papers WHERE extra <> '[]'")
        for name, value in json.loads(extra)
        if name in wanted
    ]


def unsound(store: Store) -> list[tuple[str, str, int | None, str]]:
    """Return (path, code, line, message) of what is wrong with front matter of notes."""
    return store.rows_of(
        "SELECT path, code, line, message FROM problems JOIN files ON files.id = file_id"
        " WHERE path LIKE 'notes/%' AND (code LIKE 'front-matter-%' OR code = 'field-type')"
        " ORDER BY path, line"
    )


def limited(store: Store) -> list[tuple[str, list[str]]]:
    """Return the paths of notes that are published on some kinds of blogs only, and these."""
    rows = store.rows_of(
        "SELECT path, publish FROM notes"
        " WHERE publish NOT IN ('true', 'false') AND NOT is_private ORDER BY path"
    )
    return [(path, json.loads(kinds)) for path, kinds in rows]

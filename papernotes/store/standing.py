"""What stands where under which name, all at once, for those who give things other names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papernotes.bib.renaming import REFERRING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from papernotes.store.read import Store

_SEPARATOR = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Standing:
    """The names and files of a library, paths relative to it.

    ``entries`` are (citation key, path, line) of every entry, also of those whose key another has
    taken; ``aliases`` are (other key, citation key); ``own_notes`` maps citation keys to the path
    of the paper's own note; ``pdfs`` are (path, slug); ``referring`` are (citation key, path,
    keys) of entries that name others in a field such as ``related``; ``linked`` are (name, citation
    key or path of a note) of what a link leads to by a weaker name than a key or a file has.
    """

    entries: tuple[tuple[str, str, int], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    bibs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    own_notes: Mapping[str, str] = field(default_factory=dict)
    pdfs: tuple[tuple[str, str], ...] = ()
    referring: tuple[tuple[str, str, frozenset[str]], ...] = ()
    linked: tuple[tuple[str, str], ...] = ()


def standing(store: Store) -> Standing:
    """Return the names and files of the whole library."""
    return Standing(
        entries=tuple(
            store.rows_of(
                "SELECT citekey, path, line FROM papers JOIN files ON files.id = file_id"
                " ORDER BY path, line"
            )
        ),
        aliases=tuple(
            store.rows_of(
                "SELECT spelled, citekey FROM names JOIN papers ON papers.id = paper_id"
                " WHERE scheme = 'citekey' AND spelled <> citekey ORDER BY 1, 2"
            )
        ),
        bibs=tuple(
            path
            for (path,) in store.rows_of("SELECT path FROM files ORDER BY path")
            if path.startswith("bib/")
        ),
        notes=tuple(path for (path,) in store.rows_of("SELECT path FROM notes ORDER BY path")),
        own_notes=dict(
            store.rows_of(
                "SELECT documents.ref, path FROM documents JOIN notes ON notes.id = note_id"
                " WHERE is_paper"
            )
        ),
        pdfs=tuple(store.rows_of("SELECT path, slug FROM pdfs ORDER BY path")),
        referring=tuple(_referring(store)),
        linked=tuple(
            store.rows_of(
                "SELECT DISTINCT spelled, owner FROM names WHERE scheme = 'name' AND rank > 2"
                " AND EXISTS (SELECT 1 FROM links WHERE links.key = names.key AND"
                " links.scheme = names.scheme) ORDER BY 1, 2"
            )
        ),
    )


def _referring(store: Store) -> Iterator[tuple[str, str, frozenset[str]]]:
    condition = " OR ".join(["instr(extra, ?)"] * len(REFERRING))
    for citekey, path, extra in store.rows_of(
        "SELECT citekey, path, extra FROM papers JOIN files ON files.id = file_id"  # noqa: S608 - question marks
        f" WHERE {condition} ORDER BY path, line",
        [f'["{name}", ' for name in sorted(REFERRING)],
    ):
        named = (value for name, value in json.loads(extra) if name in REFERRING)
        yield citekey, path, frozenset(key for value in named for key in _SEPARATOR.split(value))


def notes_naming(store: Store, paper_id: int | None, note_id: int | None) -> set[str]:
    """Return the paths of notes with a link to any name of a paper or note.

    Some may mean another thing of that name.
    """
    return {
        path
        for (path,) in store.rows_of(
            "SELECT DISTINCT notes.path FROM names"
            " JOIN links ON links.key = names.key AND links.scheme = names.scheme"
            " JOIN notes ON notes.id = links.note_id"
            " WHERE names.paper_id = ? OR names.note_id = ?",
            (paper_id, note_id),
        )
    }


def paths_about(store: Store, citekey: str) -> set[str]:
    """Return the paths of all notes whose front matter names this paper."""
    rows = store.rows_of("SELECT path FROM notes WHERE about = ?", (citekey,))
    return {path for (path,) in rows}


def paths_tagged(store: Store, tag: str) -> tuple[str, ...]:
    """Return the paths of all notes with a tag, given as ``ids.name_key`` makes it, or one below.

    In order.
    """
    rows = store.rows_of(
        "SELECT DISTINCT notes.path FROM tags JOIN notes ON notes.id = tags.note_id"
        " WHERE folded = ? OR (folded > ? AND folded < ?) ORDER BY notes.path",
        (tag, f"{tag}/", f"{tag}0"),
    )
    return tuple(path for (path,) in rows)


def is_linked(store: Store, name: str) -> bool:
    """Tell whether any wiki link asks for ``name``, given as ``ids.name_key`` makes it."""
    return bool(
        store.rows_of("SELECT 1 FROM links WHERE scheme = 'name' AND key = ? LIMIT 1", (name,))
    )

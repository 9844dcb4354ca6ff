"""What stands where under which name, all at once, for those who give things other names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.store.read import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """The names and files of a library, paths relative to it.

    ``entries`` are (citation key, path, line) of every entry, also of those whose key another has
    taken; ``aliases`` are (other key, citation key); ``own_notes`` maps citation keys to the path
    of the paper's own note; ``pdfs`` are (path, slug).
    """

    entries: tuple[tuple[str, str, int], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    bibs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    own_notes: Mapping[str, str] = field(default_factory=dict)
    pdfs: tuple[tuple[str, str], ...] = ()


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
    )


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

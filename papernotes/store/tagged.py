"""The tags of all notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.ids import name_key

if TYPE_CHECKING:
    from papernotes.store.read import Store


def tagged(store: Store, beginning: str = "") -> list[tuple[int, str, str]]:
    """Return (note's id, tag as written, tag folded) of all tags that begin so, in any case."""
    folded = name_key(beginning)
    return store.rows_of(
        "SELECT note_id, tag, folded FROM tags WHERE substr(folded, 1, ?) = ?"
        " ORDER BY folded, note_id",
        (len(folded), folded),
    )

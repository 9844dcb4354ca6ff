"""What the index still lacks, and whether a new one is being made: kept in step with the store.

Documents that were touched are marked stale. A new index begins with all of them stale and is
complete when none is; its name stands here until it has taken the place of the one in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.store.read import Store


def is_behind(store: Store) -> bool:
    """Whether the index in use lacks anything."""
    ((found,),) = store.rows_of(
        "SELECT EXISTS (SELECT 1 FROM stale) OR EXISTS (SELECT 1 FROM state WHERE key = 'building')"
    )
    return bool(found)


def building(store: Store) -> str:
    """Return the name of the index that is being made; empty if none is."""
    rows = store.rows_of("SELECT value FROM state WHERE key = 'building'")
    return rows[0][0] if rows else ""


def begin(store: Store, name: str) -> None:
    """Record that an index without any document is being made.

    All are stale before the name is there: who stops in between has lost nothing.
    """
    store.rows_of("INSERT OR IGNORE INTO stale SELECT id FROM documents")
    store.rows_of("INSERT OR REPLACE INTO state VALUES ('building', ?)", (name,))


def end(store: Store) -> None:
    """Record that the index that was being made is in use."""
    store.rows_of("DELETE FROM state WHERE key = 'building'")

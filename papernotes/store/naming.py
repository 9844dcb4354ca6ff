"""Digests by which an export knows what is as it was: of notes, of papers, of all names."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.store.read import Store


def note_digests(store: Store) -> dict[str, str]:
    """Return the digest of each note's file as it was last read, by the note's path."""
    return dict(
        store.rows_of("SELECT notes.path, digest FROM notes JOIN files ON files.id = file_id")
    )


def paper_digests(store: Store) -> dict[str, str]:
    """Return the digests of the papers that count, by citation key."""
    return dict(store.rows_of("SELECT citekey, digest FROM papers WHERE NOT is_shadowed"))


def refs(store: Store) -> dict[int, str]:
    """Return the ref of each document."""
    return dict(store.rows_of("SELECT id, ref FROM documents"))


def cited_keys(store: Store) -> tuple[str, ...]:
    """Return the keys that notes marked for publishing cite, or are about."""
    marked = "FROM notes WHERE publish <> 'false' AND NOT is_private"
    rows = store.rows_of(
        f"SELECT about {marked} AND about IS NOT NULL UNION SELECT target FROM links"  # noqa: S608 - our own SQL
        f" WHERE kind = 'citation' AND note_id IN (SELECT id {marked})"
    )
    return tuple(key for (key,) in rows)


def private_and_marked(store: Store) -> tuple[str, ...]:
    """Return the refs of notes that ask to be published and say that they are private."""
    rows = store.rows_of("SELECT ref FROM notes WHERE publish <> 'false' AND is_private ORDER BY 1")
    return tuple(ref for (ref,) in rows)


def names_digest(store: Store) -> str:
    """Return a digest of all that a link may lead to: of every name, and whose it is."""
    found = hashlib.sha256()
    for row in store.rows_of(
        "SELECT scheme, key, rank, spelled, owner, coalesce(documents.ref, '') FROM names"
        " LEFT JOIN documents ON documents.paper_id = names.paper_id"
        " OR documents.note_id = names.note_id ORDER BY 1, 2, 3, 4, 5, 6"
    ):
        found.update(repr(row).encode("utf-8", "replace"))
    return found.hexdigest()

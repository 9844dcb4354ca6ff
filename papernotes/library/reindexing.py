"""The search index kept in step with the store, and made anew beside the one in use.

The store knows which documents the index lacks and whether a new one is being made. So whatever
ends a process, the next that holds the lock goes on where it stopped. All that writes here wants
the lock of the library to be held.
"""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import LibraryNotFoundError
from papernotes.store import indexing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from papernotes.index import SearchIndex
    from papernotes.index.building import Source
    from papernotes.store.read import Store

_FEW = 200
"""So many documents go into the index in one commit."""

_MANY = 1_000
"""So many stale documents, if they are most of all, are a reason for a new index."""


class Reindexing:
    """The index in the folder ``place``."""

    def __init__(
        self,
        place: Path,
        *,
        notify: Callable[[str], None],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.place = place
        self._notify = notify
        self._progress = progress
        self._index: SearchIndex | None = None

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()

    @property
    def index(self) -> SearchIndex:
        """The index in use, if nothing is to be complained of."""
        if self._index is None:
            from papernotes.index import SearchIndex

            self._index = SearchIndex(self.place)
        return self._index

    def is_current(self, store: Store) -> bool:
        """Whether the index has every document as it is."""
        return not indexing.is_behind(store) and self.is_ours(store)

    def is_ours(self, store: Store) -> bool:
        """Whether there is an index made from this very store; opens no pickle, no Whoosh."""
        try:
            is_ours = self._owner.read_bytes() == store.id().encode()
        except OSError:
            return False
        is_ours = is_ours and not self.place.is_symlink()
        return is_ours and (self.place / "CURRENT").is_file()

    def is_making(self, store: Store) -> bool:
        """Whether a new index is being made, or half made, while there is one that answers."""
        return bool(indexing.building(store)) and self.is_ours(store)

    def complaint(self, store: Store) -> str:
        """Return why there is no index to search, whether behind or not; empty if there is one."""
        if not (self.place / "CURRENT").is_file():
            return "the search index was missing"
        if not self.is_ours(store):
            return "the search index was made from another store"
        if not self.index.is_usable:
            return "the search index was made by another version of papernotes"
        return ""

    def catch_up(self, store: Store) -> int:
        """Give the index the documents it does not have as they are; return how many."""
        if self.is_current(store):
            return 0
        stale, total = store.stale(), store.document_count()
        if indexing.building(store) or (len(stale) > _MANY and 2 * len(stale) > total):
            return self.make(store)
        if complaint := self.complaint(store):
            _require_in_place(store)
            if len(stale) < total:  # there was one
                self._notify(f"{complaint}; making it anew")
            return self.make(store)
        from papernotes.index import IndexDamagedError

        try:
            self._update(store, stale)
        except IndexDamagedError:
            _require_in_place(store)
            self._notify("the search index was damaged; making it anew")
            return self.make(store, is_afresh=True)
        return len(stale)

    def make(self, store: Store, *, is_afresh: bool = False) -> int:
        """Make a new index, or go on with the one that was begun unless ``is_afresh``.

        Returns how many documents were put into it. Meanwhile the old one can be searched.
        """
        from papernotes.index import IndexDamagedError, building

        _require_in_place(store)
        if self.place.is_symlink():
            files.remove(self.place)
        folder = None if is_afresh else building.find(self.place, indexing.building(store))
        if folder is not None:
            try:
                return self._finish(store, folder, is_resumed=True)
            except IndexDamagedError:
                self._notify("what was made of the search index was damaged; beginning anew")
        name = building.begin(self.place)
        indexing.begin(store, name)
        folder = building.find(self.place, name)
        assert folder is not None, "it was made just now"
        return self._finish(store, folder)

    def _finish(self, store: Store, folder: Path, *, is_resumed: bool = False) -> int:
        from papernotes.index import building

        stale = store.stale()
        if is_resumed and stale:
            left = f"{len(stale):,} of {store.document_count():,} documents to do"
            self._notify(f"going on with the search index that was being made; {left}")
        building.fill(folder, stale, self._source(store))
        self.close()  # some systems remove no file that is open
        building.swap(self.place, folder)
        files.write_atomic(self._owner, store.id().encode())
        _require_in_place(store)
        indexing.end(store)
        return len(stale)

    def _update(self, store: Store, stale: Sequence[int]) -> None:
        """Bring the index in use up to date."""
        from papernotes.library.indexed import documents

        fetch = partial(documents, store)
        if len(stale) <= _FEW:
            self.index.update(fetch(stale), stale, fetch=fetch)
            _forget_stale(store, stale)
            self._clear()
            return
        from papernotes.index import building

        building.extend(self.place, stale, self._source(store))

    def _clear(self) -> None:
        """Remove what a killed build left, or a disk refused to: nothing is being made now."""
        from papernotes.index import folders

        if current := folders.find_current(self.place):
            folders.keep_only(self.place, current)

    def _source(self, store: Store) -> Source:
        from papernotes.index.building import Source
        from papernotes.library.indexed import documents

        return Source(
            partial(documents, store), partial(_forget_stale, store), self._progress, self._notify
        )

    @property
    def _owner(self) -> Path:
        """The file that says which store the index was made from."""
        return self.place / "store"


def _forget_stale(store: Store, ids: Sequence[int]) -> None:
    """Note that the index has these documents as they are, if it is the one beside the store."""
    _require_in_place(store)
    store.forget_stale(ids)


def _require_in_place(store: Store) -> None:
    """Raise LibraryNotFoundError where the store went away, and what is written goes elsewhere."""
    if not store.is_in_place:
        hint = "is its disk still there? what was in it is as it was"
        raise LibraryNotFoundError(f"{store.path.parent}: has vanished", hint=hint)

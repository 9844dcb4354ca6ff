"""Commits: segments into the table of contents, documents out of older ones.

Segments are never merged by Whoosh: small ones, and those with much deleted, are folded by adding
their documents again. Files are flushed to the disk before the rename that makes a commit count,
and the folder after it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.index import TOC, clean_files
from whoosh.util.filelock import try_for

from papernotes.errors import LockedError
from papernotes.index.drafts import Draft, written
from papernotes.index.storage import NAME, SCHEMA, Storage, read_contents, read_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from collections.abc import Set as AbstractSet

    from papernotes.index.postings import Document

_LOCK_SECONDS = 10.0
_MAX_PER_TIER = 8
_MAX_DELETED = 0.25
"""A segment of which a larger share is deleted is folded, however large it is."""

_LARGE = 1_000_000
"""A segment with so many bytes of contents (some 450 notes) is not folded for being one of many."""

_MOST_FOLDED = 2 * _LARGE
"""What one commit may fold, in bytes of contents: two seconds of work."""


class Batch:
    """One commit to the index in ``folder``.

    Raises LockedError when another process is at it, and whatever Whoosh raises for files that
    cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._storage = Storage(folder)
        self._lock = self._storage.lock(f"{NAME}_WRITELOCK")  # type: ignore[no-untyped-call]
        self._is_open = False
        if not try_for(self._lock.acquire, timeout=_LOCK_SECONDS, delay=0.05):
            raise LockedError("another process is writing the search index")
        self._is_open = True
        try:
            contents = read_contents(self._storage)
        except BaseException:
            self.close()
            raise
        self._old: list[Any] = contents.segments
        self._generation: int = contents.generation + 1
        self._folded: list[Any] = []
        self._new: list[Any] = []
        self._draft = Draft()

    @property
    def postings(self) -> int:
        """How many postings the documents added so far have."""
        return self._draft.postings

    def add(self, document: Document) -> None:
        """Put one document in; of several with one id only the first counts."""
        self._draft.add(document)

    def put(self, name: str, count: int) -> None:
        """Take in a segment of so many documents that another process has written."""
        self._new.append(written(self._storage, name, count))

    def remove(self, gone: AbstractSet[int]) -> None:
        """Take the documents with these ids out of the segments that were there before."""
        for segment in self._old:
            for number, id_ in enumerate(read_numbers(self._storage, segment)[0]):
                if id_ in gone:
                    segment.delete_document(number)

    def fold(self, fetch: Callable[[Collection[int]], Iterable[Document]]) -> None:
        """Put the documents of segments in again that are small, of many, or much deleted."""
        sizes = [(segment, self._size(segment)) for segment in self._old if _live(segment)]
        self._folded = _chosen(sizes)
        wanted: set[int] = set()
        for segment in self._folded:
            ids = read_numbers(self._storage, segment)[0]
            wanted.update(id_ for number, id_ in enumerate(ids) if not segment.is_deleted(number))
        if wanted:
            for document in fetch(wanted):
                if document.id in wanted:
                    self.add(document)

    def commit(self, *, clears: bool = True) -> None:
        """Make all of it count, at once.

        ``clears`` takes away what counts no more; not while other processes write segments here.
        """
        kept = [part for part in self._old if _live(part) and part not in self._folded]
        kept += self._new
        if self._draft.ids:
            kept.append(self._draft.write(self._storage))
        TOC(SCHEMA, kept, self._generation).write(self._storage, NAME)  # type: ignore[no-untyped-call]
        if clears:
            clean_files(self._storage, NAME, self._generation, kept)
        self.close()

    def close(self) -> None:
        """Give the lock back; what was not committed is forgotten, files go at the next commit."""
        if self._is_open:
            self._is_open = False
            self._lock.release()

    def _size(self, segment: Any) -> int:
        """Return about how many bytes tell what is in the documents that are not deleted."""
        path = Path(self._storage.folder) / segment.make_filename(".has")
        return int(path.stat().st_size * _live(segment) / segment.doc_count_all())


def _chosen(sizes: Iterable[tuple[Any, int]]) -> list[Any]:
    """Return the segments to fold, of these with their sizes; bounded in what that costs.

    These are the smallest of a size of which there are many, and one that is much deleted. Sizes
    are counted in digits, so a document is folded about as often as a large segment's size has
    digits.
    """
    ordered = sorted(sizes, key=lambda each: each[1])
    worn = next((segment for segment, _ in ordered if _is_worn(segment)), None)
    small = [(segment, size) for segment, size in ordered if size < _LARGE]
    digits = [len(str(size)) for _, size in small]
    crowded = max((each for each in digits if digits.count(each) > _MAX_PER_TIER), default=0)
    folded, total = [] if worn is None else [worn], 0
    for segment, size in small:
        total += size
        if len(str(size)) > crowded or total > _MOST_FOLDED:
            break
        if segment is not worn:
            folded.append(segment)
    return folded


def _live(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _is_worn(segment: Any) -> bool:
    return bool(segment.deleted_count() > _MAX_DELETED * segment.doc_count_all())

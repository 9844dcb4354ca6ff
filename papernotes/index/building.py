"""A new index, made beside the one in use until it takes its place.

It grows commit by commit: each says which documents are in it now, so that a build that was
killed is gone on with. Whether there is one, and which documents it still lacks, is for the
caller to know. Large builds share the work among several processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from papernotes import files
from papernotes.index import folders, segments, storage
from papernotes.index.batches import Batch
from papernotes.index.crew import Crew, Lost, size_for
from papernotes.index.damage import IndexDamagedError, closed_on_error, damage
from papernotes.index.folders import INDEX_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from papernotes.index.postings import Document

_SLICE = 100  # documents read at once
_MOST_CHARACTERS = 2_000_000  # sent at once, but for the last document: PDFs are long
_FEWEST_POSTINGS, _MOST_POSTINGS = 250_000, 1_200_000
_POSTINGS_EACH = 25  # of a segment, for each document of the whole


class Source(NamedTuple):
    """Where documents come from, and who is told what.

    ``fetch`` gives the documents with some ids, those that are still there; ``done`` takes ids
    when the index has them as they are; ``progress`` how many of how many are read; ``notify``
    what a person should know.
    """

    fetch: Callable[[Sequence[int]], Iterable[Document]]
    done: Callable[[Sequence[int]], None]
    progress: Callable[[int, int], None] | None = None
    notify: Callable[[str], None] = lambda _message: None


def begin(path: Path) -> str:
    """Make a new index without documents in the folder ``path``; return its name.

    What is left of other builds goes. Raises FileError.
    """
    folder = folders.make_new(path)
    folders.keep_only(path, folder, folders.find_current(path))
    try:
        storage.create(folder)
    except OSError as error:
        raise files.file_error(error, folder) from error
    return f"{INDEX_VERSION} {folder.name}"


def find(path: Path, name: str) -> Path | None:
    """Return the folder of an index that :func:`begin` made, if it can be gone on with."""
    version, _, folder_name = name.partition(" ")
    folder = folders.find(path, folder_name)
    if folder is None or version != str(INDEX_VERSION):
        return None
    try:
        with damage(folder):
            for segment in segments.read(folder):
                segment.close()
    except IndexDamagedError:
        return None
    return folder


def swap(path: Path, folder: Path) -> None:
    """Let an index that is complete take the place of the one in use. Raises FileError."""
    folders.point_to(path, folder)
    folders.keep_only(path, folder)


def fill(folder: Path, ids: Sequence[int], source: Source, *, processes: int = 0) -> None:
    """Put the documents with these ids into an index as they are now, in several commits.

    One that is not there any more is taken out. ``processes`` is how many share the work (0: as
    is best). Raises IndexDamagedError, LockedError and FileError; what is done stays done.
    """
    size = processes or size_for(len(ids))
    most = max(_FEWEST_POSTINGS, min(_POSTINGS_EACH * len(ids), _MOST_POSTINGS // size))
    filling = _Filling(folder, source, len(ids))
    left = filling.together(ids, most, size) if size > 1 else ids
    filling.alone(left, most)
    if size > 1:
        filling.clear()


def extend(path: Path, ids: Sequence[int], source: Source) -> None:
    """Bring the index in use up to date for these ids, as :func:`fill` does.

    Raises IndexDamagedError, also when there is none, LockedError and FileError.
    """
    folder = folders.find_current(path)
    if folder is None:
        raise IndexDamagedError(f"there is no search index in {path}")
    fill(folder, ids, source)


class _Filling:
    """One run of :func:`fill`."""

    def __init__(self, folder: Path, source: Source, total: int) -> None:
        self._folder = folder
        self._source = source
        self._total = total
        self._read = 0

    def together(self, ids: Sequence[int], most: int, size: int) -> Sequence[int]:
        """Have processes write segments; return the ids that are still to do."""
        given: set[int] = set()
        lost: list[int] = []

        def slices() -> Iterator[tuple[Sequence[int], Sequence[Document]]]:
            for at in range(0, len(ids), _SLICE):
                part = ids[at : at + _SLICE]
                for portion in _portions(part, self._source.fetch(part)):
                    given.update(portion[0])
                    yield portion
                    self._tell(len(portion[0]))

        with Crew(self._folder, most, size) as crew:
            for came in crew.write(slices()):
                if isinstance(came, Lost):
                    lost += came.ids
                    self._tell_lost(came)
                    continue
                batch = self._begun()
                with closed_on_error(batch, self._folder):
                    if came.name:
                        batch.put(came.name, came.documents)
                    self._commit(batch, came.ids, clears=False)
        return [*lost, *(id_ for id_ in ids if id_ not in given)]

    def alone(self, ids: Sequence[int], most: int) -> None:
        """Write segments here."""
        at = 0
        while at < len(ids):
            start, batch = at, self._begun()
            with closed_on_error(batch, self._folder):
                while at < len(ids) and batch.postings < most:
                    part = ids[at : at + _SLICE]
                    for document in self._source.fetch(part):
                        batch.add(document)
                    at += len(part)
                    self._tell(len(part))
                self._commit(batch, ids[start:at])

    def clear(self) -> None:
        """Take away files that count no more."""
        batch = self._begun()
        with closed_on_error(batch, self._folder):
            batch.commit()

    def _begun(self) -> Batch:
        with damage(self._folder):
            return Batch(self._folder)

    def _commit(self, batch: Batch, ids: Sequence[int], *, clears: bool = True) -> None:
        with damage(self._folder):
            batch.remove(frozenset(ids))
        batch.commit(clears=clears)
        self._source.done(ids)

    def _tell(self, count: int) -> None:
        self._read += count
        if self._source.progress is not None:
            self._source.progress(self._read, self._total)

    def _tell_lost(self, lost: Lost) -> None:
        self._read -= len(lost.ids)
        self._source.notify(f"a process that makes the search index ended ({lost.how}); going on")


def _portions(
    ids: Sequence[int], documents: Iterable[Document]
) -> Iterator[tuple[Sequence[int], Sequence[Document]]]:
    """Yield the documents with the ids they have, not too much text at once; last the other ids."""
    left = dict.fromkeys(ids)
    portion: list[Document] = []
    size = 0
    for document in documents:
        portion.append(document)
        size += len(document.note) + len(document.pdf)
        if size > _MOST_CHARACTERS:
            done = [each.id for each in portion]
            yield done, portion
            for each in done:
                left.pop(each, None)
            portion, size = [], 0
    if left:
        yield list(left), portion

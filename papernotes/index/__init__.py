"""The search index: what text matches a query, best first. The only package that knows Whoosh.

Whoosh keeps terms, posting lists, segments and their table of contents (:mod:`.storage`); what
a posting is comes from :mod:`.postings`, what a query finds and in which order from
:mod:`.matching`. Large changes, and a new index beside the one in use, are made by
:mod:`.building`; which one is in use says :mod:`.folders`.

Opening a Whoosh index unpickles its table of contents, and a pickle can run anything. So every
method but :meth:`SearchIndex.rebuild` must only be called when the caller vouches that this
machine wrote the folder (``Library`` does by a stamp); ``rebuild`` reads nothing of what is there.
"""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, TypeVar

from papernotes.analysis import term_of
from papernotes.index import folders, matching, segments, storage
from papernotes.index.batches import Batch
from papernotes.index.damage import IndexDamagedError, closed_on_error, damage
from papernotes.index.folders import INDEX_VERSION
from papernotes.index.leaves import Vocabulary
from papernotes.index.matching import Ranked
from papernotes.index.postings import Document, analyse
from papernotes.index.suggestions import Mended, mend
from papernotes.index.sums import iter_damaged
from papernotes.query import iter_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from papernotes.filters import Filter
    from papernotes.query import Node

__all__ = ["INDEX_VERSION", "Document", "IndexDamagedError", "Mended", "Ranked", "SearchIndex"]

_OPEN_TRIES = 5
_PROGRESS_STEP = 100
_MOST_POSTINGS = 600_000
"""A segment should hold no more: it would take too much memory to write."""

T = TypeVar("T")


class SearchIndex:
    """The index in the folder ``path``; readers and one writer may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[str, int] | None = None
        self._segments: list[segments.Segment] = []
        self._vocabulary: Vocabulary | None = None

    @property
    def is_usable(self) -> bool:
        """Whether a whole index of this version is there. Reads no pickle."""
        return folders.find_current(self._path) is not None

    def close(self) -> None:
        """Let go of open files; the next use opens them again."""
        opened, self._segments = self._segments, []
        self._state = self._vocabulary = None
        for segment in opened:
            segment.close()

    def search(
        self,
        node: Node,
        *,
        limit: int = 20,
        allowed: AbstractSet[int] | None = None,
        filters: Mapping[Filter, AbstractSet[int]] | None = None,
    ) -> Ranked:
        """Return the best ``limit`` hits (0: all) of a query tree and their total.

        ``filters`` has the ids that each exact filter of the tree allows (query.iter_filters
        yields the filters); ``allowed`` are the ids that may be found at all (None: any).
        Raises UsageError for phrases that would take seconds, and IndexDamagedError.
        """
        sets = {wish: (filters or {})[wish] for wish in iter_filters(node)}
        return self._asked(
            lambda vocabulary: matching.search(
                vocabulary, node, limit=limit, allowed=allowed, filters=sets
            )
        )

    def mend(
        self, node: Node, find: Callable[[Filter], AbstractSet[int]] | None = None
    ) -> Mended | None:
        """Return the query most like this one that finds something, if there is one.

        ``find`` gives the ids that pass an exact filter, also one that is not in ``node``;
        without it every document passes. Raises IndexDamagedError.
        """

        def act(vocabulary: Vocabulary) -> Mended | None:
            everything = {id_ for segment in vocabulary.segments for id_ in segment.ids}
            return mend(vocabulary, node, find or (lambda _: everything))

        return self._asked(act)

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """Return in how many documents each single word stands, in any form of English.

        Raises IndexDamagedError.
        """
        wanted = tuple(words)
        return self._asked(
            lambda vocabulary: {word: vocabulary.frequency(term_of(word)) for word in wanted}
        )

    def doc_count(self) -> int:
        """Return how many documents can be found. Raises IndexDamagedError."""
        return self._asked(
            lambda vocabulary: sum(
                len(part.ids) - len(part.deleted) for part in vocabulary.segments
            )
        )

    def ids(self) -> frozenset[int]:
        """Return the ids of the documents that can be found. Raises IndexDamagedError."""
        return self._asked(
            lambda vocabulary: frozenset(
                id_
                for part in vocabulary.segments
                for number, id_ in enumerate(part.ids)
                if number not in part.deleted
            )
        )

    def differing(self, documents: Collection[Document]) -> tuple[int, ...]:
        """Return the ids of those documents that the index holds otherwise, or not at all.

        Compared are their terms, words and codes; not where in a text a term stood. Raises
        IndexDamagedError.
        """
        wanted = {document.id for document in documents}

        def act(_: Vocabulary) -> dict[int, segments.Kept]:
            return {id_: kept for part in self._segments for id_, kept in part.kept(wanted)}

        held = self._asked(act)
        return tuple(each.id for each in documents if held.get(each.id) != _kept(each))

    def damaged(self) -> tuple[str, ...]:
        """Return the segments, by name, of which a file is not what was written.

        Reads all of the index. Raises IndexDamagedError for what cannot even be opened.
        """
        with damage(self._path):
            return tuple(iter_damaged(self._existing()))

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[int] = (),
        *,
        fetch: Callable[[Collection[int]], Iterable[Document]] | None = None,
    ) -> None:
        """Put documents in, in place of those with their ids, and take ``removed`` out: one commit.

        ``fetch`` gives the documents with some ids, from the store: with it, small segments are
        folded when there are many; a document it does not give is taken out. Raises
        IndexDamagedError, also when there is no index, LockedError and FileError.
        """
        folder = self._existing()
        self.close()
        with damage(self._path):
            batch = Batch(folder)
        with closed_on_error(batch, folder):
            gone = set(removed)
            for document in documents:
                batch.add(document)
                gone.add(document.id)
            with damage(self._path):
                batch.remove(gone)
            if fetch is not None:
                batch.fold(fetch)
            batch.commit()
        folders.keep_only(self._path, folder)

    def rebuild(
        self,
        documents: Iterable[Document],
        total: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Write the whole index anew and swap it in; nothing of an old one is read.

        ``progress`` is called with the number of documents done and ``total``. Raises FileError.
        """
        self.close()
        folder = folders.make_new(self._path)
        source = _counted(documents, total, progress)
        try:
            storage.create(folder)
            while _fill(folder, source):
                pass
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        folders.point_to(self._path, folder)
        folders.keep_only(self._path, folder)

    def _asked(self, act: Callable[[Vocabulary], T]) -> T:
        """Run ``act`` on the newest state, again if a writer clears files away meanwhile."""
        with damage(self._path):
            for _ in range(_OPEN_TRIES - 1):
                with contextlib.suppress(FileNotFoundError):
                    return act(self._open())
                self.close()
            return act(self._open())

    def _open(self) -> Vocabulary:
        """Return the vocabulary of the newest state, opening it if it is not open yet."""
        folder = self._existing()
        state = (folder.name, segments.generation(folder))
        if self._vocabulary is None or state != self._state:
            self.close()
            self._segments = segments.read(folder)
            self._vocabulary, self._state = Vocabulary(self._segments), state
        return self._vocabulary

    def _existing(self) -> Path:
        for _ in range(_OPEN_TRIES):  # a rebuild may remove the folder that CURRENT just named
            folder = folders.find_current(self._path)
            if folder is not None:
                return folder
        raise IndexDamagedError(f"there is no search index in {self._path}")


def _kept(document: Document) -> segments.Kept:
    """Return what a segment should hold of a document."""
    found = analyse(document)
    codes = (found.order, found.title, found.name, found.size)
    return segments.Kept(*codes, frozenset(found.places), frozenset(found.words))


def _fill(folder: Path, source: Iterator[Document]) -> bool:
    """Write documents into one new segment until it is full; say whether more may come."""
    batch = Batch(folder)
    with closed_on_error(batch, folder):
        for document in source:
            batch.add(document)
            if batch.postings >= _MOST_POSTINGS:
                break
        batch.commit()
    return batch.postings >= _MOST_POSTINGS


def _counted(
    documents: Iterable[Document], total: int, progress: Callable[[int, int], None] | None
) -> Iterator[Document]:
    """Yield the documents, telling ``progress`` now and then and at the end."""
    done = 0
    for done, document in enumerate(documents, 1):
        yield document
        if progress is not None and done % _PROGRESS_STEP == 0:
            progress(done, total)
    if progress is not None:
        progress(done, total)

"""Segments that are read: Whoosh's dictionary and posting lists, and our files beside them."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import decompress

from papernotes.index.storage import NAME, TEXT, Storage, read_contents, read_numbers
from papernotes.index.wordlist import beginning_with, containing

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Iterator
    from collections.abc import Set as AbstractSet
    from mmap import mmap

_TOC = re.compile(rf"_{NAME}_(\d+)\.toc")

_SKIP_FACTOR = 20
"""A list this many times longer than the documents wanted is read by skipping."""


def generation(folder: Path) -> int:
    """Return the number of the newest commit. Raises FileNotFoundError."""
    found = (_TOC.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in found if match is not None), default=-1)


def read(folder: Path) -> list[Segment]:
    """Open the segments of the newest commit. Unpickles: the folder must be ours.

    Raises FileNotFoundError when a file is gone, maybe because a writer was quicker.
    """
    storage = Storage(folder)
    contents = read_contents(storage)
    with contextlib.ExitStack() as stack:
        opened = []
        for segment in contents.segments:
            opened.append(Segment(storage, segment))
            stack.callback(opened[-1].close)
        stack.pop_all()
    return opened


class Kept(NamedTuple):
    """What a segment holds of one document, as :class:`papernotes.index.postings.Analysed`."""

    order: int
    title: int
    name: int
    size: int
    terms: frozenset[str]
    words: frozenset[str]


class Segment:
    """One segment of Whoosh as :class:`papernotes.index.matching.Segment`, which documents it."""

    def __init__(self, storage: Storage, segment: Any) -> None:
        self._storage = storage
        self.deleted = frozenset(segment.deleted_docs())
        numbers = read_numbers(storage, segment)
        self.ids, self.orders, self._titles, self._names, self._ends, self.sizes = numbers
        self._vocabulary = segment.make_filename(".voc")
        self._contents = Path(storage.folder) / segment.make_filename(".has")
        self._reader = segment.codec().terms_reader(storage, segment)

    def close(self) -> None:
        """Close the files."""
        self._reader.close()

    def kept(self, wanted: AbstractSet[int]) -> Iterator[tuple[int, Kept]]:
        """Yield id and content of those ``wanted`` documents that are not deleted."""
        with self._contents.open("rb") as file:
            for number, id_ in enumerate(self.ids):
                if id_ not in wanted or number in self.deleted:
                    continue
                file.seek(start := self._ends[number - 1] if number else 0)
                content = decompress(file.read(self._ends[number] - start)).decode()
                terms, words = (frozenset(part.split("\n")) for part in content.split("\n\n"))
                codes = (self.orders[number], self._titles[number], self._names[number])
                yield id_, Kept(*codes, self.sizes[number], terms - {""}, words - {""})

    def frequency(self, term: str) -> int:
        """See the protocol."""
        found = self._length(term)
        return found - self._gone[0][term.encode()] if found and self.deleted else found

    def scan(self, term: str, among: Collection[int] | None) -> Iterator[tuple[int, float]]:
        """See the protocol."""
        return ((id_, weight) for id_, weight, _ in self._postings(term, among))

    def places(
        self, term: str, among: Collection[int] | None, weight: float
    ) -> Iterator[tuple[int, bytes]]:
        """See the protocol."""
        for id_, found, packed in self._postings(term, among):
            if found >= weight:
                yield id_, packed

    def named(self, code: int) -> list[int]:
        """See the protocol."""
        return [at for codes in (self._titles, self._names) for at in _where(codes, code)]

    def words(self, prefix: str, least: int = 1, most: int = 0) -> list[str]:
        """See the protocol."""
        self._storage.count_read()
        return self._present(beginning_with(self._words, prefix, least, most))

    def words_with(self, piece: str) -> list[str]:
        """See the protocol."""
        self._storage.count_read()
        return self._present(containing(self._words, piece))

    def terms(self, prefix: str) -> Iterator[str]:
        """See the protocol."""
        beginning = prefix.encode()
        for _, term in self._reader.terms_from("text", beginning):
            if not term.startswith(beginning):
                return
            yield term.decode()

    def _present(self, lines: list[tuple[str, str]]) -> list[str]:
        """Return the words that stand in a document that is not deleted."""
        gone = self._gone[1] if lines and self.deleted else None
        if gone is None:
            return [word for word, _ in lines]
        return [word for word, count in lines if gone[word.encode()] < int(count)]

    @cached_property
    def _words(self) -> mmap:
        """The text of :mod:`.wordlist`."""
        return self._storage.map(self._vocabulary)

    @cached_property
    def _gone(self) -> tuple[Counter[bytes], Counter[bytes]]:
        """The terms and the words of deleted documents, each with the number of these."""
        terms: Counter[bytes] = Counter()
        words: Counter[bytes] = Counter()
        with self._contents.open("rb") as file:
            for number in self.deleted:
                file.seek(start := self._ends[number - 1] if number else 0)
                found = decompress(file.read(self._ends[number] - start))
                for counts, listed in zip((terms, words), found.split(b"\n\n"), strict=True):
                    counts.update(listed.split(b"\n"))
        return terms, words

    def _length(self, term: str) -> int:
        """Return how many documents have the term, deleted ones too."""
        self._storage.count_read()
        try:
            return int(self._reader.doc_frequency("text", term.encode()))
        except KeyError:
            return 0

    def _postings(
        self, term: str, among: Collection[int] | None
    ) -> Iterator[tuple[int, float, bytes]]:
        """Yield document, weight and packed positions of a term, a block of Whoosh's at once.

        To ask its matcher for each posting takes several times as long; that is only done where
        most can be skipped.
        """
        length = self._length(term)
        if not length:
            return
        matcher = self._reader.matcher("text", term.encode(), TEXT.format)
        if among is not None and len(among) * _SKIP_FACTOR <= length:
            for document in sorted(among):
                matcher.skip_to(document)
                if not matcher.is_active():
                    return
                if matcher.id() == document:
                    yield document, matcher.weight(), matcher.value()
            return
        while matcher.is_active():
            self._storage.count_read()
            matcher.id(), matcher.weight(), matcher.value()  # each reads its part of the block
            block = zip(matcher._ids, matcher._weights, matcher._values, strict=True)  # noqa: SLF001
            yield from block if among is None else (each for each in block if each[0] in among)
            matcher._next_block()  # noqa: SLF001


def _where(codes: array[int], code: int) -> Iterator[int]:
    """Yield where ``code`` stands in ``codes``."""
    at = -1
    with contextlib.suppress(ValueError):
        while True:
            at = codes.index(code, at + 1)
            yield at

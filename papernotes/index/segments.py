"""Whoosh's side of the index: segments read and segments written.

Only what Whoosh 3 and whoosh-reloaded 2.7.5 share is used, and little of it: the codec's term
dictionary and posting lists, the table of contents, the lock. Whoosh's analyzers, writer,
searcher and queries stay out, for speed (docs/performance.md). Each segment has three files more,
all under Whoosh's naming so that Whoosh clears them away with the rest: ``.doc`` with a few
numbers for every document, ``.voc`` with the unstemmed words, sorted, one a line with the number
of documents that have it, and ``.has`` with the terms and words of each document, which is how
they no longer count when it is deleted.

Segments are never compound (Whoosh copies a compound one into memory at every start) and never
merged by Whoosh: small ones, and those with much deleted, are folded by adding their documents
again. Files are flushed to
disk before the rename that makes a commit count, and the folder after it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from array import array
from collections import Counter, defaultdict
from functools import cached_property
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from zlib import compress, decompress

from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Positions
from whoosh.index import TOC, EmptyIndexError, clean_files
from whoosh.util.filelock import try_for

from papernotes.errors import LockedError
from papernotes.index.postings import Document, analyse, pack, weight_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from typing import BinaryIO

_NAME = "MAIN"
_TOC = re.compile(rf"_{_NAME}_(\d+)\.toc")
_NUMBERS = ("Q", "Q", "Q", "Q", "Q", "B")  # id, order, title, name, where it ends in .has, size
_MAX_POSTINGS = 1_500_000
_BLOCK = 256
_LOCK_SECONDS = 10.0
_MAX_PER_TIER = 8
_MAX_DELETED = 0.25
"""A segment of which a larger share is deleted is folded, however large it is."""

_SKIP_FACTOR = 20
"""A list this many times longer than the documents wanted is read by skipping."""


class _Storage(FileStorage):
    """Files in a folder, on the disk before the rename that makes them count."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))  # type: ignore[no-untyped-call]
        self._written: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:  # type: ignore[override]
        self._written.add(name)
        return super().create_file(name, **options)  # type: ignore[no-untyped-call]

    def open_file(self, name: str, **options: Any) -> StructFile:
        """Map a file into memory: quicker than reading it, and nothing to leave open."""
        with (Path(self.folder) / name).open("rb") as file:
            is_empty = not os.fstat(file.fileno()).st_size
            data = BytesIO() if is_empty else mmap(file.fileno(), 0, access=ACCESS_READ)
        return StructFile(cast("BinaryIO", data), name=name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002
        folder = Path(self.folder)
        for name in self._written:
            _flush(folder / name)
        self._written.clear()
        super().rename_file(oldname, newname, safe=safe)  # type: ignore[no-untyped-call]
        _flush(folder)


class _Text(FieldType):
    """The one field. Its postings are ours; Whoosh only has to know their format."""

    def __init__(self) -> None:
        self.format = Positions()


_TEXT = _Text()
_SCHEMA = Schema(text=_TEXT)


def create(folder: Path) -> None:
    """Make an empty index in an empty folder."""
    TOC(_SCHEMA, [], 0).write(_Storage(folder), _NAME)  # type: ignore[no-untyped-call]


def generation(folder: Path) -> int:
    """Return the number of the newest commit. Raises FileNotFoundError."""
    found = (_TOC.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in found if match is not None), default=-1)


def read(folder: Path) -> list[Segment]:
    """Open the segments of the newest commit. Unpickles: the folder must be ours.

    Raises FileNotFoundError when a file is gone, maybe because a writer was quicker.
    """
    storage = _Storage(folder)
    try:
        contents = _contents(storage)
    except EmptyIndexError as error:
        raise FileNotFoundError(f"{folder}: no table of contents") from error
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

    def __init__(self, storage: FileStorage, segment: Any) -> None:
        self.deleted = frozenset(segment.deleted_docs())
        numbers = _read_numbers(storage, segment)
        self.ids, self.orders, self._titles, self._names, self._ends, self.sizes = numbers
        self._vocabulary = Path(storage.folder) / segment.make_filename(".voc")
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
        return ((postings.id(), postings.weight()) for postings in self._postings(term, among))

    def places(
        self, term: str, among: Collection[int] | None, weight: float
    ) -> Iterator[tuple[int, bytes]]:
        """See the protocol."""
        for postings in self._postings(term, among):
            if postings.weight() >= weight:
                yield postings.id(), postings.value()

    def named(self, code: int) -> list[int]:
        """See the protocol."""
        return [at for codes in (self._titles, self._names) for at in _where(codes, code)]

    def words(self, prefix: str) -> Iterator[str]:
        """See the protocol."""
        data = self._vocabulary.read_bytes()
        beginning = prefix.encode()
        start = data.find(b"\n" + beginning) + 1
        gone = self._gone[1] if start and self.deleted else {}
        while start and data.startswith(beginning, start):
            end = data.find(b"\n", start)
            word, _, count = data[start:end].partition(b"\t")
            if word not in gone or gone[word] < int(count):
                yield word.decode()
            start = end + 1

    def terms(self, prefix: str) -> Iterator[str]:
        """See the protocol."""
        beginning = prefix.encode()
        for _, term in self._reader.terms_from("text", beginning):
            if not term.startswith(beginning):
                return
            yield term.decode()

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
        try:
            return int(self._reader.doc_frequency("text", term.encode()))
        except KeyError:
            return 0

    def _postings(self, term: str, among: Collection[int] | None) -> Iterator[Any]:
        """Yield Whoosh's matcher of a term, standing at each of its documents in turn."""
        length = self._length(term)
        if not length:
            return
        matcher = self._reader.matcher("text", term.encode(), _TEXT.format)
        is_active, id_, step = matcher.is_active, matcher.id, matcher.next
        if among is None:
            while is_active():
                yield matcher
                step()
        elif len(among) * _SKIP_FACTOR > length:
            while is_active():
                if id_() in among:
                    yield matcher
                step()
        else:
            for document in sorted(among):
                matcher.skip_to(document)
                if not is_active():
                    return
                if id_() == document:
                    yield matcher


class Batch:
    """One commit: documents on their way into a new segment, and out of the old ones."""

    def __init__(self, folder: Path) -> None:
        self._storage = _Storage(folder)
        self._lock = self._storage.lock(f"{_NAME}_WRITELOCK")  # type: ignore[no-untyped-call]
        self._is_open = False
        if not try_for(self._lock.acquire, timeout=_LOCK_SECONDS, delay=0.05):
            raise LockedError("another process is writing the search index")
        self._is_open = True
        try:
            contents = _contents(self._storage)
        except BaseException:
            self.close()
            raise
        self._old: list[Any] = contents.segments
        self._generation: int = contents.generation + 1
        self._folded: list[Any] = []
        self._numbers = tuple(array(typecode) for typecode in _NUMBERS)
        self._lists: defaultdict[str, list[Any]] = defaultdict(list)
        self._words: Counter[str] = Counter()
        self._contents = bytearray()
        self._added: set[int] = set()
        self._postings = 0

    @property
    def is_full(self) -> bool:
        """Whether a segment should hold no more: it would take too much memory to write."""
        return self._postings >= _MAX_POSTINGS

    def add(self, document: Document) -> None:
        """Put one document in; of several with one id only the first counts."""
        if document.id in self._added:
            return
        self._added.add(document.id)
        found = analyse(document)
        number = len(self._numbers[0])
        contents = "\n\n".join(("\n".join(found.places), "\n".join(found.words)))
        self._contents += compress(contents.encode(), 1)
        self._words.update(found.words)
        codes = (found.order, found.title, found.name)
        values = (document.id, *codes, len(self._contents), found.size)
        for column, value in zip(self._numbers, values, strict=True):
            column.append(value)
        lists = self._lists
        for term, positions in found.places.items():
            lists[term] += number, weight_of(positions), pack(positions)
        self._postings += len(found.places)

    def remove(self, gone: AbstractSet[int]) -> None:
        """Take the documents with these ids out of the segments that were there before."""
        for segment in self._old:
            for number, id_ in enumerate(_read_numbers(self._storage, segment)[0]):
                if id_ in gone:
                    segment.delete_document(number)

    def fold(self, fetch: Callable[[Collection[int]], Iterable[Document]]) -> None:
        """Put the documents of segments in again that are small, of many, or much deleted."""
        self._folded = [*_small(self._old), *filter(_is_worn, self._old)]
        wanted: set[int] = set()
        for segment in self._folded:
            ids = _read_numbers(self._storage, segment)[0]
            wanted.update(id_ for number, id_ in enumerate(ids) if not segment.is_deleted(number))
        if wanted:
            for document in fetch(wanted):
                self.add(document)

    def commit(self) -> None:
        """Make all of it count, at once."""
        kept = [part for part in self._old if _live(part) and part not in self._folded]
        if self._added:
            kept.append(self._written())
        TOC(_SCHEMA, kept, self._generation).write(self._storage, _NAME)  # type: ignore[no-untyped-call]
        clean_files(self._storage, _NAME, self._generation, kept)
        self.close()

    def close(self) -> None:
        """Give the lock back; what was not committed is forgotten, files go at the next commit."""
        if self._is_open:
            self._is_open = False
            self._lock.release()

    def _written(self) -> Any:
        """Write the new segment and return it."""
        codec = W3Codec(blocklimit=_BLOCK, compression=1)  # type: ignore[no-untyped-call]
        segment = codec.new_segment(self._storage, _NAME)  # type: ignore[no-untyped-call]
        writer = codec.field_writer(self._storage, segment)  # type: ignore[no-untyped-call]
        writer.start_field("text", _TEXT)
        add = writer.add
        for term in sorted(self._lists):
            flat = self._lists.pop(term)
            writer.start_term(term.encode())
            for at in range(0, len(flat), 3):
                add(flat[at], flat[at + 1], flat[at + 2], None)
            writer.finish_term()
        writer.finish_field()
        writer.close()
        segment.set_doc_count(len(self._numbers[0]))
        _write(self._storage, segment, ".doc", b"".join(map(_big_endian, self._numbers)))
        lines = (f"{word}\t{count}" for word, count in sorted(self._words.items()))
        _write(self._storage, segment, ".voc", "\n".join(("", *lines, "")).encode())
        _write(self._storage, segment, ".has", self._contents)
        return segment


def _contents(storage: FileStorage) -> Any:
    return TOC.read(storage, _NAME, schema=_SCHEMA)  # type: ignore[no-untyped-call]


def _write(storage: FileStorage, segment: Any, ending: str, data: bytes | bytearray) -> None:
    with segment.create_file(storage, ending) as file:
        file.write(data)


def _read_numbers(storage: FileStorage, segment: Any) -> list[array[int]]:
    """Return the columns of _NUMBERS. Raises ValueError where they do not fit the segment."""
    data = (Path(storage.folder) / segment.make_filename(".doc")).read_bytes()
    columns, at = [], 0
    for typecode in _NUMBERS:
        column: array[int] = array(typecode)
        length = segment.doc_count_all() * column.itemsize
        column.frombytes(data[at : at + length])
        at += length
        columns.append(_swapped(column))
    if at != len(data):
        raise ValueError(f"{segment.segment_id()} has {len(data)} bytes of numbers, not {at}")
    return columns


def _big_endian(column: array[int]) -> bytes:
    return _swapped(column[:]).tobytes()


def _swapped(column: array[int]) -> array[int]:
    if sys.byteorder == "little":
        column.byteswap()
    return column


def _where(codes: array[int], code: int) -> Iterator[int]:
    """Yield where ``code`` stands in ``codes``."""
    at = -1
    with contextlib.suppress(ValueError):
        while True:
            at = codes.index(code, at + 1)
            yield at


def _live(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _is_worn(segment: Any) -> bool:
    return bool(segment.deleted_count() > _MAX_DELETED * segment.doc_count_all())


def _small(segments: Iterable[Any]) -> list[Any]:
    """Return the segments to fold: of a size of which there are many, and all smaller ones.

    Sizes are counted in digits, so a document is folded about as often as the library's size
    has digits.
    """
    digits = [(segment, len(str(_live(segment)))) for segment in segments if _live(segment)]
    sizes = [size for _, size in digits]
    crowded = max((size for size in sizes if sizes.count(size) > _MAX_PER_TIER), default=0)
    return [segment for segment, size in digits if size <= crowded]


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk; one that is gone needs no waiting."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""A segment on its way: documents in memory until they are written as one.

Segments are never compound: Whoosh copies a compound one into memory at every start.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any
from zlib import compress

from whoosh.codec.whoosh3 import W3Codec

from papernotes.index.postings import analyse, pack
from papernotes.index.storage import NAME, NUMBERS, TEXT, Storage, render_numbers
from papernotes.index.sums import write_sums
from papernotes.index.weighing import BAND_BITS
from papernotes.index.wordlist import render_words

if TYPE_CHECKING:
    from papernotes.index.postings import Document

_BLOCK = 256


class Draft:
    """Documents that will be a segment.

    ``ids`` are those of its documents, ``postings`` is how many there are of theirs: the memory
    it takes is some 250 bytes for each.
    """

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.postings = 0
        self._numbers = tuple(array(typecode) for typecode in NUMBERS)
        self._lists: defaultdict[str, list[Any]] = defaultdict(list)
        self._words: Counter[str] = Counter()
        self._contents = bytearray()

    def add(self, document: Document) -> None:
        """Put one document in; of several with one id only the first counts."""
        if document.id in self.ids:
            return
        self.ids.add(document.id)
        found = analyse(document)
        number = len(self._numbers[0])
        contents = "\n\n".join(("\n".join(found.places), "\n".join(found.words)))
        self._contents += compress(contents.encode(), 1)
        self._words.update(found.words)
        codes = (found.order, found.title, found.name)
        values = (document.id, *codes, len(self._contents), found.size)
        for column, value in zip(self._numbers, values, strict=True):
            column.append(value)
        lists, weights = self._lists, found.weights
        for term, positions in found.places.items():
            bands = tuple([position >> BAND_BITS for position in positions])
            lists[term] += number, weights[bands], pack(positions)
        self.postings += len(found.places)

    def write(self, storage: Storage) -> Any:
        """Write the segment and return it; it counts once a table of contents has it."""
        codec = W3Codec(blocklimit=_BLOCK, compression=1)  # type: ignore[no-untyped-call]
        segment = codec.new_segment(storage, NAME)  # type: ignore[no-untyped-call]
        writer = codec.field_writer(storage, segment)  # type: ignore[no-untyped-call]
        writer.start_field("text", TEXT)
        add = writer.add
        for term in sorted(self._lists):
            flat = self._lists.pop(term)
            writer.start_term(term.encode())
            for at in range(0, len(flat), 3):
                add(flat[at], flat[at + 1], flat[at + 2], None)
            writer.finish_term()
        writer.finish_field()
        writer.close()
        segment.set_doc_count(len(self.ids))
        _write(storage, segment, ".doc", render_numbers(self._numbers))
        _write(storage, segment, ".voc", render_words(sorted(self._words.items())))
        _write(storage, segment, ".has", self._contents)
        write_sums(storage, segment)
        return segment


def written(storage: Storage, name: str, count: int) -> Any:
    """Return the segment of that name, of so many documents, that another process has written."""
    segment = W3Codec().new_segment(storage, NAME)  # type: ignore[no-untyped-call]
    segment.segid = name
    segment.set_doc_count(count)
    return segment


def _write(storage: Storage, segment: Any, ending: str, data: bytes | bytearray) -> None:
    with segment.create_file(storage, ending) as file:
        file.write(data)

"""A document → the postings the index keeps of it. Pure; knows nothing of Whoosh.

All text of a document stands in one virtual field. Where a word stood is kept in its positions:
each field has a band of its own, so phrases never cross fields and a fielded query looks for
positions in a band. How much a word counts is kept in its weight (see :mod:`.weighing`).
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from papernotes import analysis
from papernotes.index.weighing import BAND_BITS, Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEXT_STRIDE = 64
"""Each author and word of a key begins at a multiple of this, so that no phrase spans two."""

MAX_POSITIONS = 500_000
"""Words of one field beyond this many are not indexed (a novel has a fifth of that)."""

MAX_EXACT = 400
_MAX_SIZE = 255


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched as one: a paper with its own note, or a free note.

    ``id`` is the store's, from 1. ``key`` holds the words that name the document, separated by
    white space: first its citation key or name, then what it begins with, arXiv ids, DOI, year,
    categories, tags, file name. ``comment`` has arXiv's comment and where the work appeared.
    """

    id: int
    title: str
    authors: tuple[str, ...] = ()
    key: str = ""
    abstract: str = ""
    note: str = ""
    pdf: str = ""
    comment: str = ""


class Analysed(NamedTuple):
    """A document as the index takes it.

    ``places`` has the positions of its terms, ascending (see :func:`pack`), ``weights`` says what
    they count.
    ``words`` are its words before stemming (see analysis.words), ``title`` and ``name`` the codes
    of its title and of the first word of its key (see :func:`name_code`), ``size`` is the length
    of its title in words, at most 255. Among equals in a result the lower ``order`` comes first:
    it says nothing, but is the same in every index.
    """

    places: Mapping[str, list[int]]
    words: set[str]
    title: int
    name: int
    order: int
    size: int
    weights: Weights


def analyse(document: Document) -> Analysed:
    """Return what the index keeps of a document."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    raws: set[str] = set()
    key = document.key.split()
    lengths = [
        _place(texts, band, places, raws)
        for band, texts in enumerate(
            (
                (document.title,),
                document.authors[:1],
                document.authors[1:],
                key,
                (document.abstract,),
                (document.note,),
                (document.pdf,),
                (document.comment,),
            )
        )
    ]
    words = {word for raw in raws for word in analysis.meaning(raw).words}
    first = key[0] if key else ""
    return Analysed(
        places,
        words,
        title=name_code(exact_name(document.title)),
        name=name_code(exact_name(first)),
        order=name_code(f"{first}\n{document.title}"),
        size=min(lengths[0], _MAX_SIZE),
        weights=Weights(lengths),
    )


def pack(positions: list[int]) -> bytes:
    """Return positions as bytes for the index."""
    if len(positions) == 1:
        return positions[0].to_bytes(4, sys.byteorder)
    return array("I", positions).tobytes()


def unpack(packed: bytes) -> array[int]:
    """Return the positions that :func:`pack` packed, in ascending order."""
    positions = array("I")
    positions.frombytes(packed)
    return positions


def exact_name(text: str) -> str:
    """Return what two texts have in common that say the same words in the same order."""
    return " ".join(terms[0] for terms in analysis.slots(text[:MAX_EXACT]))


def name_code(name: str) -> int:
    """Return a number from 1 for an exact name, by accident only that of another; 0 for none."""
    if not name:
        return 0
    digest = blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") or 1


def _place(
    texts: Iterable[str], band: int, places: defaultdict[str, list[int]], raws: set[str]
) -> int:
    """Put the terms of a field's texts into ``places``; return the number of positions used."""
    position = band << BAND_BITS
    end = position + MAX_POSITIONS
    known, meaning = analysis.CACHE, analysis.meaning
    count = 0
    for text in texts:
        found = analysis.cut(text)
        start = position
        for at, raw in enumerate(found, 1):
            for terms in (known.get(raw) or meaning(raw)).slots:
                for term in terms:
                    places[term].append(position)
                position += 1
            if position >= end:
                raws.update(found[:at])
                return count + position - start
        raws.update(found)
        count += position - start
        position += TEXT_STRIDE - position % TEXT_STRIDE
    return count

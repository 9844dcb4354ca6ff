"""Whoosh's pickles, read without running anything.

A table of contents, the end of a term dictionary and each block of postings is a pickle, and a
pickle can name any function of Python to be called. Ours are made of numbers, bytes, tuples, sets
and two classes of Whoosh; nothing else is looked up here. So a file that somebody put into an
index of ours, as a checkout of another branch may, is damage and no more.
"""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import Any

from whoosh.codec import whoosh3
from whoosh.filedb.structfile import StructFile

_KNOWN = {
    (whoosh3.__name__, "W3Codec"): whoosh3.W3Codec,
    (whoosh3.__name__, "W3Segment"): whoosh3.W3Segment,
}
_PROTOCOL = 4
"""Whoosh asks for 2, in which bytes are twice as long, take seven times as long to read, and are
made by a call of a function that would have to be known here."""


class Unpickling(StructFile):
    """A file of Whoosh's whose pickles can hold only what an index of ours holds."""

    def read_pickle(self) -> Any:
        """Return the object at this place. Raises UnpicklingError for one that can be no part."""
        return _Reader(self.file).load()


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        """Return one of the few classes there are. Raises UnpicklingError for any other name."""
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an index") from None


def _loads(data: bytes, /) -> Any:
    return _Reader(BytesIO(data)).load()


def _dumps(value: object, _protocol: int, /) -> bytes:
    return pickle.dumps(value, _PROTOCOL)


_codec: Any = whoosh3  # reads and writes its blocks of postings with these two
_codec.loads, _codec.dumps = _loads, _dumps

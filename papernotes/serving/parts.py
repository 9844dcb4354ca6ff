"""A stretch of a file as an answer: what ``Range`` asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})[ \t]*-[ \t]*(\d{0,18})[ \t]*", re.ASCII)
_PIECE = 1 << 16


class Part(NamedTuple):
    """``length`` bytes of an open file from ``start`` on; who reads it closes it."""

    file: IO[bytes]
    start: int
    length: int

    def read(self) -> Iterator[bytes]:
        """Yield the bytes in pieces; fewer where the file has become shorter meanwhile."""
        self.file.seek(self.start)
        left = self.length
        while left and (piece := self.file.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece


def stretch(asked: str, size: int) -> tuple[int, int] | None:
    """Return (start, length) of what a ``Range`` header asks of ``size`` bytes.

    The whole where it asks for nothing, for several stretches, or in a way that means nothing;
    None where nothing of what it asks for is there.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        length = min(int(found[2]), size)
        return (size - length, length) if length else None
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return 0, size
    end = min(int(found[2]), size - 1) if found[2] else size - 1
    return (start, end - start + 1) if start < size else None

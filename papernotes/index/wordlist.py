"""The words of one segment: a sorted text of lines ``word<TAB>count``, one before the first. Pure.

A hundred thousand documents have a million such lines, so what is looked for is found by the
search of bytes and cut by one regular expression; nothing is done line by line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from mmap import mmap

    Data = bytes | mmap
    Lines = list[tuple[str, str]]


def render_words(counts: Iterable[tuple[str, int]]) -> bytes:
    """Return the text of words with their counts, given sorted."""
    return "\n".join(("", *(f"{word}\t{count}" for word, count in counts), "")).encode()


def beginning_with(data: Data, prefix: str, least: int = 1, most: int = 0) -> Lines:
    """Return (word, count) of the words that begin so.

    They have ``least`` to ``most`` letters (0: any number).
    """
    mark = b"\n" + prefix.encode()
    start = data.find(mark)
    if start < 0:
        return []
    end = data.find(b"\n", data.rfind(mark) + 1)
    lengths = f"{{{least},{most or ''}}}"
    return re.findall(rf"\n([^\t\n]{lengths})\t([0-9]+)", data[start:end].decode())


def containing(data: Data, piece: str) -> Lines:
    """Return (word, count) of the words in which ``piece`` stands."""
    found: Lines = []
    mark, end = piece.encode(), 0
    while (at := data.find(mark, end)) >= 0:
        end = data.find(b"\n", at)
        word, _, count = data[data.rfind(b"\n", 0, at) + 1 : end].partition(b"\t")
        found.append((word.decode(), count.decode()))
    return found

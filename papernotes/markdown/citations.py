"""Pandoc's citations: the key after an ``@``, and what stands around the keys in one bracket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.markdown.spans import Cite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.markdown.spans import Citation

# A letter, digit or underscore, then single punctuation marks inside; or anything in braces.
KEY = re.compile(r"@(?:\{([^{}\s]+)\}|(\w+(?:[:./&?+~-]\w+)*))")

# What may stand before the "@".
CITE_BEFORE = frozenset(" \t\r\n([{-\"'*_;,:.!?—–“‘>|…（「、，。")


def read_group(text: str, start: int, end: int, inside: Sequence[Citation]) -> tuple[Cite, ...]:
    """Return the cites of ``[…]``, whose content is given; none if a part has no key.

    ``inside`` are the citations found in the content, one key each.
    """
    cites: list[Cite] = []
    for part_start, part_end, found in _parts(text, start, end, inside):
        if not found:
            return ()
        cites += _cites(text, part_start, part_end, found)
    return tuple(cites)


def read_locator(
    text: str, start: int, end: int, inside: Sequence[Citation], before: Citation
) -> tuple[Cite, ...]:
    """Return the cites of ``@key […]``: the first part is the locator of ``before``'s key.

    None if the first part has a key of its own: then the bracket is a group by itself.
    """
    parts = list(_parts(text, start, end, inside))
    if parts[0][2]:
        return ()
    author = before.cites[0]
    cites = [Cite(author.key, "", _locator(text[parts[0][0] : parts[0][1]]), author.hides_author)]
    for part_start, part_end, found in parts[1:]:
        if not found:
            return ()
        cites += _cites(text, part_start, part_end, found)
    return tuple(cites)


def _parts(
    text: str, start: int, end: int, inside: Sequence[Citation]
) -> Iterator[tuple[int, int, list[Citation]]]:
    """Cut at semicolons outside of keys; yield each part's bounds and the keys in it."""
    index, part_start, pos = 0, start, start
    found: list[Citation] = []
    while True:
        cut = text.find(";", pos, end)
        stop = end if cut < 0 else cut
        while index < len(inside) and inside[index].start < stop:
            found.append(inside[index])
            pos = inside[index].end
            index += 1
        if 0 <= cut < pos:
            continue
        yield part_start, stop, found
        if cut < 0:
            return
        part_start = pos = cut + 1
        found = []


def _cites(text: str, start: int, end: int, found: Sequence[Citation]) -> Iterator[Cite]:
    for number, citation in enumerate(found):
        stop = found[number + 1].start if number + 1 < len(found) else end
        cite = citation.cites[0]
        prefix = _words(text[start : citation.start]) if number == 0 else ""
        yield Cite(cite.key, prefix, _locator(text[citation.end : stop]), cite.hides_author)


def _locator(text: str) -> str:
    return _words(text.strip().removeprefix(","))


def _words(text: str) -> str:
    return " ".join(text.split())

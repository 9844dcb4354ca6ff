"""Which headings the fragments of links mean, for many links to one note.

It answers as :func:`papernotes.markdown.find_heading` does, without going through all headings
for each link.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from papernotes.markdown import link_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.markdown import Document


class Anchors:
    """The headings of one note, by all that links may call them."""

    def __init__(self, document: Document) -> None:
        self.headings = document.headings
        self._exact: dict[str, list[int]] = {}
        self._words: dict[str, list[int]] = {}
        self._ends = _ends([heading.level for heading in document.headings])
        self._found: dict[tuple[str, ...], tuple[int, ...]] = {}
        for number, heading in enumerate(document.headings):
            markup = document.text[heading.start : heading.end].strip().strip("#")
            for name in {heading.slug, heading.text}:
                self._exact.setdefault(name, []).append(number)
            for words in {link_words(text).casefold() for text in (heading.text, markup)}:
                self._words.setdefault(words, []).append(number)

    def path(self, names: Sequence[str]) -> tuple[int, ...]:
        """Return which heading each part of ``Part#Section`` means, or nothing."""
        wanted = tuple(names)
        if wanted not in self._found:
            self._found[wanted] = self._path(wanted)
        return self._found[wanted]

    def _path(self, names: tuple[str, ...]) -> tuple[int, ...]:
        places = [self._places(name) for name in names]
        path: list[int] = []
        at = 0
        while len(path) < len(names):
            end = self._ends[path[-1]] if path else len(self.headings)
            found = places[len(path)]
            number = bisect_left(found, at)
            if number < len(found) and found[number] < end:
                path.append(found[number])
                at = found[number] + 1
            elif path:
                at = end
                path.pop()
            else:
                return ()
        return tuple(path)

    def _places(self, name: str) -> list[int]:
        words = link_words(name).casefold()
        by_words = self._words.get(words, []) if words else []
        return sorted({*self._exact.get(name, []), *by_words})


def _ends(levels: Sequence[int]) -> list[int]:
    """Return for each heading the number of the first one that is not below it."""
    ends = [len(levels)] * len(levels)
    above: list[int] = []
    for number, level in enumerate(levels):
        while above and level <= levels[above[-1]]:
            ends[above.pop()] = number
        above.append(number)
    return ends

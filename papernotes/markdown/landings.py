"""What a link to a heading or block may lead to, as any program spells anchors."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from papernotes.markdown.headings import find_heading, link_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from papernotes.markdown.spans import Document

_ANCHOR = re.compile(
    r"""(?:\b(?:id|name)\s*=\s*["']?|\{[^{}#\n]{0,200}#)([^\s"'>}]+)""", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r"\s*\{[^{}\n]*\}\s*$")
_COUNTED = re.compile(r"(.+)-(\d{1,3})")  # how GitHub, kramdown and Pandoc name a repeated heading
_NO_HEADING = re.compile(
    r"top|:~:.*|fn(?:ref)?[-:]?\w+|page=\d+.*|L\d+|user-content-.*|", re.IGNORECASE
)
_NUMBERING = re.compile(r"^[\W\d_]+")


def asks_for_heading(fragment: str) -> bool:
    """Tell whether what stands behind a ``#`` means a heading or block of the note's text."""
    return _NO_HEADING.fullmatch(fragment.strip()) is None


def spellings(texts: Iterable[str]) -> set[str]:
    """Return what links to headings may say; some leave out the number that one begins with."""
    found = {_letters(each) for text in texts for each in (text, _NUMBERING.sub("", text))}
    return found - {""}


def is_heading_of(known: Collection[str], fragment: str) -> bool:
    """Tell whether a fragment surely means one of the headings with these :func:`spellings`."""
    return not fragment.startswith("^") and _letters(fragment) in known


class Landings:
    """Everything in a document that a link can lead to."""

    def __init__(self, document: Document) -> None:
        self._document = document
        texts = [each.text for each in document.headings]
        bare = (_ATTRIBUTES.sub("", text) for text in texts)
        markup = (document.text[each.start : each.end].strip("# \t") for each in document.headings)
        self._headings = spellings((*texts, *bare, *map(link_words, markup)))
        self._counts = Counter(map(_letters, texts))
        spans = (span for span in document.spans if span.kind == "block_id")
        self._blocks = {span.detail.casefold() for span in spans}
        anchors = _ANCHOR.finditer(document.text, document.start)
        self._anchors = {match[1].casefold() for match in anchors}

    def have(self, fragment: str) -> bool:
        """Whether there is such a heading, path of headings, anchor or ``^block``."""
        last = fragment.rpartition("#")[2].strip()
        if last.startswith("^"):
            return last[1:].casefold() in self._blocks
        if _letters(fragment) in self._headings or last.casefold() in self._anchors:
            return True
        counted = _COUNTED.fullmatch(fragment)
        if counted and self._counts[_letters(counted[1])] > int(counted[2]):
            return True
        is_path = "#" in fragment and _letters(last) in self._headings
        return is_path and find_heading(self._document, fragment) is not None


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())

"""Headings and blocks that links ask for and that are not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import files, markdown, notes
from papernotes.errors import PapernotesError
from papernotes.store.pointing import headings_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from papernotes.markdown import Document
    from papernotes.store.pointing import Pointer
    from papernotes.store.read import Store

_ANCHOR = re.compile(r"(?:\b(?:id|name)\s*=\s*[\"']?|\{\s*:?\s*#)([^\s\"'>}]+)", re.IGNORECASE)
_NO_HEADING = re.compile(r"top|:~:.*|fn(?:ref)?[-:]?\w+|page=\d+.*|L\d+|", re.IGNORECASE)
_NUMBERING = re.compile(r"^[\W\d_]+")


def missing_headings(root: Path, store: Store, found: Iterable[Pointer]) -> frozenset[int]:
    """Return which of the links ask for a heading or ``^block`` that its note does not have.

    The headings in the store answer for most; what they leave in doubt is looked for in the note's
    own file, each read once.
    """
    asking: dict[object, list[Pointer]] = {}
    for each in found:
        is_asking = not _NO_HEADING.fullmatch(each.heading.strip())
        if is_asking and (each.is_here or each.document is not None):
            asking.setdefault(each.path if each.is_here else each.document, []).append(each)
    missing: set[int] = set()
    for place, links in asking.items():
        path, texts = headings_of(store, place)
        known = {name for text in texts for name in _names(text) if name}
        doubtful = [each for each in links if not _is_known(each.heading, known)]
        document = _read(root, path) if doubtful and path else None
        missing.update(
            each.link
            for each in doubtful
            if not path or (document is not None and not _is_there(document, each.heading))
        )
    return frozenset(missing)


def _names(text: str) -> tuple[str, str]:
    """Return what any program makes an anchor of, with and without ``1.2`` before the words."""
    return _letters(text), _letters(_NUMBERING.sub("", text))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _is_known(heading: str, known: set[str]) -> bool:
    return not heading.startswith("^") and _letters(heading) in known


def _read(root: Path, path: str) -> Document | None:
    try:
        text = files.read(root / path).decode("utf-8", "replace")
    except PapernotesError:
        return None
    return notes.read(text, path).document


def _is_there(document: Document, heading: str) -> bool:
    last = heading.rpartition("#")[2].strip().casefold()
    if last.startswith("^"):
        spans = (span for span in document.spans if span.kind == "block_id")
        return any(span.detail.casefold() == last[1:] for span in spans)
    return markdown.find_heading(document, heading) is not None or any(
        match[1].casefold() == last for match in _ANCHOR.finditer(document.text, document.start)
    )

"""Headings and blocks that links ask for and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes import files, markdown, notes
from papernotes.errors import PapernotesError
from papernotes.store.pointing import headings_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from papernotes.markdown import Landings
    from papernotes.store.pointing import Pointer
    from papernotes.store.read import Store


def missing_headings(root: Path, store: Store, found: Iterable[Pointer]) -> frozenset[int]:
    """Return which of the links ask for a heading or ``^block`` that its note does not have.

    The headings in the store answer for most; what they leave in doubt is looked for in the note's
    own file, each read once.
    """
    asking: dict[object, list[Pointer]] = {}
    for each in found:
        if markdown.asks_for_heading(each.heading) and (each.is_here or each.document is not None):
            asking.setdefault(each.path if each.is_here else each.document, []).append(each)
    missing: set[int] = set()
    for place, links in asking.items():
        path, texts = headings_of(store, place)
        known = markdown.spellings(texts)
        doubtful = [each for each in links if not markdown.is_heading_of(known, each.heading)]
        landings = _read(root, path) if doubtful and path else None
        missing.update(
            each.link
            for each in doubtful
            if not path or (landings is not None and not landings.have(each.heading))
        )
    return frozenset(missing)


def _read(root: Path, path: str) -> Landings | None:
    try:
        text = files.read(root / path).decode("utf-8", "replace")
    except PapernotesError:
        return None
    return markdown.Landings(notes.read(text, path).document)

"""Stretches of a text replaced by others, all else left as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def splice(text: str, splices: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with each (start, end, new) put in.

    They may not overlap; equal ones are one.
    """
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(set(splices)):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])

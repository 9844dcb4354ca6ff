"""Choosing among several candidates on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from papernotes.errors import AmbiguousRefError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def chosen(act: Callable[[str], T], ref: str) -> T:
    """Return ``act(ref)``; when the ref means several, let a person at a terminal pick one.

    Where nobody can be asked, the AmbiguousRefError goes on.
    """
    try:
        return act(ref)
    except AmbiguousRefError as error:
        from papernotes.cli import picker  # noqa: PLC0415 - ambiguous refs only

        if not picker.can_ask():
            raise
        titles = error.titles or ("",) * len(error.candidates)
        candidates = list(zip(error.candidates, titles, strict=True))
        return act(picker.pick(str(error), candidates))

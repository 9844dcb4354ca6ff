"""Digests of the values that pages are made of, so that unchanged pages need not be made. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from papernotes.models import Paper

if TYPE_CHECKING:
    from collections.abc import Callable

Memo = dict[int, tuple[Any, str]]
_SHORT = 200


def token_of(value: Any, memo: Memo) -> str:
    """Return a digest of a value: a text, number or date, or a tuple, list or dataclass of such.

    ``memo`` has those of the dataclasses met before, by identity, and keeps these alive.
    """
    return _digest(_said(value, memo))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _said(value: Any, memo: Memo) -> str:
    if isinstance(value, tuple | list):
        told = [repr(one) if type(one) is str else _said(one, memo) for one in value]
        return f"({','.join(told)})"
    if isinstance(value, str):
        return f"{type(value).__name__}{str.__repr__(value)}"
    kind: Any = type(value)
    parts = None if kind is Paper else _parts(kind)  # thousands of these, with many authors
    if parts is None:
        return repr(value)
    if (known := memo.get(id(value))) is None:
        said = f"{kind.__name__}{_said(parts(value), memo)}"
        known = memo[id(value)] = (value, said if len(said) < _SHORT else _digest(said))
    return known[1]


@cache
def _parts(kind: Any) -> Callable[[Any], Any] | None:
    """Return what gets the fields of a dataclass; None for what is none."""
    if not hasattr(kind, "__dataclass_fields__"):
        return None
    return attrgetter(*(one.name for one in fields(kind)))

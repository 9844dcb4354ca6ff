"""What is said and answered where nothing matches a query. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from papernotes.query import And, Text, is_condition, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from papernotes.query import Node

_MOST_TRIED = 5


class Another(NamedTuple):
    """A query to answer instead of one that finds nothing, what it leaves out, and why.

    ``node`` is None when there is nothing better to ask.
    """

    node: Node | None = None
    dropped: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def blame(node: Node, count: Callable[[Node], int]) -> str:
    """Return ``without year:1950 there are 12`` for a query that finds nothing, or nothing.

    The blame is on a condition (see :func:`papernotes.query.is_condition`), on all of them, or on
    the field of a query that is one word. ``count`` says how many documents match a query.
    """
    children = node.children if isinstance(node, And) else (node,)
    conditions = [child for child in children if is_condition(child)]
    words = And(tuple(child for child in children if child not in conditions))
    if not conditions or not (total := count(words)):
        return ""
    if len(children) == 1:
        return _without_field(node, count)
    for condition in conditions[:_MOST_TRIED] if len(conditions) > 1 else ():
        others = tuple(each for each in conditions if each is not condition)
        if found := count(And((*words.children, *others))):
            return _said([render(condition)], found)
    return _said(map(render, conditions), total) if words.children else ""


def _without_field(node: Node, count: Callable[[Node], int]) -> str:
    if isinstance(node, Text) and (found := count(replace(node, field=""))):
        return _said([f"{node.field}:"], found)
    return ""


def _said(conditions: Iterable[str], found: int) -> str:
    return f"without {' and '.join(conditions)} there {'is' if found == 1 else 'are'} {found}"

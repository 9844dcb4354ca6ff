"""The tree a query is, its walks and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.filters import Filter, render_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_FIELDS = ("title", "author", "abstract", "comment", "note", "pdf")
_TO_ESCAPE = re.compile(r'[\\"“”]')


@dataclass(frozen=True, slots=True)
class Word:
    """A word or compound as typed, in any field or one of TEXT_FIELDS."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row; with ``slop``, in any order with at most that many others between them."""

    text: str
    field: str = ""
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words at most ``distance`` (1 or 2) edits away, with the same first letter."""

    text: str
    distance: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that does not match ``child``."""

    child: Node


@dataclass(frozen=True, slots=True)
class And:
    """What matches all of ``children``; without children, everything."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What matches at least one of ``children`` (two or more)."""

    children: tuple[Node, ...]


Text = Word | Phrase | Prefix | Fuzzy
Node = Text | Filter | Not | And | Or

EVERYTHING = And(())


def render(node: Node) -> str:
    """Return text that :func:`parse` reads as ``node`` again."""
    return _rendered(node, None)


def iter_filters(node: Node) -> Iterator[Filter]:
    """Yield the exact filters of a tree, in the order they stand."""
    if isinstance(node, Filter):
        yield node
    for child in _children(node):
        yield from iter_filters(child)


def iter_text(node: Node) -> Iterator[Text]:
    """Yield the words, phrases, prefixes and fuzzy words that are wanted, not those unwanted."""
    if isinstance(node, Text):
        yield node
    elif not isinstance(node, Not):
        for child in _children(node):
            yield from iter_text(child)


def is_condition(node: Node) -> bool:
    """Say whether a part of a query has no word that may stand anywhere.

    That is a filter, what is not wanted, or words in a field.
    """
    return all(leaf.field for leaf in iter_text(node))


def has_text(node: Node) -> bool:
    """Say whether the tree needs the index at all, even if only for what is not wanted."""
    return isinstance(node, Text) or any(map(has_text, _children(node)))


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Not):
        return (node.child,)
    return node.children if isinstance(node, And | Or) else ()


def _rendered(node: Node, inside: type[And | Or | Not] | None) -> str:
    if isinstance(node, Filter):
        return render_filter(node)
    if isinstance(node, Not):
        return "-" + _rendered(node.child, Not)
    if isinstance(node, And | Or):
        joint = " " if isinstance(node, And) else " OR "
        text = joint.join(_rendered(child, type(node)) for child in node.children)
        needs = inside is Not or (inside is And and isinstance(node, Or))
        return f"({text})" if needs else text
    name = f"{node.field}:" if node.field else ""
    if isinstance(node, Phrase):
        quoted = _TO_ESCAPE.sub(r"\\\g<0>", node.text)
        return f'{name}"{quoted}"' + (f"~{node.slop}" if node.slop else "")
    ending = "*" if isinstance(node, Prefix) else ""
    return f"{name}{node.text}" + (f"~{node.distance}" if isinstance(node, Fuzzy) else ending)

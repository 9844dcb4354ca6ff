"""Which colour a node has: by kind, state of reading or category, each with a name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.reports.surveying import Node

BY = ("kind", "status", "category")
PLAIN = 8
"""The colour of what has no colour of its own; those below it are told apart."""

_FIRST = {"kind": ("paper",), "status": ("read", "reading", "unread")}
_WITHOUT = {"kind": "other kinds", "status": "no state", "category": "no category"}
_OTHERS = {"kind": "other kinds", "status": "other states", "category": "other or none"}


@dataclass(frozen=True, slots=True)
class Colours:
    """What nodes are coloured by: of each node its colour, and (colour, name, count) of each."""

    by: str
    of: tuple[int, ...]
    legend: tuple[tuple[int, str, int], ...]


def colour(nodes: Sequence[Node], by: str) -> Colours:
    """Return the colours of nodes; the most frequent values have one, the rest are plain."""
    values = [getattr(node, by) for node in nodes]
    counts = Counter(value for value in values if value)
    first = [name for name in _FIRST.get(by, ()) if counts[name]]
    rest = sorted(counts.keys() - set(first), key=lambda name: (-counts[name], name))
    names = (first + rest)[:PLAIN]
    number = {name: each for each, name in enumerate(names)}
    of = tuple(number.get(value, PLAIN) for value in values)
    legend = [(each, name, counts[name]) for each, name in enumerate(names)]
    if plain := of.count(PLAIN):
        words = _OTHERS if len(counts) > len(names) else _WITHOUT
        legend.append((PLAIN, words[by], plain))
    return Colours(by, of, tuple(legend))


def ways(nodes: Sequence[Node]) -> tuple[str, ...]:
    """Return by what nodes can be coloured so that something is seen."""
    return tuple(by for by in BY if any(getattr(node, by) for node in nodes))

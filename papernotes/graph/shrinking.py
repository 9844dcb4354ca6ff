"""A graph made smaller, level by level, so that its shape is found before its details.

Neighbours are joined in pairs, those of few links first; what is left over is joined with another
left over at the same neighbour, or the leaves of a star would never become fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL = 12  # nodes: their shape is found without help
_LEAST_GAIN = 0.9


@dataclass(frozen=True, slots=True)
class Level:
    """A graph: of each node its neighbours with the number of edges to them, and its mass."""

    neighbours: tuple[dict[int, int], ...]
    masses: tuple[int, ...]


def levels(neighbours: Sequence[dict[int, int]]) -> tuple[list[Level], list[list[int]]]:
    """Return a connected graph and ever smaller ones, and the nodes of each in the next one."""
    found = [Level(tuple(neighbours), (1,) * len(neighbours))]
    parents: list[list[int]] = []
    while len(found[-1].masses) > _SMALL:
        level, parent = _shrink(found[-1])
        if len(level.masses) > _LEAST_GAIN * len(parent):
            break
        found.append(level)
        parents.append(parent)
    return found, parents


def _shrink(level: Level) -> tuple[Level, list[int]]:
    """Return a graph with about half of the nodes, and where each node has gone."""
    parent = _joined(level)
    masses = [0] * (max(parent) + 1)
    neighbours: list[dict[int, int]] = [{} for _ in masses]
    for node, known in enumerate(level.neighbours):
        own = parent[node]
        masses[own] += level.masses[node]
        mine = neighbours[own]
        for other, weight in known.items():
            there = parent[other]
            if there != own:
                mine[there] = mine.get(there, 0) + weight
    return Level(tuple(neighbours), tuple(masses)), parent


def _joined(level: Level) -> list[int]:
    """Return for each node the number of its pair."""
    masses, known = level.masses, level.neighbours
    parent = [-1] * len(masses)
    count = 0
    left: dict[int, int] = {}
    for node in sorted(range(len(masses)), key=lambda each: (len(known[each]), each)):
        if parent[node] >= 0:
            continue
        free = [each for each in known[node] if parent[each] < 0]
        if free:
            other = min(free, key=lambda each: (masses[each] / known[node][each], each))
        else:
            hub = min(known[node], key=lambda each: (-known[node][each], each))
            if hub not in left:
                left[hub] = node
                continue
            other = left.pop(hub)
        parent[node] = parent[other] = count
        count += 1
    for node in left.values():
        if parent[node] < 0:
            parent[node] = count
            count += 1
    return parent

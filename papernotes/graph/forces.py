"""Places of the nodes of one connected graph: springs along edges, and all pushing all others.

The model and the cooling are those of Yifan Hu, "Efficient and high quality force-directed graph
drawing" (2005). What is far away pushes as one (Barnes and Hut): cells of a tree, looked up once
for the few nodes of a leaf. No randomness and no function whose last digit is the machine's
choice, or that of Python (its ``sum`` rounds otherwise from 3.12 on, ``fsum`` does not), so the
same graph gets the same places everywhere.
"""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING, NamedTuple

from papernotes.graph.shrinking import levels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papernotes.graph.shrinking import Level

Places = list[tuple[float, float]]

_PUSH = 0.2  # against a spring of length 1
_NEARNESS = 2.5  # a cell pushes as one where its width, squared, is less than the distance so often
_LEAF = 8  # nodes
_DEEPEST = 24
_COOLING = 0.9
_PROGRESS = 5  # better steps in a row, then a longer one
_STILL = 0.004
_MOST_STEPS, _LEAST_STEPS = 100, 10
_WORK = 80_000  # steps times nodes
_TURN = (-0.7373688780783197, 0.6754902942615238)  # cosine and sine of the golden angle


class _Cell(NamedTuple):
    """A square of the plane: the middle of its masses, its width; nodes if it is a leaf."""

    x: float
    y: float
    mass: float
    width: float
    nodes: tuple[int, ...]
    cells: tuple[_Cell, ...]


def settle(neighbours: Sequence[dict[int, int]], tell: Callable[[float], None]) -> Places:
    """Return places for the nodes of a connected graph; neighbours are about 1 apart.

    ``tell`` is called with the share of the work that is done, again and again.
    """
    graphs, parents = levels(neighbours)
    work = [_steps(graph) * len(graph.masses) for graph in graphs]
    done, whole = 0, sum(work)
    places = _spiral(len(graphs[-1].masses))
    for level in range(len(graphs) - 1, -1, -1):
        is_first = level == len(parents)
        if not is_first:
            places = _spread(places, parents[level])

        def step(share: float, before: int = done, own: int = work[level]) -> None:
            tell((before + share * own) / whole)

        places = _relaxed(graphs[level], places, step, first=1.0 if is_first else 0.4)
        done += work[level]
    return places


def _steps(graph: Level) -> int:
    """Return how many steps a graph may take."""
    return min(_MOST_STEPS, max(_LEAST_STEPS, _WORK // len(graph.masses)))


def _spiral(count: int) -> Places:
    """Return places round the middle, no two the same."""
    places, (x, y) = [], (1.0, 0.0)
    for number in range(count):
        far = sqrt(number + 0.5)
        places.append((far * x, far * y))
        x, y = x * _TURN[0] - y * _TURN[1], x * _TURN[1] + y * _TURN[0]
    return places


def _spread(places: Places, parent: Sequence[int]) -> Places:
    """Return places near those of the parents, each in a direction of its own."""
    found, (x, y) = [], (1.0, 0.0)
    for each in parent:
        at = places[each]
        found.append((at[0] + 0.3 * x, at[1] + 0.3 * y))
        x, y = x * _TURN[0] - y * _TURN[1], x * _TURN[1] + y * _TURN[0]
    return found


def _relaxed(
    graph: Level, places: Places, tell: Callable[[float], None], *, first: float
) -> Places:
    """Return places after as many steps as it takes, or may take; ``first`` is how wide."""
    count, steps = len(places), _steps(graph)
    xs, ys = [x for x, _ in places], [y for _, y in places]
    step, before, better = first, float("inf"), 0
    for number in range(steps):
        tell(number / steps)
        fx, fy = _pushes(xs, ys, graph.masses)
        _pull(graph, xs, ys, fx, fy)
        energy = 0.0
        for node in range(count):
            force = fx[node] * fx[node] + fy[node] * fy[node]
            energy += force
            if force:
                scale = step / sqrt(force)
                xs[node] += fx[node] * scale
                ys[node] += fy[node] * scale
        better = better + 1 if energy < before else 0
        if better >= _PROGRESS:
            step, better = step / _COOLING, 0
        elif energy >= before:
            step *= _COOLING
        before = energy
        step *= 0.985  # it ends, even where it swings
        if step < _STILL:
            break
    return list(zip(xs, ys, strict=True))


def _pull(
    graph: Level, xs: Sequence[float], ys: Sequence[float], fx: list[float], fy: list[float]
) -> None:
    """Add what the edges pull: the more the longer they are, as the square."""
    for node, known in enumerate(graph.neighbours):
        x, y = xs[node], ys[node]
        ax = ay = 0.0
        for other in known:
            dx, dy = xs[other] - x, ys[other] - y
            far = sqrt(dx * dx + dy * dy)
            ax += dx * far
            ay += dy * far
        fx[node] += ax
        fy[node] += ay


def _pushes(
    xs: Sequence[float], ys: Sequence[float], masses: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Return what all other nodes push each one."""
    fx, fy = [0.0] * len(xs), [0.0] * len(xs)
    leaves: list[_Cell] = []
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    width = max(right - left, high - low) or 1.0
    root = _cell(range(len(xs)), (left, low, width), xs, ys, masses, leaves, _DEEPEST)
    for leaf in leaves:
        ax, ay, near = _from_afar(leaf, root)
        around = [(xs[node], ys[node], masses[node]) for node in near]
        for node in leaf.nodes:
            x, y = xs[node], ys[node]
            bx, by = ax, ay
            for ox, oy, mass in around:
                dx, dy = x - ox, y - oy
                push = mass / (dx * dx + dy * dy + 1e-4)
                bx += dx * push
                by += dy * push
            fx[node] = _PUSH * bx
            fy[node] = _PUSH * by
    return fx, fy


def _from_afar(leaf: _Cell, root: _Cell) -> tuple[float, float, list[int]]:
    """Return what far cells push the middle of a leaf, and the nodes that are near it."""
    x, y, own = leaf.x, leaf.y, leaf.width
    ax = ay = 0.0
    near: list[int] = []
    waiting = [root]
    while waiting:
        cx, cy, mass, width, nodes, cells = waiting.pop()
        dx, dy = x - cx, y - cy
        square = dx * dx + dy * dy
        reach = width + own
        if reach * reach < _NEARNESS * square:
            push = mass / square
            ax += dx * push
            ay += dy * push
        elif cells:
            waiting += cells
        else:
            near += nodes
    return ax, ay, near


def _cell(
    nodes: Sequence[int],
    square: tuple[float, float, float],
    xs: Sequence[float],
    ys: Sequence[float],
    masses: Sequence[int],
    leaves: list[_Cell],
    depth: int,
) -> _Cell:
    """Return the tree of a square (left, low, width); its leaves are added to ``leaves``."""
    left, low, width = square
    if len(nodes) <= _LEAF or not depth:
        mass = float(sum(masses[node] for node in nodes))
        x = fsum(xs[node] * masses[node] for node in nodes) / mass
        y = fsum(ys[node] * masses[node] for node in nodes) / mass
        made = _Cell(x, y, mass, width, tuple(nodes), ())
        leaves.append(made)
        return made
    half = width / 2
    middle, centre = left + half, low + half
    west: list[int] = []
    east: list[int] = []
    for node in nodes:
        (west if xs[node] < middle else east).append(node)
    cells = []
    for side, edge in ((west, left), (east, middle)):
        south = [node for node in side if ys[node] < centre]
        north = [node for node in side if ys[node] >= centre] if len(south) < len(side) else []
        for part, bottom in ((south, low), (north, centre)):
            if part:
                inner = (edge, bottom, half)
                cells.append(_cell(part, inner, xs, ys, masses, leaves, depth - 1))
    mass = fsum(each.mass for each in cells)
    x = fsum(each.x * each.mass for each in cells) / mass
    y = fsum(each.y * each.mass for each in cells) / mass
    return _Cell(x, y, mass, width, (), tuple(cells))

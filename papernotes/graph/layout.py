"""Where the nodes of a graph stand: each connected part by itself, the parts packed, none overlap.

All in units of the picture (of an SVG). Bounded: about a second for 1,000 nodes, some for 10,000.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, floor, fsum, sqrt
from typing import TYPE_CHECKING

from papernotes.graph.forces import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from papernotes.graph.forces import Places

_ROOM, _MORE_ROOM = 34.0, 70.0  # the side of the square of one node; more for one of few
_FEW = 60  # nodes
_LEAST_LENGTH = 22.0  # of edges in the middle
_GAP = 3.0  # between two nodes
_CELL = 34.0  # of the grid on which the parts are packed
_MOST_PUSHES = 12
_TIMES_TOLD = 100
_FLATTER = 1.6  # the whole is wider than high


def untold(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def place(
    radii: Sequence[float],
    edges: Iterable[tuple[int, int]],
    tell: Callable[[int, int], None] = untold,
) -> Places:
    """Return the place of each node; ``edges`` are pairs of numbers of nodes, loops no matter.

    ``tell`` is called with (nodes done, of so many), about a hundred times at most.
    """
    neighbours: list[dict[int, int]] = [{} for _ in radii]
    for (one, other), count in sorted(Counter(edges).items()):
        if one != other:
            neighbours[one][other] = neighbours[one].get(other, 0) + count
            neighbours[other][one] = neighbours[other].get(one, 0) + count
    drawn: list[tuple[list[int], Places]] = []
    done = told = 0

    def advance(share: float) -> None:
        nonlocal told
        now = done + int(share * len(nodes))
        if len(radii) > now >= told + len(radii) / _TIMES_TOLD:
            told = now
            tell(now, len(radii))

    for nodes in _parts(neighbours):
        number = {node: each for each, node in enumerate(nodes)}
        part = [
            {number[other]: count for other, count in neighbours[node].items()} for node in nodes
        ]
        shape = _sized(_lying(settle(part, advance)), part)
        drawn.append((nodes, _apart(shape, [radii[node] for node in nodes])))
        advance(1.0)
        done += len(nodes)
    places = [(0.0, 0.0)] * len(radii)
    for (nodes, shape), (dx, dy) in zip(drawn, _packed([each for _, each in drawn]), strict=True):
        for node, (x, y) in zip(nodes, shape, strict=True):
            places[node] = (x + dx, y + dy)
    tell(len(radii), len(radii))
    return places


def _parts(neighbours: Sequence[dict[int, int]]) -> list[list[int]]:
    """Return the connected parts, the largest first."""
    seen = [False] * len(neighbours)
    parts = []
    for start in range(len(neighbours)):
        if seen[start]:
            continue
        seen[start] = True
        part = [start]
        for node in part:  # grows meanwhile
            for other in neighbours[node]:
                if not seen[other]:
                    seen[other] = True
                    part.append(other)
        parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _lying(places: Places) -> Places:
    """Return places turned so that they are wider than high, round the middle."""
    count = len(places)
    mx, my = fsum(x for x, _ in places) / count, fsum(y for _, y in places) / count
    shifted = [(x - mx, y - my) for x, y in places]
    xx = fsum(x * x for x, _ in shifted)
    yy = fsum(y * y for _, y in shifted)
    xy = fsum(x * y for x, y in shifted)
    if abs(xy) <= 1e-9 * (xx + yy):
        return shifted if xx >= yy else [(y, -x) for x, y in shifted]
    most = (xx + yy + sqrt((xx - yy) * (xx - yy) + 4 * xy * xy)) / 2
    ax, ay = xy, most - xx
    length = sqrt(ax * ax + ay * ay)
    ax, ay = ax / length, ay / length
    return [(x * ax + y * ay, y * ax - x * ay) for x, y in shifted]


def _sized(places: Places, neighbours: Sequence[dict[int, int]]) -> Places:
    """Return places round the middle so large that nodes have room, and edges a length."""
    count = len(places)
    spread = sqrt(fsum(x * x + y * y for x, y in places) / count)  # of a disc 0.7 of its radius
    lengths = sorted(
        sqrt((x - places[other][0]) ** 2 + (y - places[other][1]) ** 2)
        for (x, y), known in zip(places, neighbours, strict=True)
        for other in known
    )
    if not lengths:
        return places
    room = _ROOM + _MORE_ROOM / (1 + count / _FEW)
    scale = max(
        room * sqrt(count) * 0.4 / (spread or 1.0),
        _LEAST_LENGTH / (lengths[len(lengths) // 2] or 1.0),
    )
    return [(x * scale, y * scale) for x, y in places]


def _apart(places: Places, radii: Sequence[float]) -> Places:
    """Return places pushed apart, a few times, where nodes of these radii would overlap."""
    found = list(places)
    cell = 2 * max(radii) + _GAP
    for _ in range(_MOST_PUSHES):
        grid: dict[tuple[int, int], list[int]] = {}
        for node, (x, y) in enumerate(found):
            grid.setdefault((floor(x / cell), floor(y / cell)), []).append(node)
        pushed = 0
        for (column, row), nodes in grid.items():
            near = [
                other
                for dx, dy in ((0, 0), (1, 0), (-1, 1), (0, 1), (1, 1))
                for other in grid.get((column + dx, row + dy), ())
            ]
            for number, node in enumerate(nodes):
                for other in near[number + 1 :]:
                    pushed += _push(found, node, other, radii[node] + radii[other] + _GAP)
        if not pushed:
            break
    return found


def _push(places: Places, one: int, other: int, wanted: float) -> bool:
    """Move two nodes apart if they are nearer than ``wanted``; say if they were."""
    (x, y), (ox, oy) = places[one], places[other]
    dx, dy = ox - x, oy - y
    square = dx * dx + dy * dy
    if square >= wanted * wanted:
        return False
    far = sqrt(square)
    ux, uy = (dx / far, dy / far) if far else (1.0, 0.0)
    move = (wanted - far) / 2 + 0.01
    places[one] = (x - ux * move, y - uy * move)
    places[other] = (ox + ux * move, oy + uy * move)
    return True


def _packed(shapes: Sequence[Places]) -> list[tuple[float, float]]:
    """Return where each shape goes: round the first one, where there is room on a grid."""
    taken: set[tuple[int, int]] = set()
    tried: dict[tuple[int, int], int] = {}  # of shapes so wide and high
    spots = _spots(8)
    moves = []
    for shape in shapes:
        cells, size = _cells(shape)
        at = tried.get(size, 0)
        while True:
            if at == len(spots):
                spots = _spots(2 * spots[-1][0] + 8)
            dx, dy = spots[at][1:]
            if not any((x + dx, y + dy) in taken for x, y in cells):
                break
            at += 1
        tried[size] = at
        taken.update((x + dx, y + dy) for x, y in cells)
        moves.append((dx * _CELL, dy * _CELL))
    return moves


def _cells(shape: Places) -> tuple[set[tuple[int, int]], tuple[int, int]]:
    """Return the cells of the grid that a shape takes, those around it too, and its size."""
    margin = 0 if len(shape) == 1 else 1
    at = {(round(x / _CELL), round(y / _CELL)) for x, y in shape}
    around = range(-margin, margin + 1)
    cells = {(x + dx, y + dy) for x, y in at for dx in around for dy in around}
    xs, ys = [x for x, _ in cells], [y for _, y in cells]
    return cells, (max(xs) - min(xs), max(ys) - min(ys))


def _spots(reach: int) -> list[tuple[int, int, int]]:
    """Return (reach, column, row) of the places of the grid that far out, the nearest first."""
    wide = ceil(reach * _FLATTER)
    spots = [
        (reach, column, row)
        for column in range(-wide, wide + 1)
        for row in range(-reach, reach + 1)
        if (column / _FLATTER) ** 2 + row * row <= reach * reach
    ]
    spots.sort(key=lambda spot: ((spot[1] / _FLATTER) ** 2 + spot[2] ** 2, spot[2], spot[1]))
    return spots

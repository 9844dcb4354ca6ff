"""A graph with all that a picture needs: places, sizes, labels and the frame round them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

from papernotes.graph.layout import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from papernotes.graph.forces import Places
    from papernotes.reports.surveying import Graph, Node

_LEAST, _MOST = 4.5, 22.0  # radii
_MARGIN = 40.0
_LEAST_WIDTH, _LEAST_HEIGHT = 640.0, 420.0
_LABELS, _FEW = 45, 24  # labels; so many that even a node with one link has its own
_TRIES = 400
_SPARSE = 150  # nodes: with more, a label cannot help covering some
_LETTERS = 30
_COLUMNS = 1150.0  # units of the width at which a letter is as high as in running text
_LETTER_HEIGHT = 13.0
_SIDES = {"start": -1, "middle": 0, "end": 1}


@dataclass(frozen=True, slots=True)
class Label:
    """What is written beside a node; ``anchor`` is what of it stands at (x, y)."""

    node: int
    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A graph on a plane: ``box`` is left, top, width, height; ``letter`` the height of labels."""

    graph: Graph
    degrees: tuple[int, ...]
    radii: tuple[float, ...]
    places: tuple[tuple[float, float], ...]
    labels: tuple[Label, ...]
    box: tuple[float, float, float, float]
    letter: float


def draw(graph: Graph, tell: Callable[[int, int], None]) -> Drawn:
    """Return a graph with places, the same for the same graph; ``tell`` as for ``place``."""
    degrees = graph.degrees()
    radii = [round(min(_LEAST + 1.7 * sqrt(degree), _MOST), 1) for degree in degrees]
    ends = [(edge.source, edge.target) for edge in graph.edges]
    places = [(round(x, 1), round(y, 1)) for x, y in place(radii, ends, tell)]
    box = _box(places, radii)
    letter = round(_LETTER_HEIGHT * max(box[2] / _COLUMNS, 0.8), 1)
    drawn = Drawn(graph, tuple(degrees), tuple(radii), tuple(places), (), box, letter)
    return replace(drawn, labels=tuple(_labels(drawn)))


def short_name(node: Node) -> str:
    """Return what a node is called in a few letters: authors and year, or its title."""
    return _cut(byline(node) or node.title)


def byline(node: Node) -> str:
    """Return who wrote a paper and when, in short; empty where nobody is known."""
    return f"{node.by} {node.year or ''}".strip() if node.by else ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LETTERS else f"{line[: _LETTERS - 1].rstrip()}…"


def _box(places: Places, radii: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the frame, no smaller than a picture should be."""
    ends = [
        (x - far, x + far, y - far, y + far) for (x, y), far in zip(places, radii, strict=True)
    ] or [(0.0, 0.0, 0.0, 0.0)]
    left, right = min(end[0] for end in ends) - _MARGIN, max(end[1] for end in ends) + _MARGIN
    top, bottom = min(end[2] for end in ends) - _MARGIN, max(end[3] for end in ends) + _MARGIN
    wide, high = max(right - left, _LEAST_WIDTH), max(bottom - top, _LEAST_HEIGHT)
    left, top = (left + right - wide) / 2, (top + bottom - high) / 2
    return round(left, 1), round(top, 1), round(wide, 1), round(high, 1)


def _labels(drawn: Drawn) -> Iterator[Label]:
    """Yield labels of the nodes with most links, beside them.

    They cover neither each other nor a node that has more links, nor, in a sparse picture, any.
    """
    nodes, degrees = drawn.graph.nodes, drawn.degrees
    discs = [
        (x - far, x + far, y - far, y + far)
        for (x, y), far in zip(drawn.places, drawn.radii, strict=True)
    ]
    is_sparse = len(nodes) <= _SPARSE
    taken = list(discs) if is_sparse else []
    count = 0
    for node in sorted(range(len(nodes)), key=lambda each: (-degrees[each], each))[:_TRIES]:
        text = short_name(nodes[node])
        half = 0.29 * drawn.letter * _columns(text)
        spots = _beside(drawn, node)[: None if is_sparse else 2]
        for x, low, anchor in spots if count < _most(degrees[node]) else ():
            left = x - half * (1 + _SIDES[anchor])
            box = (left, left + 2 * half, low - 0.9 * drawn.letter, low + 0.3 * drawn.letter)
            is_inside = drawn.box[0] <= box[0] and box[1] <= drawn.box[0] + drawn.box[2]
            if is_inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                count += 1
                yield Label(node, round(x, 1), round(low, 1), text, anchor)
                break
        if not is_sparse:
            taken.append(discs[node])


def _most(degree: int) -> int:
    """Return how many labels there may be when a node with so many links is to have one."""
    return _LABELS if degree > 1 else _FEW


def _beside(drawn: Drawn, node: int) -> list[tuple[float, float, str]]:
    """Return where a label may stand: below, above, aside and askew; and which end of it."""
    (x, y), far, letter = drawn.places[node], drawn.radii[node], drawn.letter
    below, above, level = y + far + letter, y - far - 0.4 * letter, y + 0.35 * letter
    aside, askew = far + 0.3 * letter, far - 0.3 * letter
    return [
        *((x, below, "middle"), (x, above, "middle")),
        *((x + aside, level, "start"), (x - aside, level, "end")),
        *((x + askew, below, "start"), (x - askew, below, "end")),
        *((x + askew, above, "start"), (x - askew, above, "end")),
    ]


def _columns(text: str) -> int:
    return sum(1 if ord(char) < 0x1100 else 2 for char in text)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]

"""A graph as SVG: by itself, and as the middle of a page. Readable as it is, light and dark.

Papers are circles, notes squares, so that colour is not all that tells them apart. Edges of one
kind are one path. Format: https://www.w3.org/TR/SVG2/.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.graph.drawn import byline
from papernotes.graph.nodelink import MADE_BY
from papernotes.graph.packaged import read_asset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.graph.colouring import Colours
    from papernotes.graph.drawn import Drawn
    from papernotes.reports.surveying import Node

KINDS = ("links", "cites", "about")
_NO_XML = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\u2027\u2030-\u2065\u2070-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_LEGEND_LINE = 20.0


def render_svg(drawn: Drawn, colours: Colours, *, to_root: str) -> str:
    """Return a whole file; ``to_root`` leads from its folder to that of the library."""
    left, top, wide, high = drawn.box
    styles = f"{read_asset('colours.css')}{read_asset('picture.css')}"
    across, down = _fitting(wide, high)
    frame = f'viewBox="{left} {top} {wide} {high}" width="{across}" height="{down}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<!-- {MADE_BY} -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame} font-family="system-ui, sans-serif">',
            f"<title>{text(title_of(drawn))}</title>",
            f"<style>{styles}</style>",
            f'<rect class="ground" x="{left}" y="{top}" width="{wide}" height="{high}"/>',
            *body(drawn, colours, to_root=to_root),
            *_legend(drawn, colours),
            "</svg>\n",
        ]
    )


def title_of(drawn: Drawn) -> str:
    """Return what a picture shows, in one line."""
    graph = drawn.graph
    papers = sum(node.is_paper for node in graph.nodes)
    said = (
        f"{counted(papers, 'paper')}, {counted(len(graph.nodes) - papers, 'note')} and "
        f"{counted(len(graph.edges), 'link')} between them"
    )
    return f"{said}, around {graph.around}" if graph.around else said


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def body(drawn: Drawn, colours: Colours, *, to_root: str) -> Iterator[str]:
    """Yield edges, nodes and labels as lines of SVG."""
    for kind in KINDS:
        yield f'<path class="edges {kind}" d="{_path(drawn, kind)}"/>'
    yield '<g class="nodes">'
    for number, node in enumerate(drawn.graph.nodes):
        yield _node(drawn, number, node, colours.of[number], to_root)
    yield "</g>"
    yield f'<g class="labels" paint-order="stroke" font-size="{drawn.letter}">'
    for label in drawn.labels:
        anchor = "" if label.anchor == "middle" else f' text-anchor="{label.anchor}"'
        yield f'<text x="{label.x}" y="{label.y}"{anchor}>{text(label.text)}</text>'
    yield "</g>"


def href_of(node: Node, to_root: str) -> str:
    """Return where a node leads: a paper to its page, a note to its file; empty for nowhere."""
    if node.url and node.is_paper:
        return node.url
    return file_of(node, to_root) if node.path else node.url or ""


def file_of(node: Node, to_root: str) -> str:
    """Return a link to the file of a node; empty where it has none."""
    if not node.path:
        return ""
    path = f"{to_root}/{node.path}" if to_root else node.path
    return quote(path, safe="/", errors="surrogateescape")


def text(words: str) -> str:
    """Return words as the text of an element or attribute."""
    return escape(legible(words))


def legible(words: str) -> str:
    """Return words without what no file of XML may hold, or what turns the direction of text."""
    return _NO_XML.sub("\ufffd", words)


def _path(drawn: Drawn, kind: str) -> str:
    lines = []
    for edge in drawn.graph.edges:
        if edge.kind == kind:
            (x, y), (ox, oy) = drawn.places[edge.source], drawn.places[edge.target]
            lines.append(f"M{short(x)} {short(y)}L{short(ox)} {short(oy)}")
    return "".join(lines)


def _node(drawn: Drawn, number: int, node: Node, colour: int, to_root: str) -> str:
    (x, y), far = drawn.places[number], drawn.radii[number]
    if node.is_paper:
        shape = f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(far)}"/>'
    else:
        side = round(1.8 * far, 1)
        at = f'x="{short(round(x - side / 2, 1))}" y="{short(round(y - side / 2, 1))}"'
        shape = f'<rect {at} width="{short(side)}" height="{short(side)}" rx="2"/>'
    is_middle = " middle" if node.id == drawn.graph.around else ""
    marks = f'class="c{colour}{is_middle}"'
    inner = f"<title>{text(_tip(node, drawn.degrees[number]))}</title>{shape}"
    href = href_of(node, to_root)
    return f'<a href="{text(href)}" {marks}>{inner}</a>' if href else f"<g {marks}>{inner}</g>"


def _tip(node: Node, degree: int) -> str:
    who = byline(node) or node.kind
    return f"{' '.join(node.title.split())} ({who}; {counted(degree, 'link')})"


def short(number: float) -> str:
    """Return a number without a zero that says nothing."""
    return f"{number:.1f}".removesuffix(".0")


def _fitting(wide: float, high: float) -> tuple[int, int]:
    """Return width and height in pixels, about those of a screen."""
    scale = min(1600 / wide, 1200 / high, 1.6)
    return round(wide * scale), round(high * scale)


def _legend(drawn: Drawn, colours: Colours) -> Iterator[str]:
    """Yield the legend, in the upper left corner."""
    left, top = drawn.box[:2]
    scale = drawn.letter / 13.0
    x, y = left + 16 * scale, top + 22 * scale
    yield f'<g class="legend" font-size="{drawn.letter}">'
    for number, (colour, name, count) in enumerate(colours.legend):
        low = round(y + number * _LEGEND_LINE * scale, 1)
        is_square = colours.by == "kind" and name != "paper"
        far = 5 * scale
        at = f'x="{x - far:.1f}" y="{low - 2 * far:.1f}"'
        yield (
            f'<rect class="c{colour}" {at} width="{2 * far:.1f}" height="{2 * far:.1f}"'
            f' rx="{2 if is_square else far:.1f}"/>'
            f'<text x="{x + 2 * far:.1f}" y="{low}">{text(name)} ({count:,})</text>'
        )
    yield "</g>"

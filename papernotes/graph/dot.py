"""A graph in the DOT language of Graphviz (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.graph.drawn import byline, short_name
from papernotes.graph.nodelink import MADE_BY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports.surveying import Graph, Node

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
_STYLES = {"links": "", "cites": "", "about": "style=dashed"}


def render_dot(graph: Graph) -> str:
    """Return the graph for ``dot``, ``sfdp`` and other programs; edges have their kind as class."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield f"// {MADE_BY}"
    yield "digraph papernotes {"
    yield '  graph [charset="UTF-8", overlap=prism, outputorder=edgesfirst];'
    yield '  node [fontname="Helvetica", fontsize=10, style=filled, fillcolor="#eef2f6"];'
    yield '  edge [color="#8a8f98", arrowsize=0.6];'
    for node in graph.nodes:
        yield f"  {_quoted(node.id)} [{', '.join(_about(node))}];"
    for edge in graph.edges:
        ends = f"{_quoted(graph.nodes[edge.source].id)} -> {_quoted(graph.nodes[edge.target].id)}"
        style = f", {_STYLES[edge.kind]}" if _STYLES[edge.kind] else ""
        yield f'  {ends} [class="{edge.kind}", weight={edge.count}{style}];'
    yield "}"


def _about(node: Node) -> Iterator[str]:
    yield f"label={_said(short_name(node))}"
    who = byline(node)
    yield f"tooltip={_said(f'{node.title} ({who})' if who else node.title)}"
    yield f"class={_quoted(node.kind)}"
    yield "shape=ellipse" if node.is_paper else 'shape=box, fillcolor="#fdf3e3"'
    if node.url:
        yield f"URL={_quoted(node.url)}"


def _quoted(text: str) -> str:
    r"""Return text as a quoted string, which is read as it is.

    A backslash begins an escape in labels (``\N`` is the node's name), so it is doubled.
    """
    line = _CONTROL.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'


def _said(text: str) -> str:
    """Return text as a quoted string in which ``&`` begins no entity."""
    return _quoted(text.replace("&", "&amp;"))

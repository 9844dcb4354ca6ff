"""A graph in one of the forms it can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.graph.colouring import BY, colour
from papernotes.graph.dot import render_dot
from papernotes.graph.drawn import draw
from papernotes.graph.html import render_html
from papernotes.graph.layout import untold
from papernotes.graph.nodelink import MADE_BY, render_json
from papernotes.graph.svg import render_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.reports.surveying import Graph

__all__ = ["BY", "FORMS", "is_picture", "render", "untold"]

FORMS = ("html", "svg", "dot", "json")
HEAD = 2_000
"""So many bytes of a file tell whether it is a picture of ours."""

_BEGINNINGS = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {MADE_BY} -->\n',
    f"// {MADE_BY}\n",
    f'{{"directed": true, "multigraph": false, "graph": {{"made_by": "{MADE_BY}"',
)
_MARK = f'<meta name="generator" content="{MADE_BY}">'


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so was drawn by papernotes; its name alone is no sign of that."""
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    return text.startswith(_BEGINNINGS) or (text.startswith("<!doctype html>") and _MARK in text)


def render(
    graph: Graph, form: str, *, by: str, to_root: str, tell: Callable[[int, int], None] = untold
) -> str:
    """Return the graph as one of :data:`FORMS`, coloured ``by`` one of :data:`BY`.

    ``to_root`` is the relative path from where it will lie to the library, for links to notes.
    ``tell`` is called with (nodes done, of so many) while a picture is drawn.
    """
    if form == "json":
        return render_json(graph)
    if form == "dot":
        return render_dot(graph)
    drawn = draw(graph, tell)
    if form == "svg":
        return render_svg(drawn, colour(graph.nodes, by), to_root=to_root)
    return render_html(drawn, by, to_root=to_root)

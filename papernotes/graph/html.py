"""A graph as one page that asks for nothing: a picture with links, and a script that moves it.

Without JavaScript it is the picture, its legend and a table. The policy of the page allows just
its own style and script, by their hashes, and no request at all, so a title cannot run anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from papernotes.graph.colouring import colour, ways
from papernotes.graph.drawn import byline, short_name
from papernotes.graph.nodelink import MADE_BY
from papernotes.graph.packaged import read_asset
from papernotes.graph.svg import KINDS, body, file_of, href_of, legible, text, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.graph.colouring import Colours
    from papernotes.graph.drawn import Drawn

_ROWS = 100  # of the table
_TAGS = 500  # to choose from
_STYLES = ("colours.css", "picture.css", "page.css")
_BY = {"kind": "kind", "status": "state of reading", "category": "category"}
_PRIVATE = (
    "This page is for you: it shows private notes too. "
    "<code>papernotes graph --published</code> makes one that others may see."
)
_PUBLIC = "Only published notes, and the papers they are about or cite."


def render_html(drawn: Drawn, by: str, *, to_root: str) -> str:
    """Return the page, coloured ``by`` at first; ``to_root`` leads from it to the library."""
    style = "".join(map(read_asset, _STYLES))
    script = read_asset("graph.js")
    graph = drawn.graph
    colours = colour(graph.nodes, by)
    note = (
        f"<p>{_PUBLIC}</p>"
        if graph.is_public
        else f'<p class="private"><strong>private</strong> {_PRIVATE}</p>'
    )
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f'<meta name="generator" content="{MADE_BY}">',
            f"<title>{_heading(drawn)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            "<header>",
            f"<h1>{_heading(drawn)}</h1>",
            f"<p>{text(title_of(drawn))}{_left_out(drawn)}.</p>",
            note,
            "</header>",
            "<main>",
            '<div class="stage">',
            *_canvas(drawn, colours, to_root),
            *_side(drawn, colours),
            "</div>",
            *_table(drawn, to_root),
            "</main>",
            f'<script type="application/json" id="data">{_data(drawn, to_root)}</script>',
            f"<script>{script}</script>",
            "</body>",
            "</html>\n",
        ]
    )


def _hash(source: str) -> str:
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _heading(drawn: Drawn) -> str:
    graph = drawn.graph
    if graph.around:
        middle = next(node for node in graph.nodes if node.id == graph.around)
        return f"Around {text(' '.join(middle.title.split()))}"
    return "Published notes and their papers" if graph.is_public else "Papers and notes"


def _left_out(drawn: Drawn) -> str:
    alone = drawn.graph.alone
    return f"; {alone:,} without any left out" if alone else ""


def _canvas(drawn: Drawn, colours: Colours, to_root: str) -> Iterator[str]:
    box = " ".join(map(str, drawn.box))
    yield '<div class="canvas">'
    yield (
        f'<svg id="graph" class="graph" viewBox="{box}" role="group"'
        f' aria-label="{text(title_of(drawn))}">'
    )
    yield from body(drawn, colours, to_root=to_root)
    yield "</svg>"
    yield (
        '<div class="zoom" data-live hidden>'
        '<button type="button" id="less" aria-label="Show more, smaller">−</button>'
        '<button type="button" id="in" aria-label="Show less, larger">+</button>'
        '<button type="button" id="fit">All</button></div>'
    )
    yield "</div>"


def _side(drawn: Drawn, colours: Colours) -> Iterator[str]:
    yield '<div class="side">'
    yield (
        '<div data-live hidden><label for="search">Search</label>'
        '<input id="search" type="search" autocomplete="off" spellcheck="false">'
        '<p id="hits" role="status"></p><ul id="found" class="found"></ul></div>'
    )
    yield (
        '<section id="chosen" class="chosen" aria-live="polite" hidden><h2 id="title">–</h2>'
        '<p id="facts"></p><p id="places"></p>'
        '<h3 id="out-head">Links to</h3><ul id="out" class="around"></ul>'
        '<h3 id="back-head">Linked from</h3><ul id="back" class="around"></ul></section>'
    )
    yield '<section aria-label="Colours"><h2>Colours</h2><ul id="key" class="key">'
    for number, name, count in colours.legend:
        rounding = 2 if colours.by == "kind" and name != "paper" else 5
        yield (
            f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="c{number}" width="10"'
            f' height="10" rx="{rounding}"/></svg>{text(name)}'
            f' <span class="count">{count}</span></li>'
        )
    yield '</ul><p class="hint">Papers are round, notes square; large is what has many links.</p>'
    yield "</section>"
    yield from _tools(drawn, colours.by)
    yield "</div>"


def _tools(drawn: Drawn, by: str) -> Iterator[str]:
    nodes = drawn.graph.nodes
    kinds = Counter(node.kind for node in nodes)
    years = [node.year for node in nodes if node.year]
    first, last = (min(years), max(years)) if years else ("", "")
    yield '<div class="tools" data-live hidden>'
    yield '<div><label for="by">Colour by</label><select id="by">'
    for way in ways(nodes) or (by,):
        yield f'<option value="{way}"{" selected" if way == by else ""}>{_BY[way]}</option>'
    yield '</select></div><div id="filters" class="tools">'
    yield '<fieldset id="kinds"><legend>Show</legend>'
    for kind, _ in sorted(kinds.items(), key=lambda each: (each[0] != "paper", -each[1], each[0])):
        yield f'<label><input type="checkbox" value="{text(kind)}" checked> {text(kind)}</label>'
    yield "</fieldset>"
    yield '<div><label for="tag">Only with the tag</label><select id="tag">'
    yield '<option value="">any or none</option>'
    for number, (tag, count) in enumerate(_tags(drawn)):
        yield f'<option value="{number}">{text(tag)} ({count})</option>'
    yield "</select></div>"
    yield '<div class="years">'
    for name, label, year in (("from", "Papers from", first), ("to", "to", last)):
        yield (
            f'<div><label for="{name}">{label}</label>'
            f'<input id="{name}" type="number" placeholder="{year}"></div>'
        )
    yield '</div></div><p id="said" role="status"></p>'
    yield (
        '<p class="hint">Drag and scroll to move; a click tells more, a second one opens. '
        "Keys: / searches, arrows go from node to node, Enter opens, + − 0 zoom, Esc ends.</p>"
    )
    yield "</div>"


def _tags(drawn: Drawn) -> list[tuple[str, int]]:
    """Return the tags to choose from with how many nodes have each, the most frequent first."""
    counts = Counter(tag for node in drawn.graph.nodes for tag in set(node.tags))
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_TAGS]


def _table(drawn: Drawn, to_root: str) -> Iterator[str]:
    nodes, degrees = drawn.graph.nodes, drawn.degrees
    order = sorted(range(len(nodes)), key=lambda each: (-degrees[each], each))[:_ROWS]
    said = "The most linked" if len(nodes) > _ROWS else "All of it"
    yield f'<details><summary>{said}, as a table</summary><div class="wide"><table>'
    yield '<thead><tr><th>Title</th><th>Who, or what</th><th class="right">Links</th></tr></thead>'
    yield "<tbody>"
    for number in order:
        node, href = nodes[number], href_of(nodes[number], to_root)
        title = text(" ".join(node.title.split()))
        shown = f'<a href="{text(href)}">{title}</a>' if href else title
        yield (
            f"<tr><td>{shown}</td><td>{text(byline(node) or node.kind)}</td>"
            f'<td class="right">{degrees[number]}</td></tr>'
        )
    yield "</tbody></table></div></details>"


def _data(drawn: Drawn, to_root: str) -> str:
    """Return what the script is told, as JSON that cannot end its element."""
    graph = drawn.graph
    tags = {tag: number for number, (tag, _) in enumerate(_tags(drawn))}
    nodes: list[list[Any]] = []
    for node, (x, y), radius in zip(graph.nodes, drawn.places, drawn.radii, strict=True):
        about = [byline(node) or node.kind, node.category, node.status]
        nodes.append(
            [
                *(x, y, radius, short_name(node), " ".join(node.title.split())),
                " · ".join(filter(None, about)),
                *(legible(node.kind), node.year if node.is_paper else 0),
                [tags[tag] for tag in dict.fromkeys(node.tags) if tag in tags],
                *(node.url or "", file_of(node, to_root), int(node.is_paper)),
            ]
        )
    around = next((n for n, node in enumerate(graph.nodes) if node.id == graph.around), -1)
    data = {
        "box": drawn.box,
        "around": around,
        "nodes": nodes,
        "edges": [[edge.source, edge.target, KINDS.index(edge.kind)] for edge in graph.edges],
        "tags": list(tags),
        "colours": {
            way: {"of": made.of, "legend": made.legend}
            for way in (ways(graph.nodes) or ("kind",))
            for made in (colour(graph.nodes, way),)
        },
    }
    shown = json.dumps(data, separators=(",", ":"))
    return shown.replace("<", "\\u003c").replace("&", "\\u0026").replace(">", "\\u003e")

"""A graph as JSON: nodes and edges ("node-link"), as networkx, d3-force and others read it.

``networkx.node_link_graph(data, edges="edges")`` takes it as it is, and so does
``d3.forceLink(data.edges).id(node => node.id)``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papernotes.reports.surveying import Graph

MADE_BY = "papernotes graph"


def node_link(graph: Graph) -> dict[str, Any]:
    """Return ``directed``, ``multigraph``, ``graph`` (facts of the whole), ``nodes``, ``edges``.

    A node has id, title, kind, is_paper, authors, by, year, category, status, tags, url, path and
    degree (how many others it has to do with); an edge has source and target (ids), kind
    (``links``, ``cites``, ``about``) and count.
    """
    degrees = graph.degrees()
    return {
        "directed": True,
        "multigraph": False,
        "graph": {
            "made_by": MADE_BY,
            "is_public": graph.is_public,
            "around": graph.around,
            "alone": graph.alone,
        },
        "nodes": [
            {
                "id": node.id,
                "title": node.title,
                "kind": node.kind,
                "is_paper": node.is_paper,
                "authors": list(node.authors),
                "by": node.by,
                "year": node.year,
                "category": node.category,
                "status": node.status,
                "tags": list(node.tags),
                "url": node.url,
                "path": node.path,
                "degree": degree,
            }
            for node, degree in zip(graph.nodes, degrees, strict=True)
        ],
        "edges": [
            {
                "source": graph.nodes[edge.source].id,
                "target": graph.nodes[edge.target].id,
                "kind": edge.kind,
                "count": edge.count,
            }
            for edge in graph.edges
        ],
    }


def render_json(graph: Graph) -> str:
    """Return the graph as JSON in ASCII, a node or edge a line."""
    data = node_link(graph)
    nodes, edges = (
        ",\n".join(f"  {json.dumps(each)}" for each in data.pop(name))
        for name in ("nodes", "edges")
    )
    head = json.dumps(data)[1:-1]
    return f'{{{head},\n "nodes": [\n{nodes}\n ],\n "edges": [\n{edges}\n ]}}\n'

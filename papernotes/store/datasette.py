"""What Datasette is told of the store: titles, descriptions, facets, labels and queries.

The file is metadata as `Datasette documents it <https://docs.datasette.io/en/stable/metadata.html>`_;
it names tables, views and columns of :mod:`papernotes.schema`.
"""

from __future__ import annotations

from importlib import resources


def read_metadata() -> str:
    """Return the JSON that Datasette takes for the store, which it calls ``papernotes``."""
    return (resources.files("papernotes.store") / "datasette.json").read_text(encoding="utf-8")

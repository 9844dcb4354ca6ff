"""What Library has for finding again: list and search, in one language of queries."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.library.exploring import Exploring
from papernotes.query import parse as parse_query

if TYPE_CHECKING:
    from papernotes.models import Hits
    from papernotes.query import Node

SORTS = ("added", "year", "title", "status", "rating", "priority", "ref")


class Recalling(Exploring):
    """The verbs that find again."""

    def list(self, text: str = "", *, sort: str = "added", limit: int = 20) -> Hits:
        """Return what matches a query, newest first or by another of :data:`SORTS`.

        ``limit`` 0 is all. Raises QueryError.
        """
        return self._find(parse_query(text), sort, limit)

    def search(self, text: str, *, limit: int = 20, sort: str = "relevance") -> Hits:
        """Return what matches a query, best first, with the places that matched.

        Raises QueryError.
        """
        return self._find(parse_query(text), sort, limit)

    def _find(self, node: Node, sort: str, limit: int) -> Hits:
        from papernotes.library import recall

        problems = self._upkeep.refresh()
        return self._upkeep.mended(
            lambda: recall.search(
                self._upkeep, node, sort=sort, limit=limit, today=self._today(), problems=problems
            )
        )

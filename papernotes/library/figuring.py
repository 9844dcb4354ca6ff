"""The numbers of a library, or of what matches a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.library.tallying import tally
from papernotes.query import EVERYTHING
from papernotes.reports.surveying import Favourite, Month, Stats, Totals
from papernotes.store import figures

if TYPE_CHECKING:
    from collections.abc import Collection

    from papernotes.models import Problem
    from papernotes.query import Node
    from papernotes.reports.connecting import Tally
    from papernotes.store.read import Store


def count(
    store: Store,
    text: str = "",
    node: Node = EVERYTHING,
    among: Collection[int] | None = None,
    *,
    limit: int,
    problems: tuple[Problem, ...] = (),
) -> Stats:
    """Return the numbers of the documents ``among`` (None: all), which ``node`` finds.

    ``limit`` is how many rows each list has at most, 0 for all; having no value is none.
    """

    def counted(by: str) -> tuple[Tally, ...]:
        rows = tally(store, by, node, among, limit=limit).counts
        return tuple(row for row in rows if row.value is not None)

    liked = figures.favourites(store, among, limit=limit)
    return Stats(
        query=text,
        totals=Totals(**figures.totals(store, among)),
        statuses=counted("status"),
        kinds=counted("kind"),
        years=counted("year"),
        categories=counted("cat"),
        tags=counted("tag"),
        months=tuple(Month(*row) for row in figures.months(store, among)[: limit or None]),
        cited=tuple(Favourite(*row[1:]) for row in liked if row[0]),
        linked=tuple(Favourite(*row[1:]) for row in liked if not row[0]),
        problems=problems,
    )

"""What Library has for finding again: list and search, in one language of queries."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.errors import UsageError
from papernotes.ids import name_key
from papernotes.library.surveying import Surveying
from papernotes.library.unpaged import why_unpaged
from papernotes.query import And, Kindly, check_text, join_words, parse_kindly
from papernotes.query import parse as parse_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library.recall import Forgiving
    from papernotes.models import Hits
    from papernotes.query import Node
    from papernotes.reports.connecting import TallyReport

SORTS = ("added", "year", "title", "status", "rating", "priority", "ref")
FACETS = ("year", "cat", "tag", "author", "status", "kind", "priority", "rating", "added")
"""What can be counted by."""

_SIGNS = re.compile(r"[:()*~-]|\b(?:AND|OR|NOT)\b")
_LONGEST_TITLE = 300  # characters


class Recalling(Surveying):
    """The verbs that find again."""

    @contextmanager
    def session(self) -> Iterator[None]:
        """Look at the files once, now: until the end all answers come from that look.

        For many questions in a row, such as a search while somebody types. What is written through
        this library meanwhile is seen; what others write may be seen by the next session only.
        """
        with self._upkeep.session():
            yield

    def list(self, text: str = "", *, sort: str = "added", limit: int = 20, start: int = 0) -> Hits:
        """Return what matches a query, newest first or by another of :data:`SORTS`.

        ``limit`` 0 is all; the first ``start`` are left out. Raises QueryError.
        """
        asked = parse_kindly(text)
        found = self._find(asked.node, sort, limit, forgiving="name", start=start)
        return _said(found, asked.notices)

    def search(
        self,
        text: str,
        *,
        limit: int = 20,
        sort: str = "relevance",
        context: int = 0,
        is_exact: bool = False,
        start: int = 0,
    ) -> Hits:
        """Return what matches a query, best first, with the places that matched.

        ``context`` is how many sentences before and behind each come with it. Unless ``is_exact``,
        a query that finds nothing is mended, and the hits are those of ``Hits.suggestion``. The
        first ``start`` are left out. Raises QueryError.
        """
        asked = Kindly(parse_query(text)) if is_exact else self._meant(text)
        forgiving: Forgiving = "name" if is_exact else "answer"
        found = self._find(asked.node, sort, limit, context, forgiving, start)
        return _said(found, asked.notices + why_unpaged(self._upkeep, asked.node))

    def _meant(self, text: str) -> Kindly:
        """Return what a text means: its words where it is the title of something, else a query."""
        if _SIGNS.search(text) and len(text) <= _LONGEST_TITLE:
            check_text(text)
            store, key = self._upkeep.store, name_key(text)
            is_title = self._upkeep.mended(lambda: store().document("name", key) is not None)
            words = join_words(text.split()) if is_title else None
            if words is not None:
                return Kindly(words)
        return parse_kindly(text)

    def refs(
        self, text: str, *, only: str = "", sort: str = "added", limit: int = 0
    ) -> tuple[str, ...]:
        """Return the refs of what matches a query exactly, newest first, for verbs that take refs.

        ``only`` is a second query that they match as well. ``sort`` may also be ``relevance``;
        ``limit`` 0 is all. Raises QueryError, also for what :meth:`search` would mend.
        """
        node = And((parse_query(text), parse_query(only))) if only else parse_query(text)
        return tuple(hit.ref for hit in self._find(node, sort, limit))

    def like(self, text: str, *, query: str = "", limit: int = 20) -> Hits:
        """Return what is like a text from outside (a draft, an abstract, an entry), best first.

        The text may be plain or hold Markdown, LaTeX or BibTeX. Each hit has a score from 0 to 1 (a
        copy has 0.9, 1 what it alone names), reasons, and the places with most of what they share.
        ``query`` narrows what is looked at; ``limit`` 0 is all. Raises UsageError for a text
        without words, and QueryError.
        """
        from papernotes.library import likening

        problems = self._upkeep.refresh()

        def act() -> Hits:
            among = self._matching(query) if query.strip() else None
            return likening.like(self._upkeep, text, limit=limit, among=among, problems=problems)

        return self._upkeep.mended(act)

    def count(self, text: str = "", *, by: str, limit: int = 0) -> TallyReport:
        """Return how many of the documents that match a query have which ``by``, of :data:`FACETS`.

        ``limit`` 0 is all rows. ``added`` counts by months. Raises QueryError, and UsageError for
        another ``by``.
        """
        from papernotes.library import tallying

        if by not in FACETS:
            raise UsageError(f"nothing is counted by {by!r}", hint=f"one of: {', '.join(FACETS)}")
        node = parse_query(text)
        problems = self._upkeep.refresh()

        def act() -> TallyReport:
            among = self._matching(text) if text.strip() else None
            return tallying.tally(
                self._upkeep.store(), by, node, among, limit=limit, problems=problems
            )

        return self._upkeep.mended(act)

    def _find(
        self,
        node: Node,
        sort: str,
        limit: int,
        context: int | None = None,
        forgiving: Forgiving = "no",
        start: int = 0,
    ) -> Hits:
        from papernotes.library import recall

        problems = self._upkeep.refresh()
        return self._upkeep.mended(
            lambda: recall.search(
                self._upkeep,
                node,
                sort=sort,
                limit=limit,
                today=self._today(),
                problems=problems,
                context=context,
                forgiving=forgiving,
                start=start,
            )
        )


def _said(found: Hits, notices: tuple[str, ...]) -> Hits:
    return replace(found, notices=notices + found.notices) if notices else found

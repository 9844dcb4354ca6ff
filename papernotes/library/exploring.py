"""What is seen of a library from aside: links, alike papers, mentions, tags, what to read next."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError
from papernotes.library.tending import Tending

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.library.mentioning import Plan as MentionPlan
    from papernotes.reports.connecting import (
        LinksReport,
        MentionReport,
        NextReport,
        RelatedReport,
        TagReport,
    )


class Exploring(Tending):
    """The verbs links, related, tags and next."""

    def links(self, ref: str | None = None) -> LinksReport:
        """Return what ``ref`` links to, what links to it, and its links that lead nowhere.

        Without it all links of the library that lead nowhere or might lead elsewhere. Raises
        NotFoundError and AmbiguousRefError.
        """
        from papernotes.library import pointing

        problems = self._upkeep.refresh()
        upkeep = self._upkeep

        def act() -> LinksReport:
            return pointing.loose_links(upkeep) if ref is None else pointing.links_of(upkeep, ref)

        return replace(upkeep.mended(act), problems=problems)

    def related(self, ref: str, *, limit: int = 10, query: str = "") -> RelatedReport:
        """Return the papers and notes that are like one, best first, each with its reasons.

        ``limit`` 0 is all that have anything in common with it, of those that match ``query``.
        Raises NotFoundError and QueryError.
        """
        from papernotes.library import relating

        problems = self._upkeep.refresh()

        def act() -> RelatedReport:
            among = self._matching(query) if query.strip() else None
            return relating.related(self._upkeep, ref, limit=limit, among=among, problems=problems)

        return self._upkeep.mended(act)

    def mentions(
        self,
        ref: str,
        *,
        is_linking: bool = False,
        agree: Callable[[MentionReport], bool] | None = None,
    ) -> MentionReport:
        """Return where notes say what ``ref`` means without a link; ``is_linking`` makes links.

        Before a file is changed ``agree`` is handed the plan; when it says no nothing is. What is
        in doubt is never linked. Raises NotFoundError, AmbiguousRefError, ConflictError when the
        library changed meanwhile, LockedError and FileError.
        """
        from papernotes.library.mentioning import carry_out, plan_mentions

        def plan() -> MentionPlan:
            return plan_mentions(self._upkeep, ref, progress=self._progress)

        problems = self._upkeep.refresh()
        shown = self._upkeep.mended(plan)
        report = replace(shown.report(), problems=problems)
        if not (is_linking and shown.edits) or (agree is not None and not agree(report)):
            return report
        with self._upkeep.locked():
            self._upkeep.mended(self._upkeep.sync)
            if self._upkeep.mended(plan) != shown:
                raise ConflictError(
                    "the library changed since the plan was made; nothing was linked",
                    hint="run it again",
                )
            carry_out(self._upkeep, shown)
        return replace(report, is_linked=True)

    def tags(self, beginning: str = "") -> TagReport:
        """Return every tag that begins so, with how many notes have it or one below it."""
        from papernotes.library.counting import count_tags
        from papernotes.reports.connecting import TagReport
        from papernotes.store.tagged import tagged

        problems = self._upkeep.refresh()
        text = beginning.lstrip("#")
        rows = self._upkeep.mended(lambda: tagged(self._upkeep.store(), text))
        return TagReport(count_tags(rows, text), problems)

    def next(self, text: str = "", *, limit: int = 3) -> NextReport:
        """Return what to read now and why, of what is unread or being read and matches a query.

        ``limit`` 0 is all. Raises QueryError.
        """
        from papernotes.library.queue import suggest

        problems = self._upkeep.refresh()

        def act() -> NextReport:
            among = self._matching(text) if text.strip() else None
            store = self._upkeep.store()
            with store.snapshot():
                return suggest(
                    store, today=self._today(), limit=limit, among=among, problems=problems
                )

        return self._upkeep.mended(act)

"""Library: the façade, and the place where the parts are put together.

Everything the command line does is one method here that returns a frozen value: ``opened`` has
what all need, ``gathering`` the verbs that bring in and change papers, ``tending`` those that
change notes, ``exploring`` those that look at them from aside, ``recalling`` those that find
again, this file those that write notes, show and publish. The heavy parts (arXiv, BibTeX, YAML,
Whoosh, export) are imported where they are first needed: this package and ``cli/__init__`` are
the only two places that do that.
"""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.errors import UsageError
from papernotes.library.recalling import FACETS, SORTS, Recalling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export import Plan
    from papernotes.models import Card
    from papernotes.reports.writing import BibReport, ExportReport

__all__ = ["FACETS", "SORTS", "Library"]


class Library(Recalling):
    """A folder of notes and BibTeX with a store and an index made from them.

    ``notify`` takes one-line notices (an index rebuilt, a lock waited for); ``progress`` takes
    what is being done, how far it is and of how much; ``today`` is the clock.
    """

    def new(
        self,
        title: str,
        *,
        kind: str = "note",
        tags: Sequence[str] = (),
        paper: str | None = None,
        is_dry_run: bool = False,
    ) -> str:
        """Start a free note (unless it is a dry run) and return its ref.

        ``kind`` is one of :data:`papernotes.notes.KINDS`, or the name of a template in
        ``templates/``. ``paper`` is a REF whose paper the note is about. Raises ConflictError
        when a note of that name exists, NotFoundError for an unknown paper, UsageError for an
        empty title or an unknown kind, FormatError for a template that is wrong.
        """
        from papernotes.library import drafting

        if not title.strip():
            raise UsageError("a note needs a title")
        template = drafting.template_of(self.root, kind)
        about = None
        if paper is None:
            self._upkeep.refresh()
        else:
            ref, _, about = self._documents([paper])[0]
            if about is None:
                raise UsageError(f"{ref} is not a paper")
        return drafting.start_note(
            self._upkeep,
            title,
            kind=kind,
            created=self._today(),
            template=template,
            tags=tags,
            about=about,
            is_dry_run=is_dry_run,
        )

    # --- reading -----------------------------------------------------------------------------

    def show(self, ref: str) -> Card:
        """Return all that is known of one paper or note. Raises NotFoundError."""
        problems = self._upkeep.refresh()
        return self._upkeep.mended(lambda: self._card(ref, problems))

    # --- publishing --------------------------------------------------------------------------

    def export(
        self,
        directory: str | Path,
        *,
        to: str = "fastpages",
        query: str = "",
        refs: Sequence[str] = (),
        is_dry_run: bool = False,
    ) -> ExportReport:
        """Write notes as posts of the blog at ``directory``.

        Without ``refs`` these are the notes marked ``publish: true`` that match ``query``; with
        them just those, marked or not, but never private ones. Posts of notes that are no longer
        published go. Raises UsageError for a target or folder that cannot be, and FileError.
        """
        from papernotes.library import publishing
        from papernotes.refs import find_document

        self._upkeep.refresh()

        def plan() -> Plan:
            chosen = self._matching(query) if query.strip() else None
            store = self._upkeep.store()
            with store.snapshot():
                return publishing.plan(
                    self._upkeep,
                    self.config,
                    Path(directory).expanduser(),
                    target=to,
                    chosen=chosen,
                    named=[find_document(store, ref) for ref in refs],
                    today=self._today(),
                )

        made = self._upkeep.mended(plan)
        return made.report() if is_dry_run else publishing.apply(made)

    def bib(
        self,
        text: str = "",
        *,
        cited_in: Sequence[str] = (),
        keys: Sequence[str] = (),
        to: str = "",
        fields: Sequence[str] = (),
        is_ascii: bool | None = None,
        sort: str = "key",
        output: str | Path | None = None,
        is_dry_run: bool = False,
        is_forced: bool = False,
        has_items: bool = False,
        standard_input: str = "",
    ) -> BibReport:
        """Return a bibliography, and write it to the file ``output`` if that would change it.

        It is of the papers that the documents ``cited_in`` cite (``-`` stands for the text
        ``standard_input``) and those that ``keys`` name, or of all; the query ``text`` narrows
        them. ``to``, ``fields`` and ``is_ascii`` are those of
        :func:`papernotes.bibliography.render`; ``sort`` is ``key`` or ``cited``. ``has_items``
        gives it as CSL-JSON too. Raises QueryError, UsageError for a field that is none,
        ConflictError for a file that holds more than papers of the library, and FileError.
        """
        from papernotes import bibliography
        from papernotes.library import citing

        bibliography.check_wanted(frozenset(fields))
        cited = bibliography.read_citations(cited_in, standard_input) if cited_in else None
        self._upkeep.refresh()

        def make() -> BibReport:
            wish = citing.Wish(
                citations=cited,
                keys=tuple(keys),
                matching=frozenset(self._matching(text)) if text.strip() else None,
                to=to,
                fields=tuple(fields),
                is_ascii=is_ascii,
                sort=sort,
                has_items=has_items,
            )
            return citing.make(self._upkeep, wish)

        made = self._upkeep.mended(make)
        if output is None:
            return made
        return citing.settle(
            self._upkeep, made, Path(output), to, is_dry_run=is_dry_run, is_forced=is_forced
        )

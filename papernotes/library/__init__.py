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

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.errors import UsageError
from papernotes.library.recalling import FACETS, SORTS, Recalling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from papernotes.export import Plan
    from papernotes.library.browsing import Browser
    from papernotes.library.serving import Preview
    from papernotes.models import Card
    from papernotes.reports.flagging import PublishReport
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
        where: str | Path = "",
        *,
        to: str = "",
        query: str = "",
        refs: Sequence[str] = (),
        theme: str = "",
        style: str = "",
        csl: str = "",
        is_dry_run: bool = False,
        is_forced: bool = False,
        has_diffs: bool = False,
        has_advice: bool = False,
        is_verified: bool = False,
        is_built: bool = False,
    ) -> ExportReport:
        """Write notes as posts of a blog.

        ``where`` is the name of a blog of the settings, a folder, or nothing for the only one (or
        the one called ``blog``); ``to``, ``theme``, ``style`` and ``csl`` win over its settings.
        Without ``refs`` these are the notes marked ``publish: true`` that match ``query``; with
        them just those, marked or not, but never private ones. Posts of notes that are no longer
        published go. ``is_forced`` takes over posts that were edited by hand; ``has_diffs`` tells,
        with a dry run, how files would change, and ``has_advice`` what might be better in notes
        whose posts do. ``is_verified`` makes all posts anew, reads them
        back and withholds those with a fault; ``is_built`` also builds the blog aside with its
        real program and writes nothing if its pages do not say what the posts say. Raises
        UsageError for a target or folder that cannot be, or a program that is not there,
        LeakError, and FileError.
        """
        from papernotes.library import blogs, publishing
        from papernotes.refs import find_document

        wish = blogs.Wish(str(where), to, theme, style, csl)
        blog = blogs.choose(self.config, self.root, wish, today=self._today())
        self._upkeep.refresh()

        def plan() -> Plan:
            chosen = self._matching(query) if query.strip() else None
            store = self._upkeep.store()
            with store.snapshot():
                return publishing.plan(
                    self._upkeep,
                    blog,
                    chosen=chosen,
                    named=[find_document(store, ref) for ref in refs],
                    is_forced=is_forced,
                    is_verified=is_verified or is_built,
                )

        made = self._upkeep.mended(plan)
        if has_advice:
            advice = publishing.advice(self._upkeep, made)
            made = replace(made, problems=(*made.problems, *advice))
        if is_built:
            from papernotes.library import verifying

            found = verifying.built(made)
            if is_dry_run or not found.is_sound:
                return replace(found, is_dry_run=True)
            done = publishing.apply(made, self._progress)
            return replace(done, built_by=found.built_by, compared=found.compared)
        return (
            made.report(has_diffs=has_diffs)
            if is_dry_run
            else publishing.apply(made, self._progress)
        )

    def preview(self, refs: Sequence[str] = (), *, blog: str = "") -> Preview:
        """Return a preview of the blog as an html export would make it; nothing is written.

        It shows the published notes and those that ``refs`` mean, published or not, but never
        private ones. ``blog`` is one of the settings, or its folder.
        """
        from papernotes.library.serving import Preview

        return Preview(self._upkeep, tuple(refs), blog, today=self._today)

    def browse(self, pause: Callable[[float], bool]) -> Browser:
        """Return what answers a browser with pages of the whole library, private notes included.

        It only reads. ``pause`` waits so many seconds, and returns True at the end of it all.
        Raises UsageError where what the html target needs is not installed.
        """
        from papernotes.export import find_target

        find_target("html")
        from papernotes.library.browsing import Browser

        return Browser(self, self._upkeep, pause=pause, today=self._today)

    def publish(
        self,
        refs: Sequence[str],
        where: str | Path = "",
        *,
        to: str = "",
        descriptions: Mapping[str, str] | None = None,
        is_undone: bool = False,
        is_dry_run: bool = False,
    ) -> PublishReport:
        """Mark notes as published in their front matter, and export them to a blog.

        ``where`` and ``to`` are those of :meth:`export`; ``descriptions`` (by ref in full) are
        written too. ``is_undone`` takes the mark away instead and exports nothing; it needs no
        blog. Nothing is marked when the export would be refused. Raises what :meth:`export` does,
        and NotFoundError, FormatError and ConflictError for front matter that cannot be changed.
        """
        from papernotes.library import blogs, flagging

        blog = None
        if where or self.config.blogs or not is_undone:
            wished = blogs.Wish(str(where), to)
            blog = blogs.choose(self.config, self.root, wished, today=self._today())
        wish = flagging.Wish(blog.target if blog else "", descriptions or {}, is_undone)
        self._upkeep.refresh()
        flags = self._upkeep.mended(
            lambda: flagging.plan(self._upkeep, refs, wish, is_dry_run=True)
        )
        named = [note.ref for note in flags.notes]
        shown = None
        if not is_undone:
            shown = self.export(where, to=to, refs=named, is_dry_run=True)
        if not is_dry_run:
            with self._upkeep.locked():
                flags = self._upkeep.mended(lambda: flagging.carry_out(self._upkeep, named, wish))
            if not is_undone:
                shown = self.export(where, to=to, refs=named)
        return flagging.told(flags, shown, blog, wish, is_dry_run=is_dry_run)

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
        cited = None
        if cited_in:
            from papernotes.bibliography.cited import read_citations

            cited = read_citations(cited_in, standard_input)
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

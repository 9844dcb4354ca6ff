"""What comes into a library and is kept true there: papers, news of them, PDFs, new names."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from papernotes.errors import ConflictError
from papernotes.library.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from papernotes.arxiv import ArxivClient
    from papernotes.library.adding import Adding, Wishes
    from papernotes.library.importing import Source
    from papernotes.library.renaming.changes import Plan as RenamePlan
    from papernotes.models import Paper
    from papernotes.reports.adopting import AdoptReport
    from papernotes.reports.changing import RenameReport
    from papernotes.reports.gathering import (
        Added,
        AddReport,
        FindReport,
        PdfReport,
        PdfResult,
        Updated,
        UpdateReport,
    )

R = TypeVar("R", bound="Adding")

_PATIENCE = 20.0
_PATIENCE_OF_A_BATCH = 300.0


class Gathering(Opened):
    """The verbs add, adopt, find, update, pdf and rename."""

    def add(
        self,
        asked: Sequence[str],
        *,
        tags: Sequence[str] = (),
        status: str | None = None,
        has_note: bool = True,
        is_offline: bool = False,
        is_dry_run: bool = False,
        tell: Callable[[Added], None] | None = None,
    ) -> AddReport:
        """Fetch papers from arXiv and write their entries and notes.

        ``asked`` are ids or arXiv URLs. Every one is accounted for in the report, in order, and
        told to ``tell`` as soon as it is settled; nothing is raised for one of them alone. Without
        ``status`` new notes have that of the template for papers, else ``unread``.
        ``is_offline`` asks nobody and writes stubs that :meth:`update` completes. Raises
        FormatError for a template of notes that is wrong, LockedError and StoreError.
        """
        from papernotes.library.adding import Wishes
        from papernotes.library.intake import Intake
        from papernotes.reports.gathering import AddReport

        problems = self._upkeep.refresh()
        wishes = Wishes(tuple(tags), status, has_note)
        intake = self._run(Intake, wishes, tell, dry=is_dry_run)
        results = (
            intake.take_stubs(asked)
            if is_offline
            else intake.take(asked, lambda count: self._arxiv("add", count))
        )
        return AddReport(results, is_dry_run, problems)

    def add_bib(
        self,
        sources: Sequence[str | Path | Source],
        *,
        tags: Sequence[str] = (),
        status: str | None = None,
        has_note: bool = False,
        has_keywords: bool = False,
        is_dry_run: bool = False,
        tell: Callable[[Added], None] | None = None,
    ) -> AddReport:
        """Import .bib files: copy the entries that are new, fill those that are known.

        A paper is known by arXiv id, by DOI, or by title, first author and year; the reason stands
        in the outcome's message. Keys stay what they are, but for clashes. ``has_note`` writes a
        note for each new paper, ``has_keywords`` makes tags of its keywords and groups. Of several
        files one that cannot be read is a problem of the report. Raises FileError and FormatError
        where none can, NotFoundError where none has an entry, LockedError and StoreError.
        """
        from papernotes.library.adding import Wishes
        from papernotes.library.importing import Importing, read_sources
        from papernotes.reports.gathering import AddReport

        given, unreadable = read_sources(sources)
        problems = self._upkeep.refresh()
        wishes = Wishes(tuple(tags), status, has_note, has_keywords)
        run = self._run(Importing, wishes, tell, dry=is_dry_run)
        results, unread = self._upkeep.mended(lambda: run.take(given))
        return AddReport(results, is_dry_run, problems, (*unreadable, *unread))

    def adopt(self, directory: str | Path, *, is_dry_run: bool = False) -> AdoptReport:
        """Make a note of each post of a blog of fastpages, Jekyll or Hugo that no note is yet.

        ``directory`` is the blog or its folder of posts. Address, date, front matter and images of
        a post are kept, so that an export gives the same pages; nothing in the blog changes but
        the ledger of exports. Raises UsageError for a folder without a blog, FormatError for
        settings of it that cannot be read, LockedError and FileError.
        """
        from pathlib import Path

        from papernotes.library import adopting

        return adopting.adopt(
            self._upkeep, Path(directory), today=self._today(), is_dry_run=is_dry_run
        )

    def find(
        self,
        text: str = "",
        *,
        categories: Sequence[str] = (),
        since: str | None = None,
        limit: int = 20,
        sort: str = "relevance",
    ) -> FindReport:
        """Search arXiv; what is in the library already is marked with its key.

        ``categories`` and ``since`` narrow the query ``text``, as
        :func:`papernotes.arxiv.question.render_question` says; a query of ids is answered with
        just those. ``sort`` is ``relevance`` or ``newest``. Raises QueryError, UsageError and
        NetworkError.
        """
        from papernotes.library import finding

        question = finding.prepare(
            text, categories=categories, since=since, limit=limit, sort=sort, today=self._today()
        )
        self._upkeep.refresh()
        answer = finding.ask(self._arxiv("find", limit), question)
        return self._upkeep.mended(lambda: finding.marked(self._upkeep.store(), question, *answer))

    def add_found(
        self,
        papers: Sequence[Paper],
        *,
        tags: Sequence[str] = (),
        status: str | None = None,
        has_note: bool = True,
        is_dry_run: bool = False,
        tell: Callable[[Added], None] | None = None,
    ) -> AddReport:
        """Write entries and notes of papers that :meth:`find` found, like :meth:`add`."""
        from papernotes.library.adding import Wishes
        from papernotes.library.intake import Intake
        from papernotes.reports.gathering import AddReport

        problems = self._upkeep.refresh()
        wishes = Wishes(tuple(tags), status, has_note)
        intake = self._run(Intake, wishes, tell, dry=is_dry_run)
        return AddReport(intake.take_papers(papers), is_dry_run, problems)

    def update(
        self,
        refs: Sequence[str] = (),
        *,
        is_dry_run: bool = False,
        tell: Callable[[Updated], None] | None = None,
    ) -> UpdateReport:
        """Ask arXiv what is new about papers (all of them without ``refs``) and write it down.

        New versions, titles, DOIs, journal references and withdrawals go into the entries that
        papernotes made and, where it still says what the entry said, into the front matter of
        their notes; a note that named no version then names the one it was about. Stubs of
        :meth:`add` are completed. Each paper is told to ``tell`` as soon as it is settled.
        Raises NotFoundError for a ref, UsageError for one that is no arXiv paper, LockedError.
        """
        from papernotes.library import updating
        from papernotes.reports.gathering import UpdateReport

        problems = self._upkeep.refresh()
        papers, skipped = self._upkeep.mended(lambda: updating.chosen(self._upkeep, refs))
        run = updating.Updating(
            self._upkeep, tell=tell, progress=self._progress, is_dry_run=is_dry_run
        )
        results = run.run(papers, self._arxiv("update", len(papers))) if papers else ()
        return UpdateReport(results, skipped, is_dry_run, problems)

    def pdf(
        self,
        refs: Sequence[str],
        *,
        with_annotations: bool = False,
        is_dry_run: bool = False,
        tell: Callable[[PdfResult], None] | None = None,
    ) -> PdfReport:
        """Fetch PDFs of papers into pdf/ and make their text searchable.

        An arXiv id with a version asks for that version, any other ref for the one its entry is
        about. ``with_annotations`` also puts highlights and comments into the papers' notes,
        each once. Every ref is accounted for, and told to ``tell`` as soon as it is settled.
        Raises LockedError and StoreError.
        """
        from papernotes.arxiv.download import Downloads
        from papernotes.library.pdfs import Reading
        from papernotes.reports.gathering import PdfReport

        problems = self._upkeep.refresh()
        patience = _PATIENCE_OF_A_BATCH if len(refs) > 1 else _PATIENCE
        downloads = Downloads(
            self.config,
            self._state_dir,
            notify=self._notify,
            patience_seconds=patience,
        )
        run = Reading(
            self._upkeep,
            downloads,
            tell=tell,
            progress=self._progress,
            note_path=self.note_path if with_annotations else None,
            is_dry_run=is_dry_run,
        )
        return PdfReport(run.run(refs), is_dry_run, problems)

    def rename(
        self,
        ref: str,
        new: str,
        *,
        is_dry_run: bool = False,
        agree: Callable[[RenameReport], bool] | None = None,
    ) -> RenameReport:
        """Give a paper another citation key, or a free note another file name or folder.

        A ``new`` with a ``/`` is a path below notes/; any other leaves a note in its folder. The
        entry, the files named after it and every link, citation and ``paper:`` in notes follow,
        all or none. An entry that papernotes did not make is ``foreign``: the report says what
        would have to be changed where. Before anything is done ``agree`` is handed the plan; when
        it says no the answer is that of a dry run. Raises NotFoundError, UsageError for a name
        that cannot be, ConflictError for one that is taken or a file that changed meanwhile,
        FormatError for a note that cannot be changed, LockedError and FileError.
        """
        from papernotes.library.renaming.planning import Renaming

        return self._rename(
            lambda: Renaming(self._upkeep, progress=self._progress).plan_one(ref, new),
            agree,
            is_dry_run=is_dry_run,
        )

    def rename_heading(
        self,
        ref: str,
        heading: str,
        new: str,
        *,
        is_dry_run: bool = False,
        agree: Callable[[RenameReport], bool] | None = None,
    ) -> RenameReport:
        """Give a heading of a note other words, and all links that mean it, like :meth:`rename`.

        ``heading`` is what a link would say after its ``#``: the words, an anchor, or a path of
        headings. Links to other headings of the note go on meaning what they meant, or
        ConflictError is raised.
        """
        from papernotes.library.renaming.headings import Reheading

        return self._rename(
            lambda: Reheading(self._upkeep, progress=self._progress).plan(ref, heading, new),
            agree,
            is_dry_run=is_dry_run,
        )

    def rename_tag(
        self,
        old: str,
        new: str,
        *,
        is_dry_run: bool = False,
        agree: Callable[[RenameReport], bool] | None = None,
    ) -> RenameReport:
        """Give a tag and those below it another name in all notes, like :meth:`rename`.

        A name that other notes have as a tag already is allowed: the message of the result says
        that the two become one, which cannot be taken back.
        """
        from papernotes.library.renaming.tags import plan_tag

        return self._rename(
            lambda: plan_tag(self._upkeep, old, new, progress=self._progress),
            agree,
            is_dry_run=is_dry_run,
        )

    def rename_all(
        self,
        query: str = "",
        *,
        template: str | None = None,
        is_dry_run: bool = False,
        agree: Callable[[RenameReport], bool] | None = None,
    ) -> RenameReport:
        """Give all papers that match ``query`` the keys that a template makes of them.

        Without ``template`` it is that of the settings. Before anything is done ``agree`` is
        handed the plan; when it says no the answer is that of a dry run. Keys that are what they
        should be stay, and so do, with a reason, those that cannot be changed. Raises QueryError,
        ConfigError, ConflictError when the library changed meanwhile, LockedError and FileError.
        """
        from papernotes.library.renaming.planning import Renaming

        form = str(self.config["citekey.template"]) if template is None else template

        def plan() -> RenamePlan:
            chosen = self._matching(query) if query.strip() else self._upkeep.store().document_ids()
            run = Renaming(self._upkeep, progress=self._progress)
            return run.plan_all(sorted(chosen), form)

        return self._rename(plan, agree, is_dry_run=is_dry_run)

    def _rename(
        self,
        plan: Callable[[], RenamePlan],
        agree: Callable[[RenameReport], bool] | None,
        *,
        is_dry_run: bool,
    ) -> RenameReport:
        """Plan and do it; first show the plan to ``agree`` if there is one, or only that."""
        if agree is None and not is_dry_run:
            return self._renamed(plan).report()
        self._upkeep.refresh()
        planned = self._upkeep.mended(plan)
        shown = planned.report(is_dry_run=True)
        if is_dry_run or planned.is_empty or agree is None or not agree(shown):
            return shown
        return self._renamed(plan, expected=shown).report()

    def _renamed(
        self, plan: Callable[[], RenamePlan], expected: RenameReport | None = None
    ) -> RenamePlan:
        """Plan under the lock, from what stands there then, and do it."""
        from papernotes.library.renaming.changes import carry_out

        with self._upkeep.locked():
            self._upkeep.mended(self._upkeep.sync)
            planned = self._upkeep.mended(plan)
            if expected is not None and planned.report(is_dry_run=True) != expected:
                raise ConflictError(
                    "the library changed since the plan was made; nothing was renamed",
                    hint="run it again",
                )
            if not planned.is_empty:
                carry_out(self._upkeep, planned)
        return planned

    def _run(
        self, kind: type[R], wishes: Wishes, tell: Callable[[Added], None] | None, *, dry: bool
    ) -> R:
        return kind(
            self._upkeep,
            self.config,
            wishes=wishes,
            today=self._today(),
            notify=self._notify,
            tell=tell,
            progress=self._progress,
            is_dry_run=dry,
        )

    def _arxiv(self, purpose: str, count: int = 1) -> ArxivClient:
        """Return a client; one that is to fetch more than a page waits longer when arXiv asks."""
        from papernotes.arxiv import ArxivClient

        is_batch = count > ArxivClient.page_size
        return ArxivClient(
            self.config,
            self._state_dir,
            notify=self._notify,
            patience_seconds=_PATIENCE_OF_A_BATCH if is_batch else _PATIENCE,
            purpose=purpose,
        )

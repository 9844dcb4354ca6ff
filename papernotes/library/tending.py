"""What is changed in a library by hand: reading state, tags, removal, and what is not in order."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from papernotes.library.gathering import Gathering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from papernotes.library.marking import Wish
    from papernotes.reports.changing import EmptyReport, MarkReport, RemoveReport, TrashReport
    from papernotes.reports.checking import DoctorReport, Finding


class Tending(Gathering):
    """The verbs status, tag, remove, restore and doctor."""

    def set_status(
        self,
        refs: Sequence[str],
        status: str | None = None,
        *,
        rating: int | None = None,
        priority: str | None = None,
        is_dry_run: bool = False,
    ) -> MarkReport:
        """Set ``unread``, ``reading`` or ``read``, stars and priority in the front matter of notes.

        What is None stays; without any of them the report says what is. ``rating`` is 1 to 5, or 0
        to take it away; ``priority`` is ``high``, ``normal`` or ``low``. A paper without a note
        gets one. Every ref is accounted for; where a single one is asked NotFoundError is raised.
        Raises UsageError for a value that cannot be, ConflictError where an editor was always
        quicker, LockedError and FileError: nothing was changed then.
        """
        from papernotes.library.marking import make_wish

        wish = make_wish(status=status, rating=rating, priority=priority)
        return self._marked(refs, wish, is_dry_run=is_dry_run)

    def tag(
        self,
        refs: Sequence[str],
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        is_dry_run: bool = False,
    ) -> MarkReport:
        """Add tags to the front matter of notes and take others away, like :meth:`set_status`.

        Without any the report says which they have. Case does not matter; tags in the text of a
        note stay, and the report says where one that was taken away still stands.
        """
        from papernotes.library.marking import make_wish

        return self._marked(refs, make_wish(add=add, remove=remove), is_dry_run=is_dry_run)

    def _marked(self, refs: Sequence[str], wish: Wish, *, is_dry_run: bool) -> MarkReport:
        from papernotes.library.marking import Marking
        from papernotes.reports.changing import MarkReport

        run = Marking(self._upkeep, wish, today=self._today(), progress=self._progress)
        if is_dry_run or wish.is_empty:
            problems = self._upkeep.refresh()
            results, _ = self._upkeep.mended(lambda: run.plan(refs))
            return MarkReport(results, is_dry_run, problems)
        with self._upkeep.locked():
            problems = self._upkeep.mended(self._upkeep.sync).problems
            return MarkReport(self._upkeep.mended(lambda: run.carry_out(refs)), problems=problems)

    def remove(
        self,
        refs: Sequence[str],
        *,
        only_notes: bool = False,
        is_dry_run: bool = False,
        agree: Callable[[RemoveReport], bool] | None = None,
    ) -> RemoveReport:
        """Move papers, each with its entry, own note and PDFs, or free notes to the trash.

        ``only_notes`` leaves entries and PDFs. All or nothing: before anything is done ``agree``
        is handed the plan; when it says no the answer is that of a dry run. Raises NotFoundError,
        ConflictError for an entry that papernotes did not make or for files that changed
        meanwhile, LockedError and FileError: nothing was removed then.
        """
        from papernotes.library import removing

        return removing.remove(
            self._upkeep,
            refs,
            at=datetime.now(UTC),
            only_notes=only_notes,
            is_dry_run=is_dry_run,
            agree=agree,
        )

    def restore(self, names: Sequence[str], *, is_dry_run: bool = False) -> TrashReport:
        """Bring back what was removed, all or nothing, each file with its bytes, mode and time.

        ``names`` are refs or their beginnings (of a ref removed more than once the newest removal
        is meant) or folders in the trash. Raises NotFoundError, ConflictError where a path or
        citation key is taken by now, LockedError and FileError: nothing was restored then.
        """
        from papernotes.library import restoring

        return restoring.restore(self._upkeep, names, is_dry_run=is_dry_run)

    def trash(self) -> TrashReport:
        """Return what :meth:`restore` can bring back, newest first. Raises FileError."""
        from papernotes.library import restoring

        return restoring.listing(self._upkeep)

    def empty_trash(
        self, *, is_dry_run: bool = False, agree: Callable[[EmptyReport], bool] | None = None
    ) -> EmptyReport:
        """Delete for good all that :meth:`restore` could bring back, and nothing else.

        What other programs keep in the same folder stays, and so does a removal whose manifest
        cannot be read, which is a problem of the report. Before anything is done ``agree`` is
        handed the plan; when it says no the answer is that of a dry run. Raises ConflictError
        where the trash changed meanwhile, LockedError and FileError.
        """
        from papernotes.library import emptying

        return emptying.empty(self._upkeep, is_dry_run=is_dry_run, agree=agree)

    def doctor(
        self,
        *,
        fix: bool = False,
        blog: str | Path | None = None,
        is_dry_run: bool = False,
        agree: Callable[[DoctorReport], bool] | None = None,
    ) -> DoctorReport:
        """Check everything; ``fix`` what can be, and look again: the findings are what is left.

        With ``blog``, the folder of an export, its posts are compared too. Before anything is
        changed ``agree`` is handed the plan; when it says no the answer is that of a dry run.
        Raises UsageError for a folder that can be no blog, ConflictError for a file that changed
        meanwhile, LockedError, StoreError and FileError.
        """
        from papernotes.library.examining import Examination
        from papernotes.library.mending import attend

        def examine() -> tuple[Finding, ...]:
            run = Examination(self._upkeep, progress=self._progress)
            return run.findings(() if blog is None else self._posts(blog))

        return attend(self._upkeep, examine, wants_fix=fix, is_dry_run=is_dry_run, agree=agree)

    def _posts(self, blog: str | Path) -> tuple[Finding, ...]:
        from papernotes.doctor.posts import posts
        from papernotes.library import blogs, publishing

        wish = blogs.Wish(str(blog))
        chosen = blogs.choose(self.config, self.root, wish, today=self._today())
        self._upkeep.refresh()
        plan = publishing.plan(self._upkeep, chosen, chosen=None, named=())
        return tuple(posts(plan.report().files))

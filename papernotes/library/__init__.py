"""Library: the façade, and the place where the parts are put together.

Everything the command line does is one method here that returns a frozen value. The heavy parts
(arXiv, BibTeX, YAML, Whoosh, export) are imported where they are first needed: this package and
``cli/__init__`` are the only two places that do that.
"""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from papernotes import config as settings
from papernotes import files
from papernotes.errors import LibraryNotFoundError, UsageError
from papernotes.library.upkeep import Upkeep
from papernotes.query import parse as parse_query
from papernotes.sync.look import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from types import TracebackType

    from papernotes.arxiv import ArxivClient
    from papernotes.export import Plan
    from papernotes.library.intake import Intake
    from papernotes.library.upkeep import Progress
    from papernotes.models import Card, Hits, Paper, Problem, SyncReport
    from papernotes.query import Node
    from papernotes.reports import (
        Added,
        AddReport,
        ExportReport,
        FindReport,
        PdfReport,
        PdfResult,
        Updated,
        UpdateReport,
    )

_GITIGNORE = "/index/\n/pdf/\n/.trash/\n"
_TOML = """\
# A papernotes library: notes/ and bib/ are yours, index/ is made from them and safe to delete.
# Settings (all optional) are listed by: papernotes config
"""
_PATIENCE = 20.0
_PATIENCE_OF_A_BATCH = 300.0
SORTS = ("added", "year", "title")


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _silent(_message: str) -> None:
    """Take a notice and do nothing with it."""


class Library:
    """A folder of notes and BibTeX with a store and an index made from them.

    ``notify`` takes one-line notices (an index rebuilt, a lock waited for); ``progress`` takes
    what is being done, how far it is and of how much; ``today`` is the clock.
    """

    def __init__(
        self,
        root: Path,
        *,
        config: settings.Config | None = None,
        notify: Callable[[str], None] = _silent,
        progress: Progress | None = None,
        today: Callable[[], date] = _today,
        state_dir: Path | None = None,
    ) -> None:
        self.root = root.resolve()
        self.config = settings.load(root) if config is None else config
        self._notify = notify
        self._progress = progress
        self._today = today
        self._state_dir = settings.state_dir() if state_dir is None else state_dir
        self._upkeep = Upkeep(
            self.root, state_dir=self._state_dir, notify=notify, progress=progress
        )

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open the library at ``path`` or above it. Raises LibraryNotFoundError."""
        root = settings.find_library(Path(path).expanduser(), environ={})
        if root is None:
            raise LibraryNotFoundError(f"{path}: no papernotes.toml here or above")
        return cls(root)

    @staticmethod
    def init(directory: str | Path, *, is_dry_run: bool = False) -> tuple[Path, tuple[str, ...]]:
        """Make a library of ``directory``; return its root and what was (or would be) created.

        Files that stand there are adopted, never changed, but for lines added to .gitignore.
        Raises FileError.
        """
        root = Path(directory).expanduser().resolve()
        created = [f"{folder}/" for folder in FOLDERS if not (root / folder).exists()]
        ignored = files.with_lines(root / ".gitignore", _GITIGNORE)
        if ignored is not None:
            created.append(".gitignore")
        if not (root / settings.LIBRARY_FILE).exists():
            created.append(settings.LIBRARY_FILE)
        if not is_dry_run:
            for folder in ("", *FOLDERS):
                files.make_folder(root / folder)
            if ignored is not None:
                files.write_atomic(root / ".gitignore", ignored)
            if settings.LIBRARY_FILE in created:
                files.write_new(root / settings.LIBRARY_FILE, _TOML.encode())
        return root, tuple(created)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of store and index."""
        self._upkeep.close()

    def sync(self, *, rebuild: bool = False, force: bool = False) -> SyncReport:
        """Bring store and index up to date with the files.

        ``rebuild`` makes both anew; ``force`` believes it when most files have vanished.
        Raises LockedError, StoreError and FileError; bad files are problems of the report.
        """
        if rebuild:
            self._upkeep.discard()
        return self._upkeep.mended(lambda: self._upkeep.sync(force=force))

    # --- writing -----------------------------------------------------------------------------

    def add(
        self,
        asked: Sequence[str],
        *,
        tags: Sequence[str] = (),
        status: str = "unread",
        has_note: bool = True,
        is_offline: bool = False,
        is_dry_run: bool = False,
        tell: Callable[[Added], None] | None = None,
    ) -> AddReport:
        """Fetch papers from arXiv and write their entries and notes.

        ``asked`` are ids or arXiv URLs. Every one is accounted for in the report, in order, and
        told to ``tell`` as soon as it is settled; nothing is raised for one of them alone.
        ``is_offline`` asks nobody and writes stubs that :meth:`update` completes. Raises
        LockedError and StoreError.
        """
        problems = self._upkeep.refresh()
        intake = self._intake(tags, status, has_note=has_note, is_dry_run=is_dry_run, tell=tell)
        results = (
            intake.take_stubs(asked)
            if is_offline
            else intake.take(asked, lambda count: self._arxiv("add", count))
        )
        return self._added(results, problems, is_dry_run=is_dry_run)

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
        status: str = "unread",
        has_note: bool = True,
        is_dry_run: bool = False,
        tell: Callable[[Added], None] | None = None,
    ) -> AddReport:
        """Write entries and notes of papers that :meth:`find` found, like :meth:`add`."""
        problems = self._upkeep.refresh()
        intake = self._intake(tags, status, has_note=has_note, is_dry_run=is_dry_run, tell=tell)
        return self._added(intake.take_papers(papers), problems, is_dry_run=is_dry_run)

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
        from papernotes.reports import UpdateReport

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
        from papernotes.reports import PdfReport

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

    def _intake(
        self,
        tags: Sequence[str],
        status: str,
        *,
        has_note: bool,
        is_dry_run: bool,
        tell: Callable[[Added], None] | None,
    ) -> Intake:
        from papernotes.library.intake import Intake, Wishes

        return Intake(
            self._upkeep,
            self.config,
            wishes=Wishes(tuple(tags), status, has_note),
            today=self._today(),
            notify=self._notify,
            tell=tell,
            progress=self._progress,
            is_dry_run=is_dry_run,
        )

    @staticmethod
    def _added(
        results: tuple[Added, ...], problems: tuple[Problem, ...], *, is_dry_run: bool
    ) -> AddReport:
        from papernotes.reports import AddReport

        return AddReport(results, is_dry_run, problems)

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

        ``paper`` is a REF whose paper the note is about. Raises ConflictError when a note of
        that name exists, NotFoundError for an unknown paper, UsageError for an empty title.
        """
        from papernotes.library import drafting

        drafting.check(title, kind)
        self._upkeep.refresh()
        about = None
        if paper is not None:
            card = self._upkeep.mended(lambda: self._card(paper))
            if card.paper is None:
                raise UsageError(f"{card.ref} is not a paper")
            about = card.paper.citekey
        return drafting.start_note(
            self._upkeep,
            title,
            kind=kind,
            created=self._today(),
            tags=tags,
            about=about,
            is_dry_run=is_dry_run,
        )

    def note_path(self, ref: str) -> Path:
        """Return the file of a ref's note, made first for a paper that has none yet."""
        self._upkeep.refresh()
        card = self._upkeep.mended(lambda: self._card(ref))
        if card.note is not None:
            return self.root / card.note.path
        assert card.paper is not None, "a document has a paper or a note"
        from papernotes.library import drafting

        return drafting.start_paper_note(self._upkeep, card.paper, created=self._today())

    # --- reading -----------------------------------------------------------------------------

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

    def show(self, ref: str) -> Card:
        """Return all that is known of one paper or note. Raises NotFoundError."""
        problems = self._upkeep.refresh()
        return self._upkeep.mended(lambda: self._card(ref, problems))

    def _card(self, ref: str, problems: Iterable[Problem] = ()) -> Card:
        from papernotes.library.viewing import view

        return view(self._upkeep, ref, problems)

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

    def _matching(self, text: str) -> set[int]:
        from papernotes.library import recall

        return recall.matching_ids(self._upkeep, parse_query(text), today=self._today())

"""A library that is open: its folder and settings, its store and index kept up to date."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from papernotes import config as settings
from papernotes import files
from papernotes.errors import LibraryNotFoundError
from papernotes.library.upkeep import Upkeep
from papernotes.query import parse as parse_query
from papernotes.sync.look import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from types import TracebackType

    from papernotes.library.upkeep import Progress
    from papernotes.models import Card, Paper, Problem, SyncReport

_GITIGNORE = "/index/\n/pdf/\n/.trash/\n"
_TOML = """\
# A papernotes library: notes/ and bib/ are yours, index/ is made from them and safe to delete.
# Settings (all optional) are listed by: papernotes config
"""


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _silent(_message: str) -> None:
    """Take a notice and do nothing with it."""


class Opened:
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
    def init(
        directory: str | Path, *, has_templates: bool = False, is_dry_run: bool = False
    ) -> tuple[Path, tuple[str, ...]]:
        """Make a library of ``directory``; return its root and what was (or would be) created.

        Files that stand there are adopted, never changed, but for lines added to .gitignore.
        ``has_templates`` writes the outlines of new notes to ``templates/``, to be changed.
        Raises FileError, and ConflictError for a ``templates/`` that is a link.
        """
        root = files.resolved(directory)
        created = [f"{folder}/" for folder in FOLDERS if not (root / folder).exists()]
        ignored = files.with_lines(root / ".gitignore", _GITIGNORE)
        if ignored is not None:
            created.append(".gitignore")
        if not (root / settings.LIBRARY_FILE).exists():
            created.append(settings.LIBRARY_FILE)
        templates: dict[str, bytes] = {}
        if has_templates:
            from papernotes.library import drafting

            templates = drafting.missing_templates(root)
        created += templates
        if not is_dry_run:
            for folder in ("", *FOLDERS):
                files.make_folder(root / folder)
            templates_folder = root / "templates"
            ours = (root,) if templates_folder.is_symlink() else (root, templates_folder)
            for left in files.leftovers(*ours):  # of one that was killed
                files.remove(left)
            if ignored is not None:
                files.write_atomic(root / ".gitignore", ignored)
            if settings.LIBRARY_FILE in created:
                files.write_new(root / settings.LIBRARY_FILE, _TOML.encode())
            for path, data in templates.items():
                files.refuse_links(root, path)
                files.make_folder((root / path).parent)
                files.write_new(root / path, data)
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

        ``rebuild`` makes both anew, and the old ones answer until the new are there; ``force``
        believes it when most files have vanished.
        Raises LockedError, StoreError and FileError; bad files are problems of the report.
        """
        from papernotes.store.orphans import orphans

        def act() -> SyncReport:
            report = self._upkeep.rebuild() if rebuild else self._upkeep.sync(force=force)
            found = orphans(self._upkeep.store())
            return replace(report, problems=(*report.problems, *found))

        return self._upkeep.mended(act)

    def _card(self, ref: str, problems: Iterable[Problem] = ()) -> Card:
        from papernotes.library.viewing import view

        return view(self._upkeep, ref, problems)

    def _documents(self, refs: Sequence[str]) -> list[tuple[str, str | None, Paper | None]]:
        """Return what refs mean now: the ref in full, the path of its note, its paper."""
        self._upkeep.refresh()
        return self._upkeep.mended(lambda: [self._document(ref) for ref in refs])

    def _document(self, ref: str) -> tuple[str, str | None, Paper | None]:
        from papernotes.refs import find_document

        store = self._upkeep.store()
        with store.snapshot():
            row = store.rows([document := find_document(store, ref)])[document]
            path = None if row.note_id is None else store.note_path(row.note_id)
            return row.ref, path, None if row.paper_id is None else store.paper(row.paper_id)

    def resolve(self, refs: Sequence[str]) -> tuple[str, ...]:
        """Return in full the refs of the papers and notes meant.

        Raises NotFoundError, and AmbiguousRefError with the candidates.
        """
        return tuple(ref for ref, _, _ in self._documents(refs))

    def note_path(self, ref: str) -> Path:
        """Return the file of a ref's note, like :meth:`note_paths`."""
        return self.note_paths([ref])[0]

    def note_paths(self, refs: Sequence[str]) -> tuple[Path, ...]:
        """Return the files of the notes of refs, made first for papers that have none yet.

        None is made unless all refs mean something. Raises NotFoundError, ConflictError, and
        FormatError for a template that is wrong.
        """
        found = self._documents(refs)
        return tuple(self._note_file(path, paper) for _, path, paper in found)

    def _note_file(self, path: str | None, paper: Paper | None) -> Path:
        if path is not None:
            return self.root / path
        assert paper is not None, "a document has a paper or a note"
        from papernotes.library import drafting

        return drafting.start_paper_note(self._upkeep, paper, created=self._today())

    def _matching(self, text: str) -> set[int]:
        from papernotes.library import recall

        return recall.matching_ids(self._upkeep, parse_query(text), today=self._today())

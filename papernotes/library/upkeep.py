"""Keeping store and index in step with the files, and making them anew when they are not sound.

The one road of writes ends here: files first, then :meth:`Upkeep.sync`. Whatever is doubtful
about ``index/`` is answered by discarding it, since everything in it is made from the files.
"""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from papernotes import files
from papernotes.errors import LibraryNotFoundError, LockedError, PapernotesError
from papernotes.library.comparing import compare
from papernotes.library.reading import read_files
from papernotes.library.recovery import finish_interrupted, leftovers, look_and_clear
from papernotes.library.reindexing import Reindexing
from papernotes.models import Problem, SyncReport
from papernotes.store import connect
from papernotes.store.read import Store
from papernotes.sync import look, plan

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from papernotes.files import FileStat, Scan
    from papernotes.index import SearchIndex
    from papernotes.store.filed import KnownFile

    Progress = Callable[[str, int, int], None]

T = TypeVar("T")
_PATIENCE_SECONDS = 10.0
_MOMENT_SECONDS = 1.0


class Upkeep:
    """The store and the index of the library at ``root``, opened when first asked for."""

    def __init__(
        self,
        root: Path,
        *,
        state_dir: Path,
        notify: Callable[[str], None],
        progress: Progress | None,
    ) -> None:
        self.root = root
        self.index_dir = root / "index"
        self._lent: tempfile.TemporaryDirectory[str] | None = None
        self._state_dir = state_dir
        self._notify = notify
        self.progress = progress
        self._store: Store | None = None
        self._indexed: Reindexing | None = None
        self._is_locked = False
        self._is_discarded = False
        self._recovered: tuple[str, ...] = ()
        self._last_look: tuple[Problem, ...] | None = None

    def close(self) -> None:
        """Let go of store and index."""
        if self._indexed is not None:
            self._indexed.close()
            self._indexed = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._lent is not None:
            self._lent.cleanup()
            self._lent = None
            self.index_dir = self.root / "index"

    @property
    def journal(self) -> Path:
        """Where a write of several files is noted until all of them are there."""
        return self.index_dir / "journal.json"

    @contextlib.contextmanager
    def locked(self, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
        """Hold the write lock, and first finish what a crashed writer had begun.

        May be entered again while it is held. Raises LockedError when another process holds it
        for longer than ``patience_seconds``.
        """
        if self._is_locked:
            yield
            return
        self._check_root()
        connect.check_folder(self.index_dir)
        lock = self.index_dir / "lock"
        with files.lock(lock, timeout_seconds=patience_seconds, on_wait=self._tell_wait):
            self._is_locked = True
            try:
                self._recover()
                yield
            finally:
                self._is_locked = False

    def _check_root(self) -> None:
        """Raise LibraryNotFoundError where the library went away while a command runs."""
        if not self.root.is_dir():
            hint = "is its disk still there? what was in it is as it was"
            raise LibraryNotFoundError(f"{self.root}: has vanished", hint=hint)

    def _tell_wait(self, holder: str) -> None:
        self._notify(f"waiting for another papernotes (process {holder}) to finish writing")

    def _recover(self) -> None:
        for path in leftovers(self.index_dir):
            files.remove(path)
        is_ours = connect.is_stamped(self.index_dir, connect.machine_secret(self._state_dir))
        if not is_ours:  # a journal that came with a clone is not believed
            if self.journal.is_symlink() or self.journal.is_file():
                files.remove(self.journal)
            return
        self._recovered += files.journal_paths(self.journal, below=look.FOLDERS)
        self._recovered += finish_interrupted(self.root, self.journal, self._notify, self.progress)

    # --- the store ---------------------------------------------------------------------------

    def store(self) -> Store:
        """Return the open store, made anew if it is missing, foreign or damaged.

        In a library that cannot be written it is made in a temporary folder, for this run.
        Raises StoreError when a newer papernotes made it, LockedError and FileError.
        """
        try:
            return self._open_store()
        except files.FileError:
            place = self.index_dir if self.index_dir.exists() else self.root
            if self._lent is not None or os.access(place, os.W_OK):
                raise
        import tempfile

        self._notify("the library cannot be written; making an index for this run only")
        self._lent = tempfile.TemporaryDirectory(prefix="papernotes-")
        self.index_dir = Path(self._lent.name)
        return self._open_store()

    def _open_store(self) -> Store:
        if self._store is None:
            self._check_root()
            connect.check_folder(self.index_dir)
            secret = connect.machine_secret(self._state_dir)
            if self._complaint(secret) is not None:
                with self.locked():
                    complaint = self._complaint(secret)  # another process may have mended it
                    if complaint is not None:
                        self._make_store(secret, complaint)
            database = self.index_dir / connect.DATABASE
            self._store = Store(connect.connect(database), database)
        return self._store

    def _complaint(self, secret: bytes) -> str | None:
        """Return why the store cannot be used (empty when there is none); None when it can."""
        if not connect.has_content(self.index_dir):
            has_files = any(any((self.root / folder).glob("*")) for folder in look.FOLDERS)
            return "index/ was missing" if has_files and not self._is_discarded else ""
        return connect.find_fault(self.index_dir, secret)

    def _make_store(self, secret: bytes, complaint: str) -> None:
        from papernotes.store.create import create

        if complaint:
            self._notify(f"{complaint}; making index/ anew from your files")
        connect.discard(self.index_dir)
        store_id = create(self.index_dir / connect.DATABASE)
        connect.vouch(self.index_dir, secret, store_id)

    def discard(self) -> None:
        """Throw store and index away; the next use makes them anew, without a word."""
        self.close()
        self._is_discarded = True
        with self.locked():
            connect.discard(self.index_dir)

    def mended(self, act: Callable[[], T]) -> T:
        """Run ``act``; when the store turns out damaged, make it anew and run it once more."""
        try:
            return act()
        except connect.StoreDamagedError:
            self._notify("the store was damaged; making index/ anew from your files")
            self.discard()
            self.sync()
            return act()

    # --- sync --------------------------------------------------------------------------------

    def refresh(self) -> tuple[Problem, ...]:
        """Sync quietly, as every reading command does first; return all known problems.

        When the library cannot be written now (read-only, or another process is at it for
        longer than a moment), the store is used as it stands, with a notice. In a session the
        last look is answered from.
        """

        def act() -> tuple[Problem, ...]:
            try:
                return self.sync(patience_seconds=_MOMENT_SECONDS).problems
            except (LockedError, files.FileError) as error:
                if not connect.has_content(self.index_dir):
                    raise
                self._notify(f"answering from the last sync: {error}")
                return self.store().problems()

        return self.mended(act) if self._last_look is None else self._last_look

    @contextlib.contextmanager
    def session(self) -> Iterator[None]:
        """Refresh now, and not again until the end."""
        self._last_look = self.refresh()
        try:
            yield
        finally:
            self._last_look = None

    def sync(
        self, *, force: bool = False, patience_seconds: float = _PATIENCE_SECONDS
    ) -> SyncReport:
        """Look; when there is something to do, take the lock, look again and do it.

        Raises LockedError when another process holds the lock, or another program the database,
        for longer than the patience lasts: who has little waits for none that makes a new index
        while there is an old one.
        """
        if self._store is not None and not self._store.is_in_place:
            self.close()  # index/ was thrown away
        is_interrupted = self._recovered or self.journal.is_file()
        if is_interrupted or leftovers(self.index_dir):
            with self.locked(patience_seconds):
                self._take_in_recovered()
        store = self.store()
        with store.waiting(patience_seconds):
            return self._look_and_take_in(store, force=force, patience_seconds=patience_seconds)

    def _look_and_take_in(
        self, store: Store, *, force: bool, patience_seconds: float
    ) -> SyncReport:
        version, scan = store.version(), look.look(self.root)
        listing = scan.listing()
        if listing and listing == store.listing() and self._reindexing.is_current(store):
            return self._report(scan, plan.Plan(), plan.Plan())
        unlike = compare(store, scan)
        todo = unlike.plan(self.root, force=force)
        if not scan.leftovers and self._reindexing.is_current(store):
            done, same = look.confirm(self.root, todo, unlike.scan, unlike.known)
            if done.is_empty:
                self._remember(same)
                if todo == plan.Plan() and not look.has_unread(unlike.known):
                    self._remember_listing(listing, version)
                return self._report(scan, todo, done)
        if patience_seconds < _PATIENCE_SECONDS and self._reindexing.is_making(store):
            patience_seconds = 0.0
        with self.locked(patience_seconds):
            is_as_seen = store.version() == version and not self._recovered and not scan.leftovers
            if not is_as_seen:  # by another process, or by one that was killed
                scan = look_and_clear(self.root, self._notify)
                unlike = compare(store, scan)
                todo = unlike.plan(self.root, force=force)
            return self._carry_out(todo, unlike.scan, unlike.known)

    def rebuild(self) -> SyncReport:
        """Read all files anew and make a new index; until they are there, the old ones answer.

        Raises StoreDamagedError where the store is not fit to be written, LockedError, FileError.
        """
        from papernotes.store import checks

        self._is_discarded = True  # so a missing index/ is nothing to speak of
        with self.locked():
            self._recovered = ()
            store = self.store()
            if found := checks.damage(store):
                raise connect.StoreDamagedError(f"{store.path}: {found}")
            scan = look_and_clear(self.root, self._notify)
            gone = tuple(path for path in store.files() if path not in scan.files)
            done = plan.Plan(added=tuple(scan.files), removed=tuple(filter(plan.is_pdf, gone)))
            self._apply(done, scan, store, is_afresh=True)
            indexed = self._reindexing.make(store, is_afresh=True)
            return self._report(scan, done, done, indexed)

    def _take_in_recovered(self) -> None:
        """Take in what a crashed writer was at: what it renamed has not vanished."""
        recovered, self._recovered = self._recovered, ()
        if recovered:
            self.sync_written(recovered)

    def _remember(self, same: Mapping[str, tuple[FileStat, bool]]) -> None:
        """Note that files only look different, where that can be written; else next time."""
        if same:
            with (
                contextlib.suppress(LockedError, files.FileError),
                self.locked(0.0),
                self.store().waiting(0.0),
            ):
                self.store().remember_stats(same)

    def _remember_listing(self, listing: str, version: int) -> None:
        """Note that every file is as it was read, so that the next look compares one digest."""
        if listing:
            with contextlib.suppress(LockedError, files.FileError):
                self.store().remember_listing(listing, version)

    def sync_paths(self, paths: Iterable[str]) -> SyncReport:
        """Take in files just written or removed, looking at no others; the lock must be held."""
        touched = tuple(dict.fromkeys(paths))
        scan = look.look_at(self.root, touched)
        known = self.store().files_at(touched)
        return self._carry_out(plan.diff(scan, known, force=True), scan, known)

    def sync_written(self, paths: Iterable[str]) -> None:
        """Take in files just written; say so where that must wait, for they are there."""
        try:
            self.sync_paths(paths)
        except connect.StoreDamagedError:
            raise
        except PapernotesError as error:
            self._notify(f"written, but not yet to be found: {error}; next: papernotes sync")

    def _carry_out(self, todo: plan.Plan, scan: Scan, known: Mapping[str, KnownFile]) -> SyncReport:
        store = self.store()
        done, same = look.confirm(self.root, todo, scan, known)
        if same:
            store.remember_stats(same)
        if not done.is_empty:
            self._apply(done, scan, store)
        indexed = self._reindexing.catch_up(store)
        return self._report(scan, todo, done, indexed)

    def _apply(self, done: plan.Plan, scan: Scan, store: Store, *, is_afresh: bool = False) -> None:
        counter, notify = self._counter, self._notify
        read_files(
            self.root, done, scan, store, counter=counter, notify=notify, is_afresh=is_afresh
        )

    def _report(self, scan: Scan, todo: plan.Plan, done: plan.Plan, indexed: int = 0) -> SyncReport:
        if todo.held_back:
            self._notify(
                f"{len(todo.held_back)} files have vanished, more than half of the library; kept "
                "in the store until you confirm with: papernotes sync --force"
            )
        self._check_root()
        store = self.store()
        with store.snapshot():
            papers, notes = store.counts()
            problems = (*store.problems(), *store.shadowed())
        return SyncReport(
            added=done.added,
            changed=done.changed,
            removed=done.removed,
            held_back=todo.held_back,
            problems=(*scan.problems, *plan.held_back_problems(todo), *problems),
            papers=papers,
            notes=notes,
            files_read=len(todo.added) + len(todo.changed),
            documents_indexed=indexed,
        )

    def _counter(self, doing: str) -> Callable[[int, int], None] | None:
        progress = self.progress
        if progress is None:
            return None
        return lambda done, of: progress(doing, done, of)

    # --- the index ---------------------------------------------------------------------------

    @property
    def _reindexing(self) -> Reindexing:
        """What keeps the index; another one once index/ is made elsewhere."""
        place = self.index_dir / "whoosh"
        if self._indexed is None or self._indexed.place != place:
            self._indexed = Reindexing(
                place, notify=self._notify, progress=self._counter("indexing")
            )
        return self._indexed

    def index(self) -> SearchIndex:
        """Return the index, made anew if it is missing, foreign or of another version."""
        if self._reindexing.complaint(self.store()):
            with self.locked():
                complaint = self._reindexing.complaint(self.store())
                if complaint:  # and not made by another process meanwhile
                    self.rebuild_index(complaint)
        return self._reindexing.index

    def searched(self, act: Callable[[SearchIndex], T]) -> T:
        """Run ``act`` on the index; when that turns out damaged, make it anew and try again."""
        from papernotes.index import IndexDamagedError

        try:
            return act(self.index())
        except IndexDamagedError:
            self.rebuild_index("the search index was damaged")
            return act(self.index())

    def rebuild_index(self, complaint: str) -> None:
        """Write the index anew from the store, under the lock."""
        with self.locked():
            self._notify(f"{complaint}; making it anew")
            self._reindexing.make(self.store(), is_afresh=True)

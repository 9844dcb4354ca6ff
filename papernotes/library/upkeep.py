"""Keeping store and index in step with the files, and making them anew when they are not sound.

The one road of writes ends here: files first, then :meth:`Upkeep.sync`. Whatever is doubtful
about ``index/`` is answered by discarding it, since everything in it is made from the files.
"""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

import contextlib
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from papernotes import files
from papernotes.errors import LockedError, PapernotesError
from papernotes.library.recovery import finish_interrupted
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
_MANY = 1_000


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
        self._progress = progress
        self._store: Store | None = None
        self._index: SearchIndex | None = None
        self._is_locked = False
        self._is_discarded = False
        self._recovered: tuple[str, ...] = ()

    def close(self) -> None:
        """Let go of store and index."""
        if self._index is not None:
            self._index.close()
            self._index = None
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
    def locked(self) -> Iterator[None]:
        """Hold the write lock, and first finish what a crashed writer had begun.

        May be entered again while it is held.
        """
        if self._is_locked:
            yield
            return
        connect.check_folder(self.index_dir)
        with files.lock(self.index_dir / "lock", on_wait=self._tell_wait):
            self._is_locked = True
            try:
                self._recover()
                yield
            finally:
                self._is_locked = False

    def _tell_wait(self, holder: str) -> None:
        self._notify(f"waiting for another papernotes (process {holder}) to finish writing")

    def _recover(self) -> None:
        for path in files.leftovers(self.index_dir, self._whoosh_dir):
            files.remove(path)
        is_ours = connect.is_stamped(self.index_dir, connect.machine_secret(self._state_dir))
        if not is_ours:  # a journal that came with a clone is not believed
            if self.journal.is_symlink() or self.journal.is_file():
                files.remove(self.journal)
            return
        self._recovered += files.journal_paths(self.journal, below=look.FOLDERS)
        self._recovered += finish_interrupted(self.root, self.journal, self._notify)

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
        if not connect.is_stamped(self.index_dir, secret):
            return "index/ was not made on this machine"
        try:
            connect.connect(self.index_dir / connect.DATABASE).close()
        except connect.StoreOutdatedError:
            return "the store was made by an older papernotes"
        except connect.StoreDamagedError:
            return "the store was damaged or missing"
        return None

    def _make_store(self, secret: bytes, complaint: str) -> None:
        from papernotes.store import write

        if complaint:
            self._notify(f"{complaint}; making index/ anew from your files")
        connect.discard(self.index_dir)
        write.create(self.index_dir / connect.DATABASE)
        files.write_atomic(self.index_dir / connect.STAMP, connect.stamp(self.index_dir, secret))

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

        When the library cannot be written now (read-only, or another process is at it), the
        store is used as it stands, with a notice.
        """

        def act() -> tuple[Problem, ...]:
            try:
                return self.sync().problems
            except (LockedError, files.FileError) as error:
                if not connect.has_content(self.index_dir):
                    raise
                self._notify(f"answering from the last sync: {error}")
                return self.store().problems()

        return self.mended(act)

    def sync(self, *, force: bool = False) -> SyncReport:
        """Look; when there is something to do, take the lock, look again and do it."""
        is_interrupted = self._recovered or self.journal.is_file()
        if is_interrupted or files.leftovers(self.index_dir, self._whoosh_dir):
            with self.locked():
                self._take_in_recovered()
        store = self.store()
        scan, version = look.look(self.root), store.version()
        listing = scan.digest()
        if listing and listing == store.listing() and self._is_index_current(store):
            return self._report(scan, plan.Plan(), plan.Plan())
        known = self._known(store, scan)
        todo = plan.diff(scan, known, force=force)
        if not scan.leftovers and self._is_index_current(store):
            done, same = look.confirm(self.root, todo, scan, known)
            if done.is_empty:
                self._remember(same)
                if todo == plan.Plan() and not look.has_unread(known):
                    self._remember_listing(listing, version)
                return self._report(scan, todo, done)
        with self.locked():
            scan = look.look(self.root)
            for leftover in scan.leftovers:
                files.remove(self.root / leftover)
            known = self._known(store, scan)
            return self._carry_out(plan.diff(scan, known, force=force), scan, known)

    def _take_in_recovered(self) -> None:
        """Take in what a crashed writer was at: what it renamed has not vanished."""
        recovered, self._recovered = self._recovered, ()
        if recovered:
            self.sync_written(recovered)

    def _remember(self, same: Mapping[str, tuple[FileStat, bool]]) -> None:
        """Note that files only look different, where that can be written; else next time."""
        if same:
            with contextlib.suppress(LockedError, files.FileError), self.locked():
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
        indexed = self._index_stale(store)
        return self._report(scan, todo, done, indexed)

    def _apply(self, done: plan.Plan, scan: Scan, store: Store) -> None:
        from papernotes.sync import apply

        texts, pdfs = plan.parted(done)
        apply.apply(self.root, texts, scan, store, progress=self._counter("reading"))
        if not pdfs:
            return
        from papernotes.sync.pdfs import take

        unread = take(self.root, pdfs, scan, store, progress=self._counter("reading PDFs"))
        if unread:
            what = "1 PDF" if unread == 1 else f"{unread} PDFs"
            self._notify(f'{what} in pdf/ cannot be searched yet: pip install "papernotes[pdf]"')

    def _known(self, store: Store, scan: Scan) -> dict[str, KnownFile]:
        """Return the files as they were last read, without PDFs that only now can be."""
        known = store.files()
        unread = [
            path
            for path, each in known.items()
            if each.digest == look.UNREAD and path in scan.files
        ]
        if unread:
            from papernotes.pdf import is_available

            if is_available():
                known = {path: each for path, each in known.items() if path not in unread}
        return known

    def _report(self, scan: Scan, todo: plan.Plan, done: plan.Plan, indexed: int = 0) -> SyncReport:
        if todo.held_back:
            self._notify(
                f"{len(todo.held_back)} files have vanished, more than half of the library; kept "
                "in the store until you confirm with: papernotes sync --force"
            )
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
        progress = self._progress
        if progress is None:
            return None
        return lambda done, of: progress(doing, done, of)

    # --- the index ---------------------------------------------------------------------------

    @property
    def _whoosh_dir(self) -> Path:
        return self.index_dir / "whoosh"

    @property
    def _owner(self) -> Path:
        """The file that says which store the index was made from."""
        return self._whoosh_dir / "store"

    def _is_index_current(self, store: Store) -> bool:
        return not store.stale() and self._is_index_ours(store)

    def _is_index_ours(self, store: Store) -> bool:
        """Whether there is an index made from this very store; opens no pickle, no Whoosh."""
        try:
            is_ours = self._owner.read_bytes() == store.id().encode()
        except OSError:
            return False
        is_ours = is_ours and not self._whoosh_dir.is_symlink()
        return is_ours and (self._whoosh_dir / "CURRENT").is_file()

    def index(self) -> SearchIndex:
        """Return the index, made anew if it is missing or of another version."""
        if self._index is None:
            from papernotes.index import SearchIndex

            self._index = SearchIndex(self._whoosh_dir)
        if not self._index.is_usable:
            self.rebuild_index("the search index was missing")
        return self._index

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
            self._write_index(self.store())

    def _index_stale(self, store: Store) -> int:
        """Give the index the documents it does not have as they are; return how many."""
        stale = store.stale()
        is_ours = self._is_index_ours(store)
        if is_ours and not stale:
            return 0
        is_mostly_stale = len(stale) > _MANY and 2 * len(stale) > len(store.document_ids())
        if not is_ours or is_mostly_stale:
            return self._write_index(store)
        from papernotes.index import IndexDamagedError
        from papernotes.library.indexed import documents

        try:
            self.index().update(documents(store, stale), stale, fetch=partial(documents, store))
        except IndexDamagedError:
            self._notify("the search index was damaged; making it anew")
            return self._write_index(store)
        store.forget_stale(stale)
        return len(stale)

    def _write_index(self, store: Store) -> int:
        from papernotes.index import SearchIndex
        from papernotes.library.indexed import documents

        if self._whoosh_dir.is_symlink():
            files.remove(self._whoosh_dir)
        if self._index is None:
            self._index = SearchIndex(self._whoosh_dir)
        stale, ids = store.stale(), store.document_ids()
        self._index.rebuild(documents(store, ids), len(ids), self._counter("indexing"))
        files.write_atomic(self._owner, store.id().encode())
        store.forget_stale(stale)
        return len(ids)

"""Doing what a plan says: files beside their places, all of them flushed, each given its name."""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.export.blog.ledger import LEDGER_NAME, Entry, Ledger, render_ledger
from papernotes.export.blog.manifest import Looking
from papernotes.export.crew import shared_out
from papernotes.export.source import untold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from papernotes.export.blog.changes import Action
    from papernotes.export.blog.manifest import Plan
    from papernotes.reports.writing import ExportReport

    Tell = Callable[[str, int, int], None]

_FLUSHERS = 8  # threads: flushing is waiting for the disk, and one wait serves several
_DEEPEST_SHARED = 2  # parts of the path of a file that stands beside those of other posts


def apply(plan: Plan, tell: Tell | None = None) -> ExportReport:
    """Do what the plan says, what goes after what comes, the ledger last.

    A file that changed since the plan was made, or cannot be written, is reported as ``blocked``
    and the others are done. ``tell`` hears how many are. Raises FileError only when the ledger
    itself cannot be written.
    """
    changes = [action for action in plan.actions if action.is_change]
    ledger_file = plan.blog / LEDGER_NAME
    _clear(plan)
    if not changes:
        if plan.after.entries or plan.after.shared or ledger_file.exists():
            files.write_if_changed(ledger_file, render_ledger(plan.after))
        return plan.report(is_dry_run=False)
    files.make_folder(plan.blog)
    pending = {action.path: action.wanted for action in changes if action.wanted}
    files.write_if_changed(ledger_file, render_ledger(replace(plan.before, pending=pending)))
    failed = _do_all(plan.blog, sorted(changes, key=lambda change: change.path), tell or untold)
    after = _as_done(plan, failed)
    files.write_if_changed(ledger_file, render_ledger(after))
    actions = tuple(failed.get(action.path, action) for action in plan.actions)
    return replace(plan, actions=actions, after=after).report(is_dry_run=False)


def _clear(plan: Plan) -> None:
    """Remove what a killed export left: temporary files beside those it was to write."""
    pending = plan.before.pending  # empty again at the end of every export
    known = (*plan.before.digests(), *(action.path for action in plan.actions)) if pending else ()
    folders = {plan.blog, *((plan.blog / path).parent for path in known)}
    for path in files.leftovers(*sorted(folders)):
        if path.name.endswith(files.TEMP_SUFFIX):
            files.remove(path)


def _do_all(blog: Path, changes: list[Action], tell: Tell) -> dict[str, Action]:
    """Write files, then remove some; return by path those that failed, as blocked."""
    parent = os.getpid()

    def write(part: Sequence[Action]) -> Iterable[tuple[str, str]]:
        return _write_all(blog, part, tell if os.getpid() == parent else untold).items()

    writes = [action for action in changes if action.is_write]
    removals = [action for action in changes if not action.is_write]
    failed = dict(shared_out(writes, write, _forked)) | _remove_all(blog, removals)
    return {
        action.path: replace(action, outcome="blocked", message=failed[action.path])
        for action in changes
        if action.path in failed
    }


def _forked() -> None:
    """Need nothing, as a helper: what it writes stands in the plan."""


def _write_all(blog: Path, writes: Sequence[Action], tell: Tell) -> dict[str, str]:
    """Write files, all of them beside their places first; return by path why some were not.

    Those that hold already what they are to hold are left: a helper that died has done a part.
    """
    work = _Work(blog)
    lacking = [action for action in writes if not work.is_done(action)]
    with contextlib.closing(work), ThreadPoolExecutor(_FLUSHERS) as flushers:
        for number, action in enumerate(lacking, 1):
            work.attempt(work.stage, action)
            tell("writing", number, len(lacking))
        for number, _ in enumerate(flushers.map(partial(work.attempt, work.flush), lacking), 1):
            tell("flushing to the disk", number, len(lacking))
        for action in lacking:
            work.attempt(work.name, action)
        folders = sorted(work.folders | {(blog / action.path).parent for action in writes})
        work.doubt(dict(zip(folders, flushers.map(_flushed, folders), strict=True)), writes)
    return work.failed


def _remove_all(blog: Path, removals: Sequence[Action]) -> dict[str, str]:
    """Remove files; return by path why some were not."""
    work = _Work(blog)
    for action in removals:
        work.attempt(work.remove, action)
    work.doubt({folder: _flushed(folder) for folder in sorted(work.folders)}, removals)
    return work.failed


class _Work:
    """Files on their way to a blog, in steps; a file of which one fails takes no more of them.

    ``failed`` says why, by path; ``folders`` are those to be flushed at the end.
    """

    def __init__(self, blog: Path) -> None:
        self._blog = blog
        self._look = Looking(blog)
        self._staged: dict[str, Path] = {}
        self.failed: dict[str, str] = {}
        self.folders: set[Path] = set()

    def attempt(self, step: Callable[[Action], None], action: Action) -> None:
        """Take a step with a file."""
        if action.path in self.failed:
            return
        try:
            step(action)
        except PapernotesError as error:
            self.failed[action.path] = str(error)

    def is_done(self, action: Action) -> bool:
        """Whether a file holds what it is to hold."""
        return self._look(action.path) == action.wanted

    def _expect(self, action: Action) -> None:
        if self._look(action.path) != action.present:
            raise PapernotesError("it changed while the export was running; it was left as it is")

    def stage(self, action: Action) -> None:
        """Write a file beside its place."""
        self._expect(action)
        path = self._blog / action.path
        if path.parent not in self.folders:
            self.folders |= {path.parent, *files.begin_folder(path.parent)}
        self._staged[action.path] = files.write_beside(path, action.data)

    def flush(self, action: Action) -> None:
        """Flush it there."""
        files.flush_file(self._staged[action.path])

    def name(self, action: Action) -> None:
        """Give it its name."""
        self._expect(action)
        files.put(self._staged[action.path], self._blog / action.path)

    def remove(self, action: Action) -> None:
        """Remove a file, and its folder if that is an empty one of one post."""
        self._expect(action)
        path = self._blog / action.path
        self.folders.add(path.parent)
        files.remove(path)
        with contextlib.suppress(OSError):
            if len(path.relative_to(self._blog).parts) > _DEEPEST_SHARED:
                path.parent.rmdir()

    def doubt(self, said: Mapping[Path, str], actions: Iterable[Action]) -> None:
        """Count files as failed that lie below folders of which something is said."""
        faults = {folder: fault for folder, fault in said.items() if fault}
        for action in actions if faults else ():
            for folder in (self._blog / action.path).parents:
                if folder in faults:
                    self.failed.setdefault(action.path, faults[folder])

    def close(self) -> None:
        """Take away what got no name."""
        for temporary in self._staged.values():
            with contextlib.suppress(OSError):  # what stays is cleared by the next run
                temporary.unlink(missing_ok=True)


def _flushed(folder: Path) -> str:
    """Flush a folder; return why the disk may not keep what is new there."""
    try:
        files.flush_folder(folder)
    except FileNotFoundError:  # it was emptied, and is gone
        return ""
    except OSError as error:
        return str(files.file_error(error, folder))
    return ""


def _as_done(plan: Plan, failed: Mapping[str, Action]) -> Ledger:
    """Return the ledger with the old digests of what could not be done."""
    entries = dict(plan.after.entries)
    shared = dict(plan.after.shared)
    old = {
        path: digest
        for entry in plan.before.entries.values()
        for path, digest in entry.files.items()
    }
    for path, action in failed.items():
        if not action.ref:
            shared.pop(path, None)
            if path in plan.before.shared:
                shared[path] = plan.before.shared[path]
            continue
        entry = entries.get(action.ref) or Entry(plan.before.entries[action.ref].placement, {})
        held = {kept: digest for kept, digest in entry.files.items() if kept != path}
        if path in old:
            held[path] = old[path]
        entries[action.ref] = replace(entry, files=held)
    return Ledger(plan.target, {ref: entries[ref] for ref in sorted(entries)}, shared=shared)

"""What an export does to a blog: the plan is a value, made by looking; applying it is one loop.

A file is ours when the ledger has its path and its bytes have a digest the ledger knows. Only
such files are replaced or removed. Any other file that is in the way stays and blocks its post.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.export.blog.ledger import LEDGER_NAME, Entry, Ledger, render_ledger
from papernotes.reports.writing import Exported, ExportReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from papernotes.export.post import OutFile, Placement
    from papernotes.models import Problem

MISSING = ""
_LARGEST = 200_000_000
_NOT_OURS = "a file that papernotes did not write stands here; it was left as it is"
_EDITED = "it was edited by hand since the last export; it was left as it is"


@dataclass(frozen=True, slots=True)
class Action:
    """One file of a plan: its present digest, what is to become of it, and its new bytes."""

    path: str
    outcome: str
    ref: str
    present: str = MISSING
    data: bytes = b""
    message: str = ""

    @property
    def is_change(self) -> bool:
        """Whether applying it touches the disk."""
        return self.outcome in {"new", "changed", "removed"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an export will do below ``blog``, and what the ledger says before and after."""

    target: str
    blog: Path
    actions: tuple[Action, ...]
    before: Ledger
    after: Ledger
    problems: tuple[Problem, ...] = ()

    def report(self, *, is_dry_run: bool = True) -> ExportReport:
        """Return the plan as a report."""
        outcomes = tuple(
            Exported(action.path, action.outcome, action.ref, action.message)
            for action in sorted(self.actions, key=lambda action: action.path)
        )
        return ExportReport(self.target, str(self.blog), outcomes, self.problems, is_dry_run)


def decide(
    wanted: Mapping[str, tuple[OutFile, ...]],
    placements: Mapping[str, Placement],
    ledger: Ledger,
    *,
    kept: frozenset[str],
    held: Mapping[str, str] = MappingProxyType({}),
    look: Callable[[str], str],
) -> tuple[tuple[Action, ...], Ledger]:
    """Return the actions and the ledger after them. Pure but for ``look``.

    ``wanted`` are the files of each ref, its post first; ``held`` says why posts are withheld;
    ``look`` returns the digest of the file at a path, or :data:`MISSING`. Refs of the ledger that
    are neither wanted nor ``kept`` lose their files.
    """
    ours = ledger.digests()
    actions: list[Action] = []
    entries: dict[str, Entry] = {}
    claimed: set[str] = set()
    for ref, out_files in wanted.items():
        found = [_action(file, ref, look(file.path), ours) for file in out_files]
        if ref in held:
            found[0] = Action(found[0].path, "blocked", ref, found[0].present, message=held[ref])
        if found[0].outcome == "blocked":
            actions.append(found[0])
            if ref in ledger.entries:
                entries[ref] = ledger.entries[ref]
                claimed.update(entries[ref].files)
            continue
        actions += found
        claimed.update(file.path for file in out_files)
        held = {file.path: files.digest(file.data) for file in out_files}
        blocked = {action.path for action in found if action.outcome == "blocked"}
        old = ledger.entries[ref].files if ref in ledger.entries else {}
        kept_files = {
            path: old.get(path, digest) if path in blocked else digest
            for path, digest in held.items()
            if path not in blocked or path in old
        }
        entries[ref] = Entry(placements[ref], kept_files)
    for ref, entry in ledger.entries.items():
        if ref in kept and ref not in wanted:
            entries[ref] = entry
            claimed.update(entry.files)
    gone, left = _removals(ledger, claimed, ours, look)
    for ref, path, digest in left:
        holder = entries.get(ref, Entry(ledger.entries[ref].placement, {}))
        entries[ref] = replace(holder, files={**holder.files, path: digest})
    ordered = {ref: entries[ref] for ref in sorted(entries)}
    return (*actions, *gone), Ledger(ledger.target, ordered)


def _action(file: OutFile, ref: str, present: str, ours: Mapping[str, set[str]]) -> Action:
    digest = files.digest(file.data)
    if present == MISSING:
        return Action(file.path, "new", ref, present, file.data)
    if present == digest:
        return Action(file.path, "unchanged", ref, present)
    if present in ours.get(file.path, ()):
        return Action(file.path, "changed", ref, present, file.data)
    message = _EDITED if file.path in ours else _NOT_OURS
    return Action(file.path, "blocked", ref, present, message=message)


def _removals(
    ledger: Ledger, claimed: set[str], ours: Mapping[str, set[str]], look: Callable[[str], str]
) -> tuple[list[Action], list[tuple[str, str, str]]]:
    """Return the files to remove, and (ref, path, digest) of those that were edited by hand."""
    gone: list[Action] = []
    left: list[tuple[str, str, str]] = []
    for ref, entry in sorted(ledger.entries.items()):
        for path, digest in sorted(entry.files.items()):
            if path in claimed:
                continue
            claimed.add(path)
            present = look(path)
            if present == MISSING:
                continue
            if present in ours[path]:
                gone.append(Action(path, "removed", ref, present))
            else:
                gone.append(Action(path, "blocked", ref, present, message=_EDITED))
                left.append((ref, path, digest))
    return gone, left


def look(blog: Path, path: str) -> str:
    """Return the digest of the regular file at ``path`` below ``blog``, or :data:`MISSING`.

    Anything else that stands there (a folder, a symbolic link, a path that leads out of the blog,
    an unreadable file) has a digest that is nobody's.
    """
    place = blog / path
    if place.parent.resolve() != blog.resolve().joinpath(*path.split("/")[:-1]):
        return "behind a symbolic link"
    if not place.exists() and not place.is_symlink():
        return MISSING
    try:
        return files.digest(files.read(place, limit=_LARGEST))
    except PapernotesError:
        return "not a readable file"


def apply(plan: Plan) -> ExportReport:
    """Do what the plan says, images before posts, the ledger last; nothing when all is well.

    A file that changed since the plan was made, or cannot be written, is reported as ``blocked``
    and the others are done. Raises FileError only when the ledger itself cannot be written.
    """
    changes = [action for action in plan.actions if action.is_change]
    ledger_file = plan.blog / LEDGER_NAME
    if not changes:
        if plan.after.entries or ledger_file.exists():
            files.write_if_changed(ledger_file, render_ledger(plan.after))
        return plan.report(is_dry_run=False)
    files.make_folder(plan.blog)
    pending = {action.path: files.digest(action.data) for action in changes if action.data}
    files.write_if_changed(ledger_file, render_ledger(replace(plan.before, pending=pending)))
    failed: dict[str, Action] = {}
    for action in sorted(changes, key=lambda change: (change.outcome == "removed", change.path)):
        try:
            _do(plan.blog, action)
        except PapernotesError as error:
            failed[action.path] = replace(action, outcome="blocked", message=str(error))
    after = _as_done(plan, failed)
    files.write_if_changed(ledger_file, render_ledger(after))
    actions = tuple(failed.get(action.path, action) for action in plan.actions)
    return replace(plan, actions=actions, after=after).report(is_dry_run=False)


def _do(blog: Path, action: Action) -> None:
    if look(blog, action.path) != action.present:
        raise PapernotesError("it changed while the export was running; it was left as it is")
    path = blog / action.path
    if action.outcome == "removed":
        files.remove(path)
        with contextlib.suppress(OSError):
            if path.parent.parent.name == "papernotes":
                path.parent.rmdir()  # an empty folder of images
        return
    files.make_folder(path.parent)
    files.write_atomic(path, action.data)


def _as_done(plan: Plan, failed: Mapping[str, Action]) -> Ledger:
    """Return the ledger with the old digests of what could not be done."""
    entries = dict(plan.after.entries)
    old = {
        path: digest
        for entry in plan.before.entries.values()
        for path, digest in entry.files.items()
    }
    for path, action in failed.items():
        entry = entries.get(action.ref) or Entry(plan.before.entries[action.ref].placement, {})
        held = {kept: digest for kept, digest in entry.files.items() if kept != path}
        if path in old:
            held[path] = old[path]
        entries[action.ref] = replace(entry, files=held)
    return Ledger(plan.target, {ref: entries[ref] for ref in sorted(entries)})

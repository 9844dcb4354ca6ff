"""What an export would do to a blog: the plan is a value, made by looking.

A file is ours when the ledger has its path and its bytes have a digest the ledger knows. Only
such files are replaced or removed. Any other file that is in the way stays and blocks its post.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.export.blog.changes import MISSING, NO_FILES, Action, Wanted, diff, posts_of
from papernotes.export.blog.fingerprint import Fingerprint
from papernotes.export.blog.ledger import Entry, Ledger
from papernotes.export.memory import Memory
from papernotes.reports.writing import Exported, ExportReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from papernotes.export.post import Placement, Post, Site
    from papernotes.models import Problem

_LARGEST = 200_000_000
_YOUNG_NS = 2_000_000_000  # a file that changed later than this may change unnoticed once more
_NOT_OURS = "a file that papernotes did not write stands here; it was left as it is"
_TAKEN = "it was edited by hand since the last export, and is taken over"
_DOUBLED = "another file of this export has the same name"
_EDITED = "it was edited by hand since the last export; it was left as it is"


@dataclass(frozen=True, slots=True)
class Checkable:
    """What a build of the blog is compared with: its posts, and the site they are of."""

    posts: tuple[Post, ...]
    site: Site
    folder: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an export will do below ``blog``, and what the ledger says before and after.

    ``reasons`` say of posts why they are made anew, ``memory`` is for the next export, and
    ``checkable`` what can be compared, where that was asked for. ``refused`` says why notes that
    ask to be published are not.
    """

    target: str
    blog: Path
    actions: tuple[Action, ...]
    before: Ledger
    after: Ledger
    problems: tuple[Problem, ...] = ()
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    checkable: Checkable | None = None
    refused: Mapping[str, str] = field(default_factory=dict)

    def report(self, *, is_dry_run: bool = True, has_diffs: bool = False) -> ExportReport:
        """Return the plan as a report; with ``has_diffs`` it reads the files that would change."""
        outcomes = tuple(
            Exported(
                action.path,
                action.outcome,
                action.ref,
                action.message,
                diff(self.blog, action) if has_diffs and action.is_change else "",
            )
            for action in sorted(self.actions, key=lambda action: action.path)
        )
        return ExportReport(
            self.target,
            str(self.blog),
            outcomes,
            posts_of(self.actions, self.before, self.after, self.reasons, self.refused),
            self.problems,
            is_dry_run,
        )


def decide(
    wanted: Mapping[str, tuple[Wanted, ...]],
    placements: Mapping[str, Placement],
    ledger: Ledger,
    *,
    kept: frozenset[str],
    held: Mapping[str, str] = MappingProxyType({}),
    shared: tuple[Wanted, ...] = (),
    fingerprints: Mapping[str, Fingerprint] = MappingProxyType({}),
    is_forced: bool = False,
    look: Callable[[str], str],
) -> tuple[tuple[Action, ...], Ledger]:
    """Return the actions and the ledger after them. Pure but for ``look``.

    ``wanted`` are the files of each ref, its post first; ``held`` says why posts are withheld;
    ``look`` returns the digest of the file at a path, or :data:`MISSING`. Refs of the ledger that
    are neither wanted nor ``kept`` lose their files. ``shared`` are files of no single ref.
    ``is_forced`` takes over files of ours that were edited by hand.
    """
    ours = ledger.digests()
    doubled = _doubled(wanted, shared)

    def act(file: Wanted, ref: str) -> Action:
        present = look(file.path)
        if (ref, file.path) in doubled:
            return Action(file.path, "blocked", ref, present, message=_DOUBLED)
        return _action(file, ref, present, ours, is_forced)

    actions: list[Action] = []
    entries: dict[str, Entry] = {}
    claimed: set[str] = set()
    for ref, out_files in wanted.items():
        found = [act(file, ref) for file in out_files]
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
        old = ledger.entries[ref].files if ref in ledger.entries else {}
        known = fingerprints.get(ref, Fingerprint())
        entries[ref] = Entry(placements[ref], _kept_files(found, old), known)
    for ref, entry in ledger.entries.items():
        if ref in kept and ref not in wanted:
            entries[ref] = entry
            claimed.update(entry.files)
    found = [act(file, "") for file in shared]
    actions += found
    claimed.update(file.path for file in shared)
    held_shared = _kept_files(found, ledger.shared)
    gone, left = _removals(ledger, claimed, ours, look, is_forced)
    for ref, path, digest in left:
        if not ref:
            held_shared[path] = digest
            continue
        holder = entries.get(ref, Entry(ledger.entries[ref].placement, {}))
        entries[ref] = replace(holder, files={**holder.files, path: digest})
    ordered = {ref: entries[ref] for ref in sorted(entries)}
    return (*actions, *gone), Ledger(ledger.target, ordered, shared=held_shared)


def _doubled(
    wanted: Mapping[str, tuple[Wanted, ...]], shared: tuple[Wanted, ...]
) -> set[tuple[str, str]]:
    """Return (ref, path) of files that another has the name of, whatever its case.

    Where case does not count they would be one file. Shared files go first, then posts by ref.
    """
    holders: dict[str, tuple[str, str]] = {}
    doubled = set()
    claims = [("", shared), *((ref, wanted[ref]) for ref in sorted(wanted))]
    for ref, own in claims:
        for file in own:
            claim = (ref, file.path)
            if holders.setdefault(file.path.casefold(), claim) != claim:
                doubled.add(claim)
    return doubled


def _kept_files(found: Iterable[Action], old: Mapping[str, str]) -> dict[str, str]:
    """Return what the ledger says of wanted files: of blocked ones what it said before."""
    kept = {}
    for action in found:
        if action.outcome != "blocked":
            kept[action.path] = action.wanted
        elif action.path in old:
            kept[action.path] = old[action.path]
    return kept


def _action(
    file: Wanted,
    ref: str,
    present: str,
    ours: Mapping[str, set[str]],
    is_forced: bool,  # noqa: FBT001 - private
) -> Action:
    if present == file.digest:
        return Action(file.path, "unchanged", ref, present, wanted=file.digest)
    write = Action(
        file.path,
        "new" if present == MISSING else "changed",
        ref,
        present,
        file.data or b"",
        wanted=file.digest,
        is_lacking=file.data is None,
    )
    if present == MISSING or present in ours.get(file.path, ()):
        return write
    if is_forced and file.path in ours and present not in NO_FILES:
        return replace(write, message=_TAKEN)
    message = _EDITED if file.path in ours else _NOT_OURS
    return Action(file.path, "blocked", ref, present, message=message)


def _removals(
    ledger: Ledger,
    claimed: set[str],
    ours: Mapping[str, set[str]],
    look: Callable[[str], str],
    is_forced: bool,  # noqa: FBT001 - private
) -> tuple[list[Action], list[tuple[str, str, str]]]:
    """Return the files to remove, and (ref, path, digest) of those that were edited by hand."""
    gone: list[Action] = []
    left: list[tuple[str, str, str]] = []
    entries = sorted((ref, entry.files) for ref, entry in ledger.entries.items())
    for ref, held in (*entries, ("", ledger.shared), ("", ledger.pending)):
        for path, digest in sorted(held.items()):
            if path in claimed:
                continue
            claimed.add(path)
            present = look(path)
            if present == MISSING or (held is ledger.pending and present != digest):
                continue
            if present in ours[path]:
                gone.append(Action(path, "removed", ref, present))
            elif is_forced and present not in NO_FILES:
                gone.append(Action(path, "removed", ref, present, message=_TAKEN))
            else:
                gone.append(Action(path, "blocked", ref, present, message=_EDITED))
                left.append((ref, path, digest))
    return gone, left


class Looking:
    """Looks at the files of a blog; of those that are as they were last time, by stat alone.

    ``seen`` is what an earlier look kept (path → size, times, inode, digest).
    """

    def __init__(
        self, blog: Path, seen: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ) -> None:
        self._blog = blog.resolve().as_posix()
        self._before = seen
        self._folders = {self._blog: True}
        self.seen: dict[str, tuple[str, ...]] = {}

    def __call__(self, path: str) -> str:
        """Return the digest of the regular file at ``path``, or :data:`MISSING`.

        Anything else that stands there (a folder, a symbolic link, a path that leads out of the
        blog, an unreadable file) has a digest that is nobody's.
        """
        place = f"{self._blog}/{path}"  # text: there are thousands of them
        if not self._is_inside(place.rpartition("/")[0]):
            return NO_FILES[0]
        try:
            stat = os.lstat(place)
        except OSError:
            return MISSING
        known = tuple(map(str, (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)))
        before = self._before.get(path, ())
        if before[:-1] == known:
            self.seen[path] = before
            return before[-1]
        try:
            digest = files.digest(files.read(Path(place), limit=_LARGEST))
        except PapernotesError:
            return NO_FILES[1]
        if stat.st_ctime_ns + _YOUNG_NS < time.time_ns():
            self.seen[path] = (*known, digest)
        return digest

    def _is_inside(self, folder: str) -> bool:
        unknown = []
        while folder not in self._folders and folder and not folder.endswith("/.."):
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        is_real = self._folders.get(folder, False)
        for each in reversed(unknown):
            is_real = is_real and not os.path.islink(each)  # noqa: PTH114 - one for every post
            self._folders[each] = is_real
        return is_real

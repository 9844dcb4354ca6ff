"""What changed since the last sync: a pure comparison of two tables of files.

A file that vanished while another of the same inode and size appeared, or one of the same name
and size, was moved; the store forgets the old path like that of any deleted file. Of the others
it is asked whether they were deleted or only cannot be seen: when more than half (and more than
a few) of the files that might vanish do so at once, a folder is more likely not there. They are
then held back, and the store keeps that in mind, so that what is written later does not tip the
scales: they stay until each is there again, turns up elsewhere, or the user says ``force``.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping

    from papernotes.files import FileStat, Scan
    from papernotes.store.filed import KnownFile

_FEW = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths to read because they are new or look changed, and paths to forget.

    ``changed`` are files whose stat differs or was too young to trust. ``held_back`` are paths
    that vanished in such numbers that a folder is more likely missing than emptied; those of
    them that the store has not marked yet are ``held_anew``.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    held_anew: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.changed or self.removed or self.held_anew)


def diff(
    scan: Scan,
    known: Mapping[str, KnownFile],
    *,
    force: bool = False,
    others: int = 0,
    elsewhere: Collection[str] = (),
) -> Plan:
    """Return what has to be read or forgotten so that the store equals the files.

    ``others`` are so many files more that are the same on both sides, and in neither table;
    ``elsewhere`` are paths of files that were moved out of the library, so they are not missed.

    Files below a folder that could not be listed count as unchanged. More than half of the
    files (and more than a few) vanishing at once is held back unless ``force``; neither moved
    files nor those held back before count among either.
    """
    unreadable = tuple(p.path + "/" for p in scan.problems if p.code == "unreadable")
    unreadable_files = {p.path for p in scan.problems if p.code == "unreadable"}
    added = tuple(path for path in scan.files if path not in known)
    changed = tuple(
        path
        for path, stat in scan.files.items()
        if path in known and _is_doubtful(known[path], stat)
    )
    gone = tuple(
        path
        for path in known
        if path not in scan.files
        and path not in unreadable_files
        and not path.startswith(unreadable)
    )
    if force or not gone:
        return Plan(added, changed, gone)
    moved = _moved(gone, added, scan, known) | set(elsewhere)
    vanished = [path for path in gone if path not in moved and not known[path].is_held]
    others += sum(path not in moved and not each.is_held for path, each in known.items())
    anew = vanished if len(vanished) > _FEW and 2 * len(vanished) > others else []
    held = {path for path in gone if path not in moved and known[path].is_held} | set(anew)
    return Plan(
        added,
        changed,
        removed=tuple(path for path in gone if path not in held),
        held_back=tuple(path for path in gone if path in held),
        held_anew=tuple(anew),
    )


def is_pdf(path: str) -> bool:
    """Say whether a file of the library is a PDF."""
    return path.startswith("pdf/")


def parted(plan: Plan) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan without the PDFs to read, and these: the largest effort by far."""
    pdfs = tuple(sorted(filter(is_pdf, (*plan.added, *plan.changed))))
    texts = replace(
        plan,
        added=tuple(path for path in plan.added if not is_pdf(path)),
        changed=tuple(path for path in plan.changed if not is_pdf(path)),
    )
    return texts, pdfs


def held_back_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return a problem for each file that the store keeps though it has vanished."""
    return tuple(
        Problem(
            "vanished",
            path,
            "has vanished with more than half of the library; kept in the store until it is "
            "there again or you confirm with: papernotes sync --force",
        )
        for path in plan.held_back
    )


def _is_doubtful(known: KnownFile, stat: FileStat) -> bool:
    return known.is_racy or known.is_held or known.stat != stat


def _moved(
    gone: Iterable[str], added: Iterable[str], scan: Scan, known: Mapping[str, KnownFile]
) -> set[str]:
    """Return those of ``gone`` that one of ``added`` stands for, each for one only."""
    free = dict.fromkeys(added)
    moved: set[str] = set()
    for trace in (_by_inode, _by_name):
        places: dict[Hashable, list[str]] = {}
        for path in free:
            places.setdefault(trace(path, scan.files[path]), []).append(path)
        for path in gone:
            mark = trace(path, known[path].stat)
            if path not in moved and mark is not None and places.get(mark):
                del free[places[mark].pop()]
                moved.add(path)
    return moved


def _by_inode(_path: str, stat: FileStat) -> Hashable:
    return (stat.inode, stat.size) if stat.inode else None


def _by_name(path: str, stat: FileStat) -> Hashable:
    return posixpath.basename(path), stat.size

"""What changed since the last sync: a pure comparison of two tables of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.files import Scan
    from papernotes.store.read import KnownFile

_FEW = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths to read because they are new or look changed, and paths to forget.

    ``changed`` are files whose stat differs or was too young to trust. ``held_back`` are paths
    that vanished in such numbers that a folder is more likely missing than emptied.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.changed or self.removed)


def diff(scan: Scan, known: Mapping[str, KnownFile], *, force: bool = False) -> Plan:
    """Return what has to be read or forgotten so that the store equals the files.

    Files below a folder that could not be listed count as unchanged. More than half of all
    files (and more than a few) vanishing at once is held back unless ``force``.
    """
    unreadable = tuple(p.path + "/" for p in scan.problems if p.code == "unreadable")
    unreadable_files = {p.path for p in scan.problems if p.code == "unreadable"}
    added = tuple(path for path in scan.files if path not in known)
    changed = tuple(
        path
        for path, stat in scan.files.items()
        if path in known and (known[path].is_racy or known[path].stat != stat)
    )
    gone = tuple(
        path
        for path in known
        if path not in scan.files
        and path not in unreadable_files
        and not path.startswith(unreadable)
    )
    if not force and len(gone) > _FEW and 2 * len(gone) > len(known):
        return Plan(added, changed, (), gone)
    return Plan(added, changed, gone)

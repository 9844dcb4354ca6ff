"""The files as they look now against those that the store has read: only what may differ.

Of tens of thousands of files mostly one has changed. So both sides are compared as plain rows,
and more is made only of the rest.
"""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from papernotes.sync import look, plan

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.files import Scan
    from papernotes.store.filed import KnownFile
    from papernotes.store.read import Store


class Compared(NamedTuple):
    """The files that may differ, as they look and as they were read; ``same`` others do not."""

    scan: Scan
    known: dict[str, KnownFile]
    same: int

    def plan(self, root: Path, *, force: bool) -> plan.Plan:
        """Return what is to be done, see :func:`papernotes.sync.plan.diff`.

        Files that stand in the trash have not vanished, even if the removal was cut short before
        the store heard of it. Raises FileError where the trash cannot be listed.
        """
        todo = plan.diff(self.scan, self.known, force=force, others=self.same)
        if todo.held_back:
            from papernotes import trash

            removed = trash.removed_paths(root, look.FOLDERS)
            todo = plan.diff(self.scan, self.known, others=self.same, elsewhere=removed)
        return todo


def compare(store: Store, scan: Scan) -> Compared:
    """Return what may differ; PDFs that only now can be read are as if never seen."""
    return _of_few(store, scan) or _of_all(store, scan)


def _of_few(store: Store, scan: Scan) -> Compared | None:
    """Compare the files alone around those that changed since a look that found none changed.

    None where the store does not know how all were listed then, and where files went or came.
    """
    unlike = scan.unlike(store.listing())
    if unlike is None or store.count_files() != len(scan.files):
        return None
    known = store.files_at(unlike.files)
    if len(known) < len(unlike.files):
        return None
    return Compared(unlike, known, len(scan.files) - len(known))


def _of_all(store: Store, scan: Scan) -> Compared:
    trusted = store.trusted(look.UNREAD)
    unlike = scan.without(trusted)
    same = len(scan.files) - len(unlike.files)
    untrusted = store.untrusted(look.UNREAD)
    changed = store.files_at(unlike.files) if trusted else {}
    known = untrusted | changed
    if same + len(changed.keys() - untrusted.keys()) < len(trusted):
        known |= store.files_at(row[0] for row in trusted.difference(scan.rows()))
    if any(each.digest == look.UNREAD and path in unlike.files for path, each in known.items()):
        from papernotes.pdf import is_available

        if is_available():
            known = {
                path: each
                for path, each in known.items()
                if each.digest != look.UNREAD or path not in unlike.files
            }
    return Compared(unlike, known, same)

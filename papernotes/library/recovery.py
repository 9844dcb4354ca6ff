"""Finishing what a crashed writer had begun, and saying so."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.sync import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.files import Scan

_MOST_NAMED = 10
_WRITTEN_TO = ("", "whoosh", "export")


def leftovers(index_dir: Path) -> list[Path]:
    """Return the temporary files that killed writers left in index/."""
    return files.leftovers(*(index_dir / folder for folder in _WRITTEN_TO))


def look_and_clear(root: Path, notify: Callable[[str], None]) -> Scan:
    """Return what files there are, without those a killed writer left: these are cleared.

    The lock must be held. Raises FileError.
    """
    scan = look.look(root)
    cleared = [files.clear(root / leftover) for leftover in scan.leftovers]
    saved = [place.relative_to(root).as_posix() for place in cleared if place is not None]
    for path in saved:
        notify(_saved_by_an_editor(path))
    return look.look(root) if saved else scan


def _saved_by_an_editor(path: str) -> str:
    return f"{path}: holds what an editor saved while an interrupted run was writing"


def finish_interrupted(
    root: Path,
    journal: Path,
    notify: Callable[[str], None],
    progress: Callable[[str, int, int], None] | None,
) -> tuple[str, ...]:
    """Carry out what the journal says, tell of each file, and return the paths. Raises FileError.

    What somebody changed meanwhile is left as it is, and told. Of files in the trash none is
    returned: it is no part of what is synced.
    """

    def tell_left(path: str) -> None:
        notify(f"{path}: was changed while an interrupted run waited to be finished; left as it is")

    def tell_kept(path: str, beside: str) -> None:
        notify(f"{beside}: holds what was to be renamed to {path}; compare the two")

    if not os.path.lexists(journal):
        return ()
    from papernotes import trash

    below = look.FOLDERS | {trash.FOLDER: ""}
    paths = [path.split("/") for path in files.journal_paths(journal, below=below)]
    if len(paths) > _MOST_NAMED:
        notify(f"finishing what an interrupted run began, in {len(paths):,} files")
    done = files.recover(
        root,
        journal=journal,
        below=below,
        left=tell_left,
        kept=tell_kept,
        returned=lambda path: notify(_saved_by_an_editor(path)),
        progress=progress,
    )
    for name in dict.fromkeys(name for top, name, *_ in paths if top == trash.FOLDER):
        trash.forget(root, name, look.FOLDERS)
    for name in done[:_MOST_NAMED]:
        notify(f"{name}: finished after an interrupted run")
    if len(done) > _MOST_NAMED:
        notify(f"{len(done) - _MOST_NAMED} more files: finished as well")
    return tuple(path for path in done if path.split("/")[0] in look.FOLDERS)

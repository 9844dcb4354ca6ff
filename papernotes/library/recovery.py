"""Finishing what a crashed writer had begun, and saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes import files
from papernotes.sync import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MOST_NAMED = 10


def finish_interrupted(root: Path, journal: Path, notify: Callable[[str], None]) -> tuple[str, ...]:
    """Carry out what the journal says, tell of each file, and return the paths. Raises FileError.

    What somebody changed meanwhile is left as it is, and told.
    """

    def tell_left(path: str) -> None:
        notify(f"{path}: was changed while an interrupted run waited to be finished; left as it is")

    def tell_kept(path: str, beside: str) -> None:
        notify(f"{beside}: holds what was to be renamed to {path}; compare the two")

    done = files.recover(root, journal=journal, below=look.FOLDERS, left=tell_left, kept=tell_kept)
    for name in done[:_MOST_NAMED]:
        notify(f"{name}: finished after an interrupted run")
    if len(done) > _MOST_NAMED:
        notify(f"{len(done) - _MOST_NAMED} more files: finished as well")
    return done

"""Notices that files change, by looking at them: what every system can do, with no extra."""

from __future__ import annotations

import os
import time
from stat import S_ISREG
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

State = tuple[int, int, int]
_LOOK_SECONDS = 1.0
_CALM_SECONDS = 0.1
_MOST_WAITS = 20  # for files that never come to rest


class Watch:
    """Looks at the files below folders and at single files; ``places`` says which these are now.

    What begins with a dot or ends with ``~`` is no file but an editor's own.
    """

    def __init__(self, places: Callable[[], tuple[Iterable[str], Iterable[str]]]) -> None:
        self._places = places
        self._before = look(*places())

    def has_changed(self) -> bool:
        """Whether a file is new, other or gone since the last look."""
        now = look(*self._places())
        is_other = now != self._before
        self._before = now
        return is_other

    def wait(self) -> None:
        """Return when something has changed and is at rest again."""
        while not self.has_changed():
            time.sleep(_LOOK_SECONDS)
        for _ in range(_MOST_WAITS):
            time.sleep(_CALM_SECONDS)
            if not self.has_changed():
                return


def look(folders: Iterable[str], files: Iterable[str]) -> dict[str, State]:
    """Return size, time and inode of every file, by path; folders that are links are not entered.

    What cannot be looked at is not there.
    """
    found: dict[str, State] = {}
    waiting = list(folders)
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or entry.name.endswith("~"):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        _note(found, entry.path)
        except OSError:
            continue
    for path in files:
        _note(found, path)
    return found


def _note(found: dict[str, State], path: str) -> None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - thousands of them every second
    except OSError:
        return
    if S_ISREG(stat.st_mode):
        found[path] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)

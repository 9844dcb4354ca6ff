"""The faults: a shim below Python that counts, kills and refuses calls that change files.

It is C, preloaded into this very process (``LD_PRELOAD``), so that it sees SQLite's calls too, and
the runs are forks of one process that has everything imported. strace could inject the same
faults, but chooses by whole names, and temporary files have another name in every run.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("shim.c")
_BUILT = "PAPERNOTES_CRASH_SHIM"


class Fault(IntEnum):
    """What happens at the chosen point: the numbers are those of shim.c."""

    NONE = 0
    KILL = 1
    NO_ROOM = 2  # ENOSPC from there on
    NO_ROOM_ONCE = 3
    IO_ERROR = 4  # EIO, once
    CUT = 5  # of the power; worked out in power.py

    @property
    def title(self) -> str:
        return ("none", "kill", "ENOSPC for good", "ENOSPC once", "EIO once", "power cut")[self]


class Point(NamedTuple):
    """A call that changes files, the ``number``-th of its run."""

    number: int
    kind: str
    needs_room: bool
    path: str
    other: str

    def can_fail(self, fault: Fault) -> bool:
        """Whether the system could answer this call so."""
        return self.needs_room or fault not in {Fault.NO_ROOM, Fault.NO_ROOM_ONCE}


def compiler() -> str | None:
    """Return the C compiler that is here, if the shim can be built and preloaded."""
    return shutil.which("cc") if sys.platform == "linux" else None


def preload(folder: Path) -> None:
    """Begin this program anew with the shim in it, unless it is there already."""
    if _BUILT in os.environ:
        return
    built = folder / "shim.so"
    cc = compiler()
    if cc is None:
        raise SystemExit("needs Linux and a C compiler, cc; test_killed.py does some without one")
    subprocess.run([cc, "-O2", "-shared", "-fPIC", "-o", built, SOURCE, "-ldl"], check=True)
    environ = {
        **os.environ,
        _BUILT: str(folder),
        "LD_PRELOAD": str(built),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environ)


def folder() -> Path | None:
    """Return the folder the shim of this process was built in."""
    found = os.environ.get(_BUILT)
    return None if found is None else Path(found)


class Shim:
    """The shim in this process; forks inherit how it is armed and count with it.

    Of several, in one process or in forks of it, each has a count of its own; the last one is used.
    """

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.crash_log.restype = ctypes.c_void_p
        self._library.crash_seen.restype = ctypes.c_long
        self._library.crash_logged.restype = ctypes.c_long
        self._library.crash_begin()

    def arm(self, root: Path, at: int, fault: Fault, copies: Path | None = None) -> None:
        """Count calls below ``root``; ``copies`` is a folder for what is flushed, by point."""
        self._library.crash_arm(
            os.fsencode(root), ctypes.c_long(at), int(fault), os.fsencode(copies or "")
        )

    def disarm(self) -> None:
        self._library.crash_disarm()

    def points(self) -> list[Point]:
        """Return the calls counted since it was armed."""
        text = ctypes.string_at(self._library.crash_log(), self._library.crash_logged())
        rows = sorted(
            (line.split("\t") for line in os.fsdecode(text).splitlines()),
            key=lambda row: int(row[0]),
        )
        return [
            Point(int(n), kind, room == "1", path, other) for n, kind, room, path, other in rows
        ]

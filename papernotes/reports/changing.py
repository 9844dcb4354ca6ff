"""What the verbs that change a library answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Problem


@dataclass(frozen=True, slots=True)
class Renamed:
    """What became of one key of a paper, or of the name of one note.

    ``outcome`` is ``renamed``, ``kept`` (it is what it should be already), ``foreign`` (its entry
    stands in a file that papernotes did not make, or in several), ``stub`` (it is not completed,
    so nothing can be made of it yet) or ``failed``; ``message`` says why.
    """

    old: str
    new: str
    outcome: str
    message: str = ""
    hint: str = ""
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file that a renaming changes: the lines (from 1), and its new path where it gets one."""

    path: str
    new_path: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameReport:
    """Every key asked about, in order, and every file that is touched, by path.

    After a dry run, and for keys that are ``foreign``, ``files`` are those that would have to be.
    """

    results: tuple[Renamed, ...]
    files: tuple[RenamedFile, ...] = ()
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()

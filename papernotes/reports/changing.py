"""What the verbs that change a library answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from papernotes.models import Problem
    from papernotes.reports.gathering import Change


@dataclass(frozen=True, slots=True)
class Renamed:
    """What became of one key of a paper, or of the name of one note, heading or tag.

    ``old`` and ``new`` are a key, the ref of a note, ``ref#heading`` (as Markdown) or ``#tag``.
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


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of one ref whose front matter was to say something, and what it says now.

    ``outcome`` is ``changed``, ``same`` (it says so already, or nothing was asked), ``started``
    (a paper that had no note has one now) or ``failed``; ``message`` says why. A paper that says
    nothing is ``unread`` and of ``normal`` priority; a free note is neither. ``changes`` are of
    ``status``, ``rating``, ``priority`` and ``tags``, all of them as text; ``inline`` are (tag,
    line) where a tag that was taken away stands in the body, which is never changed.
    """

    asked: str
    outcome: str = "same"
    ref: str = ""
    title: str = ""
    path: str = ""
    is_paper: bool = False
    status: str | None = None
    rating: int | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    inline: tuple[tuple[str, int], ...] = ()
    message: str = ""
    hint: str = ""
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class MarkReport:
    """Every ref asked about, in order."""

    results: tuple[Marked, ...]
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """A paper or note that went to the trash: its ``files``, and the ``folder`` they are in now.

    ``linking`` are notes with a link that leads nowhere without it, or that are about it.
    """

    ref: str
    title: str
    files: tuple[str, ...]
    folder: str
    linking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveReport:
    """Everything that was removed, or would be, in the order asked."""

    results: tuple[Removed, ...]
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Trashed:
    """What one removal put into the trash, in its folder ``name``; UTC, paths in the library."""

    name: str
    ref: str
    title: str
    removed_at: datetime
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmptyReport:
    """What was deleted from the trash for good, newest first: so many ``bytes`` in ``files``."""

    results: tuple[Trashed, ...]
    files: int
    bytes: int
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TrashReport:
    """What is in the trash, newest first; or, of a restoring, what came back from it."""

    results: tuple[Trashed, ...]
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()

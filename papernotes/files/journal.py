"""What a change of several files notes down before it begins, so that it can be finished."""

from __future__ import annotations

import base64
import errno
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from papernotes.errors import ConflictError, FormatError
from papernotes.files.reading import FileError, digest, read
from papernotes.files.writing import write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MOST_BYTES = 400_000_000  # of one journal: it is held in memory
_NO_NAME = re.compile("[\x00\ud800-\udfff]")
_HEX = re.compile(r"[0-9a-f]{64}")
_NOT_THERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO}


class Move(NamedTuple):
    """A file that gets another name, perhaps elsewhere, known again without being read."""

    source: str
    target: str
    size: int
    mtime_ns: int
    inode: int


class Step(NamedTuple):
    """An edit as the journal has it: of what is there now, the digest is enough."""

    path: str
    before: str | None
    after: bytes | None
    mode: int | None = None


class Journal(NamedTuple):
    """The steps of a change, in any order, and the moves, in theirs."""

    steps: tuple[Step, ...] = ()
    moves: tuple[Move, ...] = ()


def journal_paths(journal: Path, *, below: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a journal left by a crash is about, whether settled or not.

    Of paths only those that :func:`papernotes.files.recover` believes.
    """
    found = read_journal(journal)
    moved = (path for move in found.moves for path in (move.source, move.target))
    paths = dict.fromkeys((*(step.path for step in found.steps), *moved))
    return tuple(path for path in paths if is_possible(path, below))


def write_journal(journal: Path, plan: Journal) -> None:
    """Write a journal. Raises ConflictError for one that could not be read again."""
    created = {step.path: step.after for step in plan.steps if _is_plain_new(step)}
    others = [step for step in plan.steps if not _is_plain_new(step)]
    tree: dict[str, Any] = {"create": {path: _encoded(data) for path, data in created.items()}}
    if others or plan.moves:
        tree["change"] = [[s.path, s.before, _encoded(s.after), s.mode] for s in others]
        tree["move"] = [list(move) for move in plan.moves]
    data = json.dumps(tree).encode()
    if len(data) > _MOST_BYTES:
        size = f"{len(data) // 1_000_000} MB of files would be changed at once"
        raise ConflictError(f"{size}; nothing was changed", hint="do it in parts")
    write_atomic(journal, data)


def _is_plain_new(step: Step) -> bool:
    return step.before is None and step.after is not None and step.mode is None


def _encoded(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def read_journal(journal: Path) -> Journal:
    """Return what a journal says; one that makes no sense says nothing.

    Raises FileError for one that is there and cannot be read now: it may say something.
    """
    try:
        tree = json.loads(read(journal, limit=_MOST_BYTES))
        created = [_step(path, None, data, None) for path, data in tree["create"].items()]
        changed = [_step(*each) for each in tree.get("change", ())]
        moves = [_moved(*each) for each in tree.get("move", ())]
    except FileError as error:
        if getattr(error.__cause__, "errno", 0) not in _NOT_THERE:
            raise
        return Journal()
    except (FormatError, ValueError, LookupError, TypeError, AttributeError):
        return Journal()
    except (OverflowError, RecursionError):
        return Journal()
    return Journal((*created, *changed), tuple(moves))


def _step(path: str, before: str | None, after: str | None, mode: object) -> Step:
    """Return a step of a journal. Raises ValueError and TypeError for what is none."""
    if before is not None and not _HEX.fullmatch(before):
        raise ValueError("not a digest")
    if not (mode is None or (isinstance(mode, int) and 0 <= mode <= 0o777)):
        raise ValueError("not a mode")
    data = None if after is None else base64.b64decode(after, validate=True)
    return Step(str(path), before, data, mode)


def _moved(source: str, target: str, size: int, mtime_ns: int, inode: int) -> Move:
    return Move(str(source), str(target), int(size), int(mtime_ns), int(inode))


def is_possible(path: str, below: Mapping[str, str]) -> bool:
    """Whether a path of a journal is one that we could have written there."""
    first, *rest = path.split("/")
    is_plain = not _NO_NAME.search(path) and all(part and part[0] != "." for part in rest)
    return bool(rest) and is_plain and first in below and path.lower().endswith(below[first])


def digest_if_any(data: bytes | None) -> str | None:
    """Return the digest of what a file holds, None for one that is not there."""
    return None if data is None else digest(data)

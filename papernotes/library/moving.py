"""Files that change and get other names, as the steps that change them. Pure but for a look.

Names may be swapped or handed on in a ring: a text is then written where another text leaves; a
PDF, which is never read, waits for a moment under a name of its own.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.errors import ConflictError
from papernotes.files import Edit, Move, file_error
from papernotes.reports import RenamedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as it is and as it will be, and where it will stand; paths in the library."""

    path: str
    new_path: str
    before: bytes
    after: bytes

    def report(self) -> RenamedFile:
        """Return which lines change; their number does not."""
        pairs = zip(self.before.splitlines(), self.after.splitlines(), strict=True)
        lines = tuple(number for number, (old, new) in enumerate(pairs, 1) if old != new)
        return RenamedFile(self.path, self.new_path if self.new_path != self.path else "", lines)


def edits_of(root: Path, texts: Sequence[Text]) -> list[Edit]:
    """Return the edits that bring texts to where and what they should be, permissions kept.

    Raises ConflictError where two would have one name, and FileError.
    """
    before = {text.path: text.before for text in texts}
    targets: set[str] = set()
    edits: list[Edit] = []
    for text in texts:
        if text.new_path in targets:
            raise ConflictError(f"{text.new_path}: two files would have this name")
        targets.add(text.new_path)
        mode = None if text.new_path == text.path else stat.S_IMODE(_look(root, text.path).st_mode)
        edits.append(Edit(text.new_path, before.get(text.new_path), text.after, mode))
    gone = [text for text in texts if text.path not in targets]
    edits += [
        Edit(text.path, text.before, None, stat.S_IMODE(_look(root, text.path).st_mode))
        for text in gone
    ]
    return edits


def moves_of(root: Path, moves: Mapping[str, str]) -> list[Move]:
    """Return the moves (path → new path) in an order in which each finds its name free.

    Raises ConflictError where another file has the name, and FileError.
    """
    for target in moves.values():
        if target not in moves and os.path.lexists(root / target):
            raise ConflictError(
                f"{target}: exists already; left as it is", hint="move it away first"
            )
    steps = []
    marks: dict[str, tuple[int, int, int]] = {}
    for source, target in _ordered(moves, root):
        if source not in marks:
            found = _look(root, source)
            marks[source] = (found.st_size, found.st_mtime_ns, found.st_ino)
        mark = marks.pop(source)
        marks[target] = mark
        steps.append(Move(source, target, *mark))
    return steps


def _ordered(moves: Mapping[str, str], root: Path) -> Iterator[tuple[str, str]]:
    sources = {target: source for source, target in moves.items()}
    waiting = dict(moves)
    for target in moves.values():
        yield from _chain(target, sources, waiting) if target not in moves else ()
    while waiting:  # rings
        first, target = next(iter(waiting.items()))
        parked = _free_name(root, first)
        del waiting[first]
        yield first, parked
        yield from _chain(first, sources, waiting)
        yield parked, target


def _chain(
    free: str, sources: Mapping[str, str], waiting: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the moves that become possible one after the other, once the name ``free`` is."""
    while (source := sources.get(free)) in waiting:
        yield source, waiting.pop(source)
        free = source


def _free_name(root: Path, path: str) -> str:
    stem = path.removesuffix(".pdf")
    number = 1
    while os.path.lexists(root / (parked := f"{stem}-renaming-{number}.pdf")):
        number += 1
    return parked


def _look(root: Path, path: str) -> os.stat_result:
    try:
        return (root / path).lstat()
    except OSError as error:
        raise file_error(error, root / path) from error

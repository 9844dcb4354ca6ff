"""What a renaming does to files: which change, which get other names, and the steps that do it.

A plan is made first, of values; :func:`carry_out` is the one road by which it is done. Names may
be swapped or handed on in a ring: a text is then written where another text leaves; a PDF, which
is never read, waits for a moment under a name of its own.
"""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import ConflictError, FormatError, PapernotesError
from papernotes.files import Edit, Move, file_error
from papernotes.reports.changing import Renamed, RenamedFile, RenameReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from papernotes.library.upkeep import Upkeep

_NOT_UTF_8 = "is not UTF-8; it was left as it is"


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


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a renaming will do: what it answers, and the files as they are and will be.

    ``moves`` are PDFs (path → new path), ``others`` lines in files that are not ours to change.
    """

    results: tuple[Renamed, ...]
    texts: tuple[Text, ...] = ()
    moves: Mapping[str, str] = field(default_factory=dict)
    others: tuple[RenamedFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return all(each.outcome != "renamed" for each in self.results)

    def report(self, *, is_dry_run: bool = False) -> RenameReport:
        """Return the plan as a report."""
        moved = (RenamedFile(path, target) for path, target in self.moves.items())
        touched = [*self.others, *(text.report() for text in self.texts), *moved]
        ordered = tuple(sorted(touched, key=lambda each: each.path))
        return RenameReport(self.results, ordered, is_dry_run)


def at(path: str, error: PapernotesError) -> PapernotesError:
    """Return an error that says in which file it is."""
    if not isinstance(error, FormatError):
        return error
    where = f"{path}:{error.line}" if error.line else path
    return FormatError(f"{where}: {error}", hint=error.hint)


def rewritten(root: Path, path: str, rewrite: Callable[[str], str]) -> Text:
    """Return a note as it is and as ``rewrite`` makes it.

    Raises what ``rewrite`` raises, a FormatError with the file's name; and that too for a note
    that would change and is not UTF-8.
    """
    data = files.read(root / path)
    text, trouble = decoded(data)
    try:
        edited = rewrite(text)
    except FormatError as error:
        raise at(path, error) from error
    if trouble and edited != text:
        raise at(path, FormatError(trouble, line=1, hint="convert it to UTF-8"))
    return Text(path, path, data, data if edited == text else edited.encode())


def decoded(data: bytes) -> tuple[str, str]:
    """Return a note's text as sync reads it, and what is wrong with it as text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), _NOT_UTF_8
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace"), _NOT_UTF_8
    return text, "has a NUL byte: not a text file" if "\x00" in text else ""


def carry_out(upkeep: Upkeep, plan: Plan) -> None:
    """Change the files as one, then sync just these; the lock must be held.

    Raises ConflictError, and changes nothing, where a file was changed since the plan was made;
    FileError.
    """
    edits, moves = edits_of(upkeep.root, plan.texts), moves_of(upkeep.root, plan.moves)
    files.change(upkeep.root, edits, moves, journal=upkeep.journal, progress=upkeep.progress)
    moved = (path for pair in plan.moves.items() for path in pair)
    upkeep.sync_written([*(edit.path for edit in edits), *moved])


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

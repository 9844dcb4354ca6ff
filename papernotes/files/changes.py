"""Several files changed as one: all of them, or none, whatever happens in between.

A journal says what every file is to hold before the first is touched. When the process dies,
:func:`recover` goes on where it stopped, forwards. When a file turns out to hold something else
than what was read of it, or the disk refuses, what was done is taken back instead: the journal is
first turned round, so that a crash within that is finished backwards.

No text is ever in the journal alone once that is gone: what finds its place taken after a crash is
put beside it, and while it cannot be, nothing is removed.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING, NamedTuple

from papernotes.errors import ConflictError, FormatError, PapernotesError
from papernotes.files.journal import (
    Journal,
    Move,
    Step,
    digest_if_any,
    is_possible,
    read_journal,
    write_journal,
)
from papernotes.files.moving import carry_out_move, is_left, is_meant
from papernotes.files.reading import FileError, file_error, read
from papernotes.files.returning import clear
from papernotes.files.scanning import leftovers
from papernotes.files.staging import stage
from papernotes.files.swapping import changed_meanwhile, is_as_read, swap, take_away
from papernotes.files.temporary import names_beside
from papernotes.files.writing import (
    flush_folder,
    make_folder,
    name_for_good,
    refuse_links,
    remove,
    replace,
    write_new,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from papernotes.files.staging import Progress, Staged

_DONE, _LEFT = "done", "left"
_NO_SUCH_PLACE = {
    *(errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EINVAL, errno.ELOOP)
}


class Edit(NamedTuple):
    """A file, relative to the root: what it holds now and what it is to hold.

    None is a file that is not there. ``mode`` are the permissions it is to have, or has where it
    goes; without them a file that is replaced keeps those it has.
    """

    path: str
    before: bytes | None
    after: bytes | None
    mode: int | None = None


def commit(root: Path, new_files: Mapping[str, bytes], *, journal: Path) -> None:
    """Create all of ``new_files`` (path relative to ``root`` → bytes), or none of them.

    Raises ConflictError when one exists or a folder on the way is a link (nothing is written
    then) and FileError (what was written is taken back). A crash or Ctrl-C leaves ``journal``,
    from which :func:`recover` finishes. Thousands of files cost little more than their own
    flushes: folders are flushed once.
    """
    change(root, [Edit(path, None, data) for path, data in new_files.items()], journal=journal)


def change(
    root: Path,
    edits: Sequence[Edit],
    moves: Sequence[Move] = (),
    *,
    journal: Path,
    progress: Progress | None = None,
) -> None:
    """Carry out all of ``edits`` and, in their order, ``moves``; or nothing of it.

    ``progress`` hears what is being done, and at which of how many files.
    Raises ConflictError where a file does not hold what was read of it, where one that is to be
    new exists, or where a folder on the way is a link; and FileError, also where ``journal`` is
    there already. What was done is taken back
    then, or later by :func:`recover` where the disk refuses that too. Ctrl-C before the first file
    has its new name leaves all as it was; later it leaves ``journal``, as a crash does, from which
    recover finishes.
    """
    progress = progress or _untold
    _check(root, edits, moves)
    if os.path.lexists(journal):  # of a change of this very run, that could not be taken back
        hint = "make room; the next command finishes it"
        raise FileError(f"{journal}: an earlier change is not finished", hint=hint)
    plan = Journal(
        tuple(Step(each.path, digest_if_any(each.before), each.after, each.mode) for each in edits),
        tuple(moves),
    )
    staged = _begin(root, edits, plan, journal, progress)
    try:
        _carry_out(root, edits, moves, staged)
    except PapernotesError:
        _take_back(root, edits, moves, journal)
        raise
    remove(journal)


def recover(
    root: Path,
    *,
    journal: Path,
    below: Mapping[str, str],
    left: Callable[[str], None] = lambda _path: None,
    kept: Callable[[str, str], None] = lambda _path, _beside: None,
    returned: Callable[[str], None] = lambda _path: None,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Finish what a crashed :func:`commit` or :func:`change` began; return the paths written.

    Only paths in the folders ``below`` (folder of ``root`` → ending) are believed, none through
    a link, and a file that holds neither what was expected nor what was wanted is kept as it is:
    ``left`` hears of it. A text that was to come there from another name is put beside it then,
    and ``kept`` hears of both. What an editor had saved when the process died is given back, and
    ``returned`` hears where it is. ``progress`` hears at which of how many files it is. A journal
    that makes no sense is removed: it is written whole before the first file, so such a one began
    nothing. Raises FileError when the journal cannot be read now, there is no room or the disk
    fails; the journal stays for the next run.
    """
    found = read_journal(journal)
    possible = Journal(
        tuple(step for step in found.steps if is_possible(step.path, below)),
        tuple(
            move
            for move in found.moves
            if is_possible(move.source, below) and is_possible(move.target, below)
        ),
    )
    saved = tuple(_clear_beside(root, possible, returned))
    done = (*saved, *_settle(root, possible, left, kept, progress or _untold))
    if journal.is_symlink() or not journal.is_dir():
        remove(journal)
    return done


def _untold(_doing: str, _done: int, _of: int) -> None:
    """Hear how far it is, and show nothing."""


def _clear_beside(root: Path, plan: Journal, returned: Callable[[str], None]) -> Iterator[str]:
    """Clear what was changing places with the files of a journal; yield what came back."""
    paths = [*(step.path for step in plan.steps)]
    paths += [path for move in plan.moves for path in (move.source, move.target)]
    names: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        names.setdefault(folder, []).append(name)
    for folder, known in names.items():
        with contextlib.suppress(ConflictError):
            refuse_links(root, f"{folder}/")
            for leftover in leftovers(root / folder):
                if place := clear(leftover, known):
                    path = place.relative_to(root).as_posix()
                    returned(path)
                    yield path


# --- carrying out ----------------------------------------------------------------------------


def _check(root: Path, edits: Sequence[Edit], moves: Sequence[Move]) -> None:
    """Raise ConflictError for what would have to be taken back if it were begun."""
    for edit in edits:
        refuse_links(root, edit.path)
        _expect(root / edit.path, edit)
    for move in moves:
        refuse_links(root, move.source)
        refuse_links(root, move.target)


def _expect(path: Path, edit: Edit) -> None:
    if edit.before is None:
        if os.path.lexists(path):
            raise ConflictError(f"{edit.path}: exists already; left as it is")
    else:
        try:
            is_as_read = read(path) == edit.before
        except FileError as error:
            if getattr(error.__cause__, "errno", 0) != errno.ENOENT:
                raise
            is_as_read = False
        if not is_as_read:
            raise changed_meanwhile(path)


def _begin(
    root: Path, edits: Sequence[Edit], plan: Journal, journal: Path, progress: Progress
) -> Staged:
    """Write the journal, then all files under other names; what ends this began nothing."""
    try:
        write_journal(journal, plan)
        return stage(root, edits, progress)
    except BaseException:
        with contextlib.suppress(FileError):  # then the next run finishes
            remove(journal)
        raise


def _carry_out(root: Path, edits: Sequence[Edit], moves: Sequence[Move], staged: Staged) -> None:
    """Name all, then flush each folder once."""
    folders = {*staged.folders}
    try:
        for edit in edits:
            if edit.path in staged.files:
                _name(staged.files[edit.path], root / edit.path, edit)
        for move in moves:
            folders.add((root / move.source).parent)
            if not carry_out_move(root, move):
                raise changed_meanwhile(root / move.source)
        for edit in edits:
            if edit.after is None:
                _take_away(root / edit.path, edit.before or b"")
        staged.clear()  # before the flush, or a power cut brings them back
        for folder in sorted(folders):
            flush_folder(folder)
    except OSError as error:
        raise file_error(error, error.filename or root) from error
    finally:
        staged.clear()


def _name(temporary: Path, path: Path, edit: Edit) -> None:
    if edit.before is None:
        name_for_good(temporary, path)
    else:
        swap(temporary, path, edit.before, edit.after or b"")


def _take_away(path: Path, before: bytes) -> None:
    take_away(path, lambda found: is_as_read(found, before), before)


def _take_back(root: Path, edits: Sequence[Edit], moves: Sequence[Move], journal: Path) -> None:
    """Undo what was done of a change; what somebody else wrote meanwhile is left alone."""
    back = Journal(
        tuple(Step(each.path, digest_if_any(each.after), each.before, each.mode) for each in edits),
        tuple(Move(each.target, each.source, *each[2:]) for each in reversed(moves)),
    )
    with contextlib.suppress(PapernotesError):  # on a full disk the rest still can be undone
        write_journal(journal, back)
    with contextlib.suppress(PapernotesError, OSError):
        for _ in _settle(root, back, lambda _path: None):
            pass
        journal.unlink(missing_ok=True)


def _settle(
    root: Path,
    plan: Journal,
    left: Callable[[str], None],
    kept: Callable[[str, str], None] | None = None,
    progress: Progress = _untold,
) -> Iterator[str]:
    """Bring each file from the state a journal expects to the one it wants; yield those changed.

    Done twice it does nothing the second time. Removals come last, and only if every text that
    has come from another name has a place by then.
    """
    is_safe = True
    steps = sorted(plan.steps, key=lambda step: step.after is None)
    for number, step in enumerate(steps, 1):
        progress("finishing an interrupted run", number, len(steps))
        if step.after is None and not is_safe:
            left(step.path)
        elif outcome := _outcome(root, step):
            if outcome == _DONE:
                yield step.path
                continue
            left(step.path)
            if kept is None or step.after is None or step.mode is None:
                continue
            beside = _keep_beside(root, step, step.after)
            is_safe = is_safe and beside is not None
            if beside is not None:
                kept(step.path, beside)
                yield beside
    yield from _settle_moves(root, plan.moves, left)


def _settle_moves(root: Path, moves: Sequence[Move], left: Callable[[str], None]) -> Iterator[str]:
    for move in moves:
        try:
            refuse_links(root, move.source)
            refuse_links(root, move.target)
            if is_meant(root, move.source, move) and carry_out_move(root, move):
                flush_folder((root / move.source).parent)
                yield move.target
            elif is_left(root, move):
                left(move.source)
        except ConflictError:
            left(move.source)
        except FileError as error:
            if not _is_no_place(error):
                raise
            left(move.source)
        except OSError as error:
            raise file_error(error, root / move.source) from error


def _outcome(root: Path, step: Step) -> str:
    """Take a step; say whether it was done, or left since its place holds something else."""
    try:
        return _take_step(root, step)
    except (ConflictError, FormatError):
        return _LEFT
    except FileError as error:
        if not _is_no_place(error):
            raise
        return _LEFT


def _is_no_place(error: FileError) -> bool:
    """Whether a path cannot be, as things stand: something else is on the way to it."""
    return getattr(error.__cause__, "errno", 0) in _NO_SUCH_PLACE


def _take_step(root: Path, step: Step) -> str:
    path = root / step.path
    refuse_links(root, step.path)
    present = read(path) if os.path.lexists(path) else None
    if present == step.after:
        return ""
    if digest_if_any(present) != step.before:
        return _LEFT
    if present is None:
        make_folder(path.parent)
        write_new(path, step.after or b"", mode=step.mode)
    elif step.after is None:
        remove(path, present)
    else:
        replace(path, present, step.after, mode=step.mode)
    return _DONE


def _keep_beside(root: Path, step: Step, data: bytes) -> str | None:
    """Put what was to stand at a path under a free name beside it; None where that cannot be."""
    beside = next(each for each in names_beside(step.path) if not _holds_another(root / each, data))
    wanted = Step(beside, None, data, step.mode)
    return None if _outcome(root, wanted) == _LEFT else beside


def _holds_another(path: Path, data: bytes) -> bool:
    """Tell whether there is something that is not this text."""
    with contextlib.suppress(FormatError, FileError):
        return os.path.lexists(path) and read(path) != data
    return True

"""Notes in the person's own editor, and what became of them taken in when it ends."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from papernotes.cli.interrupts import left_to_the_child
from papernotes.cli.output import problem_line
from papernotes.errors import PapernotesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from papernotes.cli.context import App
    from papernotes.library import Library

_DEFAULT = "vi"
_TOLD_BEFORE = frozenset(
    ("vi", "vim", "nvim", "gvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "mg")
)  # +line file
_TOLD_BEHIND = frozenset(("hx", "helix", "subl", "zed"))  # file:line


def find_editor() -> list[str]:
    """Return the words of $VISUAL, else of $EDITOR, else vi.

    Raises PapernotesError for one that is not there, so that nothing is begun before that.
    """
    named = [os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR")]
    editor = next(filter(None, named), _DEFAULT)
    hint = "set $EDITOR to the editor you use"
    try:
        words = shlex.split(editor)
    except ValueError as error:
        raise PapernotesError(f"{editor}: {error}", hint=hint) from error
    if not words or shutil.which(words[0]) is None:
        raise PapernotesError(f"{editor}: there is no such program", hint=hint)
    return words


def edit_notes(
    app: App,
    library: Library,
    editor: Sequence[str],
    refs: Sequence[str],
    *,
    is_input_spent: bool = False,
    line: int | None = None,
) -> int:
    """Open the notes of papers and notes, made first where there are none; then sync.

    ``line`` is where to begin in the first, with an editor of which is known how it is told.
    Returns the exit status: 1 if a note has a problem now, which is said with its line. Where
    standard input was read already (``is_input_spent``) the editor gets the terminal itself.
    Raises PapernotesError when the editor fails.
    """
    paths = library.note_paths(list(dict.fromkeys(refs)))
    names = [str(path) for path in paths]
    if line is not None:
        names[:1] = _at_line(editor, names[0], line)
    status = _run([*editor, *names], is_input_spent=is_input_spent)
    problems = library.sync().problems
    names = [path.relative_to(library.root).as_posix() for path in paths]
    wrong = [problem for problem in problems if problem.path in names]
    for problem in wrong:
        app.warn(problem_line(problem))
    for name, path in zip(names, paths, strict=True):
        if not path.exists():
            app.notice(f"{name} is gone")
    if status:
        ended = f"ended with status {status}" if status > 0 else f"was ended by signal {-status}"
        one = len(paths) == 1
        left = "the note was left as it is now" if one else "the notes were left as they are now"
        raise PapernotesError(f"{shlex.join(editor)} {ended}", hint=left)
    return 1 if wrong else 0


def _at_line(editor: Sequence[str], name: str, line: int) -> list[str]:
    """Return the arguments that open a file at a line, or just the file."""
    program = os.path.basename(editor[0])  # noqa: PTH119 - may be no path of this system
    if program in _TOLD_BEFORE:
        return [f"+{line}", name]
    return [f"{name}:{line}"] if program in _TOLD_BEHIND else [name]


def _run(words: Sequence[str], *, is_input_spent: bool) -> int:
    output = sys.stderr if sys.stderr.isatty() and not sys.stdout.isatty() else None
    try:
        with _input(is_spent=is_input_spent) as given, left_to_the_child():
            done = subprocess.run(words, stdin=given, stdout=output, check=False)  # noqa: S603 - the user's own
    except OSError as error:
        hint = "set $EDITOR to the editor you use"
        raise PapernotesError(f"{words[0]}: {error.strerror}", hint=hint) from error
    return done.returncode


@contextlib.contextmanager
def _input(*, is_spent: bool) -> Iterator[IO[bytes] | None]:
    """Give what the editor reads from: our own standard input, or the terminal if that is read."""
    if not is_spent:
        yield None
        return
    with contextlib.ExitStack() as opened:
        terminal: IO[bytes] | None = None
        with contextlib.suppress(OSError):  # there is none
            terminal = opened.enter_context(open("/dev/tty", "rb", buffering=0))  # noqa: PTH123 - no file
        yield terminal

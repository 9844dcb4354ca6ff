"""Text and annotations of PDF files, read in a process of their own.

A PDF is input from elsewhere, and the program that understands it is large. So a child process
with limits reads it (see child.py). This side starts the child, asks, waits no longer than agreed,
and makes what comes back fit to read (see text.py). The extra ``pdf`` installs what is needed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import select
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from papernotes.errors import FormatError, PapernotesError
from papernotes.pdf.text import clean, has_break, one_line, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

_SECONDS = 60.0
_MEGABYTES = 1024
_START_SECONDS = 60.0
_LONGEST_ANSWER = 64 << 20  # bytes; five million characters are less, however they are written
_CHUNK = 1 << 16
_REASONS = {
    "empty": ("the file is empty", "fetch it again"),
    "not-pdf": ("this is not a PDF", "fetch it again; a server may have sent a web page"),
    "password": ("a password protects it", "save a copy without the password"),
    "security": ("it is encrypted in a way that is not supported", "save a copy without it"),
    "broken": ("the file is broken", "fetch it again"),
    "no-pages": ("it has no page that can be read", "fetch it again"),
    "memory": ("reading it needs too much memory", "read it with another program"),
}
_OTHER_PROGRAM = "read it with another program"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark somebody left in a PDF.

    ``page`` counts from 1. ``kind`` is highlight, underline, squiggly, strikeout, note (a sticky
    one) or freetext. ``quote`` is the text below a mark, on one line; ``comment`` what was typed.
    ``id`` is ten hexadecimal digits that depend on page, kind, letters of the quote and comment,
    and stay when the file is moved or saved anew. Of several alike each has its own.
    """

    page: int
    kind: str
    quote: str
    comment: str
    author: str
    id: str


@dataclass(frozen=True, slots=True)
class PdfContent:
    """What a PDF says: the text of each page, and its annotations in reading order.

    ``is_cut`` says that something is missing: pages beyond the 2,000th, text beyond five million
    characters, annotations beyond 10,000, or a page that could not be read.
    """

    pages: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    is_cut: bool


def is_available() -> bool:
    """Say whether PDFs can be read here, without loading anything."""
    return importlib.util.find_spec("pypdfium2") is not None


class PdfReader:
    """Reads PDFs, one after the other, in one child process that starts with the first.

    ``seconds`` is the longest time one file may take, ``megabytes`` the most memory the child may
    map. It is for one thread. Leaving the ``with`` ends the child; so does the end of this process.
    """

    def __init__(self, *, seconds: float = _SECONDS, megabytes: int = _MEGABYTES) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; a later read starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            _close_pipes(child)

    def read(self, path: Path, *, with_annotations: bool = False) -> PdfContent:
        """Return the text of a PDF, and its annotations if asked.

        Raise FormatError if the file cannot be read within the limits, PapernotesError if the
        extra ``pdf`` is missing.
        """
        _check_is_file(path)
        child = self._running_child()
        question = {
            "path": str(path.absolute()),
            "with_annotations": with_annotations,
            "seconds": self._seconds,
        }
        try:
            answer = self._ask(child, question)
        except _SilentError as silent:
            self.close()
            raise FormatError(f"cannot read {path}: {silent}", hint=_OTHER_PROGRAM) from None
        except BaseException:
            self.close()  # interrupted; its answer must not be taken for the next file's
            raise
        if "error" in answer:
            reason, hint = _REASONS[answer["error"]]
            raise FormatError(f"cannot read {path}: {reason}", hint=hint)
        return _content(answer)

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self.close()
        if self._child is None:
            self._child = _start(self._megabytes)
            try:
                _receive(self._child, _START_SECONDS)
            except _SilentError as silent:
                self.close()
                message = f"the reader of PDFs does not start: {silent}"
                hint = 'try: pip install --force-reinstall "papernotes[pdf]"'
                raise PapernotesError(message, hint=hint) from None
            except BaseException:
                self.close()
                raise
        return self._child

    def _ask(self, child: subprocess.Popen[bytes], question: dict[str, Any]) -> dict[str, Any]:
        assert child.stdin
        try:
            child.stdin.write(json.dumps(question).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise _SilentError(_end_of(child)) from None
        return _receive(child, self._seconds)


class _SilentError(Exception):
    """The child gave no answer; the text says why."""


def _check_is_file(path: Path) -> None:
    """Raise FormatError unless the path is a file one can read: a pipe would be waited for."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise FormatError(f"cannot read {path}: this is not a file")
        path.open("rb").close()
    except OSError as error:
        raise FormatError(f"cannot read {path}: {error.strerror}") from None


def _start(megabytes: int) -> subprocess.Popen[bytes]:
    if not is_available():
        hint = 'install what it needs with: pip install "papernotes[pdf]"'
        raise PapernotesError("PDFs cannot be read here: pypdfium2 is missing", hint=hint)
    # A script is not looked for, -P keeps its folder off the path, and in / lies nothing of a
    # library, which may come from a stranger. In a process group of its own: Ctrl-C is for us.
    script = Path(__file__).with_name("child.py")
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-P", str(script), str(megabytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        process_group=0,
    )


def _close_pipes(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # a question that was never read


def _receive(child: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
    """Return the child's next line, or raise _SilentError."""
    assert child.stdout
    pipe = child.stdout.fileno()
    poller = select.poll()
    poller.register(pipe, select.POLLIN)
    end = time.monotonic() + seconds
    line = bytearray()
    while not line.endswith(b"\n"):
        left = end - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            raise _SilentError(f"it took more than {seconds:g} seconds")
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            raise _SilentError(_end_of(child))
        line += chunk
        if len(line) > _LONGEST_ANSWER:
            raise _SilentError("it has too much text")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _end_of(child: subprocess.Popen[bytes]) -> str:
    """Say how the child ended; a shortage of memory mostly looks like a crash."""
    status = child.wait()
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    return f"it crashed the reader ({how}), or needs too much memory"


def _content(answer: dict[str, Any]) -> PdfContent:
    raw = answer["pages"]
    words = words_of(raw) if any(map(has_break, raw)) else frozenset()
    return PdfContent(
        pages=tuple(clean(page, words) for page in raw),
        annotations=tuple(_annotations(answer["annotations"], words)),
        is_cut=answer["is_cut"],
    )


def _annotations(
    raw: Iterable[tuple[int, str, str, str, str]], words: frozenset[str]
) -> Iterable[Annotation]:
    seen: dict[str, int] = {}
    for page, kind, quote, comment, author in raw:
        quoted, said = one_line(quote, words), clean(comment)
        letters = "".join(filter(str.isalnum, quoted)).casefold()
        what = json.dumps([page, kind, letters, said])
        seen[what] = seen.get(what, 0) + 1
        name = _name(what if seen[what] == 1 else f"{what} {seen[what]}")
        yield Annotation(page, kind, quoted, said, one_line(author), name)


def _name(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()[:10]

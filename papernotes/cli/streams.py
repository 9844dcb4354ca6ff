"""Standard input, output and error as they really come: closed, full, or of few letters."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from typing import TYPE_CHECKING

from papernotes.errors import FormatError, PapernotesError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from _typeshed import ReadableBuffer

# What stands in for a closed stream. Reading from the first and writing to the second fails with
# EBADF, as it should; what is said to a closed standard error is lost.
_STAND_INS = (os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)


class _Heedless(io.FileIO):
    """A file whose refusals are ignored: messages must not change how a command ends."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return memoryview(data).nbytes


def prepare() -> None:
    """Make the three standard streams such that using them raises nothing but OSError.

    A closed descriptor is taken, or the next file opened (the store!) would become standard
    output; letters a stream has not are written as escapes; standard error never fails. Streams
    that somebody else put in place are left alone.
    """
    for number, flags in enumerate(_STAND_INS):
        _occupy(number, flags)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - same
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
    said: TextIO | None = sys.stderr
    if said is None or said is sys.__stderr__:
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Heedless(2, "w", closefd=False)),
            encoding=said.encoding if said else "utf-8",
            errors="backslashreplace",
            line_buffering=True,
        )


def _occupy(number: int, flags: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, flags)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        os.set_inheritable(number, True)


def has_every_letter() -> bool:
    """Whether standard output can show any text."""
    return codecs.lookup(sys.stdout.encoding or "ascii").name.startswith("utf")


def wants_color(environ: Mapping[str, str] = os.environ) -> bool | None:
    """Return whether output is to be coloured in any case or never; None: on a terminal.

    As the field agreed: NO_COLOR and CLICOLOR=0 take colours away, CLICOLOR_FORCE and FORCE_COLOR
    give them to a pipe too.
    """
    if environ.get("NO_COLOR"):
        return False
    if {environ.get("CLICOLOR_FORCE", ""), environ.get("FORCE_COLOR", "")} - {"", "0"}:
        return True
    is_plain = environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb"
    return False if is_plain else None


def read_input() -> str:
    """Return all of standard input. Raises PapernotesError where it cannot be read."""
    try:
        return sys.stdin.read()
    except OSError as error:
        reason = "is closed" if error.errno == errno.EBADF else error.strerror
        raise PapernotesError(f"standard input: {reason}") from error


def read_text(name: str) -> str:
    """Return the text of a file, - being standard input. Raises FileError and FormatError."""
    if name == "-":
        return read_input()
    from papernotes.sources import readable  # noqa: PLC0415 - few commands read a named file

    return readable(read_bytes(name))


def read_bytes(name: str) -> bytes:
    """Return the bytes of a file, - being standard input. Raises FileError and FormatError."""
    from papernotes import files  # noqa: PLC0415 - few commands read a file that was named

    try:
        if name == "-":
            data = sys.stdin.buffer.read(files.MAX_TEXT_BYTES + 1)
        else:
            with open(name, "rb") as file:  # noqa: PTH123 - may be a pipe of the shell
                data = file.read(files.MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise files.file_error(error, name) from error
    if len(data) > files.MAX_TEXT_BYTES:
        most = files.MAX_TEXT_BYTES // 1_000_000
        raise FormatError(f"{name}: larger than {most} MB", hint="cut it into parts")
    return data


def silence_output() -> None:
    """Keep the interpreter from flushing into a pipe or disk that refuses."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

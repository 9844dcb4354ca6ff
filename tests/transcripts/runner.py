"""Running the shell sessions that stand in Markdown files.

In a fenced block marked ``console``, a line that begins with ``$ `` is a command, lines that
begin with ``> `` right below go on with it, and what follows up to the next one is what it prints
on both streams. A line ``...`` stands for any
lines, ``...`` inside a line for any text, and a last line ``[exit 3]`` for the exit status. All
blocks of a file are one session in one empty folder.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\[exit (\d+)\]")
_FOLDER = "transcript-folder:"


@dataclass(frozen=True)
class Step:
    """One command with what it should print and how it should end."""

    command: str
    expected: str
    status: int
    line: int


def steps(text: str) -> Iterator[Step]:
    """Yield the commands of all console blocks in order."""
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        command, line, output = "", 0, list[str]()
        for number, row in enumerate([*block[1].splitlines(), "$ "], first):
            if row.startswith("$ "):
                if command:
                    yield _step(command, output, line)
                command, line, output = row[2:], number, []
            elif command and not output and re.match(r"> |>$", row):
                command += "\n" + row[2:]
            else:
                output.append(row)


def _step(command: str, output: list[str], line: int) -> Step:
    found = _EXIT.fullmatch(output[-1]) if output else None
    expected = output[:-1] if found else output
    return Step(command, "\n".join(expected).rstrip(), int(found[1]) if found else 0, line)


def python_blocks(text: str) -> list[str]:
    """Return the Python examples of a page; they run in the folder the session began in."""
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run(text: str, folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[Step, str, int]]:
    """Run every step in its own shell, keeping the folder that ``cd`` chose; yield the outcome."""
    for step in steps(text):
        script = f'{step.command}\nstatus=$?\nprintf "\\n{_FOLDER}%s\\n" "$PWD"\nexit $status\n'
        shown, status = _on_a_terminal(script, folder, environ)
        output, _, place = shown.rpartition(f"\n{_FOLDER}")
        folder = folder.__class__(place.strip())
        yield step, output.rstrip(), status


def _on_a_terminal(script: str, folder: Path, environ: Mapping[str, str]) -> tuple[str, int]:
    """Run a script with a terminal for its output, as a reader of the page would."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while piece := os.read(ours, 65_536):
                shown += piece
    os.close(ours)
    return shown.decode().replace("\r\n", "\n"), process.returncode


def is_as_expected(expected: str, output: str) -> bool:
    """Whether ``output`` is what a transcript says, ``...`` standing for anything."""
    pattern = ""
    for line in expected.split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.split("...")) + r"\n"
    return re.fullmatch(pattern, output + "\n") is not None

"""Commands in great number: how each ended, what it said, and what must hold of all of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

STATUSES = frozenset((0, 1, 2, 3, 4, 5, 6, 7, 130))
# What may not reach a terminal: C0 but tab and newline, C1, turners of direction, hidden letters.
COMMANDING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command line: its end and what it wrote, as bytes."""

    args: tuple[str, ...]
    status: int
    out: bytes
    err: bytes
    seconds: float
    was_stopped: bool

    @property
    def data(self) -> Any:
        """What ``--json`` printed."""
        return json.loads(self.out)["data"]

    def faults(self) -> list[str]:
        """Return what the contract of the command line does not allow in any run."""
        said = self.err.decode("utf-8", "surrogateescape")
        found = []
        if self.status not in STATUSES:
            found.append(f"status {self.status}")
        if "Traceback" in said or "this is a bug" in said:
            found.append("an error nobody raised on purpose")
        if COMMANDING.search(said):
            found.append("what commands a terminal, on standard error")
        if self.was_stopped and self.args[:1] != ("serve",):
            found.append(f"more than {self.seconds:.1f} s")
        return found


class Runner:
    """Runs the command line in ``folder``; a context manager."""

    def __init__(self, folder: Path, scratch: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.scratch = scratch
        self.environ = dict(environ)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.zygote"],
            cwd=_ROOT,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=60)

    def __call__(
        self, *args: str, stdin: bytes = b"", limit: float = 10.0, is_terminal: bool = False
    ) -> Run:
        """Run one command; after ``limit`` seconds it gets Ctrl-C.

        On a terminal ``stdin`` is what is typed, and ``out`` all that is shown.
        """
        paths = {name: self.scratch / name for name in ("stdin", "stdout", "stderr")}
        paths["stdin"].write_bytes(stdin)
        request = {
            "args": args,
            "folder": str(self.folder),
            "environ": self.environ,
            "limit": limit,
            "is_terminal": is_terminal,
            **{name: str(path) for name, path in paths.items()},
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        ended = json.loads(self._process.stdout.readline())
        return Run(
            args,
            out=paths["stdout"].read_bytes(),
            err=paths["stderr"].read_bytes(),
            **ended,
        )


def environ_of(home: Path, api_url: str, **more: str) -> dict[str, str]:
    """Return an environment in which nothing outside ``home`` is asked or opened."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "EDITOR": "true",
        "VISUAL": "true",
        "PAPERNOTES_OPENER": "true",
        "PAPERNOTES_PAGER": "cat",
        "PAPERNOTES_STATE_DIR": str(home / "state"),
        "PAPERNOTES_ARXIV_API_URL": api_url,
        "PAPERNOTES_ARXIV_DELAY_SECONDS": "0",
        "PAPERNOTES_ARXIV_CONNECT_TIMEOUT_SECONDS": "2",
        "PAPERNOTES_ARXIV_READ_TIMEOUT_SECONDS": "2",
        "PAPERNOTES_ARXIV_TOTAL_TIMEOUT_SECONDS": "4",
        **more,
    }


def snapshot(folder: Path, *, without: Sequence[str] = ()) -> dict[str, tuple[str, bytes, int]]:
    """Return all that stands in a folder: kind, contents and mode by path; links not followed."""
    found = {}
    for parent, folders, names in os.walk(os.fsencode(folder)):
        for name in (*folders, *names):
            path = os.path.join(parent, name)
            told = os.fsdecode(os.path.relpath(path, os.fsencode(folder)))
            if any(told == each or told.startswith(f"{each}/") for each in without):
                continue
            mode = os.lstat(path).st_mode
            if os.path.islink(path):
                found[told] = ("link", os.readlink(path), mode)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    found[told] = ("file", file.read(), mode)
            else:
                found[told] = ("folder", b"", mode)
    return found

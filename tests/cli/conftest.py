from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.demo.standin import StandIn


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)["data"]


@dataclass
class Shell:
    """Runs the installed command line as a process of its own, in one folder."""

    folder: Path
    environ: dict[str, str]

    def start(self, *args: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "papernotes", *args],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL if "stdin" not in options else options.pop("stdin"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def __call__(self, *args: str, stdin: str | None = None) -> Ended:
        pipe = subprocess.DEVNULL if stdin is None else subprocess.PIPE
        with self.start(*args, stdin=pipe) as process:
            out, err = process.communicate(stdin, timeout=60)
        assert "Traceback" not in err, err
        return Ended(process.returncode, out, err)


@pytest.fixture
def shell(tmp_path: Path, stand_in: StandIn) -> Shell:
    """Return a command line in an empty folder, with the stand-in as its arXiv."""
    folder = tmp_path / "work"
    folder.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PAPERNOTES_PAGER": "",
        "PAPERNOTES_STATE_DIR": str(tmp_path / "state"),
        "PAPERNOTES_ARXIV_API_URL": stand_in.api_url,
        "PAPERNOTES_ARXIV_DELAY_SECONDS": "0",
        "PAPERNOTES_ARXIV_READ_TIMEOUT_SECONDS": "1",
        "PAPERNOTES_ARXIV_TOTAL_TIMEOUT_SECONDS": "2",
    }
    return Shell(folder, environ)


@pytest.fixture
def library(shell: Shell) -> Shell:
    """Return a command line inside a new library."""
    assert shell("init", ".").status == 0
    return shell

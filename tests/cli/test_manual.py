"""The man pages, read by a program that knows their language."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from papernotes.cli import COMMANDS
from tests.programs import require

if TYPE_CHECKING:
    from pathlib import Path


def test_every_verb_has_a_page_without_fault(tmp_path: Path) -> None:
    mandoc = require("mandoc")
    subprocess.run([sys.executable, "-m", "papernotes.cli.manual", str(tmp_path)], check=True)
    pages = sorted(tmp_path.iterdir())
    assert {page.stem for page in pages} == {"papernotes", *(f"papernotes-{n}" for n in COMMANDS)}
    linted = subprocess.run(
        [mandoc, "-T", "lint", "-W", "warning", *map(str, pages)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert linted.stdout == ""
    shown = subprocess.run(
        [mandoc, "-T", "utf8", str(tmp_path / "papernotes-search.1")],
        capture_output=True, text=True, check=True,
    ).stdout.replace("\b", "")  # fmt: skip
    assert "attention transformer      all of these words" in shown

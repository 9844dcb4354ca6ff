from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from . import runner

if TYPE_CHECKING:
    from papernotes.demo.standin import StandIn

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *Path(__file__).parent.glob("*.md")]
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_shown_is_what_happens(path: Path, tmp_path: Path, stand_in: StandIn) -> None:
    environ = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "LANG": "C.UTF-8",
        "EDITOR": f"{sys.executable} {Path(__file__).with_name('editor.py')}",
        "NO_COLOR": "1",
        "COLUMNS": "92",
        "TERM": "xterm",
        "PAPERNOTES_PAGER": "",
        "PAPERNOTES_STATE_DIR": str(tmp_path / "state"),
        "PAPERNOTES_ARXIV_API_URL": stand_in.api_url,
        "PAPERNOTES_ARXIV_DELAY_SECONDS": "0",
    }
    (tmp_path / "home").mkdir()
    folder = tmp_path / "session"
    folder.mkdir()
    if "\n$ cd papernotes\n" in path.read_text(encoding="utf-8"):  # a page on the sample library
        for name in ("notes", "bib"):
            shutil.copytree(ROOT / name, folder / "papernotes" / name)
        shutil.copy(ROOT / "papernotes.toml", folder / "papernotes")
    for step, output, status in runner.run(path.read_text(encoding="utf-8"), folder, environ):
        shown = output.replace(str(folder), "/home/you")
        place = f"{path.name}:{step.line}: $ {step.command}"
        assert runner.is_as_expected(step.expected, shown), f"{place}\n{shown}"
        assert status == step.status, f"{place}\nended with {status}"
    for code in runner.python_blocks(path.read_text(encoding="utf-8")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env=environ,
            check=False,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, ""), code
        assert done.stdout, "an example shows something"


def test_the_readme_shows_the_loop() -> None:
    commands = [step.command for step in runner.steps((ROOT / "README.md").read_text("utf-8"))]
    for verb in ("init", "add", "search", "show", "export"):
        assert any(f"papernotes {verb}" in command for command in commands)


def test_the_first_post_takes_less_than_a_thousand_keys() -> None:
    text = (ROOT / "docs/first-post.md").read_text("utf-8")
    typed = sum(len(step.command) + 1 for step in runner.steps(text))
    assert 300 < typed < 1000


@pytest.mark.parametrize(
    ("expected", "output", "is_same"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...", "a", True),
        ("wrote ... there", "wrote all of it there", True),
        ("wrote ... there", "wrote all of it here", False),
        ("", "", True),
        ("", "something", False),
    ],
)
def test_the_comparison_can_fail(expected: str, output: str, *, is_same: bool) -> None:
    assert runner.is_as_expected(expected, output) is is_same

"""Helpers make the same posts; where they die, or cannot be, their parent makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import dataclasses, os, sys, threading
from pathlib import Path
from papernotes.export import apply, plan
from papernotes.export.crew import worth
from tests.exporting import SETTINGS, make_note, make_source

root, blog, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
notes = [
    make_note(
        f"notes/n{number}.md",
        f"---\\ntitle: N {number}\\ncreated: 2026-01-01\\n---\\n"
        f"[[n{number + 1}]] %%hidden%% $x_{number}$ [@kingma2014adam]\\n",
    )
    for number in range(130)
]
source = make_source(root, notes)
forks = []

def forked():
    forks.append(os.getpid())
    (root / f"{how} {os.getpid()}").touch()
    if how == "dying":
        os._exit(9)

def waiting():
    threading.Event().wait()

if how == "alone":  # beside a thread no helper is started
    threading.Thread(target=waiting, daemon=True).start()
source = dataclasses.replace(source, forked=forked)
made = plan(source, target="fastpages", directory=blog, settings=SETTINGS)
assert not forks, "only children are forked"
print(worth(130), len(apply(made).files), os.environ.get("nothing", ""), flush=True)
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("no child left")
"""


def run(root: Path, blog: Path, how: str) -> tuple[str, dict[str, bytes]]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(root), str(blog), how],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    files = {
        path.relative_to(blog).as_posix(): path.read_bytes()
        for path in blog.rglob("*")
        if path.is_file()
    }
    return done.stdout, files


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core has no helpers")
def test_helpers_make_the_same_posts_and_are_not_needed(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    told, alone = run(tmp_path, tmp_path / "alone", "alone")
    assert told.split()[:2] == ["0", "130"]
    for how in ("helped", "dying"):
        told, files = run(tmp_path, tmp_path / how, how)
        assert told.split()[0] in {"1", "2"}
        assert told.endswith("no child left\n")
        assert len(list(tmp_path.glob(f"{how} *"))) == 2 * int(told.split()[0])
        assert files == alone, how

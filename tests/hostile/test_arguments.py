"""Every command under random bad arguments: it ends as the contract says, and soon.

``PAPERNOTES_ARGUMENTS=500`` tries so many lists for each command; without it a sample is tried.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from papernotes.cli import COMMANDS
from papernotes.demo.records import load_records
from papernotes.demo.standin import StandIn
from tests.factories import entry, write
from tests.hostile.arguments import lists_of_arguments, make_files
from tests.hostile.running import Runner, environ_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT = int(os.environ.get("PAPERNOTES_ARGUMENTS", "6"))
SEED = int(os.environ.get("PAPERNOTES_SEED", "8"))
_ANEW = 25  # runs, after which the library is what it was


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Run commands in a small library with bad files beside it."""
    base = tmp_path_factory.mktemp("arguments")
    root, scratch = base / "a/b/c/library", base / "scratch"
    make_library(root)
    scratch.mkdir()
    with (
        StandIn(load_records()) as server,
        Runner(root, scratch, environ_of(base / "a", server.api_url)) as runner,
    ):
        assert runner("sync").status == 0
        shutil.copytree(root, base / "whole", symlinks=True)
        yield runner


def restore(runner: Runner) -> None:
    """Make the library what it was."""
    shutil.rmtree(runner.folder)
    shutil.copytree(runner.scratch.parent / "whole", runner.folder, symlinks=True)


def make_library(root: Path) -> None:
    write(root, "papernotes.toml", "")
    write(root, "bib/doe2020first.bib", entry("doe2020first", "Attention", eprint="2002.01234"))
    write(root, "bib/doe2020second.bib", entry("doe2020second", "Kernels"))
    write(root, "bib/refs.bib", entry("zot:1", "Zotero {Entry}") + entry("zot/2", "Another"))
    write(root, "notes/doe2020first.md", "---\npaper: doe2020first\ntags: [rl]\n---\n[[plain]]\n")
    write(root, "notes/plain.md", "---\ntitle: Plain\npublish: true\n---\n# Plain\n\n[@zot:1] #a\n")
    make_files(root)


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=list(COMMANDS))
def test_no_arguments_break_a_command(runner: Runner, number: int) -> None:
    restore(runner)
    name = list(COMMANDS)[number]
    count = max(COUNT // 6, 1) if name == "demo" else COUNT
    bad, ends = [], set()
    for turn, args in enumerate(lists_of_arguments(count, SEED)[name]):
        run = runner(*args, limit=1.0 if name == "serve" else 10.0)
        ends.add(run.status)
        if faults := run.faults():
            bad.append((args, faults, run.err.decode("utf-8", "replace")[-1500:]))
        if turn % _ANEW == _ANEW - 1:
            restore(runner)
    assert bad == []
    assert ends
    assert not list(runner.scratch.parent.rglob("PWNED"))

"""Interrupted at points chosen by chance, no command loses anything; a naive writer is caught.

``make crash`` goes through all points; ``PAPERNOTES_CRASH_SAMPLE`` and ``PAPERNOTES_CRASH_CUTS``
say how many of each command, and what share of power cuts, are tried here, and
``PAPERNOTES_CRASH_SEED`` which.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.shim import compiler

ROOT = Path(__file__).parents[2]
SAMPLE = os.environ.get("PAPERNOTES_CRASH_SAMPLE", "4")
CUTS = os.environ.get("PAPERNOTES_CRASH_CUTS", "0.25")
SEED = os.environ.get("PAPERNOTES_CRASH_SEED", "1")
SHARES = (
    ("add", "new", "status", "rename", "remove", "update"),
    ("add refs.bib", "tag", "rename --all", "restore", "sync", "publish"),
    ("add --pdf", "rename #tag", "pdf", "bib -o", "sync --rebuild", "doctor --fix"),
    ("export jekyll", "export html", "adopt", "init --templates"),
)

pytestmark = pytest.mark.skipif(compiler() is None, reason="the shim needs Linux and a C compiler")


def interrupted(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.crash", "--jobs", "1", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def figures(out: str) -> dict[str, tuple[int, int]]:
    """Return by command how many trials were bad, of how many."""
    found = re.findall(r"^(\S.*): (\d+) bad of (\d+) trials", out, re.MULTILINE)
    return {name: (int(bad), int(trials)) for name, bad, trials in found}


@pytest.mark.parametrize("names", SHARES, ids=lambda names: names[0])
@pytest.mark.fault(1, 2, 3, 4, 10, 11, 12, 15)
def test_interrupted_by_chance_nothing_is_lost(names: tuple[str, ...]) -> None:
    ran = interrupted("--sample", SAMPLE, "--seed", SEED, *names)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert figures(ran.stdout) == dict.fromkeys(names, (0, int(SAMPLE)))


@pytest.mark.parametrize("name", ["remove", "restore", "publish", "add --pdf", "adopt"])
def test_after_a_power_cut_at_any_point_nothing_is_lost(name: str) -> None:
    ran = interrupted("--sample", "0", "--cuts", CUTS, "--seed", SEED, name)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ((bad, trials),) = figures(ran.stdout).values()
    assert bad == 0
    assert trials > 5


def test_a_naive_writer_is_caught() -> None:
    ran = interrupted("a naive writer")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ((bad, trials),) = figures(ran.stdout).values()
    assert 3 < bad < trials

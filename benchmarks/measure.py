"""Timing whole processes: CPU and wall seconds and peak memory, as the system accounts them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A small process that starts the command: what a child inherits of a large parent would count
# as its own peak of memory.
LAUNCHER = """
import json, os, sys, time
started = time.perf_counter()
child = os.fork()
if not child:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - started
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), cpu, wall, usage.ru_maxrss / 1024]))
"""


@dataclass(frozen=True)
class Run:
    """One finished process."""

    cpu: float
    wall: float
    peak_mb: float


@dataclass(frozen=True)
class Case:
    """A command, where it runs, and what is done before each run (not timed).

    ``environ`` is the environment where it is another than that of the rest, ``fine`` the exit
    statuses that are an answer: a search that finds nothing may say so by one.
    """

    name: str
    command: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None
    environ: Mapping[str, str] | None = None
    fine: tuple[int, ...] = (0,)


def absolute(text: str) -> Path:
    """Return a path that means the same in every folder; links stay, as Python's own need it."""
    return Path(text).absolute()


def run(case: Case, environ: Mapping[str, str]) -> Run:
    """Run a case once; raise when it fails."""
    case.before()
    done = subprocess.run(
        [sys.executable, "-ISc", LAUNCHER, *case.command],
        cwd=case.folder,
        env=dict(environ if case.environ is None else case.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    status, cpu, wall, peak_mb = json.loads(done.stdout)
    if status not in case.fine:
        raise RuntimeError(f"{case.name}: ended with {status}")
    return Run(cpu, wall, peak_mb)


def compare(
    base: Case, cases: Sequence[Case], environ: Mapping[str, str], rounds: int
) -> dict[str, tuple[Run, float]]:
    """Run each case right after the base, round after round, the first not counted.

    Returns by name the medians of a case, and the median of its CPU time over that of the base
    just before it: pair by pair, a machine whose speed drifts does less harm.
    """
    found: dict[str, list[Run]] = {}
    ratios: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for case in cases:
            before, result = run(base, environ), run(case, environ)
            if number:
                found.setdefault(base.name, []).append(before)
                found.setdefault(case.name, []).append(result)
                ratios.setdefault(base.name, []).append(1.0)
                ratios.setdefault(case.name, []).append(result.cpu / before.cpu)
    return {name: (_middle(runs), statistics.median(ratios[name])) for name, runs in found.items()}


def _middle(runs: list[Run]) -> Run:
    return Run(
        statistics.median(each.cpu for each in runs),
        statistics.median(each.wall for each in runs),
        max(each.peak_mb for each in runs),
    )

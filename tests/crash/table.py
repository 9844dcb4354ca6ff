"""All scenarios, their trials shared out to processes, and the figures as a page."""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import random
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import papernotes
from tests.crash.scenarios import NAIVE, SCENARIOS
from tests.crash.shim import Fault
from tests.crash.trials import FAULTS, Bench

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.crash.scenarios import Scenario
    from tests.crash.trials import Course, Trial, Verdict

_SHOWN = 8
_COLUMNS = (*FAULTS, Fault.CUT)
_PAGE = (Path(__file__).with_name("page.md")).read_text()
_HEAD = ("command", "points", *(fault.title for fault in _COLUMNS), "bad")


class Row(NamedTuple):
    """What came of a scenario: how many points, by fault (trials, bad), and what was wrong."""

    name: str
    points: int
    trials: dict[Fault, tuple[int, int]]
    wrong: tuple[str, ...]

    @property
    def bad(self) -> int:
        return sum(bad for _, bad in self.trials.values())

    @property
    def made(self) -> int:
        return sum(trials for trials, _ in self.trials.values())

    def cells(self) -> list[str]:
        shown = [str(self.trials.get(fault, (0, 0))[0]) for fault in _COLUMNS]
        return [self.name, str(self.points), *shown, f"{self.bad} of {self.made}"]


def run(given: argparse.Namespace, folder: Path, api_url: str) -> int:
    """Run what is asked for, and say and write what came of it; return the exit status."""
    _import_all()
    wanted = [each for each in (*SCENARIOS, NAIVE) if each.name in (given.scenarios or [each.name])]
    is_failed = False
    for number, scenario in enumerate(wanted):
        since = time.monotonic()
        row = run_one(scenario, Bench(folder / str(number), api_url), given)
        seconds = time.monotonic() - since
        print(
            f"{row.name}: {row.bad} bad of {row.made} trials at {row.points} points"
            f" ({seconds:.0f} s)",
            flush=True,
        )
        is_failed |= bool(row.bad) != (scenario is NAIVE)
        if scenario is not NAIVE:
            for each in row.wrong[:_SHOWN]:
                print(f"    {each}", flush=True)
        if given.write is not None:
            write(given.write, row)
    return int(is_failed)


def run_one(scenario: Scenario, bench: Bench, given: argparse.Namespace) -> Row:
    """Run a scenario through its points, or as many of them as are asked for."""
    course = bench.prepare(scenario)
    trials = course.trials(is_thin=given.thin)
    if given.sample is not None:
        chance = random.Random(f"{given.seed} {scenario.name}")
        trials = sorted(chance.sample(trials, min(given.sample, len(trials))))
    found: dict[Fault, tuple[int, int]] = {}
    wrong = []
    for name, text in _shared_out(bench, course, trials, given):
        count, bad = found.get(Fault[name], (0, 0))
        found[Fault[name]] = (count + 1, bad + bool(text))
        wrong += [text] if text else []
    return Row(scenario.name, len(course.points), found, tuple(wrong))


def _shared_out(
    bench: Bench, course: Course, trials: Sequence[Trial], given: argparse.Namespace
) -> Iterator[tuple[str, str]]:
    """Yield for each trial its fault's name and what was wrong."""

    def of(job: int) -> Iterator[Verdict]:
        own = bench.another(f"job{job}")
        yield from own.judge(course, trials[job :: given.jobs])
        if job == 0 and (share := 1 if given.sample is None else given.cuts):
            chance = random.Random(f"{given.seed} {course.scenario.name}")
            yield from own.cut(course, lambda: chance.random() < share)

    outs = [bench.folder / f"verdicts{job}" for job in range(given.jobs)]
    children = [_forked(out, partial(of, job)) for job, out in enumerate(outs)]
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if any(statuses):
        raise RuntimeError(f"{course.scenario.name}: a process of the runner ended")
    for out in outs:
        yield from (json.loads(line) for line in out.read_text().splitlines())


def _forked(out: Path, verdicts: Callable[[], Iterable[Verdict]]) -> int:
    """Write verdicts, a line each, from another process; return its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        with out.open("w") as file:
            file.writelines(json.dumps([v.trial.fault.name, _said(v)]) + "\n" for v in verdicts())
        status = 0
    except BaseException:  # noqa: BLE001 - this process ends here
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _said(verdict: Verdict) -> str:
    """Return what was wrong in a trial, and where; or nothing."""
    if not verdict.wrong:
        return ""
    point = next(
        (each for each in verdict.ended.points if each.number == verdict.trial.point.number),
        verdict.trial.point,
    )
    where = " ".join(
        path.partition("/lib/")[2] or path for path in (point.path, point.other) if path
    )
    said = verdict.ended.err.strip()[-400:]
    return (
        f"{verdict.trial.fault.title} at {point.number} ({point.kind} {where}):"
        f" {'; '.join(verdict.wrong[:6])} [{verdict.ended.status}: {said}]"
    )


def write(page: Path, row: Row) -> None:
    """Put a row into the table of a page, in place of the one it had."""
    rows: dict[str, list[str]] = {}
    if page.exists():
        for line in page.read_text().splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("|") and len(cells) == len(_HEAD) and cells[1].isdigit():
                rows[cells[0]] = cells
    rows[row.name] = row.cells()
    order = [each.name for each in (*SCENARIOS, NAIVE)]
    lines = [_HEAD, ["---", *["--:"] * (len(_HEAD) - 1)], *(rows[n] for n in order if n in rows)]
    page.write_text(_PAGE + "".join(f"| {' | '.join(cells)} |\n" for cells in lines))


def _import_all() -> None:
    """Import what commands import late, so that each fork begins with it."""
    for each in pkgutil.walk_packages(papernotes.__path__, "papernotes."):
        if not each.name.endswith(("__main__", "pdf.child")):
            importlib.import_module(each.name)
    gc.collect()
    gc.freeze()  # what is not looked at need not be copied in each fork

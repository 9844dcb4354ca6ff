"""One scenario through all its points: interrupt, run the next command, judge, run it again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from papernotes.export.blog.ledger import LEDGER_NAME
from tests.crash.oracle import Oracle, apart, torn
from tests.crash.power import LAZY, Disk, Vault, images
from tests.crash.running import Ended, Runner
from tests.crash.sandbox import Files, Sandbox, copies
from tests.crash.scenarios import Scenario, make_base
from tests.crash.shim import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.crash.shim import Point

FAULTS = (Fault.KILL, Fault.NO_ROOM, Fault.NO_ROOM_ONCE, Fault.IO_ERROR)
_AT_ONCE = 12
_THIN = 6  # of calls in the midst of equal ones, one in so many is tried
_AGAIN_EVERY = 8  # what was done is done once more at one point of so many
_MOST_LINES = 4
_CONTRACT = range(8)
_NEXT = ("sync",)


class Trial(NamedTuple):
    """One fault at one point."""

    point: Point
    fault: Fault


class Verdict(NamedTuple):
    """What came of a trial; ``wrong`` is empty where all is as promised."""

    scenario: str
    trial: Trial
    ended: Ended
    was_reached: bool
    wrong: tuple[str, ...]


@dataclass
class Course:
    """A scenario with its library, and what its command does when nothing disturbs it."""

    scenario: Scenario
    base: Sandbox
    before: Files
    after: Files
    end: Files
    points: tuple[Point, ...]

    def trials(self, *, is_thin: bool = False) -> list[Trial]:
        """Return all faults at all points.

        ``is_thin`` leaves out most of the calls in the midst of a row of equal ones to one file of
        index/, such as the pages of one commit.
        """
        return [
            Trial(point, fault)
            for at, point in enumerate(self.points)
            if not (is_thin and self._is_one_of_many(at))
            for fault in FAULTS
            if point.can_fail(fault)
        ]

    def _is_one_of_many(self, at: int) -> bool:
        around = {(each.kind, each.path) for each in self.points[max(at - 2, 0) : at + 2]}
        is_midst = len(around) == 1 and 2 <= at < len(self.points) - 1
        return is_midst and at % _THIN != 0 and "/index/" in self.points[at].path


class Bench:
    """Where trials are made: a folder for sandboxes, one runner, one oracle."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.folder = folder
        self._api_url = api_url
        folder.mkdir(parents=True, exist_ok=True)
        self.runner = Runner(folder)
        self._oracle = Oracle(folder / "fresh")

    def another(self, name: str) -> Bench:
        """Return one for another process."""
        return Bench(self.folder / name, self._api_url)

    def prepare(self, scenario: Scenario) -> Course:
        """Make a scenario's library and see what its command does to it."""
        base = Sandbox(self.folder / "base", self._api_url)

        def run(sandbox: Sandbox, command: tuple[str, ...]) -> None:
            ended = self.runner.run(sandbox, command)
            assert ended.status == 0, f"{scenario.name}: {command}: {ended}"

        make_base(base, scenario, run)
        (sandbox,) = copies(base, [self.folder / "try"])
        scenario.edit(sandbox)
        before = _judged(sandbox)
        ended = self.runner.count(sandbox, scenario)
        assert ended.status in scenario.statuses, f"{scenario.name}: {ended}"
        return Course(scenario, base, before, _judged(sandbox), sandbox.files(), ended.points)

    def judge(self, course: Course, trials: Sequence[Trial]) -> Iterator[Verdict]:
        """Make these trials."""
        for start in range(0, len(trials), _AT_ONCE):
            part = trials[start : start + _AT_ONCE]
            roots = [self.folder / f"try{number}" for number in range(len(part))]
            for trial, sandbox in zip(part, copies(course.base, roots), strict=True):
                yield self._judge(course, trial, sandbox)

    def _judge(self, course: Course, trial: Trial, sandbox: Sandbox) -> Verdict:
        scenario = course.scenario
        scenario.edit(sandbox)
        ended = self.runner.interrupt(sandbox, scenario, trial.point.number, trial.fault)
        was_reached = ended.was_killed or len(ended.points) >= trial.point.number
        wrong = [*_of_end(ended, trial, scenario)]
        if ended.status == 0:
            wrong += _undone(_judged(sandbox), course.after)
        wrong += torn(_judged(sandbox), course.before, course.after)
        wrong += self._of_next(course, sandbox)
        if trial.point.number % _AGAIN_EVERY == 0 or _judged(sandbox) != course.after:
            wrong += self._of_rerun(course, sandbox)
        return Verdict(scenario.name, trial, ended, was_reached, tuple(wrong))

    def cut(self, course: Course, is_tried: Callable[[], bool]) -> Iterator[Verdict]:
        """Cut the power after every call of one run, and judge what the disk may hold then.

        ``is_tried`` says of each in turn whether it is; the end of the run always is.
        """
        scenario, flushed = course.scenario, self.folder / "flushed"
        (sandbox,) = copies(course.base, [self.folder / "cut"])
        scenario.edit(sandbox)
        for old in (flushed, self.folder / "vault"):
            shutil.rmtree(old, ignore_errors=True)
        flushed.mkdir()
        vault = Vault(sandbox.root, self.folder / "vault")
        disk = Disk(sandbox.root)
        ended = self.runner.count(sandbox, scenario, flushed)
        done = sandbox.files()
        for point, how, image in images(disk, ended.points, flushed):
            if not is_tried():
                continue
            vault.lay_out(image)
            wrong = [*torn(_judged(sandbox), course.before, course.after)]
            wrong += [*self._of_next(course, sandbox), *self._of_rerun(course, sandbox)]
            told = tuple(f"{how}: {each}" for each in wrong)
            yield Verdict(scenario.name, Trial(point, Fault.CUT), ended, True, told)
        vault.lay_out(disk.image(LAZY))
        lost = [path for path, data in done.items() if sandbox.files().get(path) != data]
        told = tuple(f"{path}: was said to be done and is not on the disk" for path in lost)
        yield Verdict(scenario.name, Trial(ended.points[-1], Fault.CUT), ended, True, told)

    def _of_next(self, course: Course, sandbox: Sandbox) -> Iterator[str]:
        """Run the next command, as a person would; yield what is not in order then."""
        ended = self.runner.run(sandbox, _NEXT)
        if ended.status not in {0, *course.scenario.statuses} or _is_rude(ended.err):
            yield f"the next command ended with {ended.status}: {ended.err.strip()[-300:]}"
        now = _judged(sandbox)
        yield from (f"after sync: {each}" for each in torn(now, course.before, course.after))
        yield from apart(now, course.before, course.after, course.scenario.group)
        yield from (
            f"after sync: left over: {each}" for each in sandbox.leftovers("lib", may_wait=True)
        )
        yield from (f"after sync: {each}" for each in self._oracle.differences(sandbox))

    def _of_rerun(self, course: Course, sandbox: Sandbox) -> Iterator[str]:
        """Run the command again, where that makes sense; yield what it does not bring about."""
        scenario, before = course.scenario, _judged(sandbox)
        if scenario.again or before != course.after:
            ended = self.runner.count(sandbox, scenario)
            if ended.status not in scenario.statuses or _is_rude(ended.err):
                yield f"the rerun ended with {ended.status}: {ended.err.strip()[-300:]}"
        now = sandbox.files()
        for path in sorted({*now, *course.end}):
            if now.get(path) != course.end.get(path):
                yield f"after the rerun: {path} is not as it should be"
        for left in sandbox.leftovers("."):
            if not (scenario.strays and left.startswith(scenario.strays)):
                yield f"after the rerun: left over: {left}"
        if _judged(sandbox) != before:
            yield from (f"after the rerun: {each}" for each in self._oracle.differences(sandbox))


def _judged(sandbox: Sandbox) -> Files:
    """Return the files that are old or new at any moment; the ledger says what goes on."""
    return {path: data for path, data in sandbox.files().items() if not path.endswith(LEDGER_NAME)}


def _of_end(ended: Ended, trial: Trial, scenario: Scenario) -> Iterator[str]:
    """Yield what is wrong with how a run ended."""
    if ended.has_hung:
        yield "it hung"
    elif trial.fault is not Fault.KILL and ended.status not in _CONTRACT:
        yield f"it ended with {ended.status}: {ended.err.strip()[-300:]}"
    elif _is_rude(ended.err):
        yield f"it said: {ended.err.strip()[-300:]}"
    if ended.status > 0 and ended.status not in scenario.statuses:
        last = ended.err.strip().splitlines()[-1:] or [""]
        if not last[0].startswith("papernotes: ") and not scenario.run:
            yield f"it ended with {ended.status} and said: {last[0]!r}"


def _undone(now: Files, after: Files) -> Iterator[str]:
    """Yield what a command that ended with 0 has not done."""
    for path in sorted({*now, *after}):
        if now.get(path) != after.get(path):
            yield f"{path}: was said to be done and is not"


def _is_rude(err: str) -> bool:
    """Whether what was said is a traceback, an unexpected error or more than a few lines."""
    return any(each in err for each in ("Traceback", "this is a bug", "Exception ignored"))

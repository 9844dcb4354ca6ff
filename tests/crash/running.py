"""A command in a fork of this process, whole or interrupted at one point."""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.crash.shim import Fault, Shim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crash.sandbox import Sandbox
    from tests.crash.scenarios import Scenario
    from tests.crash.shim import Point

_PATIENCE_MS = 60_000
_KILLED = -signal.SIGKILL
_HUNG = -1000


class Ended(NamedTuple):
    """How a run ended: its status (-9: killed), what it said, the points it came to."""

    status: int
    out: str
    err: str
    points: tuple[Point, ...] = ()

    @property
    def was_killed(self) -> bool:
        return self.status == _KILLED

    @property
    def has_hung(self) -> bool:
        return self.status == _HUNG


class Runner:
    """Runs commands in sandboxes; what they print goes to files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shim = Shim()

    def run(self, sandbox: Sandbox, command: tuple[str, ...]) -> Ended:
        """Run the command line, undisturbed."""
        return self._forked(sandbox, lambda: _command_line(command))

    def count(self, sandbox: Sandbox, scenario: Scenario, copies: Path | None = None) -> Ended:
        """Run a scenario's command, undisturbed, and tell its points."""
        return self.interrupt(sandbox, scenario, 0, Fault.NONE, copies)

    def interrupt(
        self,
        sandbox: Sandbox,
        scenario: Scenario,
        at: int,
        fault: Fault,
        copies: Path | None = None,
    ) -> Ended:
        """Run a scenario's command with a fault at a point."""
        self._shim.arm(sandbox.root, at, fault, copies)
        try:
            ended = self._forked(sandbox, lambda: _of_scenario(scenario, sandbox))
        finally:
            self._shim.disarm()
        return ended._replace(points=tuple(self._shim.points()))

    def _forked(self, sandbox: Sandbox, act: Callable[[], int]) -> Ended:
        names = [self._folder / name for name in ("out", "err")]
        child = os.fork()
        if child == 0:
            _become(sandbox, names, act)
        status = _wait(child)
        out, err = (name.read_text("utf-8", "replace") for name in names)
        return Ended(status, out, err)


def _wait(child: int) -> int:
    """Return how a child ended; one that takes too long is killed."""
    watched = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        has_hung = not poll.poll(_PATIENCE_MS)
    finally:
        os.close(watched)
    if has_hung:
        os.killpg(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return _HUNG if has_hung else status


def _become(sandbox: Sandbox, names: list[Path], act: Callable[[], int]) -> None:
    """Be the child: a group of processes of its own, in the library; never returns."""
    status = 99
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in enumerate(names, 1):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.environ.clear()
        os.environ.update(sandbox.environ)
        os.chdir(sandbox.library)
        status = act()
    except BaseException:  # noqa: BLE001 - what the interpreter would do
        sys.excepthook(*sys.exc_info())
        status = 98
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _command_line(command: tuple[str, ...]) -> int:
    from papernotes.cli import main

    try:
        main(list(command))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _of_scenario(scenario: Scenario, sandbox: Sandbox) -> int:
    return scenario.run(sandbox.library) if scenario.run else _command_line(scenario.command)

"""Runs the command line many times from one process: each run is a fork with its own streams.

A run costs what the command costs and no start of an interpreter; its exit, its streams and its
signals are real. Started by :mod:`tests.hostile.running`, which talks to it in lines of JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pty
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

_MOST_BYTES = 2_000_000_000  # of memory, in a run
_PRELOADED = ("library", "store.write", "sync.apply", "index", "bib", "export", "arxiv", "pdf")


def main() -> None:
    """Answer requests from standard input until it ends."""
    from papernotes.cli import COMMANDS

    for name in (*(f"cli.{name}_cmd" for name in COMMANDS), *_PRELOADED):
        importlib.import_module(f"papernotes.{name}")
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_answer(request)), flush=True)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run one command and say how it ended; after ``limit`` seconds it is stopped, then killed."""
    started = time.monotonic()
    terminal, told = -1, bytearray()
    if request["is_terminal"]:
        child, terminal = pty.fork()
    else:
        child = os.fork()
    if child == 0:
        _run(request)
    if terminal >= 0:
        os.set_blocking(terminal, False)
        os.write(terminal, Path(request["stdin"]).read_bytes())
    was_stopped, ended = False, 0
    while not ended:
        ended, status = os.waitpid(child, os.WNOHANG)
        with contextlib.suppress(OSError):  # nothing to read now, or for good
            while terminal >= 0 and (piece := os.read(terminal, 65536)):
                told += piece
        seconds = time.monotonic() - started
        if not ended:
            if seconds > request["limit"] and not was_stopped:
                os.kill(child, signal.SIGINT)
                was_stopped = True
            elif seconds > request["limit"] + 10:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.002)
    if terminal >= 0:
        os.close(terminal)
        Path(request["stdout"]).write_bytes(told)
        Path(request["stderr"]).write_bytes(b"")
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "was_stopped": was_stopped,
    }


def _run(request: dict[str, Any]) -> NoReturn:
    status = 99
    try:
        if not request["is_terminal"]:
            os.setsid()
            _stand_in(0, request["stdin"], os.O_RDONLY)
            _stand_in(1, request["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            _stand_in(2, request["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environ"])
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        from papernotes.cli import main as papernotes

        papernotes(request["args"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 98
    except BaseException:  # noqa: BLE001 - it is what we look for
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(status)


def _stand_in(number: int, path: str, flags: int) -> None:
    opened = os.open(Path(path), flags, 0o600)
    os.dup2(opened, number)
    os.close(opened)


if __name__ == "__main__":
    main()

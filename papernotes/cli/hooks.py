"""Programs of the person's own that run after add and export.

They are settings of the person, never of a library. What a hook is told on standard input is what
``--json`` prints. It runs when all is done and nothing is locked, so it may call papernotes; no
hook runs within a hook. What it says goes to standard error, for standard output has the results.
That it fails undoes nothing.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.cli.interrupts import left_to_the_child
from papernotes.cli.output import added_data, json_text, plain
from papernotes.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.cli.context import App
    from papernotes.library import Library
    from papernotes.reports.gathering import AddReport, PdfResult
    from papernotes.reports.writing import ExportReport

RUNNING = "PAPERNOTES_HOOK"
"""The variable that says which hook is running."""

_STOPPED = 130  # as a shell says of what Ctrl-C ended
_IN_BIB = frozenset(("added", "filled"))
_IN_BLOG = frozenset(("new", "changed", "removed"))


def after_add(
    app: App, library: Library, report: AddReport, pdfs: Sequence[PdfResult] | None = None
) -> int:
    """Run the hook ``after-add`` in the library's folder, if entries were written.

    ``pdfs`` are those that were asked for, if any were. Returns the exit status: 1 for a hook that
    failed, 130 for one that was stopped; both are said.
    """
    is_done = any(each.outcome in _IN_BIB for each in report.results)
    if report.is_dry_run or not is_done or not _is_wanted(library, "after-add"):
        return 0
    told = json_text("add", added_data(report, pdfs), (*report.unread, *report.problems))
    return _run(app, library, "after-add", library.root, told)


def after_export(app: App, library: Library, report: ExportReport | None) -> int:
    """Run the hook ``after-export`` in the blog's folder, if files of it changed, likewise."""
    if report is None or report.is_dry_run or not _is_wanted(library, "after-export"):
        return 0
    if not any(file.outcome in _IN_BLOG for file in report.files):
        return 0
    data = plain(report)
    del data["problems"]
    told = json_text("export", data, report.problems)
    return _run(app, library, "after-export", Path(report.directory).absolute(), told)


def _is_wanted(library: Library, name: str) -> bool:
    return bool(_line(library, name)) and not os.environ.get(RUNNING)


def _line(library: Library, name: str) -> str:
    return str(library.config[f"hooks.{name.replace('-', '_')}"])


def _run(app: App, library: Library, name: str, folder: Path, told: str) -> int:
    line = _line(library, name)
    program, *words = shlex.split(line)
    found = _found(program)
    if found is None:
        return _failed(app, name, f"{program}: {_why_not_found(program)}")
    sys.stdout.flush()
    environ = {**os.environ, RUNNING: name, "PAPERNOTES_LIBRARY": str(library.root)}
    try:
        with left_to_the_child():  # which may have to clean up, as git has
            done = subprocess.run(  # noqa: S603 - the person's own program
                [found, *words],
                cwd=folder,
                env=environ,
                input=told.encode(),
                stdout=sys.stderr,
                check=False,
            )
    except OSError as error:
        return _failed(app, name, f"{program}: {_why_not_run(error, folder)}")
    return _ended(app, name, line, done.returncode)


def _found(program: str) -> str | None:
    """Return the whole path of a program; the folder one is in is looked in on no account."""
    folders = [each for each in os.get_exec_path() if os.path.isabs(each)]  # noqa: PTH117 - text
    return shutil.which(os.path.expanduser(program), path=os.pathsep.join(folders))  # noqa: PTH111 - as a shell reads it


def _why_not_found(program: str) -> str:
    path = os.path.expanduser(program)  # noqa: PTH111 - same
    if "/" in path and os.path.isfile(path):  # noqa: PTH113 - may be no path at all
        return "is not executable (chmod +x)"
    return "there is no such program"


def _why_not_run(error: OSError, folder: Path) -> str | None:
    if not isinstance(error, FileNotFoundError):
        return error.strerror
    return "what its first line names is not there" if folder.is_dir() else f"{folder} is gone"


def _ended(app: App, name: str, line: str, status: int) -> int:
    if status in {-signal.SIGINT, _STOPPED}:
        _failed(app, name, f"{line} was stopped")
        return _STOPPED
    if status:
        ended = f"ended with status {status}" if status > 0 else f"was ended by signal {-status}"
        return _failed(app, name, f"{line} {ended}")
    return 0


def _failed(app: App, name: str, why: str) -> int:
    app.warn(one_line(f"the hook {name} failed, what was done before it stays: {why}"))
    return 1

"""Runs every command through every point; see ``--help``."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crash import shim

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    given = _arguments()
    folder = shim.folder()
    if folder is None:
        room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        shim.preload(Path(tempfile.mkdtemp(prefix="papernotes-crash-", dir=room)))
    assert folder is not None
    os.environ.pop("LD_PRELOAD")  # children that are started anew are no part of this
    from tests.crash import table

    try:
        with _stand_in() as api_url:
            return table.run(given, folder, api_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="names; all if none is given")
    parser.add_argument("--thin", action="store_true", help="few of many equal writes in a row")
    parser.add_argument("--sample", type=int, help="so many trials of each scenario, by chance")
    parser.add_argument("--seed", type=int, default=0, help="of the chance")
    parser.add_argument(
        "--cuts", type=float, default=0, help="with a sample, this share of the power cuts too"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", type=Path, metavar="FILE", help="where the table goes")
    return parser.parse_args()


@contextlib.contextmanager
def _stand_in() -> Iterator[str]:
    """Serve the demo's records from a process of its own; this one forks, so it has no threads."""
    command = [sys.executable, "-m", "papernotes.demo.standin"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())

"""What the fault tests stand on: a library, ways to break things, and what may not be lost."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.store import connect
from papernotes.store.read import Store
from tests.cli.conftest import Ended
from tests.factories import entry, open_library, write
from tests.stores import contents, contents_of_files

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.cli.conftest import Shell

NOTES = 12
MOST_LINES = 5
_DROP_FROM_BOUNDS = 24  # PR_CAPBSET_DROP, of linux/prctl.h
_OVERRIDING = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what lets root write anywhere


def fill(root: Path) -> None:
    """Give a library a dozen notes in a ring of links, and two papers."""
    for number in range(NOTES):
        after = (number + 1) % NOTES
        head = f'---\ntitle: "Note {number}"\npublish: true\n---\n\n'
        write(root, f"notes/n{number}.md", f"{head}Apples {number}. See [[n{after}]].\n")
    write(root, "bib/two.bib", entry("ann", year="2001") + entry("ben", "Plums", year="2002"))


def owned(root: Path) -> dict[str, bytes]:
    """Return every file of a library that is a person's, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "index"
    }


def assert_nothing_lost(
    root: Path, before: dict[str, bytes], changed: Collection[str] = ()
) -> None:
    """Assert that files are as they were but for ``changed``, and that all else follows from them.

    The next sync takes in what there is and removes what a command left half done; the store is
    then the same as one made anew, and doctor finds store and index in order.
    """
    with open_library(root) as library:
        library.sync()
        findings = library.doctor().findings
    assert [each for each in findings if each.code.startswith(("store", "index"))] == []
    now = owned(root)
    apart = set(changed)
    assert {path: now.get(path) for path in before if path not in apart} == {
        path: data for path, data in before.items() if path not in apart
    }
    assert set(now) - set(before) <= apart
    assert list(root.rglob(".papernotes-*.tmp*")) == []
    assert not (root / "index/journal.json").exists()
    database = root / "index" / connect.DATABASE
    with closing(Store(connect.connect(database), database)) as store:
        live = contents(store)
    assert live == contents_of_files(root, root.parent / "fresh.db")


def ended_clearly(ended: Ended, status: int | Collection[int], *says: str) -> None:
    """Assert a status, few lines on standard error that say ``says``, and no traceback."""
    assert ended.status in ({status} if isinstance(status, int) else status), ended
    assert "Traceback" not in ended.err, ended.err
    assert "Exception ignored" not in ended.err, ended.err
    assert "bug" not in ended.err, ended.err
    assert len(ended.err.splitlines()) <= MOST_LINES, ended.err
    assert all(each in ended.err for each in says), ended


def finish(process: subprocess.Popen[str]) -> Ended:
    """Wait for a command and return how it ended."""
    with process:
        out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out, err)


def limited(shell: Shell, limit: int, most: int, *args: str) -> Ended:
    """Run a command with one of the system's limits (``resource.RLIMIT_…``) lowered."""

    def lower() -> None:
        resource.setrlimit(limit, (most, most))

    return finish(shell.start(*args, preexec_fn=lower))


def unprivileged(shell: Shell, *args: str) -> Ended:
    """Run a command to which permissions mean something, though root may run the tests."""
    return finish(shell.start(*args, preexec_fn=_give_up_overriding))


def _give_up_overriding() -> None:
    if os.geteuid() == 0:
        for capability in _OVERRIDING:
            ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDS, capability, 0, 0, 0)


def permissions_count(folder: Path) -> bool:
    """Say whether :func:`unprivileged` keeps a command from writing where it may not."""
    folder.chmod(0o555)
    try:
        tried = subprocess.run(
            [sys.executable, "-c", "import sys; open(sys.argv[1], 'x')", str(folder / "tried")],
            preexec_fn=_give_up_overriding,
            capture_output=True,
            check=False,
        )
    finally:
        folder.chmod(0o755)
    return tried.returncode != 0


def hooked(shell: Shell, code: str, **environ: str) -> Shell:
    """Return a shell whose commands run ``code`` before anything of ours is imported."""
    hooks = Path(shell.environ["HOME"]) / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "sitecustomize.py").write_text(code)
    more = {"PYTHONPATH": str(hooks), "PYTHONDONTWRITEBYTECODE": "1", **environ}
    return type(shell)(shell.folder, shell.environ | more)

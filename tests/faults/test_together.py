"""Several programs at one library: writers, readers, editors, locks."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from papernotes.store import connect
from tests.faults.ground import NOTES, assert_nothing_lost, ended_clearly, finish, owned

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tests.cli.conftest import Ended, Shell

SECONDS = float(os.environ.get("PAPERNOTES_FAULT_SECONDS", "3"))

OPENED = """
import os, pathlib, sys, time
from papernotes.library import Library
root = pathlib.Path(sys.argv[1])
end = time.monotonic() + float(sys.argv[2])
library = Library(root, state_dir=root.parent / "state")
"""
READER = f"""{OPENED}
turns = 0
while time.monotonic() < end:
    turns += 1
    found = library.search("apples", limit=0)
    assert len(found) == {NOTES}, (turns, sorted(hit.ref for hit in found))
    assert len(library.list("kind:paper", limit=0)) == 2
    assert library.show("ann").ref == "ann"
    library.links("n1")
print(turns)
"""
WRITER = f"""{OPENED}
turns = 0
while time.monotonic() < end:
    turns += 1
    library.tag(["n1", "n2"], add=[f"t{{turns}}"], remove=[f"t{{turns - 1}}"])
    path = root / "notes" / f"{{sys.argv[3]}}.md"
    path.write_text(f"# Pear {{turns}}\\n")
    library.sync()
    path.unlink()
print(turns)
"""
# Saves a note over and over in one of the ways editors have, and looks for what it saved last.
# With a backup, the note is away for a moment, in which a command may find that it is not there.
EDITOR = """
import os, pathlib, sys, time
note, style, lost, saves = pathlib.Path(sys.argv[1]), sys.argv[2], 0, 0
head = note.read_bytes().partition(b"Apples")[0]
while not (note.parent.parent.parent / "enough").exists():
    data = head + b"Apples, saved %d times.\\n" % saves
    if style == "in place":
        note.write_bytes(data)
    elif style == "over":
        note.with_name(".n1.swp").write_bytes(data)
        os.replace(note.with_name(".n1.swp"), note)
    else:
        os.replace(note, note.with_name("n1.md~"))
        note.write_bytes(data)
    time.sleep(0.02)
    for _ in range(500):
        if note.exists() and note.read_bytes().endswith(b" %d times.\\n" % saves):
            break
        time.sleep(0.01)
    else:
        lost += 1
    saves += 1
print(saves - 1, lost)
"""


def python(shell: Shell, code: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *map(str, args)],
        cwd=shell.folder,
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.fault(31)
def test_readers_while_others_write(filled: Shell) -> None:
    before = owned(filled.folder)
    running = [python(filled, READER, filled.folder, SECONDS) for _ in range(2)]
    running += [python(filled, WRITER, filled.folder, SECONDS, name) for name in ("p1", "p2")]
    for process in running:
        out, err = process.communicate(timeout=60 + SECONDS)
        assert err == ""
        assert int(out) > 0
    assert_nothing_lost(filled.folder, before, {"notes/n1.md", "notes/n2.md"})
    for path in ("notes/n1.md", "notes/n2.md"):
        assert owned(filled.folder)[path].endswith(before[path].split(b"---\n\n")[1])


@pytest.mark.fault(32)
@pytest.mark.parametrize("style", ["in place", "over", "with a backup"])
def test_an_editor_saves_what_is_being_changed(filled: Shell, style: str) -> None:
    note = filled.folder / "notes/n1.md"
    before = owned(filled.folder)
    with python(filled, EDITOR, note, style) as editor:
        try:
            ends = [
                filled(*command)
                for command in (
                    ("tag", "n1", "+late"),
                    ("rename", "n2", "m2"),
                    ("status", "n1", "read"),
                    ("sync",),
                    ("tag", "n1", "-late"),
                )
            ]
        finally:
            (filled.folder.parent / "enough").touch()
            out, err = editor.communicate(timeout=60)
    for ended in ends:
        ended_clearly(ended, {0, 4} if style != "with a backup" else {0, 1, 3, 4})
    assert err == ""
    saves, lost = map(int, out.split())
    assert lost == 0
    assert note.read_bytes().endswith(b" %d times.\n" % saves)
    note.with_name("n1.md~").unlink(missing_ok=True)
    changed = {f"notes/{name}.md" for name in ("n1", "n2", "m2")}
    assert_nothing_lost(filled.folder, before, changed)


def all_at_once(shell: Shell, *commands: tuple[str, ...]) -> list[Ended]:
    return [finish(each) for each in [shell.start(*command) for command in commands]]


def numbers(ends: Collection[Ended]) -> list[int]:
    return [ended.status for ended in ends]


@pytest.mark.fault(33)
def test_a_lock_that_is_held(filled: Shell) -> None:
    root = filled.folder
    before = owned(root)
    (root / "notes/fresh.md").write_text("# Fresh\n")
    with (root / "index/lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(b"4711")
        file.flush()
        writers = all_at_once(
            filled, ("tag", "n1", "+a"), ("new", "T"), ("sync",), ("remove", "n2")
        )
        reader = filled("list", "-n", "0")
    for ended in writers:
        ended_clearly(ended, 4, "waiting for another papernotes (process 4711)", "is writing; try")
    ended_clearly(reader, 0, "answering from the last sync", "process 4711")
    assert reader.out.count("\n") == NOTES + 2
    assert_nothing_lost(root, before, {"notes/fresh.md"})
    assert filled("tag", "n1", "+a").status == 0


def locked_database(root: Path) -> closing[sqlite3.Connection]:
    database = sqlite3.connect(root / "index" / connect.DATABASE, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    return closing(database)


@pytest.mark.fault(34)
def test_a_database_another_program_has_locked(filled: Shell) -> None:
    before = owned(filled.folder)
    with locked_database(filled.folder):
        reading = all_at_once(filled, ("list", "-n", "1"), ("search", "apples"), ("show", "n1"))
        assert numbers(reading) == [0, 0, 0]
        (new,) = all_at_once(filled, ("new", "Fresh"))
    ended_clearly(new, 0, "written, but not yet to be found", "locked by another program")
    assert (filled.folder / "notes/fresh.md").exists()
    assert_nothing_lost(filled.folder, before, {"notes/fresh.md"})
    assert filled("list", "Fresh").out.startswith("fresh\t")

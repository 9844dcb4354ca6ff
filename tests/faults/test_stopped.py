"""Stopped at any moment, a command has done what it did wholly, and the next one goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.factories import write
from tests.faults.ground import assert_nothing_lost, ended_clearly, finish, hooked, owned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ended, Shell

MOMENTS = int(os.environ.get("PAPERNOTES_FAULT_MOMENTS", "1"))
SECONDS = 0.6  # in which a command on a small library ends, once Python has started
COMMANDS = (
    ("sync",),
    ("tag", "n0", "n1", "n2", "+late"),
    ("export", "../blog", "--to", "jekyll"),
    ("sync", "--rebuild"),
)

# Python's own start, which says what it likes of Ctrl-C, is over: tells so.
READY = """
import os, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.write(int(os.environ["READY"]), b".")
"""


def stop_each(shell: Shell, *signals: int) -> list[Ended]:
    """Send ``signals``, shortly one after another, to commands at random moments.

    Whatever the moment, nothing may be lost.
    """
    moments = random.Random(7)
    ready, telling = os.pipe()
    hurried = hooked(shell, READY, READY=str(telling))
    ends = []
    for turn in range(MOMENTS):
        for command in COMMANDS:
            write(shell.folder, "notes/new.md", f"# New {turn}\n\nPlums, and {command}.\n")
            before = owned(shell.folder)
            process = hurried.start(*command, pass_fds=[telling])
            os.read(ready, 1)
            time.sleep(moments.uniform(0, SECONDS))
            for number in signals:
                process.send_signal(number)
                time.sleep(moments.uniform(0, 0.01))
            ended = finish(process)
            ended_clearly(ended, {0, *(130, -signal.SIGINT), *(-each for each in signals)})
            tagged = {f"notes/n{number}.md" for number in range(3)}
            assert_nothing_lost(shell.folder, before, tagged if command[0] == "tag" else ())
            for path in tagged:
                assert owned(shell.folder)[path].endswith(before[path].split(b"---\n\n")[1])
            ends.append(ended)
    os.close(ready)
    os.close(telling)
    return ends


@pytest.mark.fault(7)
def test_ctrl_c_at_any_moment(filled: Shell) -> None:
    for ended in stop_each(filled, signal.SIGINT):
        if ended.status == 130:
            assert ended.err.endswith("what was finished is kept, run it again to go on\n")


@pytest.mark.fault(9)
def test_ctrl_c_twice(filled: Shell) -> None:
    stop_each(filled, signal.SIGINT, signal.SIGINT)


@pytest.mark.fault(8)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_at_any_moment(filled: Shell, number: int) -> None:
    for ended in stop_each(filled, number):
        told = ended.err.splitlines()  # of a command that had ended but for its last breath
        assert told in ([], ["papernotes: 3 changed"]) or ended.status == 0


@pytest.mark.fault(6)
def test_killed_while_the_editor_is_open(filled: Shell) -> None:
    script = filled.folder.parent / "editor"
    script.write_text('#!/bin/sh\nkill -KILL $PPID\necho "Quinces." >> "$1"\n')
    script.chmod(0o755)
    filled.environ["VISUAL"] = str(script)
    before = owned(filled.folder)
    assert filled("edit", "n3").status == -signal.SIGKILL
    note = filled.folder / "notes/n3.md"
    while not note.read_bytes().endswith(b"Quinces.\n"):
        time.sleep(0.01)
    assert filled("search", "quinces").out.startswith("n3\t")
    assert note.read_bytes() == before["notes/n3.md"] + b"Quinces.\n"
    assert_nothing_lost(filled.folder, before, {"notes/n3.md"})


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core has no helpers")
@pytest.mark.fault(60)
def test_killed_while_a_helper_writes_too_an_export_is_completed(library: Shell) -> None:
    """The helper is no child of anybody then, and goes on for a moment."""
    for number in range(150):
        front = f"---\ncreated: 2026-01-02\npublish: true\n---\n# Post {number}\n\n"
        write(library.folder, f"notes/n{number}.md", f"{front}Words about {number}.\n")
    assert library("export", "../whole", "--to", "markdown").status == 0
    wanted = posts(library.folder.parent / "whole")
    assert len(wanted) == 150
    blog = library.folder.parent / "blog"
    for first in ("*.tmp", "*.md") * MOMENTS:  # beside its place, or named
        shutil.rmtree(blog, ignore_errors=True)
        process = library.start("export", "../blog", "--to", "markdown")
        while process.poll() is None and not any(blog.glob(f"notes/{first}")):
            time.sleep(0.001)
        process.kill()
        finish(process)
        assert library("export", "../blog", "--to", "markdown").status == 0
        assert posts(blog) == wanted
        assert [path.name for path in blog.rglob("*.tmp")] == []


def posts(blog: Path) -> dict[str, bytes]:
    """Return the files of a blog, without the ledger."""
    return {
        path.relative_to(blog).as_posix(): path.read_bytes()
        for path in blog.rglob("*.md")
        if not path.name.startswith(".")
    }

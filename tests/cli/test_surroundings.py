"""Closed, full and odd surroundings: the status of the contract, one line, no traceback."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Ended

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

PROGRAM = f'"{sys.executable}" -m papernotes'

# Sends SIGINT to its own process when the module named by $STOP_AT is about to be imported.
STOPPER = """
import os, signal, sys

class Stopper:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("STOP_AT"):
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Stopper())
"""


def line(shell: Shell, command: str, stdin: bytes = b"", **environ: str) -> Ended:
    """Run a line of sh, in which ``papernotes`` is ours, and return how it ended."""
    done = subprocess.run(
        ["sh", "-c", f'papernotes() {{ {PROGRAM} "$@"; }}\n{command}'],
        cwd=shell.folder,
        env=shell.environ | environ,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = (os.fsdecode(each) for each in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    assert "bug" not in err, err
    return Ended(done.returncode, out, err)


def one_line(ended: Ended, status: int, *says: str) -> None:
    assert ended.status == status, ended
    assert len(ended.err.splitlines()) == 1, ended
    assert all(each in ended.err for each in says), ended


@pytest.fixture
def noted(library: Shell) -> Shell:
    """Return a command line inside a library with one note."""
    (library.folder / "notes/a.md").write_text("# Äpfel 日本\n", "utf-8")
    assert library("sync").status == 0
    return library


@pytest.mark.fault(62)
def test_a_closed_standard_output_is_said(noted: Shell) -> None:
    one_line(line(noted, "papernotes list >&-"), 1, "output", "closed")


def test_a_closed_standard_error_takes_nothing_away(noted: Shell) -> None:
    ended = line(noted, "papernotes list 2>&-")
    assert (ended.status, ended.out) == (0, "a\t\t\tÄpfel 日本\n")
    assert line(noted, "papernotes show nothing 2>&-").status == 3


def test_a_closed_standard_input_is_said_where_it_is_read(noted: Shell) -> None:
    one_line(line(noted, "papernotes add - <&-"), 1, "standard input", "closed")
    assert line(noted, "papernotes list <&-").status == 0


def test_everything_closed_still_ends_with_a_status(noted: Shell) -> None:
    assert line(noted, "papernotes list <&- >&- 2>&-").status == 1
    assert line(noted, "papernotes show nothing <&- >&- 2>&-").status == 3


def test_bytes_on_standard_input_are_ids_that_are_none(noted: Shell) -> None:
    one_line(line(noted, "papernotes add -", stdin=b"\xff\n"), 2, r"\udcff")


@pytest.mark.fault(62)
def test_a_full_disk_behind_standard_error_changes_no_status(noted: Shell) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    assert line(noted, "papernotes show nothing 2>/dev/full").status == 3
    assert line(noted, "papernotes frobnicate 2>/dev/full").status == 2
    ended = line(noted, "papernotes list -n 1 nothing 2>/dev/full")
    assert ended.status == 0
    (noted.folder / "notes/bad.md").write_text("---\ntitle: x\n")
    ended = line(noted, "papernotes sync 2>/dev/full")
    assert (ended.status, ended.out.count("\n")) == (1, 1)


def test_a_current_folder_that_was_deleted_is_said(noted: Shell) -> None:
    gone = "mkdir gone && cd gone && rmdir ../gone &&"
    for verb in ("list", "config", "init .", "demo"):
        one_line(line(noted, f"{gone} papernotes {verb}"), 1, "current folder")
    root = str(noted.folder)
    assert line(noted, f'{gone} papernotes --library "{root}" list').status == 0
    assert line(noted, f"{gone} papernotes list", PAPERNOTES_LIBRARY=root).status == 0


def test_the_home_of_nobody(noted: Shell) -> None:
    home = "'~nosuchuser/x'"
    one_line(line(noted, f"papernotes --library {home} list"), 1, "~nosuchuser/x")
    one_line(line(noted, "papernotes list", PAPERNOTES_LIBRARY="~nosuchuser/x"), 1, "no library")
    for verb in ("init", "demo", "export"):
        one_line(line(noted, f"papernotes {verb} {home}"), 2, "~nosuchuser/x")


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("show", 3),
        ("edit", 3),
        ("new T --paper", 3),
        ("export blog", 3),
        ("list", 2),
        ("search", 2),
        ("new", 2),
        ("new T --tag", 2),
        ("add", 2),
        ("add 1706.03762 --tag", 2),
        ("export blog --query", 2),
        ("--library", 2),
        ("", 2),
    ],
)
def test_an_argument_that_is_no_text_is_shown_escaped(noted: Shell, verb: str, status: int) -> None:
    ended = line(noted, f"papernotes {verb} \"$(printf '\\377')\"")
    one_line(ended, status)
    if verb != "--library":  # which takes any name of a folder, and then wants a command
        assert r"\udcff" in ended.err
    assert not (noted.folder / "notes/t.md").exists()


def test_a_settings_file_of_brackets_is_unreadable_not_fatal(noted: Shell) -> None:
    (noted.folder / "papernotes.toml").write_text("a = " + "[" * 3000)
    one_line(noted("list"), 2, "papernotes.toml")


def test_a_terminal_of_few_letters_gets_the_others_escaped(noted: Shell) -> None:
    ended = line(noted, "papernotes list", PYTHONIOENCODING="latin-1")
    assert (ended.status, ended.out.encode("utf-8", "surrogateescape")) == (
        0,
        b"a\t\t\t\xc4pfel \\u65e5\\u672c\n",
    )
    for encoding in ("latin-1", "ascii"):
        ended = line(noted, "papernotes list --json", PYTHONIOENCODING=encoding)
        assert ended.out.isascii()
        assert json.loads(ended.out)["data"]["hits"][0]["title"] == "Äpfel 日本"
        assert line(noted, "papernotes show 日本", PYTHONIOENCODING=encoding, LANG="C").status == 0
        assert line(noted, "papernotes show ж", PYTHONIOENCODING=encoding, LANG="C").status == 3


@pytest.mark.fault(8)
def test_a_pipe_without_a_reader_is_141_for_help_too(noted: Shell) -> None:
    for args in ("--help", "list", "list --help"):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            done = subprocess.run(
                [sys.executable, "-m", "papernotes", *args.split()],
                cwd=noted.folder,
                env=noted.environ,
                stdout=pipe,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert (done.returncode, done.stderr) == (141, b""), args


def stopped_at(shell: Shell, tmp_path: Path, module: str, *args: str) -> Ended:
    """Run a command that gets SIGINT at the import of ``module``."""
    hooks = tmp_path / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "sitecustomize.py").write_text(STOPPER)
    paths = os.pathsep.join([str(hooks), os.getcwd()])
    shell.environ |= {"PYTHONPATH": paths, "STOP_AT": module}
    try:
        return shell(*args)
    finally:
        del shell.environ["PYTHONPATH"], shell.environ["STOP_AT"]


@pytest.mark.parametrize(
    "module", ["papernotes.cli", "click", "papernotes.cli.context", "papernotes.cli.list_cmd"]
)
def test_ctrl_c_during_start_up_ends_without_a_word(
    noted: Shell, tmp_path: Path, module: str
) -> None:
    ended = stopped_at(noted, tmp_path, module, "list")
    assert (ended.status, ended.err) == (-signal.SIGINT, "")


@pytest.mark.fault(7)
def test_ctrl_c_later_is_one_line_and_130(noted: Shell, tmp_path: Path) -> None:
    ended = stopped_at(noted, tmp_path, "papernotes.library.recall", "list")
    assert ended.status == 130
    assert ended.err == "papernotes: stopped; what was finished is kept, run it again to go on\n"


def test_a_shell_that_ignores_ctrl_c_is_followed(noted: Shell, tmp_path: Path) -> None:
    noted.environ |= {"PYTHONPATH": os.getcwd()}
    command = f"trap '' INT; {PROGRAM} list"
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/sitecustomize.py").write_text(STOPPER)
    paths = os.pathsep.join([str(tmp_path / "hooks"), os.getcwd()])
    for module in ("click", "papernotes.library.recall"):
        ended = line(noted, command, PYTHONPATH=paths, STOP_AT=module)
        assert (ended.status, ended.err) == (0, ""), module


def test_a_library_that_was_named_must_be_one(noted: Shell) -> None:
    for verb in ("config", "list", "config --json"):
        one_line(line(noted, f"papernotes --library /nonexistent {verb}"), 1, "/nonexistent")
        ended = line(noted, f"papernotes {verb}", PAPERNOTES_LIBRARY="/nonexistent")
        one_line(ended, 1, "/nonexistent")
        one_line(line(noted, f'papernotes --library "" {verb}'), 2, "--library")
    assert line(noted, "cd / && papernotes config").status == 0


def on_terminal(shell: Shell, *args: str) -> str:
    """Run a command on a terminal of its own and return what it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shell.folder,
        env=shell.environ | {"TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass
        os.close(ours)
    assert process.returncode == 0, shown
    return shown.decode()


def test_the_demo_heeds_no_color(shell: Shell) -> None:
    assert "\x1b[" not in on_terminal(shell, "demo", "--no-color", "one")
    assert "\x1b[" not in on_terminal(shell, "--no-color", "demo", "two")
    shell.environ["NO_COLOR"] = "1"
    assert "\x1b[" not in on_terminal(shell, "demo", "three")
    del shell.environ["NO_COLOR"]
    assert "\x1b[" in on_terminal(shell, "demo", "four")


def test_a_quiet_demo_shows_commands_and_answers_only(shell: Shell) -> None:
    ended = shell("demo", "-q", "tour")
    assert (ended.status, ended.err) == (0, "")
    assert "$ papernotes list" in ended.out
    assert "\n# " not in f"\n{ended.out}"
    assert "Go on in it" not in ended.out


def test_ctrl_c_in_the_editor_is_the_editors(noted: Shell) -> None:
    script = noted.folder / "editor"
    script.write_text('#!/bin/sh\nkill -INT $PPID\necho plums >> "$1"\n')
    script.chmod(0o755)
    noted.environ["VISUAL"] = str(script)
    ended = noted("edit", "a")
    assert (ended.status, ended.err) == (0, "")
    assert noted("search", "plums").out.startswith("a\t")


def test_an_editor_that_fails_is_quoted_with_its_status(noted: Shell) -> None:
    script = noted.folder / "editor"
    script.write_text('#!/bin/sh\necho plums >> "$1"\nexit 7\n')
    script.chmod(0o755)
    noted.environ["VISUAL"] = str(script)
    ended = noted("edit", "a")
    one_line(ended, 1, f"{script} ended with status 7", "the note was left as it is now")
    assert "$EDITOR" not in ended.err
    assert noted("search", "plums").out.startswith("a\t")

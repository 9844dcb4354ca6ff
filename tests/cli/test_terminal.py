"""Pager, colours and links, on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from papernotes.cli.hyperlinks import knows_links
from papernotes.cli.streams import wants_color
from tests.factories import entry

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

LINK = "\x1b]8;;"


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library of one paper with a note, and sixty notes."""
    (library.folder / "bib/a.bib").write_text(
        entry("doe2020", "On Apples", year="2020", eprint="2001.00001", archivePrefix="arXiv")
    )
    for number in range(60):
        (library.folder / f"notes/n{number:02}.md").write_text(f"# Note {number}\n")
    library("sync")
    return library


def on_terminal(shell: Shell, *args: str, **environ: str) -> str:
    """Return what a terminal of 24 lines shows of both streams."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shell.folder,
        env={**shell.environ, "TERM": "xterm", "COLUMNS": "60", "LINES": "24", **environ},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass
        finally:
            os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def pager(shell: Shell, body: str) -> str:
    script = shell.folder.parent / "pager.py"
    script.write_text(body)
    return f"{sys.executable} {script}"


def test_what_is_longer_than_the_terminal_is_paged_with_what_is_said_about_it(
    filled: Shell,
) -> None:
    program = pager(
        filled, "import os, sys\nfor i in sys.stdin: print('P', os.environ['LESS'], i, end='')"
    )
    shown = on_terminal(filled, "list", "-n", "40", PAPERNOTES_PAGER=program, PAGER="false")
    lines = shown.splitlines()
    assert len(lines) == 41
    assert all(line.startswith("P FRX ") for line in lines)
    assert "40 of 61" in lines[-1]
    assert "\x1b[1m" in lines[0]
    assert "P FRX" in on_terminal(filled, "list", "-n0", PAPERNOTES_PAGER=program, COLUMNS="200")


def test_what_fits_or_goes_into_a_pipe_is_not_paged(filled: Shell) -> None:
    program = pager(filled, "print('paged')")
    assert "paged" not in on_terminal(filled, "list", "-n", "5", PAPERNOTES_PAGER=program)
    assert "paged" not in on_terminal(filled, "list", "-n", "0", "--no-pager", PAGER=program)
    assert "paged" not in on_terminal(filled, "list", "-n", "0", PAPERNOTES_PAGER="", PAGER=program)
    assert "n59" in on_terminal(filled, "list", "-n", "0", PAPERNOTES_PAGER="no-such-pager")
    filled.environ["PAPERNOTES_PAGER"] = program
    assert "paged" not in filled("list", "-n", "0").out


def test_a_pager_that_is_left_early_is_no_fault(filled: Shell) -> None:
    program = pager(filled, "import sys; print(sys.stdin.readline())")
    shown = on_terminal(filled, "list", "-n", "0", PAPERNOTES_PAGER=program)
    assert "Traceback" not in shown
    assert "papernotes:" not in shown


def test_refs_lead_to_their_files_and_titles_to_arxiv(filled: Shell) -> None:
    shown = on_terminal(filled, "list", "key:doe2020", PAPERNOTES_HYPERLINKS="always")
    bib = (filled.folder / "bib/a.bib").as_uri()
    assert f"{LINK}{bib}\x1b\\\x1b[1mdoe2020\x1b[0m{LINK}\x1b\\" in shown
    assert f"{LINK}https://arxiv.org/abs/2001.00001\x1b\\On Apples{LINK}\x1b\\" in shown
    for plain in ({}, {"PAPERNOTES_HYPERLINKS": "always", "NO_COLOR": "1"}):
        assert LINK not in on_terminal(filled, "list", "key:doe2020", **plain)
    filled.environ["PAPERNOTES_HYPERLINKS"] = "always"
    assert LINK not in filled("list").out


def test_which_terminals_know_links() -> None:
    assert not knows_links({"TERM": "xterm-256color"})
    assert knows_links({"VTE_VERSION": "7006"})
    assert not knows_links({"VTE_VERSION": "4602"})
    assert knows_links({"TERM": "xterm-kitty"})
    assert not knows_links({"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"})
    assert knows_links({"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"})
    assert not knows_links({"VTE_VERSION": "7006", "PAPERNOTES_HYPERLINKS": "never"})
    assert knows_links({"FORCE_HYPERLINK": "1"})
    assert not knows_links({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"})


def test_colours_as_the_field_agreed(filled: Shell) -> None:
    assert wants_color({}) is None
    assert wants_color({"NO_COLOR": ""}) is None
    assert wants_color({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}) is False
    assert wants_color({"CLICOLOR_FORCE": "0"}) is None
    assert wants_color({"CLICOLOR": "0"}) is False
    assert wants_color({"TERM": "dumb", "FORCE_COLOR": "1"}) is True
    assert "\x1b" not in filled("show", "doe2020").out
    filled.environ["CLICOLOR_FORCE"] = "1"
    assert "\x1b[1mOn Apples" in filled("show", "doe2020").out
    assert "\x1b" not in filled("show", "--no-color", "doe2020").out

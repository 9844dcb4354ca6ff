from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from papernotes import bib
from tests.factories import entry, paper

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def shelf(library: Shell) -> Shell:
    for number, key in enumerate(("ann", "ben")):
        made = paper(key, title=f"Paper {number}", arxiv_id=f"2001.0000{number + 1}")
        (library.folder / f"bib/{key}.bib").write_text(bib.render(made))
    (library.folder / "bib/zotero.bib").write_text(entry("zot", year="2000"))
    (library.folder / "notes/ann.md").write_text("---\npaper: ann\n---\n# Ann\n")
    (library.folder / "notes/my thoughts.md").write_text("[@ann; @zot] [[ann]]\n")
    return library


def texts(shell: Shell) -> dict[str, str]:
    return {
        path.relative_to(shell.folder).as_posix(): path.read_text()
        for folder in ("notes", "bib")
        for path in (shell.folder / folder).iterdir()
    }


def test_there_and_back_in_a_pipe(shelf: Shell) -> None:
    before = texts(shelf)
    ended = shelf("remove", "ann", "my thoughts")
    assert (ended.status, ended.out) == (0, "ann\nmy thoughts\n")
    assert ended.err == (
        "papernotes: moved 3 files to .trash/; back with: papernotes restore ann 'my thoughts'\n"
    )
    assert set(texts(shelf)) == {"bib/ben.bib", "bib/zotero.bib"}
    listed = shelf("restore")
    records = [line.split("\t")[1:] for line in listed.out.splitlines()]
    assert records == [
        ["my thoughts", "my thoughts", "notes/my thoughts.md"],
        ["ann", "Paper 0", "bib/ann.bib, notes/ann.md"],
    ]
    back = shelf("restore", "my t", "ann")
    assert (back.status, back.out) == (0, "my thoughts\nann\n")
    assert texts(shelf) == before
    assert shelf("list", "key:ann").out.startswith("ann\t")
    empty = shelf("restore")
    assert (empty.status, empty.out) == (0, "")
    assert empty.err == "papernotes: nothing is in the trash\n"


def test_a_dry_run_shows_the_files_and_who_links_to_it(shelf: Shell) -> None:
    before = texts(shelf)
    ended = shelf("remove", "2001.00001", "--dry-run")
    assert (ended.status, ended.out) == (0, "ann\n")
    assert ended.err.splitlines() == [
        "ann  Paper 0",
        "  bib/ann.bib",
        "  notes/ann.md",
        "  1 note links to it, and will lead nowhere: notes/my thoughts.md",
        "papernotes: would move 2 files to .trash/",
    ]
    assert texts(shelf) == before
    assert not (shelf.folder / ".trash").exists()
    shelf("remove", "-", "--note", stdin="ann\tas list prints it\n")
    told = shelf("restore", "ann", "--dry-run")
    assert (told.out, told.err) == ("ann\n", "papernotes: would bring back notes/ann.md\n")


def test_json_is_the_report(shelf: Shell) -> None:
    (removed,) = shelf("remove", "ann", "--json").data["results"]
    assert removed["files"] == ["bib/ann.bib", "notes/ann.md"]
    assert removed["linking"] == ["notes/my thoughts.md"]
    (listed,) = shelf("restore", "--json").data["results"]
    assert f".trash/{listed['name']}" == removed["folder"]
    restored = shelf("restore", removed["folder"], "--json").data
    assert restored == {"results": [listed], "dry_run": False}


def test_what_cannot_be_ends_with_the_status_of_the_contract(shelf: Shell) -> None:
    foreign = shelf("remove", "ben", "zot")
    assert (foreign.status, foreign.out) == (4, "")
    assert "bib/zotero.bib:1: zot is in a file papernotes did not make" in foreign.err
    assert "remove it there" in foreign.err
    assert shelf("remove", "nobody").status == 3
    assert shelf("remove", "ben", "--note").status == 3
    assert shelf("remove").status == 2
    assert shelf("restore", "nobody").status == 3
    assert shelf("remove", "ben").status == 0
    (shelf.folder / "bib/ben.bib").write_text("taken\n")
    taken = shelf("restore", "ben")
    assert (taken.status, taken.out) == (4, "")
    assert "bib/ben.bib: exists already; ben was not restored" in taken.err
    assert texts(shelf)["bib/ben.bib"] == "taken\n"


def on_terminal(shelf: Shell, answer: str, *args: str) -> tuple[int, str, str]:
    """Return status, stdout and what a person sees who answers so."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shelf.folder,
        env={**shelf.environ, "TERM": "dumb", "NO_COLOR": "1"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        assert process.stdout is not None
        out = process.stdout.read().decode()
    said = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    return process.returncode, out, said.decode()


@pytest.mark.parametrize(("answer", "is_done"), [("y\n", True), ("\n", False)])
def test_on_a_terminal_it_shows_the_plan_and_asks_once(
    shelf: Shell, answer: str, is_done: bool
) -> None:
    before = texts(shelf)
    status, out, said = on_terminal(shelf, answer, "remove", "ann")
    assert status == 0
    assert said.count("move 2 files of ann to .trash/?") == 1
    assert "  notes/ann.md" in said
    assert out == ("ann\n" if is_done else "")
    assert (texts(shelf) != before) == is_done
    assert ("nothing was removed" in said) == (not is_done)
    status, out, said = on_terminal(shelf, answer, "remove", "--empty-trash")
    if not is_done:
        assert "nothing is in the trash" in said
        return
    assert said.count("delete 2 files (1 kB) in the trash for good?") == 1
    assert (status, out) == (0, "ann\n")
    assert shelf("restore").out == ""


def test_the_trash_is_emptied_only_when_that_is_said(shelf: Shell) -> None:
    shelf("remove", "ann", "ben")
    (shelf.folder / ".trash/mine.txt").write_text("kept by hand")
    asked = shelf("remove", "--empty-trash")
    assert (asked.status, asked.out) == (2, "")
    assert "add --yes, or see --dry-run first" in asked.err
    told = shelf("remove", "--empty-trash", "--dry-run")
    assert sorted(told.out.split()) == ["ann", "ben"]
    assert told.err == "papernotes: would delete 3 files (1 kB) in the trash\n"
    assert on_terminal(shelf, "n\n", "remove", "--empty-trash")[2].count("nothing was deleted") == 1
    assert len(shelf("restore", "--json").data["results"]) == 2
    done = shelf("remove", "--empty-trash", "--yes", "--json").data
    assert [each["files"] for each in done["results"]] == [
        ["bib/ben.bib"],
        ["bib/ann.bib", "notes/ann.md"],
    ]
    assert [path.name for path in (shelf.folder / ".trash").iterdir()] == ["mine.txt"]
    assert shelf("remove", "--empty-trash", "-y").err == "papernotes: nothing is in the trash\n"
    assert shelf("remove", "ann", "--empty-trash", "-y").status == 2

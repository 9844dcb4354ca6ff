from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from papernotes import bib
from papernotes.models import Author
from tests.factories import entry, paper

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

KEYS = {"doe2020apples": "doe2020", "roe2019pears": "roe2019"}


def texts(shell: Shell) -> dict[str, str]:
    return {
        path.relative_to(shell.folder).as_posix(): path.read_text()
        for path in shell.folder.glob("*/*")
        if path.suffix in {".md", ".bib"}
    }


@pytest.fixture
def shelf(library: Shell) -> Shell:
    for number, key in enumerate(KEYS):
        made = paper(
            key,
            title=f"Paper {number}",
            authors=(Author(key[:3]),),
            year=int(key[3:7]),
            published=None,
            arxiv_id=f"2001.0000{number + 1}",
        )
        (library.folder / f"bib/{key}.bib").write_text(bib.render(made))
    (library.folder / "bib/zotero.bib").write_text(entry("zot", year="2000"))
    (library.folder / "notes/a.md").write_text("[@doe2020apples; @roe2019pears; @zot]\n")
    return library


def test_a_rename_prints_the_keys_and_says_what_it_changed(shelf: Shell) -> None:
    ended = shelf("rename", "2001.00001", "doe")
    assert (ended.status, ended.out) == (0, "doe2020apples\tdoe\n")
    assert ended.err == "papernotes: changed 2 files\n"
    assert texts(shelf)["notes/a.md"] == "[@doe; @roe2019pears; @zot]\n"
    assert shelf("show", "doe").status == 0
    assert shelf("list", "key:doe").out.startswith("doe\t2020")


def test_a_dry_run_shows_every_file_and_changes_none(shelf: Shell) -> None:
    before = texts(shelf)
    ended = shelf("rename", "doe2020apples", "doe", "--dry-run")
    assert (ended.status, ended.out) == (0, "doe2020apples\tdoe\n")
    assert ended.err.splitlines() == [
        "  bib/doe2020apples.bib → bib/doe.bib: line 1",
        "  notes/a.md: line 1",
        "papernotes: would change 2 files",
    ]
    assert texts(shelf) == before


def test_json_accounts_for_everything(shelf: Shell) -> None:
    data = shelf("rename", "doe2020apples", "doe", "--json").data
    assert data["dry_run"] is False
    assert data["results"] == [
        {
            "old": "doe2020apples",
            "new": "doe",
            "outcome": "renamed",
            "message": "",
            "hint": "",
            "exit_status": 0,
        }
    ]
    assert data["files"] == [
        {"path": "bib/doe2020apples.bib", "new_path": "bib/doe.bib", "lines": [1]},
        {"path": "notes/a.md", "new_path": "", "lines": [1]},
    ]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("doe2020apples", "roe2019pears"), 4, "stands in bib/roe2019pears.bib:1"),
        (("doe2020apples", "Zot"), 4, "zot stands in bib/zotero.bib:1"),
        (("zot", "zed"), 4, "bib/zotero.bib:1, which papernotes did not make"),
        (("doe2020apples", "a b"), 2, "cannot be a citation key"),
        (("doe2020apples", "a]"), 2, "cannot be a citation key"),
        (("nobody", "x"), 3, "nothing is called 'nobody'"),
        (("doe2020apples",), 2, "rename needs OLD and NEW"),
        (("doe2020apples", "x", "y"), 2, "rename needs OLD and NEW"),
        (("doe2020apples", "x", "--yes"), 2, "--yes goes with --all"),
        (("doe2020apples", "x", "--template", "{auth}"), 2, "--template goes with --all"),
        (("--all",), 2, "add --yes"),
        (("--all", "--yes", "--template", "{auth"), 2, ""),
        (("--all", "nonsense:x", "--yes"), 2, ""),
    ],
)
def test_what_cannot_be_ends_with_the_status_of_the_contract(
    shelf: Shell, words: tuple[str, ...], status: int, said: str
) -> None:
    before = texts(shelf)
    ended = shelf("rename", *words)
    assert (ended.status, ended.out) == (status, "")
    assert said in ended.err
    assert texts(shelf) == before


def test_of_a_foreign_entry_it_says_what_would_have_to_be_changed(shelf: Shell) -> None:
    ended = shelf("rename", "zot", "zed")
    assert "  bib/zotero.bib: line 1\n  notes/a.md: line 1\n" in ended.err
    assert "rename it in the program that keeps the file" in ended.err


def test_all_keys_are_renamed_and_counted(shelf: Shell) -> None:
    ended = shelf("rename", "--all", "--yes", "--template", "{auth}{year}")
    assert ended.status == 0
    assert ended.out == "".join(f"{old}\t{new}\n" for old, new in KEYS.items())
    assert ended.err == (
        "papernotes: 3 keys looked at: 2 renamed, 1 in files of other programs (3 files)\n"
    )
    assert texts(shelf)["notes/a.md"] == "[@doe2020; @roe2019; @zot]\n"
    again = shelf("rename", "--all", "--yes", "--template", "{auth}{year}")
    assert (again.status, again.out) == (0, "")


def test_a_query_chooses(shelf: Shell) -> None:
    ended = shelf("rename", "--all", "year:2019", "--yes", "--template", "{auth}")
    assert ended.out == "roe2019pears\troe\n"


def test_a_note_that_cannot_be_changed_fails_its_keys_alone(shelf: Shell) -> None:
    (shelf.folder / "notes/bad.md").write_bytes(b"\xff @doe2020apples")
    ended = shelf("rename", "--all", "--yes", "--template", "{auth}{year}")
    assert (ended.status, ended.out) == (1, "roe2019pears\troe2019\n")
    assert "notes/bad.md:1: is not UTF-8" in ended.err
    assert "not renamed: doe2020apples" in ended.err


@pytest.mark.parametrize(("answer", "status", "is_done"), [("y\n", 0, True), ("n\n", 0, False)])
def test_on_a_terminal_it_asks_once(shelf: Shell, answer: str, status: int, is_done: bool) -> None:
    before = texts(shelf)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", "rename", "--all", "--template", "{auth}{year}"],
        cwd=shelf.folder,
        env={**shelf.environ, "TERM": "dumb"},
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
    assert process.returncode == status
    assert said.decode().count("rename 2 keys in 3 files?") == 1
    assert out == "".join(f"{old}\t{new}\n" for old, new in KEYS.items())
    assert (texts(shelf) != before) == is_done
    assert ("nothing was changed" in said.decode()) == (not is_done)

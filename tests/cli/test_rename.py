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
    (library.folder / "notes/a.md").write_text(
        "[@doe2020apples; @roe2019pears; @zot]\n# Pears\n#fruit\n"
    )
    return library


def test_a_rename_prints_the_keys_and_says_what_it_changed(shelf: Shell) -> None:
    ended = shelf("rename", "2001.00001", "doe")
    assert (ended.status, ended.out) == (0, "doe2020apples\tdoe\n")
    assert ended.err == "papernotes: changed 2 files\n"
    assert texts(shelf)["notes/a.md"] == "[@doe; @roe2019pears; @zot]\n# Pears\n#fruit\n"
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
        (("#none", "x"), 3, "no note has the tag #none"),
        (("#fruit", "a b"), 2, "'a b' cannot be a tag"),
        (("tag:", "x"), 3, "no note has the tag #"),
        (("a#none", "x"), 3, "no heading 'none'; it has: Pears"),
        (("a#Pears", "x #y"), 2, "holds a link, a citation, a tag"),
        (("nobody#x", "y"), 3, "nothing is called 'nobody'"),
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
    assert texts(shelf)["notes/a.md"] == "[@doe2020; @roe2019; @zot]\n# Pears\n#fruit\n"
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


@pytest.mark.parametrize(("old", "new"), [("a#Pears", "Quinces"), ("#fruit", "#food/fruit")])
def test_headings_and_tags_are_renamed_and_come_back(shelf: Shell, old: str, new: str) -> None:
    (shelf.folder / "notes/b.md").write_text("[[a#Pears]] #fruit/x\n")
    before = texts(shelf)
    there = new if new.startswith("#") else f"a#{new}"
    planned = shelf("rename", old, new, "--dry-run")
    assert planned.err.splitlines()[-1] == "papernotes: would change 2 files"
    assert texts(shelf) == before
    done = shelf("rename", old, new)
    assert (done.status, done.out, planned.out) == (0, f"{old}\t{there}\n", f"{old}\t{there}\n")
    assert done.err == "papernotes: changed 2 files\n"
    wanted = {"a#Pears": "[[a#Quinces]] #fruit/x\n", "#fruit": "[[a#Pears]] #food/fruit/x\n"}
    assert texts(shelf)["notes/b.md"] == wanted[old]
    back = shelf("rename", "tag:food/fruit" if there == new else there, old.partition("#")[2])
    assert (back.status, texts(shelf)) == (0, before)


def test_a_key_that_begins_like_a_tag_can_be_renamed(shelf: Shell) -> None:
    before = texts(shelf)
    assert shelf("rename", "doe2020apples", "tag:x").status == 0
    assert shelf("rename", "tag:x", "doe2020apples").out == "tag:x\tdoe2020apples\n"
    assert texts(shelf) == before


def test_that_two_tags_become_one_is_said(shelf: Shell) -> None:
    (shelf.folder / "notes/b.md").write_text("#food\n")
    ended = shelf("rename", "#fruit", "food", "--dry-run")
    assert "papernotes: #food exists already in 1 note: the two become one\n" in ended.err


ALL = ("--all", "--template", "{auth}{year}")
ALL_SAID = "".join(f"{old}\t{new}\n" for old, new in KEYS.items())


@pytest.mark.parametrize(
    ("words", "said", "question", "answer"),
    [
        (ALL, ALL_SAID, "rename 2 keys in 3 files?", "y"),
        (ALL, ALL_SAID, "rename 2 keys in 3 files?", "n"),
        (("#fruit", "food"), "#fruit\t#food\n", "rename #fruit in 1 file?", "n"),
        (("2001.00001", "doe"), "doe2020apples\tdoe\n", "rename doe2020apples in 2 files?", "y"),
    ],
)
def test_on_a_terminal_it_shows_the_plan_and_asks_once(
    shelf: Shell, words: tuple[str, ...], said: str, question: str, answer: str
) -> None:
    before, is_done = texts(shelf), answer == "y"
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", "rename", *words],
        cwd=shelf.folder,
        env={**shelf.environ, "TERM": "dumb"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        assert process.stdout is not None
        out = process.stdout.read().decode()
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert (process.returncode, out) == (0, said)
    assert shown.decode().count(question) == 1
    assert "  notes/a.md: line" in shown.decode().partition(question)[0]
    assert (texts(shelf) != before) == is_done
    assert ("nothing was changed" in shown.decode()) == (not is_done)
    assert "would change" not in shown.decode()

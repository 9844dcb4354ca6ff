"""Odd files, clocks and surroundings: nothing is lost, nothing breaks, and what is odd is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.factories import write
from tests.faults.ground import NOTES, assert_nothing_lost, ended_clearly, hooked, owned

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

# The clock of the process is $SHIFT seconds off; that of the file system is not.
SHIFTED = """
import os, time
shift, now, now_ns = int(os.environ["SHIFT"]), time.time, time.time_ns
time.time = lambda: now() + shift
time.time_ns = lambda: now_ns() + shift * 1_000_000_000
"""
YEAR = 365 * 86_400
NAMES = {
    "long": "a" * 252,
    "device": "CON",
    "dots": "dot..",
    "blank": "blank ",
    "option": "-n",
    "line feed": "new\nline",
    "escape": "esc\x1b[31m",
    "bidi": "bidi\u202egnp",
    "link": "[[x]]",
    "percent": "%2e%2e",
    "upper": "A",
    "lower": "a",
    "composed": unicodedata.normalize("NFC", "café"),
    "decomposed": unicodedata.normalize("NFD", "café"),
}


@pytest.mark.fault(35)
@pytest.mark.parametrize("shift", [-3600, -56 * YEAR, 10 * YEAR])
def test_a_clock_that_is_wrong(filled: Shell, shift: int) -> None:
    wrong = hooked(filled, SHIFTED, SHIFT=str(shift))
    before = owned(filled.folder)
    assert wrong("search", "apples", "-n", "0").out.count("\n") == NOTES
    write(filled.folder, "notes/n1.md", "# Pears\n")
    os.utime(filled.folder / "notes/n1.md", (1, 1))
    write(filled.folder, "notes/n2.md", "# Pears\n")
    os.utime(filled.folder / "notes/n2.md", (4 * 10**9, 4 * 10**9))
    found = wrong("search", "pears")
    ended_clearly(found, 0)
    assert sorted(line.split("\t")[0] for line in found.out.splitlines()) == ["n1", "n2"]
    ended_clearly(wrong("tag", "n1", "+late"), 0)
    assert wrong("list", "tag:late").out.startswith("n1\t")
    assert_nothing_lost(filled.folder, before, {"notes/n1.md", "notes/n2.md"})


@pytest.mark.fault(37, 38, 39)
def test_odd_names(filled: Shell) -> None:
    notes = filled.folder / "notes"
    for word, name in NAMES.items():
        (notes / f"{name}.md").write_text(f"---\npublish: true\n---\n# The {word}\n\nFigs.\n")
    if len(list(notes.iterdir())) < NOTES + len(NAMES):
        pytest.skip("this file system takes some of the names for one")
    (notes / os.fsdecode(b"raw\xff.md")).write_text("# Raw\n\nFigs.\n")
    before = owned(filled.folder)
    ended_clearly(filled("sync"), 1, r"raw\udcff.md: the name is not UTF-8; rename the file")
    listed = filled("list", "-n", "0", "figs").out
    assert listed.count("\n") == len(NAMES)
    assert not {"\x1b", "\u202e"} & set(listed)
    for word, name in NAMES.items():
        assert f"The {word}\n" in filled("show", "--", f"notes/{name}.md").out, name
    said = filled("doctor").out
    for clash in ("notes/a.md: has the name of notes/A.md", "(NFC and NFD)"):
        assert clash in said
    refs = [f"notes/{name}.md" for name in NAMES.values()]
    ended_clearly(filled("export", "../blog", "--to", "hugo", "--", *refs), 0)
    posts = [path.parent.name for path in filled.folder.parent.joinpath("blog").rglob("*.md")]
    assert len({name.casefold() for name in posts}) == len(NAMES)
    assert all(name.isascii() and len(name) < 130 for name in posts)
    assert owned(filled.folder) == before


@pytest.mark.fault(64)
def test_what_other_programs_leave_lying_about(filled: Shell) -> None:
    copies = ["n1.sync-conflict-20261125-101112-ABCDEFG", "n1 (conflicted copy 2026-11-25)"]
    for name in (*copies, ".n1", ".#n1"):
        write(filled.folder, f"notes/{name}.md", "# Figs\n")
    for name in (".n1.md.swp", "n1.md~", "n1.md.bak", "#n1.md#", "4913"):
        write(filled.folder, f"notes/{name}", "# Figs\n")
    before = owned(filled.folder)
    ended_clearly(filled("sync"), 0)
    found = filled("search", "figs").out
    assert sorted(line.split("\t")[0] for line in found.splitlines()) == sorted(copies)
    said = filled("doctor").out
    assert said.count("[conflict-copy]") == len(copies)
    assert_nothing_lost(filled.folder, before)


def git(shell: Shell, *args: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=one")
    subprocess.run(["git", *who, *args], cwd=shell.folder, check=True, capture_output=True)


@pytest.mark.fault(65)
@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_git_checks_out_another_branch(filled: Shell) -> None:
    root = filled.folder
    git(filled, "init")
    git(filled, "add", "-A")
    git(filled, "commit", "-m", "one")
    one = {path: data for path, data in owned(root).items() if not path.startswith(".git/")}
    git(filled, "checkout", "-b", "two")
    for number in range(5):
        (root / f"notes/n{number}.md").unlink()
    for number in range(5, NOTES):
        write(root, f"notes/n{number}.md", f"# Pears {number}\n")
    write(root, "bib/two.bib", "@misc{cid, title={Figs}, year={2003}}\n")
    git(filled, "add", "-A")
    git(filled, "commit", "-m", "two")
    ended_clearly(filled("sync"), 0)
    for branch, apples in (("one", NOTES), ("two", 0), ("one", NOTES)):
        git(filled, "checkout", branch)
        for path in root.glob("notes/*.md"):
            os.utime(path, (4 * 10**9, 4 * 10**9))
        ended_clearly(filled("sync"), 0)
        assert filled("search", "apples", "-n", "0").out.count("\n") == apples
    shutil.rmtree(root / ".git")
    assert_nothing_lost(root, one)


@pytest.mark.fault(62)
def test_no_home_few_letters_and_one_column(filled: Shell) -> None:
    write(filled.folder, "notes/n1.md", "# Äpfel 日本\n\napples\n")
    bare = {"LANG": "C", "LC_ALL": "C", "COLUMNS": "1", "PYTHONIOENCODING": "ascii"}
    kept = {name: value for name, value in filled.environ.items() if name not in {"HOME", "LANG"}}
    poor = type(filled)(filled.folder, kept | bare)
    for command in ("list", "search apples", "show n1", "links n1", "doctor", "config", "--help"):
        for args in (command.split(), [*command.split(), "--json"]):
            if "--help" in args and "--json" in args:
                continue
            ended = poor(*args)
            ended_clearly(ended, {0, 1} if "doctor" in args else 0)
            assert ended.out.isascii() or "--json" not in args

"""``papernotes publish`` as a person meets it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

NOTE = """---
# mine
title: "Warm-up helps"   # a title
created: 2026-02-01
---
See [the paper](https://arxiv.org/abs/1706.03762).
"""
FLAG = '---\ntitle: Text\npublish: "true"\ncreated: 2026-02-03\n---\nA [link](https://e.org).\n'


@pytest.fixture
def shelf(library: Shell) -> Shell:
    with (library.folder / "papernotes.toml").open("a") as file:
        file.write('[export.blog]\nto = "fastpages"\ndir = "../blog"\n')
    write(library, "warm-up", NOTE)
    write(library, "locked", "---\ntitle: Locked\nprivate: true\n---\nA\n")
    write(library, "kept", "---\ntitle: Kept\n---\nA\n")
    (library.folder / ".exportignore").write_text("kept.md\n")
    return library


def write(shell: Shell, name: str, text: str) -> None:
    (shell.folder / f"notes/{name}.md").write_text(text)


def read(shell: Shell, name: str) -> str:
    return (shell.folder / f"notes/{name}.md").read_text()


def posts(shell: Shell) -> list[str]:
    folder: Path = shell.folder.parent / "blog/_posts"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_there_and_back(shelf: Shell) -> None:
    tried = shelf("publish", "warm", "--dry-run")
    assert read(shelf, "warm-up") == NOTE
    assert posts(shelf) == []
    ended = shelf("publish", "warm")
    assert (tried.status, ended.status) == (0, 0)
    assert (
        tried.out.splitlines()[0]
        == ended.out.splitlines()[0]
        == ("+ _posts/2026-02-01-warm-up-helps.md")
    )
    assert "would change notes/warm-up.md: publish: - -> true" in tried.err
    assert "notes/warm-up.md: publish: - -> true" in ended.err
    assert "no description" in ended.err
    assert "not-marked" not in ended.err
    assert read(shelf, "warm-up") == NOTE.replace("-01\n---", "-01\npublish: true\n---")
    assert posts(shelf) == ["2026-02-01-warm-up-helps.md"]
    again = shelf("publish", "warm", "--description", "Why: it does")
    assert "no description" not in again.err
    assert again.out.startswith("~ _posts/")
    assert 'publish: true\ndescription: "Why: it does"\n---' in read(shelf, "warm-up")

    tried = shelf("publish", "warm", "--undo", "--dry-run")
    back = shelf("publish", "warm", "--undo")
    for one in (tried, back):
        assert (one.status, one.out) == (0, "")
        assert "the next export removes _posts/2026-02-01-warm-up-helps.md" in one.err
    assert "publish" not in read(shelf, "warm-up")
    assert posts(shelf) == ["2026-02-01-warm-up-helps.md"]
    assert shelf("export").status == 0
    assert posts(shelf) == []
    assert "says so already" in shelf("publish", "warm", "--undo").err


@pytest.mark.parametrize(
    ("flag", "after", "undone"),
    [
        ("publish: false", "publish: true", None),
        ("publish: [hugo] # some", "publish: [hugo, fastpages] # some", "publish: [hugo] # some"),
        ("publish: [fastpages]", "publish: [fastpages]", None),
        ('publish: "true"', "publish: true", None),
        ("Publish: yes please", "Publish: true", None),
    ],
)
def test_what_stands_there_is_spliced(
    shelf: Shell, flag: str, after: str, undone: str | None
) -> None:
    write(shelf, "x", f"---\ntitle: X\n{flag}\nk: v\n---\nBody\n")
    assert shelf("publish", "x").status == 0
    assert read(shelf, "x").splitlines()[2:4] == [after, "k: v"]
    assert shelf("publish", "x", "--undo").status == 0
    assert read(shelf, "x").splitlines()[2:4] == ([undone, "k: v"] if undone else ["k: v", "---"])


@pytest.mark.parametrize(
    ("args", "status", "told"),
    [
        (("locked",), 2, "private: true, which wins"),
        (("warm", "kept"), 2, "line 1 of .exportignore keeps it home"),
        (("nobody",), 3, "nothing is called"),
        (("warm", "locked", "--description", "x"), 2, "--description is for one REF"),
        (("warm", "--blog", "nowhere"), 2, "nowhere"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    shelf: Shell, args: tuple[str, ...], status: int, told: str
) -> None:
    ended = shelf("publish", *args)
    assert (ended.status, ended.out) == (status, "")
    assert told in ended.err
    assert read(shelf, "warm-up") == NOTE
    assert posts(shelf) == []


def test_a_leak_stops_it_before_the_note_is_marked(shelf: Shell) -> None:
    text = f"{NOTE}\nMine is AKIA{'Q7XZ2M4KP9TRW3VB'}, in {shelf.folder}.\n"
    write(shelf, "warm-up", text)
    ended = shelf("publish", "warm")
    assert (ended.status, ended.out) == (1, "")
    places = [line.partition(" ")[2] for line in ended.err.splitlines()]
    assert places[0].startswith("_posts/2026-02-01-warm-up-helps.md:")
    assert "nothing was exported" in places[-1]
    assert "AKIAQ7XZ2M4KP9TRW3VB" not in ended.err
    assert read(shelf, "warm-up") == text
    assert posts(shelf) == []
    with (shelf.folder / "papernotes.toml").open("a") as file:
        file.write(f'[export]\nallow = ["AKIA{"Q7XZ2M4KP9TRW3VB"}", "{shelf.folder}"]\n')
    assert shelf("publish", "warm").status == 0
    write(shelf, "warm-up", text.replace(str(shelf.folder), str(shelf.folder.parent)))
    ended = shelf("publish", "warm")
    assert ended.status == 1
    assert f"{shelf.folder.parent} is a folder of this computer" in ended.err
    ended = shelf("publish", "warm", "--undo")
    assert (ended.status, "the next export removes _posts/" in ended.err) == (0, True)


def test_the_mark_goes_without_a_blog_too(library: Shell) -> None:
    write(library, "x", "---\ntitle: X\npublish: [fastpages, hugo]\n---\nBody\n")
    ended = library("publish", "x")
    assert (ended.status, "which blog?" in ended.err) == (2, True)
    assert library("publish", "x", "--undo").status == 0
    assert read(library, "x") == "---\ntitle: X\n---\nBody\n"


def test_export_tells_of_a_flag_that_is_text(shelf: Shell) -> None:
    write(shelf, "text", FLAG)
    write(shelf, "broken", "---\ntitle: [\npublish: true\n---\nA\n")
    ended = shelf("export")
    assert ended.status == 1
    assert "notes/text.md:3: not published: publish: must be true, false or a list" in ended.err
    assert "notes/broken.md:" in ended.err
    assert posts(shelf) == []
    assert shelf("publish", "text").status == 0
    assert posts(shelf) == ["2026-02-03-text.md"]


def test_json_is_the_report(shelf: Shell) -> None:
    ended = shelf("publish", "warm", "--json")
    (note,) = ended.data["notes"]
    assert (note["ref"], note["outcome"], note["after"]) == ("warm-up", "changed", "true")
    assert [file["outcome"] for file in ended.data["export"]["files"]] == ["new"]
    assert {one["code"] for one in json.loads(ended.out)["problems"]} == {"advice"}
    (leaving,) = shelf("publish", "warm", "--undo", "--json").data["leaving"]
    assert leaving == "_posts/2026-02-01-warm-up-helps.md"


@pytest.mark.parametrize(
    ("typed", "is_done", "description"),
    [
        ("It warms up\ny\n", True, "It warms up"),
        ("\n\n", True, None),
        ("Words\nn\n", False, None),
    ],
)
def test_a_person_is_asked(
    shelf: Shell, typed: str, is_done: bool, description: str | None
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", "publish", "warm"],
        cwd=shelf.folder,
        env={**shelf.environ, "TERM": "dumb", "NO_COLOR": "1"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.write(ours, typed.encode())
        out, _ = process.communicate(timeout=60)
    told = os.read(ours, 100_000).decode()
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 0
    assert "description of Warm-up helps (Enter: none)" in told
    assert told.index("+ _posts/") < told.index("mark and export?")
    assert ("nothing was changed" in told) is not is_done
    assert bool(posts(shelf)) is bool(out) is is_done
    text = read(shelf, "warm-up")
    assert ("publish: true" in text) is is_done
    assert (f'description: "{description}"\n' in text) is bool(description)

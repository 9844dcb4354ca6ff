"""``edit``, ``new --edit`` and ``add --edit`` with editors of every temper."""

from __future__ import annotations

import contextlib
import os
import pty
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.factories import entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a library of two notes and a paper, and an editor that appends a word."""
    (library.folder / "notes/apple-pie.md").write_text("# Apple pie\n")
    (library.folder / "notes/apple-tart.md").write_text("# Tart of apples\n")
    (library.folder / "bib/doe.bib").write_text(entry("doe2020", "On Apples and Pears"))
    use(library, 'for note in "$@"; do echo plums >> "$note"; done')
    return library


def use(shell: Shell, script: str) -> Path:
    """Let the editor be a shell script whose path has a space, with an argument of its own."""
    editor = shell.folder.parent / "my editor"
    editor.write_text(f'#!/bin/sh\n[ "$1" = --wait ] || exit 9\nshift\n{script}\n')
    editor.chmod(0o755)
    shell.environ["VISUAL"] = f"{shlex.quote(str(editor))} --wait"
    return editor


def on_terminal(shell: Shell, typed: bytes, *args: str) -> tuple[int, str]:
    """Run a command with a terminal for all streams; return its status and what it shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shell.folder,
        env=shell.environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        os.write(ours, typed)
        shown = b""
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
    os.close(ours)
    assert b"Traceback" not in shown, shown
    return process.returncode, shown.decode().replace("\r\n", "\n")


def note(shell: Shell, name: str) -> str:
    return (shell.folder / f"notes/{name}.md").read_text("utf-8")


def test_several_notes_are_opened_at_once_each_once_and_made_if_missing(filled: Shell) -> None:
    ended = filled("edit", "apple-pie", "doe2020", "pears", "apple-pie")
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert note(filled, "apple-pie").count("plums") == 1
    assert note(filled, "doe2020").count("plums") == 1
    assert "## In one sentence" in note(filled, "doe2020")
    found = filled("search", "plums").out
    assert sorted(line.split("\t")[0] for line in found.splitlines()) == ["apple-pie", "doe2020"]
    assert filled("edit", "apples", "and", "pears").status == 0
    assert note(filled, "doe2020").count("plums") == 2


def test_nothing_is_made_when_one_of_the_names_is_wrong(filled: Shell) -> None:
    ended = filled("edit", "doe2020", "plum cake")
    assert (ended.status, ended.out) == (3, "")
    assert "papernotes new 'plum cake' --edit" in ended.err
    assert not (filled.folder / "notes/doe2020.md").exists()
    assert "papernotes add 1706.03762 --edit" in filled("edit", "arxiv:1706.03762").err
    several = filled("edit", "apple-")
    assert several.status == 3
    assert "one of: apple-pie, apple-tart" in several.err
    assert filled("edit").status == 2
    filled.environ["VISUAL"] = "no-such-editor"
    for command in (
        ("edit", "doe2020"),
        ("new", "Mine", "--edit"),
        ("add", "1706.03762", "--edit"),
    ):
        ended = filled(*command)
        assert ended.status == 1
        assert "set $EDITOR" in ended.err
    filled.environ["VISUAL"] = "'unclosed"
    assert filled("edit", "doe2020").status == 1
    filled.environ |= {"VISUAL": " ", "EDITOR": "true"}
    assert filled("edit", "apple-pie").status == 0
    assert sorted(path.name for path in filled.folder.glob("[nb]*/*")) == [
        *("apple-pie.md", "apple-tart.md", "doe.bib"),
    ]


def test_what_an_editor_leaves_is_taken_as_it_is(filled: Shell) -> None:
    use(filled, 'echo "# Quinces" > "$1.new" && mv "$1.new" "$1"')
    assert filled("edit", "apple-pie").status == 0
    assert filled("search", "quinces").out.startswith("apple-pie\t")
    use(filled, "printf -- '---\\ntitle: [x\\n---\\n' > \"$1\"")
    ended = filled("edit", "apple-pie")
    assert ended.status == 1
    assert "notes/apple-pie.md:2: " in ended.err
    use(filled, 'rm "$1"')
    ended = filled("edit", "apple-pie")
    assert (ended.status, ended.err) == (0, "papernotes: notes/apple-pie.md is gone\n")
    assert filled("show", "apple-pie").status == 3
    use(filled, "kill -9 $$")
    assert "was ended by signal 9" in filled("edit", "apple-tart").err


def test_a_person_at_a_terminal_picks_by_number(filled: Shell) -> None:
    status, shown = on_terminal(filled, b"2\n", "edit", "apple-")
    assert status == 0
    assert "  1  apple-pie   Apple pie\n  2  apple-tart  Tart of apples\n" in shown
    assert "plums" in note(filled, "apple-tart")
    status, shown = on_terminal(filled, b"9\n3\n", "edit")
    assert status == 0
    assert "the newest:" in shown
    assert shown.count("plums") == 0
    assert sum("plums" in path.read_text() for path in filled.folder.glob("notes/*.md")) == 2
    assert on_terminal(filled, b"\x04", "edit")[0] == 130


def test_a_picker_of_ones_own_gets_all_as_lines(filled: Shell) -> None:
    picker = filled.folder.parent / "fzf"
    picker.write_text(f"#!/bin/sh\ncat > {filled.folder}/asked\ngrep Tart {filled.folder}/asked\n")
    picker.chmod(0o755)
    filled.environ["PAPERNOTES_PICKER"] = f"{shlex.quote(str(picker))} --height=40%"
    assert on_terminal(filled, b"", "edit")[0] == 0
    assert "plums" in note(filled, "apple-tart")
    asked = (filled.folder / "asked").read_text().splitlines()
    assert sorted(asked) == [
        "apple-pie   Apple pie",
        "apple-tart  Tart of apples",
        "doe2020     On Apples and Pears",
    ]
    picker.write_text("#!/bin/sh\nexit 130\n")
    assert on_terminal(filled, b"", "edit", "apple-")[0] == 130
    picker.write_text("#!/bin/sh\nexit 2\n")
    status, shown = on_terminal(filled, b"", "edit", "apple-")
    assert status == 1
    assert "ended with status 2 ($PAPERNOTES_PICKER)" in shown
    picker.unlink()
    status, shown = on_terminal(filled, b"1\n", "edit", "apple-")
    assert status == 0
    assert "not found ($PAPERNOTES_PICKER)" in shown
    assert "plums" in note(filled, "apple-pie")


def test_no_setting_of_a_library_names_a_picker(filled: Shell) -> None:
    for setting in ("picker = 'x'", "[choice]\npicker = 'x'"):
        (filled.folder / "papernotes.toml").write_text(setting)
        assert filled("list").status == 2


def test_new_opens_the_note_it_made(filled: Shell) -> None:
    ended = filled("new", "Doe2020", "--edit", "--kind", "rant")
    assert (ended.status, ended.out, ended.err) == (0, "doe2020\n", "")
    assert note(filled, "doe2020").endswith("plums\n")
    assert filled("new", "Two", "--edit", "--dry-run").status == 0
    assert not (filled.folder / "notes/two.md").exists()


def test_add_opens_new_notes_and_known_ones(filled: Shell) -> None:
    (filled.folder / "templates").mkdir()
    (filled.folder / "templates/paper.md").write_text("By {{author}}.\n")
    use(filled, 'cat > /dev/null; for note in "$@"; do echo plums >> "$note"; done')
    filled("add", "--no-note", "1706.03762")
    ended = filled("add", "-", "--edit", stdin="1706.03762\n1412.6980\n")
    assert (ended.status, ended.out) == (0, "kingma2014adam\n")
    for name, author in (("kingma2014adam", "Diederik P. Kingma"), ("vaswani2017attention", "A")):
        assert f"By {author}" in note(filled, name)
        assert note(filled, name).endswith("plums\n")
    (filled.folder / "one.bib").write_text(entry("roe2021", "Quinces"))
    ended = filled("add", "one.bib", "--edit", "--json")
    assert [each["outcome"] for each in ended.data["results"]] == ["added"]
    assert note(filled, "roe2021").endswith("plums\n")
    assert filled("add", "1706.03762", "--edit", "--no-note").status == 2


def test_add_refuses_what_could_not_be_read_as_a_tag(filled: Shell) -> None:
    ended = filled("add", "2002.01234", "--offline", "--tag", "a b")
    assert (ended.status, ended.out) == (2, "")
    assert "'a b' cannot be a tag" in ended.err
    assert filled("add", "2002.01234", "--offline", "--tag", "#fine/so").status == 0


def test_add_does_not_open_a_whole_library(filled: Shell) -> None:
    many = "".join(entry(f"roe{year}", f"Quinces of {year}") for year in range(1980, 2001))
    (filled.folder / "many.bib").write_text(many)
    ended = filled("add", "many.bib", "--edit")
    assert ended.status == 1
    assert "21 notes are too many" in ended.err
    assert "plums" not in note(filled, "roe1980")


def test_a_template_that_is_wrong_is_told_before_arxiv_is_asked(filled: Shell) -> None:
    (filled.folder / "templates").mkdir()
    (filled.folder / "templates/paper.md").write_text("---\nme: {{titel}}\n---\n")
    filled.environ["PAPERNOTES_ARXIV_API_URL"] = "http://127.0.0.1:9/api/query"
    ended = filled("add", "1706.03762")
    assert (ended.status, ended.out) == (6, "")
    assert "templates/paper.md:2: no variable is called {{titel}}" in ended.err
    assert "did you mean {{title}}?" in ended.err

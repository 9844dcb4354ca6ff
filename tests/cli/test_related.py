"""The page of a paper on a terminal and in a pipe, and what is like it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.factories import entry

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def linked(library: Shell) -> Shell:
    """Return a command line inside a library with two papers and notes that speak of them."""
    (library.folder / "bib/mine.bib").write_text(
        entry("doe2020", "On Apples", eprint="2002.01234", archivePrefix="arXiv", ids="Doe20")
        + entry("roe2021", "On Pears")
    )
    (library.folder / "notes/roe2021.md").write_text(
        "---\npaper: roe2021\nstatus: read\nrating: 4\npriority: high\ncreated: 2026-11-01\n---\n\n"
        f"{'A line of prose. ' * 8}\n\n| {'a cell ' * 20} |\n|---|\n\nMore than [@Doe20] says.\n"
    )
    (library.folder / "notes/pie.md").write_text(
        "---\ntitle: Pie\ncreated: 2026-11-02\n---\n\n# Pie\n\n## Dough\n\n"
        "Baked after [[doe2020|the famous work on apples]] and, some say, [@roe2021].\n\n"
        "See https://arxiv.org/abs/2002.01234 for more.\n"
    )
    return library


def on_terminal(shell: Shell, *args: str, columns: int = 60) -> str:
    """Return what a command shows on a terminal."""
    ours, theirs = pty.openpty()
    environ = {**shell.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shell.folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass
        os.close(ours)
    assert process.returncode == 0, shown
    return shown.decode().replace("\r\n", "\n")


def test_a_page_in_a_pipe_has_a_record_a_line_and_cuts_nothing(linked: Shell) -> None:
    (linked.folder / "notes/list.md").write_text("See @doe2020 once more.\n\n" * 60)
    lines = linked("show", "doe2020").out.splitlines()
    assert "pdf         none; papernotes pdf doe2020 fetches it" in lines
    assert "note        none; papernotes edit doe2020 makes one" in lines
    said = lines[lines.index("Said about it") + 1 :]
    assert len(said) == 63
    assert said[:4] == [
        "notes/pie.md:10\tBaked after the famous work on apples and, some say, @roe2021.",
        "notes/pie.md:12\tSee https://arxiv.org/abs/2002.01234 for more.",
        "notes/roe2021.md:14\tMore than @Doe20 says.",
        "notes/list.md:1\tSee @doe2020 once more.",
    ]


def test_a_page_tells_the_reading_state_and_what_the_note_cites(linked: Shell) -> None:
    page = linked("show", "roe2021").out
    for line in ("status      read", "rating      ★★★★☆", "priority    high", "doe2020\tOn Apples"):
        assert f"\n{line}\n" in page
    assert "pdf         none; put it at pdf/roe2021.pdf\n" in page
    assert "rating      4/5" in Ascii(linked)("show", "roe2021")
    data = linked("show", "--json", "roe2021").data
    assert [hit["ref"] for hit in data["cites"]] == ["doe2020"]
    (said,) = data["backlinks"]
    assert (said["heading"], said["target"]) == ("Pie › Dough", "roe2021")
    ((start, end),) = said["marks"]
    assert said["sentence"][start:end] == "@roe2021"


class Ascii:
    """The same command line with an output of few letters."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def __call__(self, *args: str) -> str:
        environ = {**self.shell.environ, "PYTHONIOENCODING": "ascii"}
        return subprocess.run(
            [sys.executable, "-m", "papernotes", *args],
            cwd=self.shell.folder, env=environ, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip


def test_a_page_on_a_terminal_groups_by_note_and_marks_what_is_meant(linked: Shell) -> None:
    page = on_terminal(linked, "show", "doe2020", columns=40)
    assert "\x1b[31m\x1b[1mthe famous work on\n       apples\x1b[0m" in page
    plain = _ESCAPE.sub("", page)
    assert (
        "Said about it\n"
        "  Pie  notes/pie.md\n"
        "       Dough\n"
        "   10  Baked after the famous work on\n"
        "       apples and, some say, @roe2021.\n"
    ) in plain


def test_a_page_on_a_terminal_breaks_prose_at_words_and_no_table(linked: Shell) -> None:
    lines = _ESCAPE.sub("", on_terminal(linked, "show", "roe2021")).splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("A line of"))
    prose = lines[first : lines.index("", first)]
    assert " ".join(prose) == " ".join(["A line of prose."] * 8)
    assert [len(line) <= 60 for line in prose] == [True] * 3
    assert f"| {'a cell ' * 20} |" in lines


def test_a_long_page_on_a_terminal_says_how_to_see_the_rest(linked: Shell) -> None:
    (linked.folder / "notes/list.md").write_text("See @doe2020 once more.\n\n" * 60)
    page = _ESCAPE.sub("", on_terminal(linked, "show", "doe2020"))
    assert page.count("once more") == 37
    assert page.endswith("  … 23 more; all of them: papernotes links doe2020\n")


def test_an_older_pdf_is_said_to_be_older(linked: Shell) -> None:
    (linked.folder / "bib/new.bib").write_text(
        entry("new2022", "New", eprint="2202.00001v3", archivePrefix="arXiv", arxiv_version="3")
    )
    (linked.folder / "pdf").mkdir(exist_ok=True)
    (linked.folder / "pdf/new2022-v2.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    assert "pdf/new2022-v2.pdf (the entry is about v3)" in linked("show", "new2022").out


def test_related_is_a_record_a_line_with_reasons(linked: Shell) -> None:
    ended = linked("related", "on", "pears")
    assert (ended.status, ended.err) == (0, "")
    records = [line.split("\t") for line in ended.out.splitlines()]
    assert [(ref, title) for ref, _, title, _ in records] == [
        ("pie", "Pie"),
        ("doe2020", "On Apples"),
    ]
    assert records[0][3].startswith("links to it; both cite doe2020")
    assert "linked from it" in records[1][3]
    assert float(records[0][1]) >= float(records[1][1]) > 0
    assert linked("related", "-n", "1", "roe2021").out == ended.out.splitlines(keepends=True)[0]


def test_related_as_json_is_the_contract(linked: Shell) -> None:
    data = linked("related", "--json", "doe").data
    assert set(data) == {"ref", "title", "results"}
    assert data["ref"] == "doe2020"
    for result in data["results"]:
        assert set(result) == {"ref", "kind", "title", "score", "reasons"}
        assert result["reasons"]
    assert {result["kind"] for result in data["results"]} == {"paper", "note"}


def test_related_on_a_terminal_has_the_reasons_below(linked: Shell) -> None:
    shown = _ESCAPE.sub("", on_terminal(linked, "related", "doe2020", columns=40))
    assert re.search(r"^pie      Pie\n    .*links to it", shown, re.MULTILINE)
    assert all(len(line) <= 40 for line in shown.splitlines())


def test_related_to_nothing_is_3_and_with_nothing_like_it_0(linked: Shell) -> None:
    assert linked("related", "nothing-like-it").status == 3
    (linked.folder / "notes/alone.md").write_text("# Alone\n")
    ended = linked("related", "alone")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing has anything in common with alone" in ended.err


def test_links_and_likes_fit_a_narrow_terminal(linked: Shell) -> None:
    (linked.folder / "notes/narrow.md").write_text(
        "# A narrow note of a long name\n\nTo [[doe2020|a label that goes on and on and on]].\n"
        "And to [what is not there](there/is/no/such/file/anywhere.csv).\n"
    )
    for words in (("links", "narrow"), ("links", "doe2020"), ("related", "doe2020")):
        lines = _ESCAPE.sub("", on_terminal(linked, *words, columns=40)).splitlines()
        shown = [line for line in lines if not line.startswith("papernotes: ")]
        assert len(shown) > 2
        assert [line for line in shown if len(line) > 40 or line != line.rstrip()] == []

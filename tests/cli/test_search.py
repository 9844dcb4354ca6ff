"""search on the command line: what is found, what was done to the query, and what follows."""

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
    from tests.cli.conftest import Ended, Shell

NOTE = """\
---
title: Plum pie
tags: [baking]
---
# Plum pie

## Filling

Wash the plums. Stone them with a knife. Sugar draws the juice out. Wait an hour.

## Crust

Butter and flour, cold.
"""


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library with two papers, one with a note, and two ideas."""
    (library.folder / "bib/mine.bib").write_text(
        entry("doe2020", "On Apples", eprint="2001.00001", archivePrefix="arXiv", year="2020")
        + entry("roe2021", "On Pears and Apples", year="2021")
    )
    (library.folder / "notes/doe2020.md").write_text("---\npaper: doe2020\n---\nSweet apples.\n")
    (library.folder / "notes/pie.md").write_text(NOTE)
    (library.folder / "notes/梅.md").write_text(
        "# 梅の菓子\n\n梅の菓子は甘い。" + "梅酒も作る。" * 30
    )
    return library


def piped(shell: Shell, first: tuple[str, ...], *second: str) -> Ended:
    return shell(*second, stdin=shell(*first).out)


def on_terminal(shell: Shell, *args: str, **environ: str) -> str:
    """Return what a terminal shows of both streams."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shell.folder,
        env={**shell.environ, "TERM": "xterm", "COLUMNS": "60", **environ},
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


# --- what was done ---------------------------------------------------------------------------


def test_a_mended_query_is_said_before_its_hits(filled: Shell) -> None:
    ended = filled("search", "aples")
    assert ended.status == 0
    assert [line.split("\t")[0] for line in ended.out.splitlines()] == ["doe2020", "roe2021"]
    said = "papernotes: nothing matches aples; showing what matches: apples\n"
    assert ended.err == said
    assert filled("search", "-q", "aples").err == ""
    shown = on_terminal(filled, "search", "aples", "--no-color")
    assert shown.startswith(f"{said}1  doe2020  On Apples")


def test_words_that_were_left_out_are_named(filled: Shell) -> None:
    ended = filled("search", "apples", "qqzzxx")
    assert ended.out.startswith("doe2020\t")
    assert 'nothing has all of that; without "qqzzxx" this matches: apples' in ended.err
    data = filled("search", "--json", "apples", "qqzzxx").data
    assert (data["suggestion"], data["dropped"], data["total"]) == ("apples", ["qqzzxx"], 2)


def test_an_exact_search_mends_nothing_and_no_hit_is_0(filled: Shell) -> None:
    ended = filled("search", "--exact", "aples")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing matches aples" in ended.err
    assert filled("search", "--exact", "--json", "aples").data["hits"] == []
    ended = filled("search", "qqzzxx")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing matches qqzzxx; fewer words" in ended.err


def test_a_list_of_nothing_says_what_may_be_meant(filled: Shell) -> None:
    ended = filled("list", "aples")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing matches aples; did you mean: apples" in ended.err
    data = filled("list", "aples", "--json").data
    assert (data["hits"], data["total"], data["suggestion"]) == ([], 0, "apples")
    assert "nothing matches aples\n" in filled("list", "aples", "--count", "year").err
    for verb in ("list", "search"):  # fewer words do not help a condition
        assert filled(verb, "tag:none").err == "papernotes: nothing matches tag:none\n"


def test_how_a_query_was_taken_is_said(filled: Shell) -> None:
    ended = filled("search", '"sweet apples')
    assert ended.out.startswith("doe2020\t")
    assert "the quote at column 1 is never closed" in ended.err
    (notice,) = filled("search", "--json", '"sweet apples').data["notices"]
    assert notice in ended.err


def test_pdf_where_there_is_none_is_explained(filled: Shell) -> None:
    ended = filled("search", "pdf:qqzzxx")
    assert (ended.status, ended.out) == (0, "")
    assert "pdf: finds nothing before there are PDFs; fetch some with: papernotes pdf" in ended.err
    assert "fewer words" not in ended.err
    (notice,) = filled("search", "--json", "pdf:plums OR apples").data["notices"]
    assert notice.startswith("pdf: finds nothing")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "give words to look for"),
        ([" "], "give words to look for"),
        (["a", "--refs", "--json"], "--refs and --json do not go together"),
        (["a", "--open", "1", "--edit", "1"], "--open and --edit do not go together"),
        (["a", "--open", "0"], "--open"),
        (["a", "--context", "-1"], "--context"),
    ],
)
def test_what_cannot_be_asked_is_2(filled: Shell, args: list[str], said: str) -> None:
    ended = filled("search", *args)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


# --- what is shown ---------------------------------------------------------------------------


def test_a_terminal_numbers_hits_and_shows_where_they_matched(filled: Shell) -> None:
    shown = on_terminal(filled, "search", "plums", NO_COLOR="1")
    assert shown == "1  pie  Plum pie  note\n     note:9  Wash the plums.  › Filling\n"
    colored = on_terminal(filled, "search", "plums")
    assert "\x1b[31m\x1b[1mplums\x1b[0m" in colored
    assert colored.startswith("\x1b[2m1\x1b[0m  \x1b[1mpie\x1b[0m")


def test_context_shows_the_sentences_around(filled: Shell) -> None:
    shown = on_terminal(filled, "search", "knife", "-C", "1", "--no-color", COLUMNS="100")
    (line,) = shown.splitlines()[1:]
    assert line.split("  ")[-2:] == [
        "Wash the plums. Stone them with a knife. Sugar draws the juice out.",
        "› Filling",
    ]
    ended = filled("search", "knife", "--context", "1")
    assert ended.out.split("\t")[-1] == f"{line.split('  ')[-2]}\n"
    (fragment,) = filled("search", "knife", "-C1", "--json").data["hits"][0]["fragments"]
    assert fragment["text"] == "Stone them with a knife."
    assert (fragment["before"], fragment["after"]) == (
        "Wash the plums.",
        "Sugar draws the juice out.",
    )
    (fragment,) = filled("search", "knife", "--json").data["hits"][0]["fragments"]
    assert (fragment["before"], fragment["after"]) == ("", "")


def test_a_narrow_terminal_shows_wide_letters_that_fit(filled: Shell) -> None:
    shown = on_terminal(filled, "search", "梅酒", "--no-color", COLUMNS="40")
    assert "梅酒" in shown
    wide = [len(line) + len(re.findall("[^\x00-\x7f…›]", line)) for line in shown.splitlines()]
    assert max(wide) <= 40


def test_a_pipe_gets_a_record_a_line_uncut_and_may_close(filled: Shell) -> None:
    ended = filled("search", "梅酒")
    (line,) = ended.out.splitlines()
    assert line.split("\t")[0] == "梅"
    assert "\x1b" not in line
    script = f"{sys.executable} -m papernotes search apples | head -1"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=filled.folder,
        env=filled.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("doe2020\t")
    assert done.stderr == ""


def test_a_record_ends_with_the_first_place_that_is_not_the_title(filled: Shell) -> None:
    records = [line.split("\t") for line in filled("search", "apples").out.splitlines()]
    assert [(fields[0], fields[-1]) for fields in records] == [
        ("doe2020", "Sweet apples."),
        ("roe2021", "On Pears and Apples"),
    ]


def test_a_ref_for_a_pipe_is_one_line_and_found_again(filled: Shell) -> None:
    for name in ("two\nlines", "a\tb", "red\x1b[31m", "two  spaces", "hard\xa0space"):
        (filled.folder / f"notes/{name}.md").write_text("# Quinces\n")
    told = ["a b", "hard\xa0space", "red\\x1b[31m", "two  spaces", "two lines"]
    assert sorted(filled("search", "--refs", "quinces").out.splitlines()) == told
    listed = filled("list", "quinces").out.splitlines()
    assert sorted(line.split("\t")[0] for line in listed) == told
    tagged = piped(filled, ("search", "--refs", "quinces", "-lines", "-red", "-b"), "tag", "-")
    assert (tagged.status, len(tagged.out.splitlines())) == (0, 2)


def test_a_list_fits_a_narrow_terminal(filled: Shell) -> None:
    (filled.folder / "notes/a-name-as-long-as-this.md").write_text(f"# {'Apricots ' * 9}\n")
    filled("status", "roe2021", "reading")
    for columns in (40, 60):
        shown = on_terminal(filled, "list", "--no-color", COLUMNS=str(columns)).splitlines()
        assert max(len(line) for line in shown if "梅" not in line) <= columns


def test_a_minus_before_a_word_is_no_option(filled: Shell) -> None:
    assert filled("search", "apples", "-pears", "-n5", "-q").out.startswith("doe2020\t")
    assert len(filled("search", "--refs", "apples", "-title:pears").out.splitlines()) == 1
    assert len(filled("list", "-apples").out.splitlines()) == 2
    assert filled("bib", "-pears").out.count("@") == 1
    assert filled("next", "-pears").out.startswith("doe2020\t")
    assert "No such option" in filled("search", "apples", "--pears").err


# --- what follows ----------------------------------------------------------------------------


def test_refs_are_all_exact_and_go_into_other_verbs(filled: Shell) -> None:
    assert filled("search", "--refs", "apples").out == "doe2020\nroe2021\n"
    assert filled("search", "--refs", "apples", "-n1").out == "doe2020\n"
    ended = filled("search", "--refs", "aples")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing matches aples" in ended.err
    assert filled("search", "--refs", '"never closed').status == 2
    both = ("search", "--refs", "apples")
    assert piped(filled, both, "status", "-", "reading", "-q").out.count("\treading\t") == 2
    assert piped(filled, both, "tag", "-", "+fruit").out == "doe2020\tfruit\nroe2021\tfruit\n"
    assert piped(filled, both, "bib", "--key", "-").out.count("@") == 2
    assert piped(filled, (*both, "-n1"), "update", "-", "--dry-run").err.count("doe2020") == 1
    assert piped(filled, (*both, "-n1"), "pdf", "-", "--dry-run").out.startswith("pdf/doe2020")
    posts = filled.folder.parent / "blog/_posts"
    posts.mkdir(parents=True)
    assert "2 new" in piped(filled, both, "export", str(posts), "-").out
    filled.environ["EDITOR"] = "echo"
    assert piped(filled, both, "edit", "-").out.count(".md") == 2
    assert piped(filled, both, "remove", "-", "--note", "--dry-run").out == "doe2020\nroe2021\n"


def test_a_hit_is_opened_by_its_number(filled: Shell) -> None:
    filled.environ["PAPERNOTES_OPENER"] = "true"
    assert filled("search", "apples", "--open", "1").out == "https://arxiv.org/abs/2001.00001\n"
    ended = filled("search", "aples", "--open", "1")
    assert ended.out == "https://arxiv.org/abs/2001.00001\n"
    assert "showing what matches: apples" in ended.err
    ended = filled("search", "apples", "--open", "3")
    assert (ended.status, ended.out) == (3, "")
    assert "no hit has the number 3; there are 2 hits" in ended.err
    ended = filled("search", "qqzzxx", "--open", "1")
    assert ended.status == 3
    assert "nothing matches qqzzxx" in ended.err
    assert filled("search", "plums", "--open", "1").status == 2


def test_a_hit_is_edited_where_it_matched(filled: Shell) -> None:
    for name in ("vim", "plain"):
        program = filled.folder.parent / name
        program.write_text('#!/bin/sh\necho "$@"\n')
        program.chmod(0o755)
    filled.environ["EDITOR"] = str(filled.folder.parent / "vim")
    path = filled.folder / "notes/pie.md"
    assert filled("search", "butter", "--edit", "1").out == f"+13 {path}\n"
    filled.environ["EDITOR"] = str(filled.folder.parent / "plain")
    assert filled("search", "butter", "--edit", "1").out == f"{path}\n"
    assert filled("search", "pears", "--edit", "1").out.endswith("notes/roe2021.md\n")


# --- the same language elsewhere -------------------------------------------------------------


def test_status_and_tag_take_a_query(filled: Shell) -> None:
    planned = filled("status", "--query", "apples year:..2020", "read", "--dry-run")
    assert planned.out == "doe2020\tread\t\tnormal\n"
    assert "would change notes/doe2020.md" in planned.err
    assert filled("list", "status:read").out == ""
    assert filled("status", "--query", "apples", "read").out.count("\tread\t") == 2
    ended = filled("tag", "--query", "-tag:baking", "+fruit", "-tart")
    assert ended.out.count("fruit") == 3
    assert "3 changed" in ended.err
    assert filled("tag", "--query", "tag:fruit", "--json").data["results"][0]["tags"] == ["fruit"]


def test_a_query_for_a_change_is_taken_as_it_stands(filled: Shell) -> None:
    for ended in (
        filled("tag", "--query", "aples", "+x"),
        filled("status", "--query", "aples", "read"),
        filled("pdf", "--query", "is:note"),
        filled("update", "--query", "roe2021"),
    ):
        assert (ended.status, ended.out) == (3, "")
        assert "nothing matches" in ended.err
    for args in (
        ("tag", "--query", "", "+x"),
        ("tag", "pie", "--query", "pie", "+x"),
        ("status", "--query", "(", "read"),
        ("update", "--all", "--query", "pie"),
    ):
        assert filled(*args).status == 2
    assert filled("list", "tag:x OR status:read").out == ""


def test_related_pdf_and_update_are_narrowed_by_a_query(filled: Shell) -> None:
    (filled.folder / "notes/both.md").write_text("Read [@doe2020] with [@roe2021].\n")
    found = filled("related", "doe2020").out
    assert {line.split("\t")[0] for line in found.splitlines()} == {"both", "roe2021"}
    narrowed = filled("related", "doe2020", "--query", "is:paper", "-n1").out
    assert narrowed.split("\t")[0] == "roe2021"
    ended = filled("related", "doe2020", "--query", "tag:none")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing that matches has anything in common" in ended.err
    assert filled("related", "doe2020", "--query", "autor:x").status == 2
    ended = filled("pdf", "--query", "apples", "--dry-run")
    assert ended.out.startswith("pdf/doe2020")
    assert "roe2021" not in ended.out + ended.err

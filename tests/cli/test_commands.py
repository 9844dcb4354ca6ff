"""The verbs as a person meets them: text, JSON, statuses, and what goes to which stream."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.factories import entry

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library with a paper and two notes."""
    (library.folder / "bib/mine.bib").write_text(
        entry("doe2020", "On Apples", author="Doe, Jane and Roe, Richard", year="2020")
    )
    (library.folder / "notes/doe2020.md").write_text(
        "---\ntitle: On Apples\npaper: doe2020\ntags: [fruit]\ncreated: 2026-11-01\n---\n\n"
        "## Taste\n\nThey taste of summer.\n"
    )
    (library.folder / "notes/pie.md").write_text(
        "---\ntitle: Pie\nkind: experiment\ncreated: 2026-11-02\npublish: true\n---\n\n"
        "Baked after [@doe2020, p. 3]. It was **good**.\n"
    )
    return library


def test_init_adopts_a_folder_full_of_notes(shell: Shell) -> None:
    (shell.folder / "notes").mkdir()
    (shell.folder / "notes/old.md").write_text("# Old\n")
    (shell.folder / ".gitignore").write_text("*.log")
    ended = shell("init")
    assert ended.status == 0
    assert "1 notes" in ended.err
    assert (shell.folder / "notes/old.md").read_text() == "# Old\n"
    assert (shell.folder / ".gitignore").read_text() == "*.log\n/index/\n/pdf/\n/.trash/\n"
    again = shell("init")
    assert again.status == 0
    assert "library already" in again.err


def test_list_in_a_pipe_is_one_record_a_line_newest_first(filled: Shell) -> None:
    ended = filled("list")
    assert ended.err == ""
    assert ended.out == "pie\t\t\tPie\ndoe2020\t2020\tJane Doe, Richard Roe\tOn Apples\n"


def test_list_takes_a_query_an_order_and_a_limit(filled: Shell) -> None:
    assert filled("list", "tag:fruit").out.startswith("doe2020\t")
    assert filled("list", "--sort", "title").out.split("\t")[0] == "doe2020"
    ended = filled("list", "-n", "1")
    assert len(ended.out.splitlines()) == 1
    assert "1 of 2" in ended.err


def test_search_shows_what_matched(filled: Shell) -> None:
    ended = filled("search", "summer")
    assert ended.out.strip().split("\t") == [
        "doe2020",
        "2020",
        "Jane Doe, Richard Roe",
        "On Apples",
        "They taste of summer.",
    ]


def test_search_as_json_is_the_contract(filled: Shell) -> None:
    ended = filled("search", "--json", "summer")
    found = json.loads(ended.out)
    assert set(found) == {"version", "command", "data", "problems"}
    assert (found["version"], found["command"], found["data"]["total"]) == (1, "search", 1)
    (hit,) = found["data"]["hits"]
    assert set(hit) == {
        *("ref", "kind", "title", "authors", "year", "arxiv", "score", "path", "fragments"),
        *("version", "latest", "is_withdrawn", "status", "rating", "reasons", "by"),
    }
    (fragment,) = hit["fragments"]
    assert (fragment["field"], fragment["line"], fragment["heading"]) == ("note", 10, "Taste")
    ((start, end),) = fragment["marks"]
    assert fragment["text"][start:end] == "summer"


def test_a_bad_query_is_2_with_the_column(filled: Shell) -> None:
    ended = filled("search", "apples autor:doe")
    assert (ended.status, ended.out) == (2, "")
    assert "column 8" in ended.err
    assert "author:" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_show_has_the_paper_its_note_and_who_says_something(filled: Shell) -> None:
    ended = filled("show", "doe2020")
    assert ended.status == 0
    for text in ("On Apples", "Jane Doe, Richard Roe", "They taste of summer.", "notes/pie.md:8"):
        assert text in ended.out
    data = filled("show", "--json", "doe20").data
    assert data["paper"]["authors"][0]["family"] == "Doe"
    assert data["backlinks"][0]["ref"] == "pie"
    assert data["note"]["meta"]["tags"] == ["fruit"]


def test_show_tells_what_a_note_is_about_and_which_others_there_are(filled: Shell) -> None:
    assert filled("new", "Second thoughts", "--paper", "doe2020").status == 0
    assert "about       doe2020" in filled("show", "second-thoughts").out
    assert "more notes  second-thoughts" in filled("show", "doe2020").out
    data = filled("show", "--json", "second-thoughts").data
    assert (data["kind"], data["paper"]["citekey"]) == ("note", "doe2020")
    assert data["other_notes"] == ["doe2020"]


def test_notes_without_a_latin_letter_get_names_of_their_own(library: Shell) -> None:
    first, second = library("new", "日本語のノート"), library("new", "Другая заметка")
    assert (first.status, second.status) == (0, 0)
    assert second.out == f"{first.out.strip()}-2\n"


def test_a_note_that_opens_with_a_heading_is_called_so(library: Shell) -> None:
    (library.folder / "notes/x.md").write_text("\n## [Deep Nets](https://e.org)\n\ntext\n")
    (library.folder / "notes/y.md").write_text("text\n\n## Part\n")
    assert library("list", "--sort", "title").out.split("\n")[:2] == [
        "x\t\t\tDeep Nets",
        "y\t\t\ty",
    ]


def test_equal_entries_in_two_files_are_no_problem(filled: Shell) -> None:
    text = (filled.folder / "bib/mine.bib").read_text()
    (filled.folder / "bib/zotero.bib").write_text(text)
    assert filled("sync").status == 0
    (filled.folder / "bib/zotero.bib").write_text(text.replace("Apples", "Pears"))
    ended = filled("sync")
    assert ended.status == 1
    assert "bib/zotero.bib:1: doe2020 stands in bib/mine.bib already" in ended.err


def test_several_matches_are_a_choice_on_a_terminal(filled: Shell) -> None:
    (filled.folder / "notes/pies.md").write_text("# Pies and apples\n")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", "show", "pi"],
        cwd=filled.folder,
        env=filled.environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        os.write(ours, b"2\n")
        shown = b""
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
    os.close(ours)
    assert b"  1  pie   Pie\r\n  2  pies  Pies and apples\r\n" in shown
    assert b"Pies and apples" in shown


def test_show_of_nothing_is_3_and_of_several_names_them(filled: Shell) -> None:
    ended = filled("show", "nothing-like-it")
    assert (ended.status, ended.out) == (3, "")
    (filled.folder / "notes/pies.md").write_text("# Pies and apples\n")
    ended = filled("show", "pi")
    assert (ended.status, ended.out) == (3, "")
    assert "pie, pies" in ended.err


def test_new_starts_a_note_and_prints_its_name(library: Shell) -> None:
    ended = library("new", "What I", "learned: a «list»", "--kind", "resources", "-t", "x")
    assert (ended.status, ended.out) == (0, "what-i-learned-a-list\n")
    text = (library.folder / "notes/what-i-learned-a-list.md").read_text("utf-8")
    assert "kind: resources" in text
    assert library("show", "what-i-learned").status == 0
    again = library("new", "What I learned: a list")
    assert again.status == 4
    assert "papernotes edit what-i-learned-a-list" in again.err
    assert (library.folder / "notes/what-i-learned-a-list.md").read_text("utf-8") == text


def test_a_dry_run_of_init_and_new_writes_nothing(shell: Shell) -> None:
    ended = shell("init", "lib", "--dry-run")
    assert ended.status == 0
    assert "papernotes.toml" in ended.err
    assert not (shell.folder / "lib").exists()
    shell("init", ".")
    ended = shell("new", "An idea", "--dry-run")
    assert (ended.status, ended.out) == (0, "an-idea\n")
    assert not (shell.folder / "notes/an-idea.md").exists()


def test_new_about_a_paper_is_linked_to_it(filled: Shell) -> None:
    assert filled("new", "Second thoughts", "--paper", "doe2020").status == 0
    assert "paper: doe2020" in (filled.folder / "notes/second-thoughts.md").read_text()
    assert filled("new", "Third", "--paper", "nobody1900").status == 3
    assert filled("new", " ").status == 2


def test_edit_opens_the_file_itself_and_takes_in_what_changed(filled: Shell) -> None:
    filled.environ["VISUAL"] = (
        f"{sys.executable} -c \"import sys; open(sys.argv[1], 'a').write('plums')\""
    )
    assert filled("edit", "pie").status == 0
    assert filled("search", "plums").out.startswith("pie\t")
    filled.environ["VISUAL"] = "no-such-editor-here"
    ended = filled("edit", "pie")
    assert ended.status == 1
    assert "$EDITOR" in ended.err


def test_sync_names_every_problem_and_ends_with_1(filled: Shell) -> None:
    assert filled("sync").status == 0
    (filled.folder / "notes/bad.md").write_text("---\ntitle: x\n")
    (filled.folder / "bib/bad.bib").write_text("@misc{a, title = {never closed\n")
    ended = filled("sync")
    assert ended.status == 1
    assert "notes/bad.md:1: " in ended.err
    assert "bib/bad.bib:1: " in ended.err
    assert filled("sync").status == 1
    listed = filled("list")
    assert listed.status == 0
    assert "2 problems in your files" in listed.err
    assert filled("-q", "list").err == ""
    problems = json.loads(filled("list", "--json").out)["problems"]
    assert {problem["path"] for problem in problems} == {"notes/bad.md", "bib/bad.bib"}


def test_export_writes_posts_and_says_so_again_that_nothing_changed(filled: Shell) -> None:
    ended = filled("export", "blog/_posts", "--to", "fastpages")
    assert ended.status == 0
    post = filled.folder / "blog/_posts/2026-11-02-pie.md"
    text = post.read_text("utf-8")
    assert "## References" in text
    before = post.stat()
    again = filled("export", "blog/_posts")
    assert "1 unchanged" in again.out
    assert post.stat() == before
    (filled.folder / "notes/pie.md").write_text("# Pie\n")
    gone = filled("export", "--json", "blog/_posts")
    assert [file["outcome"] for file in gone.data["files"]] == ["removed"]
    assert not post.exists()


def test_export_never_touches_what_it_did_not_write(filled: Shell) -> None:
    post = filled.folder / "blog/_posts/2026-11-02-pie.md"
    post.parent.mkdir(parents=True)
    post.write_text("mine\n")
    ended = filled("export", "blog/_posts")
    assert ended.status == 4
    assert "2026-11-02-pie.md" in ended.err
    assert post.read_text() == "mine\n"


def test_export_by_name_takes_unmarked_notes_but_never_private_ones(filled: Shell) -> None:
    assert filled("export", "blog/_posts", "doe2020", "--dry-run").out.count("+ ") == 1
    assert not (filled.folder / "blog").exists()
    (filled.folder / "notes/secret.md").write_text("---\nprivate: true\n---\n# Secret\n")
    ended = filled("export", "blog/_posts", "secret")
    assert ended.status == 2
    assert "private" in ended.err


def test_config_tells_values_and_origins(library: Shell) -> None:
    ended = library("config", "--json")
    assert ended.data["arxiv.delay_seconds"]["origin"] == "PAPERNOTES_ARXIV_DELAY_SECONDS"
    assert "arxiv.api_url = " in library("config").out
    (library.folder / "papernotes.toml").write_text("[exprot]\nauthor = 'x'\n")
    ended = library("list")
    assert ended.status == 2
    assert "did you mean export.author?" in ended.err


def test_the_demo_runs_the_whole_loop_without_arxiv(shell: Shell) -> None:
    shell.environ["PAPERNOTES_ARXIV_API_URL"] = "http://127.0.0.1:9/nobody"
    ended = shell("demo", "tour")
    assert ended.status == 0, ended.err
    assert len(list((shell.folder / "tour/bib").iterdir())) == 7
    assert len(list((shell.folder / "tour/blog/_posts").iterdir())) == 2
    assert "vaswani2017attention" in ended.out
    again = shell("demo", "tour")
    assert again.status == 4


def test_nothing_foreign_commands_the_terminal(library: Shell) -> None:
    hostile = "a\x1b]0;pwned\x07 \x9b2J \u202egnp.exe"
    (library.folder / "bib/x.bib").write_text(
        entry("evil2020", hostile, author="Doe\x1b[31m, J."), encoding="utf-8"
    )
    note = f'---\ntitle: "t\\e[2J"\n---\n{hostile}\n'
    (library.folder / "notes/x.md").write_text(note, encoding="utf-8")
    for args in (
        ("list",),
        ("show", "evil2020"),
        ("show", "x"),
        ("search", "gnp"),
        ("list", "--json"),
        ("show", "--json", "x"),
        ("sync",),
    ):
        ended = library(*args)
        for text in (ended.out, ended.err):
            assert not any(c in text for c in "\x1b\x07\x9b\u202e"), args


def test_a_closed_pipe_is_no_error_message(filled: Shell) -> None:
    process = filled.start("list", "-n", "0")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(30) in {0, 141}


@pytest.mark.fault(62)
def test_a_full_disk_behind_stdout_is_said(filled: Shell) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "papernotes", "list"],
            cwd=filled.folder,
            env=filled.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_usage_error_is_one_line_and_2(library: Shell) -> None:
    for args in (("lst",), ("list", "--frobnicate"), ("list", "--sort", "size"), ("add",)):
        ended = library(*args)
        assert ended.status == 2
        assert len(ended.err.splitlines()) == 1
    assert "did you mean list?" in library("lst").err


def test_on_a_terminal_columns_fit_and_matches_are_marked(filled: Shell) -> None:
    ours, theirs = pty.openpty()
    environ = {**filled.environ, "COLUMNS": "60", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "papernotes", "search", "summer"],
        cwd=filled.folder,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:
        pass
    finally:
        os.close(ours)
        process.wait(30)
    text = shown.decode()
    assert "\x1b[31m\x1b[1msummer\x1b[0m" in text
    assert "Doe & Roe 2020" in text

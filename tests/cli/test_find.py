"""Searching arXiv from the shell: lists, records, JSON, picking, and what is there already."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from papernotes.cli.find_cmd import picked
from papernotes.cli.text import width
from papernotes.demo.records import Record
from papernotes.demo.standin import StandIn
from papernotes.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cli.conftest import Shell

ATTENTION, ADAM, VAE = "vaswani2017attention", "kingma2014adam", "kingma2013auto"
ADAM_TITLE = "Adam: A Method for Stochastic Optimization"
VAE_TITLE = "Auto-Encoding Variational Bayes"
PROMPT = "add which? (1,3-5; Enter for none)"


@dataclass(frozen=True)
class Seen:
    """What a terminal showed, without colours, and how the command ended."""

    status: int
    text: str


def on_terminal(
    shell: Shell,
    *args: str,
    says: Sequence[bytes | int] = (),
    out: int | None = None,
    **environ: str,
) -> Seen:
    """Run a command on a terminal; each time it asks, type or signal the next of ``says``."""
    ours, theirs = pty.openpty()
    answers, shown = list(says), b""
    with subprocess.Popen(
        [sys.executable, "-m", "papernotes", *args],
        cwd=shell.folder,
        env={**shell.environ, "COLUMNS": "80", "TERM": "dumb", **environ},
        stdin=theirs,
        stdout=theirs if out is None else out,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        asked = 0
        answer: bytes | int | None = None
        with contextlib.suppress(OSError):
            while True:
                if not select.select([ours], [], [], 1.0)[0]:
                    if isinstance(answer, int):  # it came between the prompt and the reading
                        process.send_signal(answer)
                    continue
                if not (piece := os.read(ours, 4096)):
                    break
                shown += piece
                if shown.count(PROMPT.encode()) > asked and answers:
                    asked += 1
                    answer = answers.pop(0)
                    if isinstance(answer, int):
                        process.send_signal(answer)
                    else:
                        os.write(ours, answer)
        process.wait(30)
    os.close(ours)
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")
    assert "Traceback" not in text, text
    return Seen(process.returncode, text)


def keys(shell: Shell) -> set[str]:
    return {path.stem for path in (shell.folder / "bib").glob("*.bib")}


# --- in a pipe -------------------------------------------------------------------------------


def test_a_pipe_gets_one_record_a_line_and_what_is_known_has_its_key(library: Shell) -> None:
    library("add", "1412.6980")
    ended = library("find", "au:kingma")
    assert ended.status == 0
    assert [line.split("\t") for line in ended.out.splitlines()] == [
        ["1412.6980v9", ADAM, "2014-12-22", "Diederik P. Kingma, Jimmy Ba", ADAM_TITLE],
        ["1312.6114v11", "", "2013-12-20", "Diederik P Kingma, Max Welling", VAE_TITLE],
    ]
    assert ended.err == ""
    assert keys(library) == {ADAM}


def test_options_become_part_of_the_question(library: Shell, stand_in: StandIn) -> None:
    ended = library(
        *("find", "learning", "OR", "ti:language", "--cat", "CS.cl", "--cat", "cs.CV"),
        *("--since", "2020", "-n", "3", "-v"),
    )
    assert ended.status == 0
    (asked,) = stand_in.requests
    assert re.fullmatch(
        r"\(all:learning OR ti:language\) AND \(cat:cs\.CL OR cat:cs\.CV\)"
        r" AND submittedDate:\[202001010000 TO 20\d{6}2359\]",
        asked.params["search_query"],
    )
    assert (asked.params["max_results"], asked.params["sortBy"]) == ("3", "relevance")
    assert f"asked arXiv for: {asked.params['search_query']}" in ended.err
    assert {line.partition("v")[0] for line in ended.out.splitlines()} == {
        *("2005.14165", "2103.00020", "2106.09685"),
    }


def test_the_newest_of_categories(library: Shell, stand_in: StandIn) -> None:
    ended = library("find", "--new", "cs.LG", "--new", "cs.CV", "-n", "2")
    assert [line.partition("v")[0] for line in ended.out.splitlines()] == [
        "2106.09685",
        "2103.00020",
    ]
    assert "2 of 12; -n shows more" in ended.err
    assert stand_in.requests[0].params["sortBy"] == "submittedDate"
    narrowed = library("find", "--new", "cs.LG", "adam", "--sort", "relevance")
    assert narrowed.out.startswith("1412.6980v9\t")
    assert stand_in.requests[1].params["search_query"] == "all:adam AND cat:cs.LG"
    assert stand_in.requests[1].params["sortBy"] == "relevance"


def test_ids_are_asked_for_as_ids(library: Shell, stand_in: StandIn) -> None:
    ended = library("find", "https://arxiv.org/abs/1706.03762v1", "arXiv:1412.6980", "2401.99999")
    assert [line.partition("\t")[0] for line in ended.out.splitlines()] == [
        "1706.03762v1",
        "1412.6980v9",
    ]
    assert stand_in.requests[0].params["id_list"] == (
        "1706.03762v1,1412.6980,2401.99999,1706.03762"
    )
    assert stand_in.requests[0].params["search_query"] == ""


def test_nothing_found_is_said_and_no_failure(library: Shell) -> None:
    ended = library("find", "nothingofthekind")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == "papernotes: arXiv finds nothing for that\n"
    assert "asked arXiv for: all:nothingofthekind" in library("find", "nothingofthekind", "-v").err
    assert library("find", "2401.99999").status == 0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "there is nothing to search for; give words"),
        (['au:"hinton'], "column 4 of the query: this quote is never closed"),
        (["auhtor:x"], "did you mean author:?"),
        (["x", "--cat", "machine learning"], "did you mean cs.LG, stat.ML?"),
        (["x", "--since", "soon"], "no date to begin at"),
        (["x", "-n", "0"], "1<=x<=1000"),
        (["x", "-n", "1001"], "1<=x<=1000"),
        (["x", "--add", "1-"], "'1-' picks nothing"),
        (["x", "--add", "21"], "21 cannot be picked; the results are 1 to 20"),
        (["x", "--dry-run"], "--dry-run needs --add"),
    ],
)
def test_a_wrong_request_is_2_and_asks_nobody(
    library: Shell, stand_in: StandIn, args: list[str], says: str
) -> None:
    ended = library("find", *args)
    assert (ended.status, ended.out) == (2, "")
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not stand_in.requests


def test_the_network_is_5_and_json_leaves_output_empty(library: Shell, stand_in: StandIn) -> None:
    stand_in.play_forever("status:403")
    ended = library("find", "adam", "--json")
    assert (ended.status, ended.out) == (5, "")
    assert "access is denied" in ended.err


def test_json_is_the_contract(library: Shell) -> None:
    library("add", "1412.6980")
    ended = library("find", "au:kingma", "-n", "1", "--json")
    assert ended.status == 0
    data = ended.data
    assert set(data) == {"hits", "total", "query", "missing"}
    assert (data["total"], data["query"]) == (2, "au:kingma")
    (hit,) = data["hits"]
    abstract = hit.pop("abstract")
    assert abstract.startswith("Adam keeps a running mean")
    assert hit == {
        "number": 1,
        "ref": ADAM,
        "title": ADAM_TITLE,
        "authors": ["Diederik P. Kingma", "Jimmy Ba"],
        "year": 2014,
        "arxiv": "1412.6980",
        "version": 9,
        "categories": ["cs.LG"],
        "published": "2014-12-22T13:54:29+00:00",
        "updated": "2017-01-30T01:27:54+00:00",
        "doi": None,
        "journal_ref": None,
        "comment": "Published as a conference paper at the 3rd International Conference for "
        "Learning Representations, San Diego, 2015",
        "is_withdrawn": False,
    }


# --- adding ----------------------------------------------------------------------------------


def test_results_are_added_without_asking_again(library: Shell, stand_in: StandIn) -> None:
    library("add", "1412.6980")
    ended = library("find", "au:kingma", "--add", "all", "-t", "vae", "--status", "reading")
    assert (ended.status, ended.out) == (0, f"{VAE}\n")
    assert f"already have 1412.6980 as {ADAM}" in ended.err
    assert keys(library) == {ADAM, VAE}
    note = (library.folder / "notes/kingma2013auto.md").read_text("utf-8")
    assert "tags: [vae]" in note
    assert "status: reading" in note
    assert len(stand_in.requests) == 2
    assert library("find", "au:kingma", "--add", "2,1").out == ""


def test_json_tells_what_was_added(library: Shell) -> None:
    ended = library("find", "au:kingma", "--add", "2", "--json")
    assert ended.status == 0
    assert set(ended.data) == {"hits", "total", "query", "missing", "results", "dry_run"}
    (result,) = ended.data["results"]
    assert (result["outcome"], result["citekey"]) == ("added", VAE)
    assert ended.data["dry_run"] is False
    assert len(ended.data["hits"]) == 2


def test_a_dry_run_writes_nothing(library: Shell) -> None:
    ended = library("find", "au:kingma", "--add", "1", "--dry-run")
    assert (ended.status, ended.out) == (0, f"{ADAM}\n")
    assert "would write bib/kingma2014adam.bib" in ended.err
    assert keys(library) == set()


def test_a_number_that_is_no_result_adds_nothing(library: Shell) -> None:
    ended = library("find", "au:kingma", "--add", "1,3")
    assert (ended.status, ended.out) == (2, "")
    assert "3 cannot be picked; the results are 1 to 2" in ended.err
    assert library("find", "nothingofthekind", "--add", "1").status == 2
    assert library("find", "nothingofthekind", "--add", "all").status == 0
    assert keys(library) == set()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ()),
        (" , ", ()),
        ("3", (3,)),
        ("1,3-5", (1, 3, 4, 5)),
        (" 5 , 1 1-2 ", (5, 1, 2)),
        ("ALL", (1, 2, 3, 4, 5)),
    ],
)
def test_what_is_picked(text: str, numbers: tuple[int, ...]) -> None:
    assert picked(text, 5) == numbers


@pytest.mark.parametrize(
    "text", ["0", "6", "5-3", "1-6", "1-999999999", "x", "1-", "-1", "1;2", "1.5", "all,1", "²"]
)
def test_what_picks_nothing(text: str) -> None:
    with pytest.raises(UsageError):
        picked(text, 5)
    assert picked("all", 0) == ()


# --- on a terminal ---------------------------------------------------------------------------


def test_a_terminal_shows_two_lines_a_result_that_fit(library: Shell) -> None:
    library("add", "1706.03762")
    seen = on_terminal(library, "find", "cat:cs.LG", "-n", "11", says=[b"\n"], COLUMNS="60")
    lines = seen.text.partition(PROMPT)[0].splitlines()
    assert lines[:4] == [
        " 1  Attention Is All You Need",
        f"    1706.03762v7 · 2017-06-12  ✓ {ATTENTION}",
        " 2  Adam: A Method for Stochastic Optimization",
        "    Kingma & Ba · 1412.6980v9 · cs.LG · 2014-12-22",
    ]
    assert len(lines) == 22
    assert lines[20].startswith("11  ")
    assert max(map(width, lines)) == 60
    assert seen.status == 0
    assert keys(library) == {ATTENTION}


def test_a_terminal_without_the_letters_gets_others(library: Shell) -> None:
    library("add", "1412.6980")
    seen = on_terminal(library, "find", "ti:adam", says=[b"\n"], PYTHONIOENCODING="ascii")
    assert f"Kingma & Ba | 1412.6980v9 | cs.LG | 2014-12-22  * {ADAM}\n" in seen.text
    assert "\\u" not in seen.text


def test_what_is_picked_at_the_terminal_is_added(library: Shell, stand_in: StandIn) -> None:
    seen = on_terminal(library, "find", "au:kingma", "-t", "x", says=[b"2\n"])
    assert seen.status == 0
    assert f"\n{VAE}\n" in seen.text
    assert keys(library) == {VAE}
    assert len(stand_in.requests) == 1


def test_it_asks_again_until_it_understands(library: Shell) -> None:
    says = [b"two\n", b"7\n", b"1-2\n"]
    seen = on_terminal(library, "find", "au:kingma", says=says)
    assert seen.status == 0
    assert "'two' picks nothing; write 1,3-5 or all" in seen.text
    assert "7 cannot be picked; the results are 1 to 2" in seen.text
    assert seen.text.count(PROMPT) == 3
    assert keys(library) == {ADAM, VAE}


@pytest.mark.parametrize(
    ("answer", "status"),
    [(b"\n", 0), (b"\x04", 0), (signal.SIGINT, 130)],
    ids=["Enter", "D", "C"],
)
def test_no_answer_is_a_clean_end(library: Shell, answer: bytes | int, status: int) -> None:
    seen = on_terminal(library, "find", "au:kingma", says=[answer])
    assert seen.status == status
    assert PROMPT in seen.text
    assert keys(library) == set()


def test_nobody_is_asked_where_nobody_can_answer(library: Shell) -> None:
    read, write = os.pipe()
    seen = on_terminal(library, "find", "au:kingma", out=write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read().startswith(b"1412.6980v9\t")
    assert (seen.status, seen.text) == (0, "")
    for args in (["--json"], ["--add", "1", "--dry-run"]):
        assert PROMPT not in on_terminal(library, "find", "au:kingma", *args).text
    assert PROMPT not in on_terminal(library, "find", "nothingofthekind").text


# --- text of strangers -----------------------------------------------------------------------

HOSTILE = Record(
    id="2401.10001",
    version=1,
    title="Evil \u202e paper \u009b31m of\tmany\nlines 日本 " + "long " * 30,
    authors=("Ada \u009d0;x\u009c Lovelace", "B\u200b C"),
    categories=("cs.LG",),
    published="2024-01-02T10:00:00Z",
    updated="2024-01-02T10:00:00Z",
    summary="Something \u202e evil.",
    comment="This paper has been withdrawn by the author",
)


def test_text_of_strangers_commands_no_terminal_and_breaks_no_record(library: Shell) -> None:
    other = replace(HOSTILE, id="2401.10002", title="Plain", comment="")
    with StandIn([HOSTILE, other]) as server:
        library.environ["PAPERNOTES_ARXIV_API_URL"] = server.api_url
        ended = library("find", "cat:cs.LG")
        seen = on_terminal(library, "find", "cat:cs.LG", says=[b"\n"])
        as_json = library("find", "cat:cs.LG", "--json")
    assert len(ended.out.splitlines()) == 2
    assert all(line.count("\t") == 4 for line in ended.out.splitlines())
    bad = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e]")
    for text in (ended.out, as_json.out, seen.text):
        assert not bad.search(text)
    assert as_json.data["hits"][0]["title"].startswith("Evil \u202e paper")
    assert as_json.data["hits"][0]["is_withdrawn"] is True
    lines = seen.text.splitlines()
    assert lines[0].startswith("1  Evil \\u202e paper \\x9b31m of many lines 日本 long")
    assert lines[0].endswith("…")
    assert lines[2] == "2  Plain"
    assert "withdrawn" in lines[1]
    assert "withdrawn" not in lines[3]
    assert all(width(line) <= 80 for line in lines[:4])


def test_an_old_version_that_is_added_knows_of_the_newest(library: Shell) -> None:
    assert library("find", "1706.03762v1", "--add", "1").status == 0
    assert "v7 exists" in library("list").out
    assert 'arxiv: "1706.03762v1"' in (library.folder / f"notes/{ATTENTION}.md").read_text("utf-8")

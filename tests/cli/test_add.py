from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from papernotes import bib, notes
from papernotes.demo.answers import Reply, answer

if TYPE_CHECKING:
    from papernotes.demo.standin import StandIn
    from tests.cli.conftest import Shell

KEY = "vaswani2017attention"


def texts(shell: Shell) -> dict[str, bytes]:
    """Return every file of notes/ and bib/ with its bytes."""
    return {
        path.relative_to(shell.folder).as_posix(): path.read_bytes()
        for folder in ("notes", "bib")
        for path in (shell.folder / folder).rglob("*")
        if path.is_file()
    }


def test_add_writes_an_entry_and_a_note_and_prints_the_key(library: Shell) -> None:
    ended = library("add", "1706.03762", "--tag", "transformers")
    assert (ended.status, ended.out) == (0, f"{KEY}\n")
    path = f"bib/{KEY}.bib"
    (paper,), problems = bib.parse((library.folder / path).read_text("utf-8"), path)
    assert problems == ()
    assert (paper.title, paper.arxiv_id, paper.arxiv_version) == (
        "Attention Is All You Need",
        "1706.03762",
        7,
    )
    assert paper.authors[0].name == "Ashish Vaswani"
    note, problems = notes.parse((library.folder / f"notes/{KEY}.md").read_text("utf-8"), "x.md")
    assert problems == ()
    assert (note.paper, str(note.arxiv), note.tags, note.status) == (
        KEY,
        "1706.03762",
        ("transformers",),
        "unread",
    )


def test_many_ids_are_one_request_and_every_spelling_works(
    library: Shell, stand_in: StandIn
) -> None:
    ended = library(
        *("add", "1412.6980v9", "arXiv:1512.03385", "https://arxiv.org/pdf/1810.04805.pdf"),
        "http://arxiv.org/abs/hep-th/9711200v3",
    )
    assert ended.status == 0
    assert ended.out.split() == [
        "kingma2014adam",
        "he2015deep",
        "devlin2018bert",
        "maldacena1997large",
    ]
    assert len(stand_in.requests) == 1


def test_a_known_paper_is_said_to_be_and_nothing_changes(library: Shell, stand_in: StandIn) -> None:
    library("add", "1706.03762")
    before = texts(library)
    ended = library("add", "https://arxiv.org/abs/1706.03762v5")
    assert (ended.status, ended.out) == (0, "")
    assert f"already have https://arxiv.org/abs/1706.03762v5 as {KEY}" in ended.err
    assert texts(library) == before
    assert len(stand_in.requests) == 1


def test_one_paper_asked_for_twice_is_added_once(library: Shell) -> None:
    ended = library("add", "1706.03762", "arXiv:1706.03762v7", "1706.03762")
    assert (ended.status, ended.out) == (0, f"{KEY}\n")
    assert "already have arXiv:1706.03762v7" in ended.err


def test_an_asked_version_is_recorded(library: Shell) -> None:
    assert library("add", "1706.03762v1").status == 0
    assert "arxiv_version = {1}" in (library.folder / f"bib/{KEY}.bib").read_text("utf-8")


@pytest.mark.parametrize("text", ["nonsense", "1706.0376", "1713.00001", "10.1000/xyz", ""])
def test_what_is_no_id_is_refused_with_an_example(
    library: Shell, stand_in: StandIn, text: str
) -> None:
    ended = library("add", text)
    assert (ended.status, ended.out) == (2, "")
    assert "1706.03762" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert stand_in.requests == ()
    assert texts(library) == {}


@pytest.mark.fault(53)
def test_an_unknown_id_is_status_3(library: Shell) -> None:
    ended = library("add", "1706.99999")
    assert (ended.status, ended.out) == (3, "")
    assert "1706.99999" in ended.err
    assert texts(library) == {}


@pytest.mark.fault(52)
def test_of_a_mixed_batch_the_good_ones_are_kept_and_each_bad_one_is_named(
    library: Shell,
) -> None:
    ended = library("add", "1706.03762", "junk", "1706.99999", "1412.6980")
    assert ended.status == 1
    assert ended.out.split() == [KEY, "kingma2014adam"]
    assert "junk" in ended.err
    assert "1706.99999" in ended.err


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("status:429", "pause"),
        ("rate200", "pause"),
        ("status:503,9999", "pause"),
        ("status:403", "403"),
        ("html200", "web page"),
        ("garbage", "not UTF-8"),
        ("empty", "99 papers"),
        ("truncate:0.5", "broke off"),
        ("truncate_noclen:0.5", "cut off"),
        ("reset", "broke off"),
        ("loop", "redirect"),
        ("redirect:file:///etc/passwd", "redirect"),
        ("redirect:http://192.0.2.1/x", "redirect"),
        ("slow:30", "sent nothing for 1 seconds"),
        ("drip:30", "sent nothing for 1 seconds"),
        ("gzipbomb:100", "larger"),
        ("big:50", "larger"),
    ],
)
@pytest.mark.fault(48, 49, 50, 51, 54)
def test_every_fault_of_arxiv_is_status_5_with_nothing_written(
    library: Shell, stand_in: StandIn, fault: str, says: str
) -> None:
    stand_in.play_forever(fault)
    ended = library("add", "1706.03762")
    assert (ended.status, ended.out) == (5, "")
    last = ended.err.splitlines()[-1]
    assert last.startswith("papernotes: ")
    assert "; " in last, "says what to do"
    assert says in last, last
    assert texts(library) == {}
    stand_in.play_forever(None)


def test_one_reason_is_said_once_for_all_it_kept_away(library: Shell, stand_in: StandIn) -> None:
    stand_in.play_forever("html200")
    ended = library("add", "1706.03762", "1412.6980", "1512.03385")
    assert ended.status == 5
    assert len(ended.err.splitlines()) == 1
    assert "1706.03762, 1412.6980, 1512.03385" in ended.err


@pytest.mark.fault(47)
def test_no_network_is_status_5(library: Shell) -> None:
    library.environ["PAPERNOTES_ARXIV_API_URL"] = "http://127.0.0.1:9/api/query"
    ended = library("add", "1706.03762")
    assert ended.status == 5
    assert "127.0.0.1" in ended.err
    assert texts(library) == {}


def test_a_dry_run_fetches_and_writes_nothing(library: Shell) -> None:
    ended = library("add", "--dry-run", "1706.03762")
    assert (ended.status, ended.out) == (0, f"{KEY}\n")
    assert f"would write bib/{KEY}.bib and notes/{KEY}.md" in ended.err
    assert texts(library) == {}


def test_no_note_means_no_note_until_edit_makes_it(library: Shell) -> None:
    library("add", "--no-note", "1706.03762")
    assert set(texts(library)) == {f"bib/{KEY}.bib"}
    library.environ["EDITOR"] = "true"
    assert library("edit", "1706.03762").status == 0
    assert set(texts(library)) == {f"bib/{KEY}.bib", f"notes/{KEY}.md"}


def test_a_file_that_stands_in_the_way_is_never_replaced(library: Shell) -> None:
    (library.folder / f"notes/{KEY}.md").write_text("my own words\n")
    ended = library("add", "1706.03762")
    assert (ended.status, ended.out) == (0, f"{KEY}a\n")
    assert (library.folder / f"notes/{KEY}.md").read_text() == "my own words\n"


def test_a_paper_whose_entry_was_lost_gets_its_key_and_note_back(library: Shell) -> None:
    library("add", "1706.03762")
    note = library.folder / f"notes/{KEY}.md"
    note.write_text(note.read_text("utf-8") + "my own words\n", "utf-8")
    (library.folder / f"bib/{KEY}.bib").unlink()
    ended = library("add", "1706.03762")
    assert (ended.status, ended.out) == (0, f"{KEY}\n")
    assert set(texts(library)) == {f"bib/{KEY}.bib", f"notes/{KEY}.md"}
    assert note.read_text("utf-8").endswith("my own words\n")


def test_ids_come_from_standard_input_too(library: Shell) -> None:
    ended = library("add", "-", stdin="1706.03762\n1412.6980\n")
    assert ended.out.split() == [KEY, "kingma2014adam"]


def test_json_accounts_for_everything_asked(library: Shell) -> None:
    library("add", "1412.6980")
    ended = library("add", "--json", "1706.03762", "junk", "1412.6980", "1706.99999")
    outcomes = [(each["asked"], each["outcome"]) for each in ended.data["results"]]
    assert outcomes == [
        ("1706.03762", "added"),
        ("junk", "malformed"),
        ("1412.6980", "known"),
        ("1706.99999", "unknown"),
    ]


def test_two_processes_add_different_papers_at_once(library: Shell) -> None:
    library.environ["PAPERNOTES_ARXIV_TOTAL_TIMEOUT_SECONDS"] = "30"
    running = [library.start("add", each) for each in ("1706.03762", "1412.6980", "1512.03385")]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert len(out.split()) == 1
    assert library("list", "--json").data["total"] == 3
    assert len(texts(library)) == 6


@pytest.mark.fault(30)
def test_several_processes_add_one_paper_at_once(library: Shell) -> None:
    running = [library.start("add", "1706.03762") for _ in range(4)]
    printed = []
    for process in running:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        printed += out.split()
    assert printed == [KEY]
    assert set(texts(library)) == {f"bib/{KEY}.bib", f"notes/{KEY}.md"}


def test_without_a_library_the_hint_is_init(shell: Shell) -> None:
    ended = shell("add", "1706.03762")
    assert ended.status == 1
    assert "papernotes init" in ended.err


MAIL = """\
From: a friend
Subject: two papers

> have you seen https://arxiv.org/pdf/1412.6980v9.pdf?
No, only (arXiv:1512.03385) and, in a .bib file, eprint = {1706.03762}.
Not a paper: 2451435.4353, and not on 1234.56789th Street.
"""


def test_every_id_in_a_text_is_added(library: Shell) -> None:
    (library.folder / "mail.txt").write_text(MAIL)
    ended = library("add", "--from", "mail.txt", "--tag", "friend")
    assert ended.status == 0
    assert ended.out.split() == ["kingma2014adam", "he2015deep", KEY]
    assert library("list", "tag:friend", "-n", "0").out.count("\n") == 3
    again = library("add", "--from", "-", "1412.6980", stdin=MAIL)
    assert (again.status, again.out) == (0, "")
    assert again.err.count("already have") == 4


def test_a_text_without_ids_or_a_missing_one_is_said(library: Shell, stand_in: StandIn) -> None:
    (library.folder / "empty.md").write_text("nothing here\n")
    ended = library("add", "--from", "empty.md")
    assert (ended.status, ended.out) == (3, "")
    assert "empty.md: no arXiv id in it" in ended.err
    ended = library("add", "--from", "missing.md", "1706.03762")
    assert ended.status == 1
    assert "missing.md: No such file" in ended.err
    assert library("add").status == 2
    assert stand_in.requests == ()


def test_what_became_of_many_is_counted(library: Shell) -> None:
    library("add", "1706.03762")
    ended = library("add", "1706.03762", "1412.6980", "1707.99999", "1713.00001")
    assert ended.status == 1
    assert ended.err.splitlines()[-1] == (
        "papernotes: 4 asked: 1 added, 1 already there, 1 unknown to arXiv, 1 malformed"
    )


def test_keys_are_printed_as_they_come(library: Shell, stand_in: StandIn) -> None:
    """What was kept before Ctrl-C has been said by then."""
    import signal
    import time

    stand_in.records = tuple(
        replace(stand_in.records[0], id=f"1801.{number:05}", title=f"Model {number}")
        for number in range(1, 61)
    )
    stand_in.play(answer_rightly(stand_in), "slow:30")
    library.environ["PAPERNOTES_ARXIV_READ_TIMEOUT_SECONDS"] = "60"
    library.environ["PAPERNOTES_ARXIV_TOTAL_TIMEOUT_SECONDS"] = "60"
    ids = [record.id for record in stand_in.records]
    with library.start("add", *ids) as process:
        while len(stand_in.requests) < 2:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert len(out.split()) == 50
    assert "what was finished is kept" in err
    assert len(list((library.folder / "bib").glob("*.bib"))) == 50


def answer_rightly(stand_in: StandIn) -> Reply:
    """Return the right answer to the first fifty, to be queued before a fault."""
    ids = ",".join(record.id for record in stand_in.records[:50])
    params = {"id_list": ids, "max_results": "50"}
    return answer(stand_in.records, params, now="2026-11-24T00:00:00Z")


def test_a_list_has_comments_and_prefixes(library: Shell) -> None:
    listed = "# to read\narXiv: 1412.6980\n\n  1512.03385 1706.03762\nhep-th_9711200\n"
    ended = library("add", "-", stdin=listed)
    assert ended.status == 0
    assert sorted(ended.out.split()) == [
        "he2015deep",
        "kingma2014adam",
        "maldacena1997large",
        KEY,
    ]


def test_what_was_kept_is_not_called_unchanged(library: Shell, stand_in: StandIn) -> None:
    stand_in.records = tuple(
        replace(stand_in.records[0], id=f"1801.{number:05}", title=f"Model {number}")
        for number in range(1, 61)
    )
    stand_in.play(answer_rightly(stand_in), "status:404")
    ended = library("add", *(record.id for record in stand_in.records))
    assert ended.status == 1
    assert "nothing was changed" not in ended.err
    assert "what was added is kept: run it again for the rest" in ended.err
    assert "60 asked: 50 added, 10 failed" in ended.err

"""status, tag, tags, next and what list says of reading, as a person and a pipe meet them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.factories import entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library with two papers, one with a note, and an idea."""
    (library.folder / "bib/mine.bib").write_text(
        entry("doe2020", "On Apples", year="2020") + entry("roe2021", "On Pears", year="2021")
    )
    (library.folder / "notes/doe2020.md").write_text(
        "---\npaper: doe2020\ntags: [fruit/apple]\ncreated: 2026-11-01\n---\n#taste matters\n"
    )
    (library.folder / "notes/idea.md").write_text("---\ntags: [fruit]\n---\nAs [@roe2021].\n")
    return library


def note(shell: Shell, ref: str = "doe2020") -> str:
    path: Path = shell.folder / f"notes/{ref}.md"
    return path.read_text()


def test_a_state_is_set_and_said(filled: Shell) -> None:
    assert filled("status", "doe2020").out == "doe2020\tunread\t\tnormal\n"
    ended = filled("status", "doe", "READ", "--rating", "4", "--priority", "high")
    assert (ended.status, ended.out) == (0, "doe2020\tread\t4\thigh\n")
    assert "status: read\nrating: 4\npriority: high\n---\n#taste" in note(filled)
    hits = filled("list", "--json", "rating:4").data["hits"]
    assert [(hit["ref"], hit["status"], hit["rating"]) for hit in hits] == [("doe2020", "read", 4)]
    again = filled("status", "doe2020", "read")
    assert (again.status, "nothing to change" in again.err) == (0, True)


def test_a_list_is_piped_into_status(filled: Shell) -> None:
    listed = filled("list", "status:unread", "--sort", "ref").out
    planned = filled("status", "-", "reading", "--dry-run", "--json", stdin=listed)
    assert [each["outcome"] for each in planned.data["results"]] == ["changed", "started"]
    assert "status" not in note(filled)
    ended = filled("status", "-", "reading", stdin=listed)
    assert ended.out == "doe2020\treading\t\tnormal\nroe2021\treading\t\tnormal\n"
    assert "wrote notes/roe2021.md" in ended.err
    assert "status: reading" in note(filled, "roe2021")
    assert filled("status", "-", "read", stdin="\n").status == 2


def test_one_bad_ref_stops_no_other(filled: Shell) -> None:
    ended = filled("status", "nobody", "doe2020", "reading")
    assert (ended.status, ended.out) == (1, "doe2020\treading\t\tnormal\n")
    assert "nothing is called 'nobody'" in ended.err
    typo = filled("status", "doe2020", "raed")
    assert typo.status == 1
    assert "end with unread, reading or read" in typo.err
    assert filled("status", "nobody", "read").status == 3
    assert filled("status", "read").status == 2


def test_tags_are_words_with_plus_and_minus(filled: Shell) -> None:
    ended = filled("tag", "doe2020", "idea", "+Sweet", "#red", "-fruit/APPLE", "-version", "-q")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "doe2020\tSweet, red, taste\nidea\tfruit, Sweet, red\n"
    ended = filled("tag", "doe2020", "-taste", "--remove", "q", "--dry-run")
    assert ended.status == 0
    assert "notes/doe2020.md:6: #taste stands in the text" in ended.err
    assert filled("tag", "idea").out == "idea\tfruit, Sweet, red\n"
    assert json.loads(filled("tag", "idea", "--json").out)["data"]["results"][0]["tags"] == [
        *("fruit", "Sweet", "red"),
    ]
    assert filled("tag", "idea", "+two words").status == 2
    assert filled("tag", "idea", "--", "-q").status == 1
    assert filled("tag", "+a").status == 2


def test_tags_are_counted_and_renamed(filled: Shell) -> None:
    assert filled("tags").out == "fruit\t1\t2\nfruit/apple\t1\t1\ntaste\t1\t1\n"
    data = filled("tags", "FRUIT/", "--json").data
    assert data == {"tags": [{"tag": "fruit/apple", "count": 1, "total": 1}]}
    assert "no tag begins with x" in filled("tags", "x").err
    before = note(filled)
    assert filled("tags", "--rename", "fruit", "food", "--dry-run").status == 0
    assert note(filled) == before
    assert filled("tags", "--rename", "fruit", "food").status == 0
    assert "food/apple" in note(filled)
    assert filled("tags", "--dry-run").status == 2
    assert filled("tags", "x", "--rename", "a", "b").status == 2


def test_next_says_what_and_why(filled: Shell) -> None:
    filled("status", "doe2020", "reading")
    ended = filled("next")
    assert ended.out == (
        "doe2020\tOn Apples\tyou are reading it\n"
        "roe2021\tOn Pears\tcited in one of your notes; no note yet\n"
    )
    data = filled("next", "-n", "1", "year:2021", "--json").data
    assert (data["waiting"], data["next"][0]["ref"]) == (1, "roe2021")
    assert data["next"][0]["reasons"] == ["cited in one of your notes", "no note yet"]
    filled("status", "doe2020", "roe2021", "read")
    ended = filled("next")
    assert (ended.status, ended.out) == (0, "")
    assert "nothing waits" in ended.err


def test_lists_in_the_order_of_reading(filled: Shell) -> None:
    filled("status", "doe2020", "read", "--rating", "5", "--priority", "low")
    filled("status", "roe2021", "reading", "--rating", "2")

    def refs(*args: str) -> list[str]:
        return [line.split("\t")[0] for line in filled("list", *args).out.splitlines()]

    assert refs("--sort", "rating") == ["doe2020", "roe2021", "idea"]
    assert refs("--sort", "status") == ["roe2021", "doe2020", "idea"]
    assert refs("--sort", "priority") == ["roe2021", "idea", "doe2020"]
    assert refs("--sort", "ref") == ["doe2020", "idea", "roe2021"]
    assert refs("rating:>=2 -rating:5") == ["roe2021"]
    assert refs("priority:normal") == ["roe2021"]

"""``graph`` and ``stats`` as a person and a pipe meet them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from papernotes.cli import stats_cmd
from papernotes.library import Library
from papernotes.reports.surveying import Month, Totals
from tests.factories import entry, write

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def filled(library: Shell) -> Shell:
    write(
        library.folder,
        "bib/all.bib",
        entry(
            "one",
            "First Paper",
            year="2020",
            eprint="2001.00001",
            archivePrefix="arXiv",
            primaryClass="cs.LG",
        )
        + entry("two", "Second Paper", year="2021")
        + entry("alone", "Third Paper", year="2021"),
    )
    about = "---\npaper: one\nstatus: read\ncreated: 2026-10-02\ntags: [a, b/c]\n---\n"
    write(library.folder, "notes/one.md", f"{about}Three words here. @two\n")
    write(
        library.folder,
        "notes/idea.md",
        "---\ncreated: 2026-11-01\n---\n[[one]] and [[one]], [[Second Paper]]\n",
    )
    write(library.folder, "notes/later.md", "---\ncreated: 2026-11-02\n---\n[[idea]]\n")
    return library


def test_a_picture_goes_where_it_should(filled: Shell) -> None:
    made = filled("graph", "-o", "g.html")
    assert made.out == "g.html: new, 4 papers and notes, 4 links\n"
    assert "1 without a link left out; --orphans" in made.err
    assert filled("graph", "-o", "g.html").out.startswith("g.html: unchanged")
    page = (filled.folder / "g.html").read_text("utf-8")
    assert page == filled("graph").out == filled("graph", "--to", "html", "-o", "-").out
    assert filled("graph", "--to", "svg").out.startswith("<?xml")
    assert filled("graph", "-o", "g.dot", "--orphans").status == 0
    assert '"alone"' in (filled.folder / "g.dot").read_text("utf-8")
    near = filled("graph", "--around", "later", "--depth", "1", "--to", "json")
    assert [node["id"] for node in json.loads(near.out)["nodes"]] == ["idea", "later"]
    data = filled("graph", "kind:note", "--json").data
    assert [(edge["source"], edge["target"]) for edge in data["edges"]] == [("later", "idea")]


def test_what_cannot_be_drawn_is_said(filled: Shell) -> None:
    assert filled("graph", "--depth", "1").status == 2
    assert filled("graph", "-o", "").status == 2
    assert filled("graph", "--around", "").status == 2
    unknown = filled("graph", "-o", "g.png")
    assert (unknown.status, "no form is known by .png" in unknown.err) == (2, True)
    assert not (filled.folder / "g.png").exists()
    assert filled("graph", "--around", "nobody").status == 3
    (filled.folder / "mine.svg").write_text("<svg/>")
    assert filled("graph", "-o", "mine.svg").status == 4
    assert (filled.folder / "mine.svg").read_text() == "<svg/>"
    empty = filled("graph", "nosuchword", "-o", "e.html")
    assert (empty.status, "nothing matches nosuchword" in empty.err) == (0, True)


def test_numbers_for_a_pipe(filled: Shell) -> None:
    lines = filled("stats").out.splitlines()
    found = {tuple(line.split("\t")[:2]): line.split("\t")[2:] for line in lines}
    assert found["totals", "papers"] == ["3"]
    assert found["totals", "notes"] == ["3"]
    assert found["totals", "free"] == ["2"]
    assert found["totals", "words"] == ["10"]
    assert found["totals", "links"] == ["5"]
    assert found["statuses", "read"] == ["1"]
    assert found["years", "2021"] == ["2"]
    assert found["categories", "cs.LG"] == ["1"]
    assert found["tags", "b"] == ["1"]
    assert found["months", "2026-11"] == ["2", "0"]
    assert found["months", "2026-10"] == ["1", "1"]
    assert found["cited", "two"] == ["2", "Second Paper"]
    assert found["cited", "one"] == ["1", "First Paper"]
    assert found["linked", "idea"] == ["1", "idea"]
    assert ("linked", "one") not in found


def test_numbers_of_what_matches_and_for_programs(filled: Shell) -> None:
    data = filled("stats", "kind:note", "-n", "1", "--json").data
    assert (data["query"], data["totals"]["papers"], data["totals"]["notes"]) == ("kind:note", 0, 2)
    assert [(each["ref"], each["notes"]) for each in data["cited"]] == [("one", 1)]
    assert data["years"] == []
    assert data["months"] == [{"month": "2026-11", "notes": 2, "read": 0}]
    assert data["kinds"] == [{"value": "note", "count": 2, "query": "kind:note kind:note"}]
    none = filled("stats", "nosuchword")
    assert (none.status, none.out) == (0, "")
    assert "nothing matches nosuchword" in none.err
    assert filled("stats", "year:x").status == 2


def test_an_address_with_two_owners_counts_for_the_one_it_means(filled: Shell) -> None:
    """A note and a paper of one title: links by it lead to one of them."""
    write(filled.folder, "notes/second.md", "---\ntitle: Second Paper\n---\nAnother.\n")
    with Library(filled.folder) as library:
        assert {each.ref for each in library.stats().linked} | {
            each.ref for each in library.stats().cited
        } <= {"one", "two", "idea", "second"}
        total = sum(each.notes for each in (*library.stats().cited, *library.stats().linked))
    assert total == 4


def test_bars_fit_and_show_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats_cmd, "has_every_letter", lambda: False)
    bars = stats_cmd._split_bar(Month("2026-11", 4, 1), 8, 40)
    assert bars.count("#") == 5
    assert bars.count("-") == 15
    totals = Totals(1, 2, 1, 1234, 1, 0, 1, 999, 2_500_000)
    assert list(stats_cmd._totals(totals)) == [
        "1 paper, 2 notes (1 of no single paper), 1,234 words",
        "1 link, 0 tags, 999 bytes of text, 1 PDF of 2 MB",
    ]

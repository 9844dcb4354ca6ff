"""What to read next: reasons, their order, and what they are counted from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.library.queue import reasons
from papernotes.store.queue import Waiting
from tests.factories import TODAY, entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library


def waiting(**fields: Any) -> Waiting:
    known = {
        "document": 1,
        "ref": "doe2020",
        "title": "Apples",
        "year": 2020,
        "path": "notes/a.md",
        "note_id": 1,
        "status": "unread",
        "priority": "normal",
        "created": TODAY.isoformat(),
        "is_withdrawn": 0,
        "version": 1,
        "latest": 1,
        "citing": 0,
    }
    return Waiting(**{**known, **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["added today"]),
        ({"created": (TODAY - timedelta(1)).isoformat()}, ["added yesterday"]),
        ({"created": (TODAY - timedelta(13)).isoformat()}, ["added 13 days ago"]),
        ({"created": (TODAY - timedelta(30)).isoformat()}, ["waiting for 30 days"]),
        ({"created": (TODAY - timedelta(200)).isoformat()}, ["waiting for 6 months"]),
        ({"created": (TODAY - timedelta(800)).isoformat()}, ["waiting for 2 years"]),
        ({"created": (TODAY + timedelta(1)).isoformat()}, ["added today"]),
        ({"created": "2099-01-01"}, ["unread"]),
        ({"created": None}, ["unread"]),
        ({"created": None, "note_id": None}, ["no note yet"]),
        (
            {"citing": 1, "priority": "high"},
            ["high priority", "cited in one of your notes", "added today"],
        ),
        ({"citing": 9, "status": "reading"}, ["you are reading it", "cited in 9 of your notes"]),
        (
            {"latest": 3, "priority": "low"},
            ["v3 exists, your note is about v1", "added today", "low priority"],
        ),
        ({"is_withdrawn": 1}, ["added today", "withdrawn"]),
    ],
)
def test_reasons_in_words_the_strongest_first(fields: dict[str, Any], words: list[str]) -> None:
    assert [reason.words for reason in reasons(waiting(**fields), TODAY)] == words


def test_shared_tags_are_a_reason_to_begin_but_not_to_go_on() -> None:
    tags = ("#rl", "#nlp")
    found = reasons(waiting(), TODAY, tags)
    assert found[0].words == "like what you read lately: #rl, #nlp"
    assert len(reasons(waiting(status="reading"), TODAY, tags)) == 1


def note(citekey: str, *lines: str, created: str = "2026-11-01") -> str:
    return "\n".join(["---", f"paper: {citekey}", f"created: {created}", *lines, "---", ""])


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of eight papers a to h, that is of a to g, each with a note."""
    with open_library(tmp_path / "library") as library:
        for key in "abcdefgh":
            write(library.root, f"bib/{key}.bib", entry(key, f"On {key * 3}", year="2020"))
        for key in "abcdefg":
            write(library.root, f"notes/{key}.md", note(key, "status: unread"))
        yield library


def order(library: Library, text: str = "", limit: int = 0) -> str:
    return "".join(each.ref for each in library.next(text, limit=limit).suggestions)


def test_the_order_is_that_of_reasons(library: Library) -> None:
    library.set_status(["d"], "reading")
    library.set_status(["c"], priority="high")
    library.set_status(["b"], priority="low")
    library.set_status(["g"], "read")
    write(library.root, "notes/one.md", "[@e] and [[f]] and https://doi.org/10.1000/x")
    write(library.root, "notes/two.md", "@e twice: [@e; @f]")
    write(library.root, "notes/three.md", "[[On eee|it]]")
    assert order(library) == "dcefahb"
    found = library.next(limit=3)
    assert [each.ref for each in found.suggestions] == ["d", "c", "e"]
    assert found.waiting == 7
    assert found.suggestions[2].reasons[0] == "cited in 3 of your notes"
    assert order(library, "-priority:high year:2020", 1) == "d"
    assert order(library, "year:1999") == ""
    library.set_status(["a", "h"], "read")
    assert order(library) == "dcefb"


def test_a_link_counts_for_what_it_means_alone(library: Library) -> None:
    write(library.root, "notes/sub/a.md", "---\ntitle: Another a\nstatus: unread\n---\n")
    write(library.root, "notes/one.md", "Only [@a] is meant.")
    found = {each.ref: each.reasons for each in library.next(limit=0).suggestions}
    assert "cited in one of your notes" in found["a"]
    assert found["sub/a"] == ("unread",)


def test_what_is_like_what_was_read_comes_first_but_not_only_that(library: Library) -> None:
    write(library.root, "notes/g.md", note("g", "status: read", "tags: [Rl]"))
    for key in "abc":
        write(library.root, f"notes/{key}.md", note(key, "status: unread", "tags: [RL, deep]"))
    found = library.next(limit=4).suggestions
    assert [each.ref for each in found] == ["a", "b", "d", "e"]
    assert found[0].reasons == ("like what you read lately: #RL", "waiting for 21 days")


def test_free_notes_wait_only_if_they_say_so(library: Library) -> None:
    write(library.root, "notes/essay.md", "---\nstatus: reading\n---\n")
    write(library.root, "notes/idea.md", "---\nkind: rant\n---\n")
    refs = order(library)
    assert refs.startswith("essay")
    assert "idea" not in refs
    assert library.next().suggestions[0].title == "essay"


def test_the_day_is_handed_in(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", today=date(2026, 12, 1)) as library:
        write(library.root, "notes/a.md", "---\nstatus: unread\ncreated: 2026-11-01\n---\n")
        assert library.next().suggestions[0].reasons == ("waiting for 30 days",)


def test_tags_are_counted_with_those_below_them(library: Library) -> None:
    write(library.root, "notes/a.md", note("a", "tags: [nlp/mt, RL]") + "\n#nlp/qa and #rl\n")
    write(library.root, "notes/b.md", note("b", "tags: [NLP, rl]"))
    write(library.root, "notes/c.md", note("c", "tags: [rl, vision/3d/mesh]"))
    counts = [(each.tag, each.count, each.total) for each in library.tags().tags]
    assert counts == [
        *(("rl", 3, 3), ("nlp", 1, 2), ("nlp/mt", 1, 1), ("nlp/qa", 1, 1)),
        *(("vision", 0, 1), ("vision/3d", 0, 1), ("vision/3d/mesh", 1, 1)),
    ]
    assert [each.tag for each in library.tags("#NLP/").tags] == ["nlp/mt", "nlp/qa"]


def test_a_tag_of_very_many_levels_is_counted_once(library: Library) -> None:
    write(library.root, "notes/a.md", "#" + "/".join(["x"] * 5_000) + "\n")
    assert len(library.tags().tags) == 21

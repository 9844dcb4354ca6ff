"""Reading state and tags: what is written, what is left, and what an editor does meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import AmbiguousRefError, ConflictError, NotFoundError, UsageError
from papernotes.library.marking import Marking, Wish
from papernotes.notes.tagging import edit_tags
from papernotes.reports.gathering import Change
from tests.factories import TODAY, entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from papernotes.files import Edit
    from papernotes.library import Library
    from papernotes.reports.changing import Marked

NOTE = (
    "---\r\ntitle: Apples  # mine\r\npaper: doe2020\r\nstatus: 'unread' # where I am\r\n"
    "tags:\r\n- rl   # good\r\n-   nlp/mt\r\n---\r\nText with #rl.\r\n"
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        write(library.root, "bib/doe2020.bib", entry("doe2020", "On Apples", year="2020"))
        write(library.root, "bib/roe2021.bib", entry("roe2021", "On Pears", year="2021"))
        write(library.root, "notes/doe2020.md", NOTE)
        write(library.root, "notes/idea.md", "Only text.\n")
        yield library


def text(library: Library, path: str) -> str:
    return (library.root / path).read_bytes().decode()


def test_status_is_the_only_thing_that_changes(library: Library) -> None:
    report = library.set_status(["doe2020"], "reading", rating=4, priority="high")
    (marked,) = report.results
    assert (marked.outcome, marked.status, marked.rating, marked.priority) == (
        *("changed", "reading", 4, "high"),
    )
    assert marked.changes == (
        Change("status", "unread", "reading"),
        Change("rating", "", "4"),
        Change("priority", "", "high"),
    )
    head, _, rest = NOTE.replace("'unread'", "'reading'").rpartition("---\r\nText")
    assert text(library, "notes/doe2020.md") == (
        f"{head}rating: 4\r\npriority: high\r\n---\r\nText{rest}"
    )
    assert [hit.ref for hit in library.list("status:reading rating:>3 priority:high")] == [
        "doe2020"
    ]
    library.set_status(["doe2020"], "unread", rating=0, priority="normal")
    assert text(library, "notes/doe2020.md") == NOTE.replace(
        "---\r\nText", "priority: normal\r\n---\r\nText"
    )


def test_what_is_so_already_is_not_touched(library: Library) -> None:
    before = (library.root / "notes/doe2020.md").stat()
    results = library.set_status(["doe2020"], "unread", rating=0, priority="normal").results
    results += library.tag(["doe2020"], add=["RL", "#nlp/MT/"], remove=["other"]).results
    results += library.set_status(["roe2021"], rating=0, priority="normal").results
    assert [each.outcome for each in results] == ["same"] * 3
    after = (library.root / "notes/doe2020.md").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert not (library.root / "notes/roe2021.md").exists()


def test_a_paper_without_a_note_is_unread_and_gets_one(library: Library) -> None:
    assert library.set_status(["roe2021"]).results[0].status == "unread"
    assert {hit.ref for hit in library.list("status:unread")} == {"doe2020", "roe2021"}
    planned = library.set_status(["roe2021"], "read", is_dry_run=True)
    assert not (library.root / "notes/roe2021.md").exists()
    done = library.set_status(["roe2021"], "read")
    assert planned.results == done.results
    assert (done.results[0].outcome, done.results[0].path) == ("started", "notes/roe2021.md")
    card = library.show("roe2021")
    assert card.note is not None
    assert (card.note.status, card.note.created) == ("read", TODAY)
    assert library.list("status:read").hits[0].status == "read"


def test_the_name_of_a_new_note_may_be_taken(library: Library) -> None:
    write(library.root, "notes/roe2021.md", "---\npaper: doe2020\n---\n")
    write(library.root, "bib/more.bib", entry("x:y", "A") + entry("x/y", "B"))
    results = library.set_status(["roe2021", "x:y", "doe2020", "x/y"], "read").results
    assert results[0].exit_status == ConflictError.exit_status
    assert text(library, "notes/roe2021.md") == "---\npaper: doe2020\n---\n"
    assert len({each.path for each in results if each.outcome == "started"}) == sum(
        each.outcome == "started" for each in results
    )
    assert results[2].outcome == "changed"


def test_tags_come_and_go_in_the_front_matter_alone(library: Library) -> None:
    (marked,) = library.tag(["doe2020"], add=["#new/one"], remove=["RL"]).results
    assert text(library, "notes/doe2020.md") == NOTE.replace("- rl   # good\r\n", "").replace(
        "-   nlp/mt\r\n", '-   nlp/mt\r\n-   "new/one"\r\n'
    )
    assert marked.tags == ("nlp/mt", "new/one", "rl")
    assert marked.inline == (("rl", 9),)
    assert library.tag(["idea"], add=["b", "B"]).results[0].tags == ("b",)
    assert text(library, "notes/idea.md") == "---\ntags: [b]\n---\nOnly text.\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tags: [a, 'B', \"c d\"] # x\n", "tags: ['B', \"c d\", new] # x\n"),
        ("tags: a, c d # x\n", 'tags: ["c d", new] # x\n'),
        ("tags: a b\n", "tags: [b, new]\n"),
        ("tags: a\n", "tags: [new]\n"),
        ("tags:\n  - '#a'\n  - b\n", "tags:\n  - b\n  - new\n"),
        ("tags:\n- A/x\n- a/\n", "tags:\n- A/x\n- new\n"),
        ("tag: a\n", "tag: [new]\n"),
        ("Keywords: [a, k]\nx: 1\n", "Keywords: [k]\nx: 1\ntags: [new]\n"),
        ("Tags:   # none\n", "Tags: [new]   # none\n"),
        ("tags: [a, New]\n", "tags: [New]\n"),
        ("tags: [2020, a]\n", "tags: [2020, new]\n"),
        ("x: 1\n", "x: 1\ntags: [new]\n"),
    ],
)
def test_every_form_of_a_list_of_tags(before: str, after: str) -> None:
    head, body = "---\n", "---\n#a stays\n"
    assert edit_tags(head + before + body, add=["new"], remove=["a"]) == head + after + body


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: a: b\nstatus: unread\n---\n",
        "---\nstatus: unread\n",
        "---\nstatus: {a: b # c\n  }\ntags: [a, [b]]\n---\n",
        "---\nstatus: a\nStatus: b\ntags: {a: b}\n---\n",
        "---\ntags: &x a\nstatus: *x\n---\n",
    ],
)
def test_what_is_not_sound_is_left_with_its_place(library: Library, head: str) -> None:
    write(library.root, "notes/bad.md", head)
    write(library.root, "notes/utf16.md", "Text".encode("utf-16"))
    results = library.set_status(["bad", "idea", "utf16", "nobody", "notes/"], "read").results
    assert [each.outcome for each in results] == ["failed", "changed", "failed", "failed", "failed"]
    assert results[0].message.startswith("notes/bad.md:")
    assert results[0].hint
    assert [each.exit_status for each in results] == [6, 0, 6, 3, 3]
    assert text(library, "notes/bad.md") == head
    assert [each.exit_status for each in library.tag(["bad", "idea"], add=["b"]).results] == [6, 0]


def test_one_ref_alone_is_not_found_or_ambiguous_at_once(library: Library) -> None:
    write(library.root, "bib/doe2021.bib", entry("doe2021", "On Plums"))
    with pytest.raises(NotFoundError):
        library.set_status(["nobody"], "read")
    with pytest.raises(AmbiguousRefError):
        library.tag(["do"], add=["x"])


def test_two_refs_of_one_paper_are_one(library: Library) -> None:
    results = library.set_status(["roe2021", "On Pears"], "reading").results
    assert [each.outcome for each in results] == ["started", "same"]


@pytest.mark.parametrize("tag", ["two words", "1984", "a,b", "", "x#y", "//"])
def test_no_tag_is_added_that_would_not_be_read_back(library: Library, tag: str) -> None:
    with pytest.raises(UsageError):
        library.tag(["idea"], add=[tag])
    assert text(library, "notes/idea.md") == "Only text.\n"


def test_wishes_that_cannot_be(library: Library) -> None:
    with pytest.raises(UsageError, match="unread, reading or read"):
        library.set_status(["idea"], "done")
    with pytest.raises(UsageError, match="1 to 5"):
        library.set_status(["idea"], rating=6)
    with pytest.raises(UsageError, match="both"):
        library.tag(["idea"], add=["A"], remove=["a"])


class Disturbed(Marking):
    """A run during which an editor saves the note between plan and deed."""

    saves = 1

    def plan(self, refs: Sequence[str]) -> tuple[tuple[Marked, ...], tuple[Edit, ...]]:
        planned = super().plan(refs)
        if self.saves:
            self.saves -= 1
            write(self._upkeep.root, "notes/idea.md", f"Saved, {self.saves} to go.\n")
        return planned


def test_an_editor_that_was_quicker_keeps_its_text(library: Library) -> None:
    library.sync()
    run = Disturbed(library._upkeep, Wish(status="read"), today=TODAY)
    with library._upkeep.locked():
        results = run.carry_out(["idea", "doe2020"])
    assert [each.outcome for each in results] == ["changed", "changed"]
    assert text(library, "notes/idea.md") == "---\nstatus: read\n---\nSaved, 0 to go.\n"
    assert {hit.ref for hit in library.list("status:read")} == {"idea", "doe2020"}


def test_an_editor_that_is_always_quicker_wins(library: Library) -> None:
    library.sync()
    run = Disturbed(library._upkeep, Wish(status="read"), today=TODAY)
    run.saves = 99
    with library._upkeep.locked(), pytest.raises(ConflictError):
        run.carry_out(["doe2020", "idea"])
    assert text(library, "notes/idea.md").startswith("Saved")
    assert text(library, "notes/doe2020.md") == NOTE

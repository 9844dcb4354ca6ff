"""The ledger, where posts stand, and what becomes of each file."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import FormatError
from papernotes.export.blog.ledger import Entry, Ledger, parse_ledger, render_ledger
from papernotes.export.blog.manifest import decide
from papernotes.export.blog.placing import place
from papernotes.export.post import OutFile, Placement
from papernotes.files import digest
from tests.exporting import TODAY, make_note

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = Placement("a", date(2026, 1, 2), "/notes/a/")
POST = "_posts/2026-01-02-a.md"
OLD, NEW = digest(b"old"), digest(b"new")


def outcomes(
    wanted: Mapping[str, tuple[OutFile, ...]],
    before: Ledger,
    disk: dict[str, str],
    kept: frozenset[str] = frozenset(),
) -> tuple[dict[str, str], Ledger]:
    places = dict.fromkeys(wanted, PLACE)
    actions, after = decide(wanted, places, before, kept=kept, look=lambda path: disk.get(path, ""))
    return {action.path: action.outcome for action in actions}, after


HELD = Ledger("fastpages", {"a": Entry(PLACE, {POST: OLD})})
NOTHING = Ledger("fastpages")
WANTED = {"a": (OutFile(POST, b"new"),)}


@pytest.mark.parametrize(
    ("before", "on_disk", "outcome", "digest_after"),
    [
        (NOTHING, {}, "new", NEW),
        (NOTHING, {POST: NEW}, "unchanged", NEW),
        (NOTHING, {POST: OLD}, "blocked", None),
        (HELD, {POST: OLD}, "changed", NEW),
        (HELD, {POST: NEW}, "unchanged", NEW),
        (HELD, {POST: digest(b"hand")}, "blocked", OLD),
        (HELD, {}, "new", NEW),
    ],
)
def test_a_wanted_file(
    before: Ledger, on_disk: dict[str, str], outcome: str, digest_after: str | None
) -> None:
    found, after = outcomes(WANTED, before, on_disk)
    assert found == {POST: outcome}
    held = after.entries["a"].files.get(POST) if "a" in after.entries else None
    assert held == digest_after


@pytest.mark.parametrize(
    ("on_disk", "expected", "is_held"),
    [
        ({POST: OLD}, {POST: "removed"}, False),
        ({POST: digest(b"hand")}, {POST: "blocked"}, True),
        ({}, {}, False),
    ],
)
def test_a_file_no_longer_wanted(
    on_disk: dict[str, str], expected: dict[str, str], is_held: bool
) -> None:
    found, after = outcomes({}, HELD, on_disk)
    assert found == expected
    assert ("a" in after.entries) is is_held


def test_a_kept_note_keeps_its_post() -> None:
    found, after = outcomes({}, HELD, {POST: OLD}, frozenset({"a"}))
    assert (found, after) == ({}, HELD)


def test_an_orphaned_image_goes_and_a_blocked_post_takes_nothing_with_it() -> None:
    image = "images/papernotes/a/x.png"
    held = Ledger("fastpages", {"a": Entry(PLACE, {POST: OLD, image: OLD})})
    assert outcomes(WANTED, held, {POST: OLD, image: OLD})[0] == {POST: "changed", image: "removed"}
    edited = {POST: digest(b"hand"), image: OLD}
    assert outcomes(WANTED, held, edited) == ({POST: "blocked"}, held)


def test_a_renamed_note_takes_over_the_file_of_its_old_name() -> None:
    found, after = outcomes({"b": (OutFile(POST, b"new"),)}, HELD, {POST: OLD})
    assert found == {POST: "changed"}
    assert set(after.entries) == {"b"}


def test_after_a_crash_what_was_being_written_is_ours() -> None:
    pending = Ledger("fastpages", HELD.entries, {POST: digest(b"half-done export")})
    assert outcomes(WANTED, pending, {POST: digest(b"half-done export")})[0] == {POST: "changed"}


def test_ledger_round_trip() -> None:
    alias = Placement("a", date(2026, 1, 2), "/notes/a/", ("/notes/b/",))
    full = Ledger("fastpages", {"sub/a": Entry(alias, {POST: OLD})}, {POST: NEW})
    assert parse_ledger(render_ledger(full), "x") == full
    assert render_ledger(full) == render_ledger(parse_ledger(render_ledger(full), "x"))


def hostile(**changes: object) -> bytes:
    tree = json.loads(render_ledger(HELD))
    tree["notes"]["a"].update(changes)
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"version": 2, "target": "x", "notes": {}}',
        hostile(files={"../x": OLD}),
        hostile(files={"/etc/passwd": OLD}),
        hostile(files={"a/../../x": OLD}),
        hostile(files={"c:\\x": OLD}),
        hostile(files={POST: "short"}),
        hostile(slug="../x"),
        hostile(slug="A B"),
        hostile(url="https://evil.example/"),
        hostile(url="/{{ x }}/"),
        hostile(date="2026-13-45"),
        hostile(aliases=["javascript:x"]),
        b"[" * 100_000,
    ],
)
def test_a_ledger_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_ledger(data, "blog/.papernotes-export.json")


# --- placing ---------------------------------------------------------------------------------


def placed(*notes: str, before: Ledger = NOTHING) -> dict[str, tuple[str, str, str]]:
    made = [
        make_note(f"notes/{name}.md", text) for name, text in (note.split("|", 1) for note in notes)
    ]
    places = place(made, before, kept=frozenset(), permalink="/notes/{slug}/", today=TODAY)
    return {
        ref: (one.slug, one.published_on.isoformat(), one.url + "".join(one.aliases))
        for ref, one in places.items()
    }


def test_slugs_are_unique_whatever_the_order_of_notes() -> None:
    notes = ("b|# Same", "a|# Same!", "c|# same")
    expected = {
        "a": ("same", "2026-11-22", "/notes/same/"),
        "b": ("same-2", "2026-11-22", "/notes/same-2/"),
        "c": ("same-3", "2026-11-22", "/notes/same-3/"),
    }
    assert placed(*notes) == placed(*reversed(notes)) == expected


def test_a_new_title_moves_nothing_and_a_new_slug_leaves_an_alias() -> None:
    assert placed("a|# Something new", before=HELD)["a"] == ("a", "2026-01-02", "/notes/a/")
    moved = placed("a|---\nslug: Better One\n---\n", before=HELD)["a"]
    assert moved == ("better-one", "2026-01-02", "/notes/better-one//notes/a/")


def test_dates_come_from_the_note_then_the_ledger_then_today() -> None:
    assert placed("x|---\ncreated: 2026-02-03\n---\n")["x"][1] == "2026-02-03"
    assert placed("x|---\ncreated: 2026-02-03\ndate: 2026-03-04\n---\n")["x"][1] == "2026-03-04"
    assert placed("a|---\ncreated: 2026-02-03\n---\n", before=HELD)["a"][1] == "2026-01-02"
    assert placed("x|no date")["x"][1] == "2026-11-22"


def test_a_title_without_latin_letters_has_a_slug_too() -> None:
    found = placed("日本|# 注意力", 'p|---\ntitle: 注意力\narxiv: "1706.03762"\n---\n')
    assert found["p"][0] == "1706.03762"
    assert found["日本"][0].isascii()
    assert found["日本"][0] != ""

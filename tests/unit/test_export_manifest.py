"""The ledger, where posts stand, and what becomes of each file."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import FormatError
from papernotes.export.blog.changes import Wanted
from papernotes.export.blog.fingerprint import Fingerprint, about, sketch
from papernotes.export.blog.ledger import Entry, Ledger, parse_ledger, render_ledger
from papernotes.export.blog.manifest import decide
from papernotes.export.blog.placing import dated, place
from papernotes.export.blog.renames import find_renamed
from papernotes.export.post import OutFile, Placement
from papernotes.files import digest
from tests.exporting import TODAY, make_note

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = Placement("a", date(2026, 1, 2), "/notes/a/")
POST = "_posts/2026-01-02-a.md"
OLD, NEW = digest(b"old"), digest(b"new")


def outcomes(
    wanted: Mapping[str, tuple[Wanted, ...]],
    before: Ledger,
    disk: dict[str, str],
    kept: frozenset[str] = frozenset(),
) -> tuple[dict[str, str], Ledger]:
    places = dict.fromkeys(wanted, PLACE)
    actions, after = decide(wanted, places, before, kept=kept, look=lambda path: disk.get(path, ""))
    return {action.path: action.outcome for action in actions}, after


HELD = Ledger("fastpages", {"a": Entry(PLACE, {POST: OLD})})
NOTHING = Ledger("fastpages")
WANTED = {"a": (Wanted.of(OutFile(POST, b"new")),)}


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
    found, after = outcomes({"b": (Wanted.of(OutFile(POST, b"new")),)}, HELD, {POST: OLD})
    assert found == {POST: "changed"}
    assert set(after.entries) == {"b"}


def test_two_files_of_one_name_are_never_written_over_each_other() -> None:
    """Not even where they differ in case, since some file systems do not."""

    def wanted(path: str) -> tuple[Wanted, ...]:
        return (Wanted.of(OutFile(path, path.encode())),)

    actions, after = decide(
        {"b": wanted("X.html"), "a": wanted("x.html"), "c": wanted("Tags.html")},
        dict.fromkeys("abc", PLACE),
        NOTHING,
        kept=frozenset(),
        shared=wanted("tags.html"),
        look=lambda _: "",
    )
    assert {one.path: one.outcome for one in actions} == {
        "x.html": "new", "X.html": "blocked", "Tags.html": "blocked", "tags.html": "new"
    }  # fmt: skip
    assert set(after.entries) == {"a"}


def test_what_a_killed_export_wrote_for_a_post_that_is_elsewhere_now_goes() -> None:
    other = "_posts/2026-01-03-a.md"
    pending = Ledger("fastpages", {}, {POST: NEW, "_posts/x.md": NEW, "_posts/y.md": NEW})
    disk = {POST: NEW, "_posts/y.md": digest(b"by hand")}
    found, after = outcomes({"a": (Wanted.of(OutFile(other, b"new")),)}, pending, disk)
    assert found == {other: "new", POST: "removed"}
    assert after.pending == {}


def test_after_a_crash_what_was_being_written_is_ours() -> None:
    pending = Ledger("fastpages", HELD.entries, {POST: digest(b"half-done export")})
    assert outcomes(WANTED, pending, {POST: digest(b"half-done export")})[0] == {POST: "changed"}


def test_ledger_round_trip() -> None:
    alias = Placement("a", date(2026, 1, 2), "/notes/a/", ("/notes/b/",), date(2026, 3, 4))
    known = Fingerprint("0" * 64, "1" * 64, ("00000000", "ffffffff"))
    full = Ledger(
        "fastpages", {"sub/a": Entry(alias, {POST: OLD}, known)}, {POST: NEW}, {"feed.xml": OLD}
    )
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
        b'{"version": 3, "target": "x", "notes": {}}',
        hostile(files={"../x": OLD}),
        hostile(files={"/etc/passwd": OLD}),
        hostile(files={"a/../../x": OLD}),
        hostile(files={"c:\\x": OLD}),
        hostile(files={POST: "short"}),
        hostile(slug="../x"),
        hostile(slug="A B"),
        hostile(url="https://evil.example/"),
        hostile(url="/{{ x }}/"),
        hostile(url="/../../x.html"),
        hostile(aliases=["/.git/hooks/"]),
        hostile(aliases=["/%2e%2e/x/"]),
        hostile(files={".git/config": OLD}),
        hostile(date="2026-13-45"),
        hostile(aliases=["javascript:x"]),
        hostile(modified="soon"),
        hostile(sketch="title of a private note"),
        hostile(about="title"),
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
    places, problems = place(
        made, before, kept=frozenset(), permalink="/notes/{slug}/", today=TODAY
    )
    assert problems == ()
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


# --- pinned URLs -----------------------------------------------------------------------------


def urls(*notes: str, before: Ledger = NOTHING) -> tuple[dict[str, list[str]], list[str]]:
    """Return of notes ``name|front matter`` URL and aliases by name, and codes of problems."""
    made = [
        make_note(f"notes/{name}.md", f"---\n{front}\n---\nText.\n")
        for name, front in (note.split("|", 1) for note in notes)
    ]
    places, problems = place(
        made, before, kept=frozenset(), permalink="/notes/{slug}/", today=TODAY
    )
    assert len({one.url for one in places.values()}) == len(places)
    found = {ref: [one.url, *one.aliases] for ref, one in places.items()}
    return found, [f"{one.path}: {one.code}" for one in problems]


def test_a_permalink_pins_the_url_and_redirect_from_adds_others() -> None:
    pin = "x|slug: s\npermalink: /old/x.html\nredirect_from: [/a/, b/c]"
    assert urls(pin) == ({"x": ["/old/x.html", "/a/", "/b/c"]}, [])
    moved, _ = urls("a|permalink: /new/", before=HELD)
    assert moved == {"a": ["/new/", "/notes/a/"]}
    held = Ledger("fastpages", {"a": Entry(Placement("a", date(2026, 1, 2), "/new/"), {})})
    assert urls("a|title: Without its pin", before=held) == ({"a": ["/new/"]}, [])
    assert urls("a|permalink: /über uns/")[0] == {"a": ["/%C3%BCber%20uns/"]}


@pytest.mark.parametrize(
    "value",
    ["7", "/", "//evil.example/", "https://evil.example/x", "/:year/:title", "/a/../b", "/a//b/",
     "/.git/x", r"/a\b", "/{{ x }}", "/index.html", "[/a/]", "/a?b"],
)  # fmt: skip
def test_a_permalink_that_can_be_none_is_said(value: str) -> None:
    quoted = value if value in {"7", "[/a/]"} else f"'{value}'"
    assert urls(f"a|permalink: {quoted}") == ({"a": ["/notes/a/"]}, ["notes/a.md: permalink"])


def test_no_two_posts_get_one_url_whatever_its_case_or_ending() -> None:
    found, said = urls("a|permalink: /x/", "b|permalink: /X.html", "c|permalink: /x/index.html")
    assert found == {"a": ["/x/"], "b": ["/notes/b/"], "c": ["/notes/c/"]}
    assert said == ["notes/b.md: url-clash", "notes/c.md: url-clash"]
    found, said = urls("a|permalink: /notes/b/", "b|title: b")
    assert (found, said) == ({"a": ["/notes/b/"], "b": ["/notes/b-2/"]}, [])
    found, said = urls("a|title: a", "b|permalink: /notes/a/", before=HELD)
    assert (found["a"], said) == (["/notes/a/"], ["notes/b.md: url-clash"])


def test_an_alias_that_is_a_post_is_none() -> None:
    found, said = urls("a|redirect_from: /notes/b/", "b|title: b", "c|redirect_from: /NOTES/A")
    assert [each[1:] for each in found.values()] == [[], [], []]
    assert said == ["notes/a.md: url-clash", "notes/c.md: url-clash"]
    old = Placement("a", date(2026, 1, 2), "/notes/a/", ("/notes/b/",))
    found, said = urls("a|title: a", "b|title: b", before=Ledger("x", {"a": Entry(old, {})}))
    assert (found["a"], said) == (["/notes/a/"], [])


# --- renamed and changed ---------------------------------------------------------------------

STORY = "A long story about apples and pears, told once more by somebody who knew them well. " * 3


def known_as(text: str, paper: str = "") -> Ledger:
    known = Fingerprint("0" * 64, about(paper), sketch(text))
    return Ledger("fastpages", {"old": Entry(PLACE, {POST: OLD}, known)})


@pytest.mark.parametrize(
    ("text", "paper", "is_known"),
    [
        (STORY, "", True),
        (STORY + "And one more sentence.", "", True),
        ("Something else altogether, about the weather of last week and its clouds.", "", False),
        ("Something else altogether, about the weather of last week.", "doe2020", False),
        (STORY[:66] + "Here it goes on in quite another way, with plums. " * 4, "doe2020", True),
        (STORY[:66] + "Here it goes on in quite another way, with plums. " * 4, "roe2021", False),
        ("", "doe2020", False),
    ],
)
def test_a_note_renamed_and_retitled_is_known_by_its_text(
    text: str, paper: str, is_known: bool
) -> None:
    front = f"---\ntitle: New\npaper: {paper or 'null'}\n---\n"
    note = make_note("notes/new.md", front + text)
    found = find_renamed([note], known_as(STORY, "doe2020"), text_of=lambda note: note.body)
    assert found == ({"new": "old"} if is_known else {})


def test_no_place_is_taken_from_a_note_that_is_there_nor_taken_twice() -> None:
    notes = [make_note(f"notes/{name}.md", f"# {name}\n{STORY}") for name in ("old", "new")]
    assert find_renamed(notes, known_as(STORY), text_of=lambda note: note.body) == {}
    notes = [make_note(f"notes/{name}.md", STORY) for name in ("b", "a")]
    assert find_renamed(notes, known_as(STORY), text_of=lambda note: note.body) == {"a": "old"}


def test_the_day_of_change_is_that_of_what_is_shown() -> None:
    places = {"old": PLACE}
    one, other = Fingerprint("0" * 64), Fingerprint("1" * 64)
    before = Ledger("x", {"old": Entry(PLACE, {}, one)})
    assert dated(places, before, {"old": one}, today=TODAY)["old"].modified_on is None
    assert dated(places, before, {"old": other}, today=TODAY)["old"].modified_on == TODAY
    born = PLACE.published_on
    assert dated(places, before, {"old": other}, today=born)["old"].modified_on is None
    unknown = Ledger("x", {"old": Entry(PLACE, {})})
    assert dated(places, unknown, {"old": other}, today=TODAY)["old"].modified_on is None

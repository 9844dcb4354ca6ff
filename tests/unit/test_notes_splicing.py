from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from papernotes.errors import FormatError
from papernotes.notes import edit_front_matter, parse, split
from papernotes.notes.front_matter import read_yaml

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "posts"
BODY = "\n# Body\n---\nstatus: not this\n\n"


def edit(yaml: str, **changes: Any) -> str:
    """Return the YAML as it is after the changes; what is around it must be what it was."""
    edited = edit_front_matter(f"---\n{yaml}---\n{BODY}", changes)
    assert edited.startswith("---\n")
    assert edited.endswith(f"---\n{BODY}")
    return edited[4 : -len(f"---\n{BODY}")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("status: unread\n", "status: reading\n"),
        ("status: unread  # todo\n", "status: reading  # todo\n"),
        ("status:   # todo\n", "status: reading   # todo\n"),
        ("status:\n", "status: reading\n"),
        ("status: ~\n", "status: reading\n"),
        ("Status:   unread\n", "Status:   reading\n"),
        ("'status' : 'unread'\n", "'status' : 'reading'\n"),
        ('"status": "unread" # x: y\n', '"status": "reading" # x: y\n'),
        ("status:\n  unread\nx: 1\n", "status:\n  reading\nx: 1\n"),
        ("  a: 1\n  status: unread\n", "  a: 1\n  status: reading\n"),
        ("status: 😀 é\nx: 😀\n", "status: reading\nx: 😀\n"),
        ("status: a\nstatus: b\n", "status: a\nstatus: reading\n"),
        ("status: |\n  a\n  # b\n\nx: 1\n", 'status: "reading"\n\nx: 1\n'),
        ("status: >-\n  a\n  b\n", 'status: "reading"\n'),
        ("status: a\n  b c\n  d\nx: 1\n", "status: reading\nx: 1\n"),
        ('status: "a\n  b"\nx: 1\n', 'status: "reading"\nx: 1\n'),
        ("status:\n  a: 1\n  b: [2]\nx: 1\n", "status: reading\nx: 1\n"),
        ("status:\n- a\n- b\nx: 1\n", "status: reading\nx: 1\n"),
        ("status: {a: 1} # c\n", "status: reading # c\n"),
        ("status: [a] # c\n", "status: reading # c\n"),
        ("", "status: reading\n"),
        ("# only this\n", "# only this\nstatus: reading\n"),
        ("a: 1\n\n# last\n", "a: 1\n\n# last\nstatus: reading\n"),
        ("  a: 1\n", "  a: 1\n  status: reading\n"),
        ("a: |\n  text\n", "a: |\n  text\nstatus: reading\n"),
        ("a:\n- b\n", "a:\n- b\nstatus: reading\n"),
    ],
)
def test_a_value_is_set_where_it_stands(before: str, after: str) -> None:
    assert edit(before, status="reading") == after


def test_a_day_in_a_list_is_written_as_a_text() -> None:
    assert edit("a: 1\n", tags=["x", "2017-01-01"]) == 'a: 1\ntags: [x, "2017-01-01"]\n'
    assert edit("tags: [x]\n", tags=["x", "2017-01-01"]) == 'tags: [x, "2017-01-01"]\n'
    assert edit("tags:\n- x\n", tags=["2017-01-01"]) == 'tags:\n- "2017-01-01"\n'
    assert edit("tags: [2017-01-01]\n", tags=["2017-01-01", "x"]) == "tags: [2017-01-01, x]\n"
    assert edit("a: 1\n", created="2017-01-01") == "a: 1\ncreated: 2017-01-01\n"


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("x: word", "two words", "x: two words"),
        ("x: word", "a: b", 'x: "a: b"'),
        ("x: word", "no", 'x: "no"'),
        ("x: word", "Yes", 'x: "Yes"'),
        ("x: word", "1e3", 'x: "1e3"'),
        ("x: word", "2301.00010", 'x: "2301.00010"'),
        ("x: word", "2017", 'x: "2017"'),
        ("x: word", "@key", 'x: "@key"'),
        ("x: word", "a #b", 'x: "a #b"'),
        ("x: word", "a ", 'x: "a "'),
        ("x: word", "", 'x: ""'),
        ("x: word", "a\nb", 'x: "a\\nb"'),
        ("x: word", '"', 'x: "\\""'),
        ("x: word", "größer", "x: größer"),
        ("x: 2026-11-22", "2026-11-23", "x: 2026-11-23"),
        ("x: 'word'", "it's", "x: 'it''s'"),
        ("x: 'word'", "a\nb", 'x: "a\\nb"'),
        ("x: 'word'", "a: b # c", "x: 'a: b # c'"),
        ('x: "word"', "plain", 'x: "plain"'),
        ("x: 1", 2, "x: 2"),
        ("x: '1'", 2, "x: 2"),
        ("x: 2017", "2017", 'x: "2017"'),
        ("x: false", True, "x: true"),
        ("x: 'true'", True, "x: true"),
        ("x: 1", True, "x: true"),
        ("x: a", ["a", "b c"], 'x: [a, "b c"]'),
        ("title: Old", "New", 'title: "New"'),
        ("title: 'Old'", "New", "title: 'New'"),
        ("arxiv: 1706.03762", "hep-th/9901001", 'arxiv: "hep-th/9901001"'),
    ],
)
def test_quotes_stay_where_the_value_allows_it(before: str, value: Any, after: str) -> None:
    key = before.partition(":")[0]
    assert edit(f"{before}\n", **{key: value}) == f"{after}\n"


def test_new_keys_are_written_as_new_notes_write_them() -> None:
    changes = {"title": "T", "arxiv": "2301.00010", "created": "2026-11-22", "publish": True}
    assert edit("a: 1\n", **changes, tags=["a", "no"], x="a b") == (
        'a: 1\ntitle: "T"\narxiv: "2301.00010"\ncreated: 2026-11-22\npublish: true\n'
        'tags: [a, "no"]\nx: "a b"\n'
    )


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("[a, 'b'] # c", ["a", "b", "c"], "[a, 'b', c] # c"),
        ("[ a,  'b' ]", ["b"], "[ 'b' ]"),
        ("[ a,  'b' ]", ["a"], "[ a ]"),
        ("[a, b, c]", ["a", "c"], "[a, c]"),
        ("[a, 'b', c]", ["a", "x", "c"], "[a, 'x', c]"),
        ("[a, b]", ["z", "a", "b"], "[z, a, b]"),
        ("[a, b]", [], "[]"),
        ("[]", ["a"], "[a]"),
        ("[\n  a, # one\n  b\n ]", ["a", "c"], "[\n  a, # one\n  c\n ]"),
        ("\n  - a # one\n  - 'b'\n", ["a", "b", "c"], "\n  - a # one\n  - 'b'\n  - c\n"),
        ("\n- a\n# two\n- 'b' # three\n", ["b"], "\n# two\n- 'b' # three\n"),
        ("\n- a # one\n- b\n- c\n", ["a", "c"], "\n- a # one\n- c\n"),
        ("\n- a # one\n- b\n", ["z", "b"], "\n- z # one\n- b\n"),
        ("\n- a\n- b\n", ["z", "a", "b"], "\n- z\n- a\n- b\n"),
        (" # mine\n- a\n", [], " [] # mine\n"),
        ("\n-  a\n-\n", ["a", "b", "c"], "\n-  a\n- b\n- c\n"),
        ("", ["a"], " [a]"),
        ("[[a, b], c]", ["a"], "[a]"),
        ("\n- [a]\n- b\n", ["a"], " [a]\n"),
        ("{a: 1}", ["a"], "[a]"),
    ],
)
def test_lists_keep_their_style_and_what_is_in_them(
    before: str, value: list[str], after: str
) -> None:
    space = "" if before[:1] in {"\n", " ", ""} else " "
    ends = ["" if text.endswith("\n") else "\n" for text in (before, after)]
    edited = edit(f"a: 1\ntags:{space}{before}{ends[0]}z: 1\n", tags=value)
    assert edited == f"a: 1\ntags:{space}{after}{ends[1]}z: 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n# above\nx: b # behind\n# below\nz: 1\n", "a: 1\n# above\n# below\nz: 1\n"),
        ("x: |\n  a\n  b\nz: 1\n", "z: 1\n"),
        ("x:\n  - a # one\n  - b # two\nz: 1\n", "z: 1\n"),
        ("x:\n  k: v # one\nz: 1\n", "z: 1\n"),
        ("x: [a,\n  b] # two\nz: 1\n", "z: 1\n"),
        ("X: 1\nz: 1\nx: 2\n", "z: 1\n"),
        ("x:\n", ""),
        ("z: 1\n", "z: 1\n"),
    ],
)
def test_none_removes_a_key_with_its_lines(before: str, after: str) -> None:
    assert edit(before, x=None) == after


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.fault(42, 43)
def test_line_ends_and_byte_order_mark_stay(newline: str, mark: str) -> None:
    text = f"{mark}---\na: 1\ntags:\n- b\nx: 1\n...\nBody\n".replace("\n", newline)
    changes: dict[str, Any] = {"a": 2, "tags": ["b", "c"], "x": None, "new": "word"}
    expected = f"{mark}---\na: 2\ntags:\n- b\n- c\nnew: word\n...\nBody\n".replace("\n", newline)
    assert edit_front_matter(text, changes) == expected


@pytest.mark.parametrize("body", ["", "Text\n", "\r\nText\r\n", "\ufeff# T\n", "---\n\nrule\n"])
def test_a_note_without_front_matter_gets_one_for_a_key(body: str) -> None:
    edited = edit_front_matter(body, {"status": "read", "x": None})
    newline = "\r\n" if "\r" in body else "\n"
    head = f"---{newline}status: read{newline}---{newline}"
    mark = "\ufeff" if body.startswith("\ufeff") else ""
    assert edited == mark + head + body.removeprefix(mark)
    assert edit_front_matter(body, {"x": None}) == body
    assert edit_front_matter(body, {}) == body


def test_a_value_that_is_there_already_changes_nothing() -> None:
    text = (
        "---\nTitle:  'T'\narxiv: 2301.00010 \ntags: [ 'a',b ]\nlist:\n- \"a\"\nyear: 2017\n"
        "publish: True\nold: a\nold: |-\n  b\n---\nBody"
    )
    same: dict[str, Any] = {
        "title": "T",
        "arxiv": "2301.00010",
        "tags": ["a", "b"],
        "list": ("a",),
        "year": 2017,
        "publish": True,
        "old": "b",
        "none": None,
    }
    assert edit_front_matter(text, same) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\na: 1\nBody\n", 1),
        ("---\na: 1\ntitle: a: b\n---\n", 3),
        ("---\na: &x 1\n---\n", 2),
        ("---\n- a\n---\n", 2),
        ("---\na: 1\nb: " + "[" * 30 + "]" * 30 + "\n---\n", 3),
        ("---\na: " + "x" * 70_000 + "\n---\n", 2),
        ("---\npublish: true\npublish: false\n---\n", 3),
        ("---\na: 1\nStatus: a\nstatus: b\n---\n", 4),
        ("---\na: 1\nstatus:\n  # mine\n  b: 1\n---\n", 4),
        ("---\na: 1\nstatus: [a, # mine\n  b]\n---\n", 3),
        ("---\na: 1\nstatus: | # mine\n  b\n---\n", 3),
        ("---\n{a: 1}\n---\n", 2),
    ],
)
@pytest.mark.fault(45)
def test_what_cannot_be_edited_safely_is_refused(text: str, line: int) -> None:
    with pytest.raises(FormatError) as error:
        edit_front_matter(text, {"status": "read"})
    assert error.value.line == line
    assert error.value.hint


def test_a_key_that_shares_its_line_is_not_removed() -> None:
    with pytest.raises(FormatError, match="does not stand on a line of its own"):
        edit_front_matter("---\n{a: 1, b: 2}\n---\n", {"b": None})
    with pytest.raises(FormatError, match="cannot be edited safely"):
        edit_front_matter("---\na: 1\u2028b: 2\n---\n", {"a": None})


def test_the_note_reads_as_it_was_set() -> None:
    text = "---\ntitle: Old\nstatus: unread # soon\n---\n# Heading\n"
    edited = edit_front_matter(text, {"title": "é: \ud800\x00", "tags": ["a b", "c"]})
    note, problems = parse(edited, "notes/x.md")
    assert (note.title, note.tags, note.status) == ("é: \ufffd\ufffd", ("a b", "c"), "unread")
    assert note.body == "# Heading\n"
    assert problems == ()


CHANGES: tuple[dict[str, Any], ...] = (
    {"status": "read"},
    {"title": "New: a title"},
    {"arxiv": "2301.00010"},
    {"categories": ["a", "b"]},
    {"title": None, "layout": None},
)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the posts of other people are not here")
@pytest.mark.parametrize("changes", CHANGES)
def test_other_peoples_posts_are_edited_or_refused_whole(changes: dict[str, Any]) -> None:
    edited_count = 0
    for path in sorted(CORPUS.rglob("*.md")):
        text = path.read_bytes().decode("utf-8", "replace")
        parts = split(text)
        before = read_yaml(parts.text)
        if not parts.is_present or not before.is_sound:
            continue
        edited = edit_front_matter(text, changes)
        after = split(edited)
        assert edited[after.body_start :] == text[parts.body_start :]
        assert _other_lines(after.text, changes) == _other_lines(parts.text, changes)
        said = {key.lower(): value for key, value in read_yaml(after.text).entries.items()}
        assert {key for key, value in changes.items() if value is None}.isdisjoint(said)
        edited_count += edited != text
    assert edited_count > 20


def _other_lines(yaml: str, changes: dict[str, Any]) -> list[str]:
    """Return the lines from any other key to the next key."""
    lines: list[str] = []
    is_other = True
    for line in yaml.splitlines(keepends=True):
        if match := re.match(r"([^\s#:-][^:]*):", line):
            is_other = match[1].strip().lower() not in changes
        if is_other or line.startswith("#") or not line.strip():
            lines.append(line)
    return lines

"""Bad notes through a real sync: each a problem with its line, or read; the rest goes on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from papernotes import markdown, notes
from tests.factories import open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library import Library

DEEP = 50_000
BODY = "# Kept\n\nThe word quokka.\n"


def headed(yaml: str, body: str = BODY) -> bytes:
    return f"---\n{yaml}\n---\n{body}".encode()


# Name → bytes, and the code and line of its problem, if it has one.
BAD: dict[str, tuple[bytes, tuple[str, int] | None]] = {
    "unterminated": (b"---\ntitle: x\n" + BODY.encode(), ("front-matter-unterminated", 1)),
    "is-a-list": (headed("- a\n- b"), ("front-matter-invalid", 2)),
    "is-a-text": (headed("only words"), ("front-matter-invalid", 2)),
    "is-empty": (headed(""), None),
    "has-tabs": (headed("title: T\ntags:\n\t- a"), ("front-matter-invalid", 3)),
    "wrong-types": (headed("title: [a]\ntags: {b: c}"), ("field-type", 2)),
    "twice": (headed("title: A\ntags: x\ntitle: B"), ("front-matter-duplicate-key", 4)),
    "alias-bomb": (
        headed("a: &a [x, x]\n" + "\n".join(f"k{i}: &k{i} [*a, *a]" for i in range(50))),
        ("front-matter-invalid", 2),
    ),
    "merge-bomb": (headed("a: 1\n<<: {b: 1}"), ("front-matter-invalid", 3)),
    "python-tag": (headed("a: !!python/object/apply:os.system [id]"), ("front-matter-invalid", 2)),
    "two-documents": (headed("a: 1\n--- \nb: 2"), None),
    "deep-flow-list": (headed("title: T\na: " + "[" * DEEP), ("front-matter-too-deep", 3)),
    "deep-flow-map": (headed("a: " + "{a: " * DEEP), ("front-matter-too-large", 2)),
    "deep-block-list": (headed("a:\n" + "- " * 15_000 + "b"), ("front-matter-too-deep", 3)),
    "huge-yaml": (headed("a: " + "x" * 70_000), ("front-matter-too-large", 2)),
    "bom": (b"\xef\xbb\xbf" + headed("title: With a mark"), None),
    "crlf": (headed("title: C").replace(b"\n", b"\r\n"), None),
    "lone-cr": (headed("title: C").replace(b"\n", b"\r"), None),
    "utf-16-le": (b"\xff\xfe" + BODY.encode("utf-16-le"), ("encoding", 1)),
    "utf-16-be": (b"\xfe\xff" + BODY.encode("utf-16-be"), ("encoding", 1)),
    "latin-1": (BODY.encode() + b"Caf\xe9\n", ("encoding", 4)),
    "surrogates": (BODY.encode() + b"\xed\xa0\x80\n", ("encoding", 4)),
    "nul": (BODY.encode() + b"a\x00b\n", ("encoding", 4)),
    "not-closed": (BODY.encode() + b"<!-- mine", ("comment-unterminated", 4)),
    "quotes": (BODY.encode() + b">" * DEEP + b" a\n", None),
    "items": (BODY.encode() + b"- " * DEEP + b"a\n", None),
    "links": (BODY.encode() + b"[" * DEEP + b"a" + b"](b)" * DEEP, None),
    "wiki-links": (BODY.encode() + b"[[" * DEEP + b"a" + b"]]" * DEEP, None),
    "emphasis": (BODY.encode() + b"*a _" * DEEP, None),
    "parentheses": (BODY.encode() + b"[a](" + b"(" * DEEP + b")" * DEEP + b")", None),
    "footnotes": (BODY.encode() + b"^[" * DEEP + b"a" + b"]" * DEEP, None),
    "ticks": (BODY.encode() + b"` `` ``` " * (DEEP // 2), None),
    "tags": (BODY.encode() + b"<a " * DEEP, None),
    "stars": (BODY.encode() + b"* " * DEEP, None),
    "too-many": (BODY.encode() + b"[[a]]\n" * 60_000, ("note-too-large", 50_003)),
}
ODD_NAMES = (
    "a\nb",
    "quotes\"'`",
    "-leading",
    "--yes",
    " spaced ",
    "tab\there",
    "[[b]]|#^c",
    "%s{0}$HOME",
    "\u202eturned",
    "x" * 252,
    "Twin",
    "twin",
    "e\u0301t\u00e9",
    "\u00e9t\u00e9",
)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("bad") / "library"
    for name, (data, _) in BAD.items():
        write(root, f"notes/{name}.md", data)
    for number, name in enumerate(ODD_NAMES):
        write(root, f"notes/odd/{name}.md", f"# Odd {number}\n\nThe word quokka.\n")
    with open(os.fsencode(root / "notes" / "bytes-") + b"\xff\xfe.md", "wb") as file:
        file.write(BODY.encode())
    outside = root.parent / "outside"
    write(outside, "secret.md", "# Secret\n\nquokka\n")
    (root / "notes/link.md").symlink_to(outside / "secret.md")
    (root / "notes/folder").symlink_to(outside)
    (root / "notes/loop").symlink_to(root / "notes")
    (root / "notes/dangling.md").symlink_to(root / "nowhere")
    (root / "notes/self.md").symlink_to("self.md")
    os.mkfifo(root / "notes/pipe.md")
    (root / "notes/folder.md").mkdir()
    with open_library(root) as library:
        library.sync()
        yield library


@pytest.mark.parametrize("name", BAD)
@pytest.mark.fault(44, 45)
def test_a_bad_note_is_a_problem_with_its_line_or_read(bad: Library, name: str) -> None:
    data, expected = BAD[name]
    path = f"notes/{name}.md"
    problems = [each for each in bad.sync().problems if each.path == path]
    assert {(each.code, each.line) for each in problems[:1]} == ({expected} if expected else set())
    assert all(each.message and "\n" not in each.message for each in problems)
    assert (bad.root / path).read_bytes() == data
    card = bad.show(name)
    assert card.note is not None
    assert card.note.path == path


def test_what_stands_in_bad_notes_is_found(bad: Library) -> None:
    found = {hit.path for hit in bad.search("quokka", limit=0)}
    assert found == {
        *(f"notes/{name}.md" for name in BAD),
        *(f"notes/odd/{name}.md" for name in ODD_NAMES),
    }


@pytest.mark.fault(39)
def test_names_that_are_no_text_and_links_are_problems(bad: Library) -> None:
    problems = {each.path: each.code for each in bad.sync().problems}
    assert problems["notes/bytes-\\udcff\\udcfe.md"] == "file-name"
    links = ("link.md", "folder", "loop", "dangling.md", "self.md")
    assert {problems.get(f"notes/{name}") for name in links} == {"symlink"}
    assert not {"notes/pipe.md", "notes/folder.md"} & problems.keys()
    assert not [hit for hit in bad.list(limit=0) if "secret" in hit.ref]


@pytest.mark.parametrize("number", range(len(ODD_NAMES)))
def test_a_note_of_an_odd_name_is_shown(bad: Library, number: int) -> None:
    path = f"notes/odd/{ODD_NAMES[number]}.md"
    card = bad.show(path)
    assert card.note is not None
    assert (card.note.path, card.title) == (path, f"Odd {number}")


def test_a_sync_is_the_same_as_one_anew(bad: Library) -> None:
    before = bad.sync()
    assert (before.added, before.changed, before.removed) == ((), (), ())
    anew = bad.sync(rebuild=True)
    assert (anew.problems, anew.notes) == (before.problems, before.notes)
    assert anew.notes == len(BAD) + len(ODD_NAMES)


@pytest.mark.parametrize("unit", ["[[a]] ", "- a\n", "*", "https://a.b/c "])
@pytest.mark.fault(40)
def test_of_a_giant_so_much_is_read_as_has_so_many_marks(unit: str) -> None:
    reading = notes.read(unit * (markdown.MAX_MARKS + 10), "notes/x.md")
    assert [each.code for each in reading.problems] == ["note-too-large"]
    assert len(reading.document.text) <= len(unit) * (markdown.MAX_MARKS + 1)
    assert len(reading.note.links) <= markdown.MAX_MARKS


def test_a_long_text_of_few_marks_is_read_whole() -> None:
    text = "word " * markdown.MAX_MARKS + "[[last]]"
    reading = notes.read(text, "notes/x.md")
    assert [each.target for each in reading.note.links] == ["last"]
    assert reading.problems == ()

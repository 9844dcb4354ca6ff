"""Note text ⇄ Note: front matter in every state, typed fields, new notes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from papernotes import notes
from papernotes.models import ArxivId, Author, Note, Paper
from papernotes.notes import starting

DAY = date(2026, 11, 22)


def parse(front_matter: str, body: str = "Body.\n", path: str = "notes/sub/name.md") -> Note:
    note, problems = notes.parse(f"---\n{front_matter}\n---\n{body}", path)
    assert not problems
    return note


def faults(text: str) -> tuple[Note, list[tuple[str, int | None]]]:
    note, problems = notes.parse(text, "notes/x.md")
    assert all(problem.path == "notes/x.md" and problem.message for problem in problems)
    return note, [(problem.code, problem.line) for problem in problems]


# Where the front matter stands


@pytest.mark.parametrize(
    ("text", "yaml", "body", "line"),
    [
        ("---\na: b\n---\nbody\n", "a: b\n", "body\n", 4),
        ("---\r\na: b\r\n---\r\nbody\r\n", "a: b\r\n", "body\r\n", 4),
        ("\ufeff---\na: b\n...\nbody", "a: b\n", "body", 4),
        ("---  \n---\t\nbody", "", "body", 3),
        ("---\na: b\n---", "a: b\n", "", 3),
        ("---\ra: b\r---\rbody", "a: b\r", "body", 4),
    ],
)
def test_split(text: str, yaml: str, body: str, line: int) -> None:
    parts = notes.split(text)
    assert parts.is_present
    assert (parts.text, text[parts.body_start :], parts.body_line) == (yaml, body, line)
    assert text[parts.start : parts.end] == yaml


@pytest.mark.parametrize(
    "text", ["", "body", "\ufeffbody", " ---\na: b\n---\n", "----\n", "---\n\nrule"]
)
def test_text_without_front_matter_is_all_body(text: str) -> None:
    note, problems = notes.parse(text, "notes/x.md")
    assert note.body == text.removeprefix("\ufeff")
    assert (note.title, dict(note.meta), note.body_line) == ("x", {}, 1)
    assert not problems


def test_front_matter_without_end_is_body_and_a_problem() -> None:
    note, found = faults("---\ntitle: x\n\nbody [[y]]\n")
    assert found == [("front-matter-unterminated", 1)]
    assert note.body.startswith("---\ntitle: x")
    assert note.links[0].line == 4


# What the fields say


def test_a_full_note() -> None:
    note = parse(
        "title: 'It''s: \"x\"'\npaper: '@key'\narxiv: 1706.03762\nkind: Paper\n"
        "aliases: [A, B]\ntags: [One, '#two', one]\nstatus: Reading\ncreated: 2026-11-22\n"
        "date: 2026-12-01T10:00:00Z\ndescription: D\ncategories: c1 c2\nslug: s\npublish: [html]\n"
        "x: {y: [1, 1.50, 007, ~, yes, true]}",
        "# H1\n\n#two #Three [[z]]\n",
    )
    assert note.title == 'It\'s: "x"'
    assert (note.paper, note.arxiv, note.kind) == ("key", ArxivId("1706.03762"), "paper")
    assert (note.aliases, note.tags) == (("A", "B"), ("One", "two", "Three"))
    assert (note.status, note.created, note.date) == ("reading", DAY, date(2026, 12, 1))
    assert (note.description, note.categories, note.slug) == ("D", ("c1", "c2"), "s")
    assert (note.publish, note.is_private) == (("html",), False)
    assert note.meta["x"] == {"y": [1, "1.50", "007", None, "yes", True]}
    assert note.body.startswith("# H1")
    assert (note.links[0].target, note.links[0].line) == ("z", 19)


@pytest.mark.parametrize("written", ["2301.00010", "'2301.00010'", "0704.0001", "arXiv:2301.00010"])
def test_arxiv_ids_stay_what_was_written(written: str) -> None:
    found = parse(f"arxiv: {written}").arxiv
    assert found is not None
    assert found.id == written.strip("'").removeprefix("arXiv:")


@pytest.mark.parametrize(
    ("front_matter", "title"),
    [
        ("title: T", "T"),
        ("title: 159", "159"),
        ("title: ''", "First"),
        ("other: x", "First"),
        ("title: >\n  folded\n  text", "folded text\n"),
    ],
)
def test_title_is_from_front_matter_then_heading(front_matter: str, title: str) -> None:
    assert parse(front_matter, "## No\n\n# First\n\n# Second\n").title == title


def test_title_is_else_the_name_of_the_file() -> None:
    assert parse("a: b").title == "name"
    assert parse("paper: k").kind == "paper"


@pytest.mark.parametrize(
    ("front_matter", "tags"),
    [
        ("tags: a", ("a",)),
        ("tags: a b, c d", ("a b", "c d")),
        ("tags: a b", ("a", "b")),
        ("tag: a\nKeywords: [b, A]", ("a", "b")),
        ("tags:\n- a\n- b/c/", ("a", "b/c")),
        ("tags:", ()),
    ],
)
def test_tags(front_matter: str, tags: tuple[str, ...]) -> None:
    assert parse(front_matter).tags == tags


@pytest.mark.parametrize(
    ("front_matter", "publish"),
    [
        ("publish: true", True),
        ("publish: True", True),
        ("publish: false", False),
        ("publish:", False),
        ("publish: []", False),
        ("publish: [jekyll, html]", ("jekyll", "html")),
    ],
)
def test_publish(front_matter: str, publish: object) -> None:
    assert parse(front_matter).publish == publish


@pytest.mark.parametrize("written", ['"true"', "yes", "1", "jekyll", "{a: b}", "[[a]]"])
def test_publish_in_doubt_is_no(written: str) -> None:
    note, found = faults(f"---\nx: y\npublish: {written}\n---\n")
    assert note.publish is False
    assert found == [("field-type", 3)]


@pytest.mark.parametrize(
    ("front_matter", "is_private"),
    [
        ("private: true", True),
        ("private: false", False),
        ("private:", False),
        ('private: "false"', True),
        ("private: no", True),
        ("private: true\na: {", True),
        ("private: false\na: {", False),
    ],
)
def test_private_in_doubt_is_yes(front_matter: str, is_private: bool) -> None:
    assert notes.parse(f"---\n{front_matter}\n---\n", "notes/x.md")[0].is_private is is_private


@pytest.mark.parametrize(
    "front_matter",
    [
        "created: 2026-13-01",
        "date: tomorrow",
        "arxiv: 1",
        "arxiv: [1706.03762]",
        "tags: {a: b}",
        "title: [a]",
        "aliases: [[a, b]]",
        "tags: [2024]",
    ],
)
def test_wrong_types_are_problems_with_a_line(front_matter: str) -> None:
    note, found = faults(f"---\n# comment\n{front_matter}\n---\nbody #t\n")
    assert found == [("field-type", 3)]
    assert note.title == "x"
    assert "t" in note.tags


# Front matter that is broken or hostile


@pytest.mark.parametrize(
    ("front_matter", "code", "line"),
    [
        ("publish: true", "front-matter-duplicate-key", 3),
        ("- a\n- b", "front-matter-invalid", 2),
        ("just text", "front-matter-invalid", 2),
        ("t: ok\ntitle: a: b", "front-matter-invalid", 3),
        ("t: ok\n\ttitle: x", "front-matter-invalid", 2),
        ("a: &x 1\nb: *x", "front-matter-invalid", 2),
        ("a: !!python/object:os.system x", "front-matter-invalid", 2),
        ("a: {b: c}\nd:\n  <<: {e: f}", "front-matter-invalid", 3),
        ("a: " + "[" * 60_000, "front-matter-too-deep", 2),
        ("a: " + "{b: " * 30 + "}" * 30, "front-matter-too-deep", 2),
        ("a:\n" + "- " * 21 + "b", "front-matter-too-deep", 3),
        ("a: " + "x" * 70_000, "front-matter-too-large", 2),
        ("a: b\n--- c", "front-matter-invalid", 2),
        ("key: {{title}}", "front-matter-invalid", 2),
        ("a: \x01", "front-matter-invalid", 2),
    ],
)
@pytest.mark.fault(45)
def test_broken_front_matter_publishes_nothing_and_loses_no_body(
    front_matter: str, code: str, line: int
) -> None:
    note, found = faults(f"---\n{front_matter}\npublish: true\n---\nbody [[x]]\n")
    assert found[0] == (code, line)
    assert note.publish is False
    assert note.body == "body [[x]]\n"
    assert [link.target for link in note.links] == ["x"]


def test_the_rest_of_broken_front_matter_is_still_read() -> None:
    note, found = faults(
        "---\ntitle: Attention: a survey\ncitekey: @key\ntags: [#a, b]\nyear: 2017\n---\n"
    )
    assert (note.title, note.paper, note.tags) == ("Attention: a survey", "key", ("a", "b"))
    assert note.meta["year"] == 2017
    assert found == [("front-matter-invalid", line) for line in (2, 3, 4)]


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    note, found = faults("---\ntitle: a\npublish: true\ntitle: b\n---\n")
    assert (note.title, note.publish) == ("b", True)
    assert found == [("front-matter-duplicate-key", 4)]


def test_an_alias_bomb_is_never_expanded() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    note, found = faults(f"---\na0: &a0 x\n{levels}---\n")
    assert len(str(note.meta)) < 20_000
    assert {code for code, _ in found} == {"front-matter-invalid"}


def test_a_comment_never_closed_is_a_problem() -> None:
    assert faults("text\n\n%% open\n")[1] == [("comment-unterminated", 3)]


# New notes


def test_a_new_paper_note() -> None:
    paper = Paper(
        "vaswani2017attention",
        'Attention: $O(n^2)$ "Is" All\nYou Need',
        (Author("Vaswani", "Ashish"), Author("Ł#[x]: y")),
        2017,
        arxiv_id="1706.03762",
        abstract="SECRET",
    )
    text = starting.render_paper_note(paper, created=DAY, tags=("nlp", "two words"))
    note, problems = notes.parse(text, "notes/vaswani2017attention.md")
    assert not problems
    assert note.title == paper.title
    assert (note.paper, note.arxiv) == (paper.citekey, ArxivId("1706.03762"))
    assert note.meta["authors"] == ["Ashish Vaswani", "Ł#[x]: y"]
    assert (note.tags, note.status, note.created) == (("nlp", "two words"), "unread", DAY)
    assert (note.meta["year"], note.publish) == (2017, False)
    assert 'arxiv: "1706.03762"\n' in text
    assert [link.target for link in note.links] == [
        "https://arxiv.org/abs/1706.03762",
        "https://arxiv.org/pdf/1706.03762",
    ]
    assert "SECRET" not in text
    assert text.endswith("\n")


def test_a_paper_without_arxiv_links_to_its_doi_or_page() -> None:
    def body(**fields: Any) -> str:
        return starting.render_paper_note(Paper("k", "T", **fields), created=DAY).split("---\n")[2]

    assert "<https://doi.org/10.1/a%3Cb%3E>" in body(doi="10.1/a<b>", url="https://x.org")
    assert "<https://x.org/a?b=c>" in body(url="https://x.org/a?b=c")
    for url in ("javascript:alert(1)", "https://x.org/a>[[b]]", "http://[", ""):
        assert not notes.parse(body(url=url), "notes/k.md")[0].links


def test_thousands_of_authors_leave_a_note_that_can_be_read() -> None:
    paper = Paper("k", "T", tuple(Author(f"Family{n}", "Given") for n in range(3000)))
    note, problems = notes.parse(starting.render_paper_note(paper, created=DAY), "notes/k.md")
    assert not problems
    authors = note.meta["authors"]
    assert isinstance(authors, list)
    assert (len(authors), authors[-1]) == (101, "others")


@pytest.mark.parametrize("kind", notes.KINDS)
def test_a_new_free_note_of_each_kind(kind: str) -> None:
    text = starting.render_free_note(
        "A: b", kind=kind, created=DAY, tags=["t"], paper=Paper("yes", "P")
    )
    note, problems = notes.parse(text, "notes/a-b.md")
    assert not problems
    assert (note.title, note.kind, note.paper) == ("A: b", kind, "yes")
    assert (note.tags, note.created) == (("t",), DAY)
    assert not note.links
    assert all(line == line.rstrip() for line in text.splitlines())

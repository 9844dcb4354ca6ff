"""Laws of notes: what is written reads back, and no text at all makes the reader fail."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import notes
from papernotes.models import Author, Paper
from papernotes.notes import starting
from papernotes.notes.templates import parse_template

YAML_MARKS = "--- ... ' \" \\ {{x}} ! &a *a [ ] { } | > % @ ` ~ true null 2017 1.10 %% <!-- $ [[x]]"
CHARACTERS = (
    *("\n---\n", ": ", " #", "- ", "? ", "\x00", "\x07", "\x1b[0m", "\x7f", "\x85", "\u2028"),
    *("\u2029", "\ufeff", "\ufffe", "\uffff", "\ud800", "\udfff", "\U0001f600", "\t", "\r"),
)
HOSTILE = st.sampled_from((*YAML_MARKS.split(), *CHARACTERS))
TEXTS = st.lists(HOSTILE | st.text(max_size=5), min_size=1, max_size=8).map("".join)
UNREADABLE = re.compile("[\ud800-\udfff\x00]")
DAY = date(2026, 11, 22)


def kept(text: str) -> str:
    return UNREADABLE.sub("\ufffd", text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=4), TEXTS)
def test_any_title_author_and_key_read_back(title: str, authors: list[str], citekey: str) -> None:
    paper = Paper(citekey, title, tuple(Author(name) for name in authors), arxiv_id="1706.03762")
    text = starting.render_paper_note(paper, created=DAY)
    text.encode("utf-8")
    note, problems = notes.parse(text, "notes/x.md")
    assert not problems
    assert list(note.meta) == ["title", "paper", "arxiv", "authors", "tags", "status", "created"]
    assert note.meta["title"] == kept(title)
    assert note.meta["authors"] == [kept(name) for name in authors]
    assert str(note.meta["paper"]) == kept(citekey)
    assert [link.target for link in note.links if link.start >= note.body_start] == [
        "https://arxiv.org/abs/1706.03762",
        "https://arxiv.org/pdf/1706.03762",
    ]
    json.dumps(dict(note.meta))


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_foreign_words_in_a_template_are_words(title: str, abstract: str) -> None:
    paper = Paper("k", title, abstract=abstract)
    text = starting.render_paper_note(
        paper,
        created=DAY,
        template=parse_template("{{title}}\n\n{{abstract}}\n\n[[end]]"),
    )
    note, _ = notes.parse(text, "notes/x.md")
    assert [link.target for link in note.links if link.kind != "url"] == ["end"]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=5), TEXTS, st.booleans())
def test_no_text_makes_the_reader_fail(lines: list[str], body: str, is_crlf: bool) -> None:
    text = "---\n" + "\n".join(lines) + "\n---\n" + body
    text = text.replace("\n", "\r\n") if is_crlf else text
    note, problems = notes.parse(text, "notes/x.md")
    assert note.title
    assert note.body == text[note.body_start :]
    assert all(problem.line is not None and problem.line >= 1 for problem in problems)
    json.dumps(dict(note.meta))
    parts = notes.split(text)
    assert text[parts.start : parts.end] == parts.text


HEADS = ("---\n", "title: T\n", "tags: [a, B]\n", "tag: b\n", "publish: true\n", "publish: yes\n")
FIELDS = (*HEADS, "private: true\n", "paper: '[[k]]'\n", "up: '[[x]]'\n", "date: 2020-01-01\n")
BODIES = ("# A title\n", "#tag #B\n", "%% #hidden %%\n", "[[x]]\n", "\r\n", "```\n#no\n```\n")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from((*FIELDS, *BODIES)) | TEXTS, max_size=12).map("".join))
def test_head_and_body_are_the_note_without_links(text: str) -> None:
    reading = notes.read(text, "notes/x.md")
    found = notes.read_body(text, notes.read_head(text, "notes/x.md", reading.note.title))
    tags = notes.with_tags(found, reading.document)
    assert replace(found, tags=tags) == replace(reading.note, links=())


def test_head_and_body_of_a_note_too_large_are_what_is_read_of_it() -> None:
    text = "---\npublish: true\n---\n" + "`a` " * 130_000 + "\nend"
    head = notes.read_head(text, "notes/x.md", "x")
    assert not head.publish
    assert "end" not in notes.read_body(text, head).body

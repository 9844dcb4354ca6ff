from __future__ import annotations

import pytest

from papernotes.errors import QueryError
from papernotes.filters import Filter
from papernotes.query import (
    EVERYTHING,
    And,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    has_text,
    iter_filters,
    iter_text,
    parse,
    render,
)

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EVERYTHING),
        ("  \t\n", EVERYTHING),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("(a b) c", And((A, B, C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("NOT a", Not(A)),
        ("-a b", And((Not(A), B))),
        ("NOT NOT a", A),
        ("-(a b)", Not(And((A, B)))),
        ('"a b"', Phrase("a b")),
        ("“a b”", Phrase("a b")),
        ('"a  b"~3', Phrase("a b", slop=3)),
        ('"say \\"hi\\""', Phrase('say "hi"')),
        ("trans*", Prefix("trans")),
        ("atention~", Fuzzy("atention", 2)),
        ("atten~", Fuzzy("atten", 1)),
        ("atention~1", Fuzzy("atention", 1)),
        ("author:Hinton", Word("Hinton", "author")),
        ("Title:x", Word("x", "title")),
        ('title:"a b"', Phrase("a b", "title")),
        ("title:(a OR b)", Or((Word("a", "title"), Word("b", "title")))),
        ("note:trans*", Prefix("trans", "note")),
        ("tag:rl", Filter("tag", "=", "rl")),
        ('tag:"a b"*', Filter("tag", "^", "a b")),
        ("a - b", And((A, B))),
        ("a !!! b", And((A, B))),
        ("word-or-two", Word("word-or-two")),
        ("BERT: a", And((Word("BERT:"), A))),
        ('Schr\\"odinger', Word('Schr\\"odinger')),
        ("a\x00b", And((A, B))),
        ("and or not", And((Word("and"), Word("or"), Word("not")))),
    ],
)
def test_queries_become_trees(text: str, expected: Node) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://arxiv.org/abs/1706.03762v5", "1706.03762"),
        ("https://arxiv.org/pdf/hep-th/9901001v2.pdf", "hep-th/9901001"),
        ("10.48550/arXiv.1706.03762", "1706.03762"),
        ("https://doi.org/10.1103/PhysRevLett.1.1", "10.1103/PhysRevLett.1.1"),
        ("doi:10.1103/PhysRevLett.1.1", "10.1103/PhysRevLett.1.1"),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("DBLP:conf/nips/Vaswani17", "DBLP:conf/nips/Vaswani17"),
        ("vaswani2017attention", "vaswani2017attention"),
        ("1706.03762v5", "1706.03762v5"),
    ],
)
def test_what_people_paste_is_one_word(text: str, expected: str) -> None:
    assert parse(text) == Word(expected)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ('a "b', 3, "quote is never closed"),
        ('title:"b', 7, "quote is never closed"),
        ("(a", 1, "never closed"),
        ("a)", 2, "closes nothing"),
        ("()", 1, "empty"),
        ("a OR", 3, "OR needs"),
        ("OR a", 1, "OR needs"),
        ("a OR OR b", 3, "OR needs"),
        ("AND", 1, "AND needs"),
        ("a AND AND b", 3, "AND needs"),
        ("a NOT", 3, "NOT needs"),
        ("(a NOT)", 4, "NOT needs"),
        ("!!!", 1, "nothing to search for"),
        ("-", 1, "nothing to search for"),
        ("*", 1, "3 letters"),
        ("ab*", 1, "3 letters"),
        ("?????*", 1, "3 letters"),
        ("*tion", 1, "only end a word"),
        ("a b*c", 4, "only end a word"),
        ('"a b"*', 1, "phrase"),
        ("~5", 1, "3 letters"),
        ("word~5", 5, "at most 2"),
        ('"a b"~999', 1, "at most"),
        ("author:", 8, "needs a value"),
        ("author: x", 8, "needs a value"),
        ("year:(1)", 1, "no group"),
        ("a year:abc", 8, "no range"),
        ("\ud800", 1, "no text"),
    ],
)
def test_mistakes_are_shown_where_they_are(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        parse(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "near"),
    [("auther:x", "author"), ("abs:x", "abstract"), ("tags:x", "tag"), ("ti:(a b)", "title")],
)
def test_unknown_fields_get_a_suggestion(text: str, near: str) -> None:
    with pytest.raises(QueryError, match="no field") as caught:
        parse(text)
    assert caught.value.hint == f"did you mean {near}:?"


def test_a_field_like_no_other_lists_the_fields() -> None:
    with pytest.raises(QueryError, match="no field nofield:") as caught:
        parse("x nofield:x")
    assert caught.value.column == 3
    assert "title author" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "w " * 33,
        "(" * 11 + "a" + ")" * 11,
        "(" * 1_000,
        "NOT " * 200,
        "-" * 900,
        "x" * 1_001,
        '"' + "a " * 33 + '"',
        '"' * 999,
        "(a OR " * 100,
    ],
)
def test_there_are_limits(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text)


def test_the_limits_themselves_are_allowed() -> None:
    assert parse("(" * 10 + "a" + ")" * 10) == A
    assert len(parse("w " * 32).children) == 32  # type: ignore[union-attr]
    assert parse("x" * 1_000) == Word("x" * 1_000)
    assert parse("NOT " * 200 + "x") == Word("x")


@pytest.mark.parametrize(
    "text",
    [
        "a (b OR c -d) -(e f)",
        'title:"x \\"y\\" \\\\z" author:(a OR "b c"~2)',
        'tag:"two words" year:>2019 added:2026-11 has:pdf cat:cs.LG key:vas*',
        "trans* atention~ -note:x",
    ],
)
def test_rendered_queries_read_back(text: str) -> None:
    assert parse(render(parse(text))) == parse(text)


def test_what_stands_in_a_tree() -> None:
    node = parse("a -b (tag:x OR year:2017) -is:private title:c")
    assert [wish.field for wish in iter_filters(node)] == ["tag", "year", "is"]
    assert list(iter_text(node)) == [A, Word("c", "title")]
    assert has_text(node)
    assert has_text(parse("tag:x -a"))
    assert not has_text(parse("tag:x -is:private"))
    assert not has_text(EVERYTHING)

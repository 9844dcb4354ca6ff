"""Whatever is typed, arXiv gets a question it understands, and the one that was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.arxiv.question import render_question
from papernotes.demo.records import Record
from papernotes.demo.searching import search
from papernotes.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 24)
WORDS = ("apple", "berry", "cherry", "damson")
PIECES = st.sampled_from(
    [
        *WORDS,
        *("au:", "ti:", "cat:", "id:", "doi:", "year:", "submittedDate:", "foo:"),
        *("cs.LG", "math", "1706.03762", "2017", "2015..2018", "[2017 TO 2018]", "[", "]"),
        *(" ", " ", " ", '"', "“", "”", "(", ")", "-", "*", "~", "\\", "&", "+", "{", "}", "^"),
        *(" OR ", " AND ", " NOT ", " ANDNOT ", "the", "é", "日本", ":", "?", "!", "|", "/"),
    ]
)
TEXTS = st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=60)


@given(TEXTS)
def test_any_text_is_a_balanced_question_that_arxiv_reads_or_no_query(text: str) -> None:
    question, column = "", 1
    try:
        question = render_question(text, today=TODAY)
    except QueryError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1
    if not question:
        return
    assert question.count('"') % 2 == 0
    outside = re.sub(r'"[^"]*"', "", question)
    depth = 0
    for char in outside:
        depth += {"(": 1, ")": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    search((), question)


@dataclass(frozen=True)
class Said:
    """A query and what it means, as a test of a set of words."""

    text: str
    holds: Callable[[frozenset[str]], bool]


def _and(left: Said, right: Said, word: str) -> Said:
    return Said(
        f"({left.text}{word}{right.text})", lambda has: left.holds(has) and right.holds(has)
    )


def _or(left: Said, right: Said) -> Said:
    return Said(f"({left.text} OR {right.text})", lambda has: left.holds(has) or right.holds(has))


def _not(child: Said, word: str) -> Said:
    return Said(word + child.text, lambda has: not child.holds(has))


def _deeper(inner: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    return st.one_of(
        st.builds(_and, inner, inner, st.sampled_from([" ", " AND "])),
        st.builds(_or, inner, inner),
        st.builds(_not, inner, st.sampled_from(["-", "NOT "])),
    )


SAID = st.recursive(
    st.sampled_from([Said(word, lambda has, word=word: word in has) for word in WORDS]),  # type: ignore[misc]
    _deeper,
    max_leaves=8,
)
SUBSETS = [
    frozenset(word for at, word in enumerate(WORDS) if bits >> at & 1)
    for bits in range(2 ** len(WORDS))
]


def _record(words: frozenset[str], number: int) -> Record:
    day = "2020-01-01T00:00:00Z"
    title = " ".join(sorted(words)) or "nothing"
    return Record(f"2001.{number:05d}", 1, title, ("Ada",), ("cs.LG",), day, day, "A summary.")


RECORDS = {_record(words, number): words for number, words in enumerate(SUBSETS)}


@given(SAID)
def test_the_question_means_what_the_query_meant(said: Said) -> None:
    wanted = {words for words in SUBSETS if said.holds(words)}
    question = render_question(said.text, categories=["cs.LG"], today=TODAY)
    assert {RECORDS[record] for record in search(list(RECORDS), question)} == wanted


@given(SAID)
def test_without_a_category_only_negations_are_refused(said: Said) -> None:
    wanted = {words for words in SUBSETS if said.holds(words)}
    if frozenset() in wanted:  # a paper with none of the words fits: arXiv cannot be asked that
        with pytest.raises(QueryError, match="only says what not to find"):
            render_question(said.text, today=TODAY)
        return
    question = render_question(said.text, today=TODAY)
    assert {RECORDS[record] for record in search(list(RECORDS), question)} == wanted

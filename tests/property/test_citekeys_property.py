from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.citekeys import FILTERS, PARTS, compose, make_citekey, parse_template
from papernotes.errors import ConfigError
from papernotes.models import Author, Paper

LEGAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.+-]{0,119}")
LOWER = re.compile(r"[a-z0-9][a-z0-9_:.+-]*")

texts = st.text(max_size=30) | st.text(alphabet="aB {}\\'$-–βЖ水éß", max_size=30)
authors = st.builds(Author, texts, texts, texts, texts, is_literal=st.booleans())
papers = st.builds(
    Paper,
    st.just(""),
    texts,
    st.lists(authors, max_size=6).map(tuple),
    year=st.none() | st.integers(1, 3000),
    month=st.none() | st.integers(1, 12),
    entry_type=st.sampled_from(["misc", "book", "inproceedings"]),
    journal_ref=st.none() | texts,
    arxiv_id=st.none() | st.sampled_from(["1706.03762", "hep-th/9901001"]),
    extra=st.lists(
        st.tuples(st.sampled_from(["editor", "pages", "volume", "shortjournal"]), texts), max_size=3
    ).map(tuple),
)

numbers = st.integers(-3, 12).map(str)
words = st.text(alphabet="ab_-:.", max_size=4).map("'{}'".format)
capital_free = sorted(set(FILTERS) - {"upper", "capitalize"})
values = {
    "select": st.builds("({},{})".format, numbers, numbers),
    "substring": st.builds("({},{})".format, numbers, numbers),
    "max": numbers.map("({})".format),
    "abbr": numbers.map("({})".format),
    "len": st.builds("('{}',{})".format, st.sampled_from(["<", ">=", "!="]), numbers),
    "replace": st.builds("({},{})".format, words, words),
} | dict.fromkeys(("prefix", "postfix", "default", "match", "condense"), words.map("({})".format))
of_parts = {
    "shorttitle": numbers.map("({})".format),
    "auth": st.builds("({},{})".format, numbers, numbers),
    "field": st.just("('volume / editor')"),
    "type": st.sampled_from(["", "('book')"]),
}


def calls(names: list[str], arguments: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    return st.sampled_from(names).flatmap(
        lambda name: arguments.get(name, st.just("")).map(lambda values: name + values)
    )


def chains(filters: list[str]) -> st.SearchStrategy[str]:
    parts = calls(sorted(PARTS), of_parts)
    return st.builds(
        lambda part, rest: ".".join([part, *rest]),
        parts,
        st.lists(calls(filters, values), max_size=3),
    )


def braces(filters: list[str]) -> st.SearchStrategy[str]:
    inside = st.lists(chains(filters), min_size=1, max_size=2).map(" | ".join)
    literal = st.text(alphabet="aZ-_: é", max_size=3)
    return st.lists(st.builds("{}{{{}}}".format, literal, inside), min_size=1, max_size=4).map(
        "".join
    )


terms = st.lists(chains(sorted(FILTERS)) | words, min_size=1, max_size=4).map(" + ".join)
formulas = st.lists(terms, min_size=1, max_size=3).map(" | ".join)


@given(papers, braces(sorted(FILTERS)) | formulas)
@settings(max_examples=300)
def test_any_paper_and_any_template_give_one_legal_key(paper: Paper, template: str) -> None:
    key = compose(paper, template)
    assert LEGAL.fullmatch(key)
    assert compose(paper, template) == key


@given(papers, braces(capital_free))
@settings(max_examples=200)
def test_braces_give_no_capitals_unasked(paper: Paper, template: str) -> None:
    assert LOWER.fullmatch(compose(paper, template))


@given(papers, st.integers(1, 60))
@settings(max_examples=50)
def test_clashes_get_keys_of_their_own(paper: Paper, count: int) -> None:
    taken: set[str] = set()
    for _ in range(count):
        key = make_citekey(paper, is_taken=taken.__contains__)
        assert LOWER.fullmatch(key)
        taken.add(key)
    assert len(taken) == count


@given(st.text() | st.text(alphabet="{}[]()|+.,:='\"auth year3_>0\\/"))
@settings(max_examples=300)
def test_any_text_is_a_template_or_refused_with_a_column(text: str) -> None:
    try:
        parse_template(text)
    except ConfigError as error:
        assert re.search(r"column [0-9]+: ", str(error))  # noqa: PT017 - either is right
    else:
        assert LEGAL.fullmatch(compose(Paper("", text, (Author(text),)), text))

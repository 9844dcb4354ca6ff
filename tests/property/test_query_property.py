from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes.errors import QueryError
from papernotes.filters import CHOICES
from papernotes.query import (
    TEXT_FIELDS,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    parse,
    parse_kindly,
    render,
)

PIECES = st.sampled_from(
    [
        *("a", "bc", "attention", "C++", "self-supervised", "ünï", "深度", "1706.03762v5"),
        *("OR", "AND", "NOT", "-", "(", ")", '"', "“", "”", "~", "~2", "*", "\\", '\\"'),
        *("title:", "author:", "tag:", "year:", "added:", "cat:", "key:", "is:", "arxiv:"),
        *("2017", "2015..2018", ">2019", "7d", "2026-02", "published", "nofield:", "https://"),
        *(" ", "  ", "\n", "\x00", "é", "'", "#", "/", ":", "–", "−", "（", "）", "：", "«"),
        *("arXiv:1706.03762v5 [cs.CL]", "@article{k, title = {", "}", "https://arxiv.org/abs/"),
    ]
)
QUERIES = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))

WORDS = st.sampled_from(
    ["ab", "C++", "self-supervised", "深度学习", 'Schr\\"odinger', "1706.03762"]
)
STEMS = st.sampled_from(["trans", "optimi", "深度", "schröd"])
NAMES = st.sampled_from(["", *(f"{name}:" for name in TEXT_FIELDS)])
LEAVES = st.one_of(
    st.builds("{}{}".format, NAMES, WORDS),
    st.builds('{}"{} {}"'.format, NAMES, WORDS, WORDS),
    st.builds('{}"{} {}"~{}'.format, NAMES, WORDS, WORDS, st.integers(0, 50)),
    st.builds("{}{}*".format, NAMES, STEMS),
    st.builds("{}atten~{}".format, NAMES, st.sampled_from(["", "1", "2"])),
)
VALUES = st.sampled_from(["rl", '"two words"', '"say \\"x\\""', "pre*", '"two words"*', "ünï"])
RANGES = st.sampled_from(["2015", "2015..2018", "..2018", "2015..", ">2019", "<=2019"])
FILTERS = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(["tag", "kind", "key", "cat"]), VALUES),
    st.builds("{}:{}".format, st.sampled_from(["year", "added"]), RANGES),
    st.sampled_from([f"{name}:{each}" for name, some in CHOICES.items() for each in some]),
    st.sampled_from(["added:7d", "added:2026-02", "rating:3..5", "arxiv:1706.03762v3"]),
)
GRAMMAR = st.recursive(
    st.one_of(LEAVES, FILTERS),
    lambda inner: st.one_of(
        st.builds("({} {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("-({})".format, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=8,
)
FIELDED = st.builds("{}:({} OR -{})".format, st.sampled_from(TEXT_FIELDS), WORDS, LEAVES)


def parsed(text: str) -> Node | None:
    try:
        return parse(text)
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 2  # noqa: PT017 - either outcome is right
        return None


@settings(max_examples=200, deadline=None)
@given(QUERIES)
@example('title:(a OR "b \\" c"~3) -(tag:"x y"* OR -year:..2018)')
@example("(a OR b OR c) (d -e) f")
@example('"a"–b')
def test_any_text_is_an_error_or_a_tree_that_reads_back(text: str) -> None:
    node = parsed(text)
    if node is not None:
        assert parse(render(node)) == node


@settings(max_examples=200, deadline=None)
@given(st.one_of(GRAMMAR, FIELDED))
def test_every_tree_of_the_grammar_reads_back(text: str) -> None:
    node = parse(text)
    assert parse(render(node)) == node
    assert parse_kindly(text) == (node, ())


def test_the_grammar_has_every_kind_of_node() -> None:
    found = parse('a (b OR "c d"~2) -(author:trans* atten~1) tag:x')
    kinds = {type(each) for each in walked(found)}
    assert kinds >= {Word, Phrase, Prefix, Fuzzy, Not, Or, type(found)}


def walked(node: Node) -> list[Node]:
    children = getattr(node, "children", ()) or filter(None, [getattr(node, "child", None)])
    return [node, *(each for child in children for each in walked(child))]


@settings(max_examples=300, deadline=None)
@given(QUERIES)
@example('CAT:\\"–')
@example('"a\\\\"–b')
def test_taken_kindly_it_is_the_same_tree_or_one_more_query_is(text: str) -> None:
    node = parsed(text)
    try:
        found = parse_kindly(text)
    except QueryError as error:
        assert node is None
        assert 1 <= error.column <= len(text) + 2  # noqa: PT017
        return
    assert parse(render(found.node)) == found.node
    assert found.notices or node == found.node


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map(" ".join))
def test_two_queries_in_parentheses_are_one(first: str, second: str) -> None:
    left, right = parsed(first), parsed(second)
    if left is None or right is None or not (first.strip() and second.strip()):
        return
    both = parsed(f"({first}) OR ({second})")
    alone = parsed(f"({render(left)}) OR ({render(right)})")
    assert both == alone

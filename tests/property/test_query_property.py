from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes.errors import QueryError
from papernotes.query import Node, parse, render

PIECES = st.sampled_from(
    [
        *("a", "bc", "attention", "C++", "self-supervised", "ünï", "深度", "1706.03762v5"),
        *("OR", "AND", "NOT", "-", "(", ")", '"', "“", "”", "~", "~2", "*", "\\", '\\"'),
        *("title:", "author:", "tag:", "year:", "added:", "cat:", "key:", "is:", "arxiv:"),
        *("2017", "2015..2018", ">2019", "7d", "2026-02", "published", "nofield:", "https://"),
        *(" ", "  ", "\n", "\x00", "é", "'", "#", "/", ":"),
    ]
)
QUERIES = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


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
def test_any_text_is_an_error_or_a_tree_that_reads_back(text: str) -> None:
    node = parsed(text)
    if node is not None:
        assert parse(render(node)) == node


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map(" ".join))
def test_two_queries_in_parentheses_are_one(first: str, second: str) -> None:
    left, right = parsed(first), parsed(second)
    if left is None or right is None or not (first.strip() and second.strip()):
        return
    both = parsed(f"({first}) OR ({second})")
    alone = parsed(f"({render(left)}) OR ({render(right)})")
    assert both == alone

"""What is answered instead of a query is itself a query, and one that matches what was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes.errors import QueryError, UsageError
from papernotes.index import Document, SearchIndex
from papernotes.query import And, is_condition, iter_filters, parse, parse_kindly, render

if TYPE_CHECKING:
    from papernotes.filters import Filter
    from papernotes.query import Node

DOCUMENTS = (
    Document(1, "Attention Is All You Need", ("Ashish Vaswani",), "vaswani2017attention"),
    Document(2, "Adam: a Method for Stochastic Optimization", ("Diederik P. Kingma",)),
    Document(3, "C++ and self-supervised O'Brien bounds", ("Jürgen Schrödinger",), note="or not"),
    Document(
        4, "Deep memory or attention", key="hep-th/9901001", abstract="$\\beta$-VAE 🚀 深度学习"
    ),
    Document(5, "A method not in memory", ("Jane Kingman",), note="\\mathcal{L} and KL"),
)
WORDS = (
    "attention", "stochastic", "optimization", "vaswani", "kingma", "schrödinger", "memory",
    "supervised", "hep-th/9901001", "vaswani2017attention", "or", "not", "OR", "NOT", "AND", "the",
    "C++", "\\mathcal{L}_{KL}", "$\\beta$-VAE", "🚀🎉", "深度研究", "self", "o'brien", "2017,",
    "https://x.org/a", "doi:10.1/2", "a:b", "[12]", "-memory", 'é"', 'Schr\\"odinger', "is,",
)  # fmt: skip
FORMS = ("{}", "{}", "{}", '"{}"', "title:{}", "note:({})", "{}*", "{}~", '"{} of"~3', "({} OR x)")


@st.composite
def typed(draw: st.DrawFn) -> str:
    """Return a few words, some of them mistyped, in forms of the language."""
    parts = []
    for word in draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)):
        at = draw(st.integers(0, len(word) - 1))
        letter = draw(st.sampled_from(("", "x", word[at], "é", "")))
        slipped = draw(st.sampled_from((word, word[:at] + letter + word[at + 1 :])))
        parts.append(draw(st.sampled_from(FORMS)).format(slipped))
    return " ".join(parts)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("index") / "whoosh")
    made.rebuild(DOCUMENTS)
    return made


def passing(wish: Filter) -> set[int]:
    return {1, 4} if wish.value == "2017" else set()


def found(index: SearchIndex, node: Node) -> list[int]:
    filters = {wish: passing(wish) for wish in iter_filters(node)}
    return [number for number, _ in index.search(node, filters=filters).hits]


@settings(max_examples=400, deadline=None)
@given(typed())
@example('"memory OR attentoin of"')
@example('"🚀 🎉"')
@example("\\mathcal{L}_{KLM} memory")
@example("hep-th/9901001* ttention")
def test_what_is_answered_can_be_typed(index: SearchIndex, text: str) -> None:
    try:
        node = parse_kindly(text).node
        if found(index, node) or (mended := index.mend(node, passing)) is None:
            return
    except (QueryError, UsageError):
        return
    typed_again = parse(render(mended.node))
    assert typed_again == mended.node != And(())
    assert parse_kindly(render(mended.node)) == (mended.node, ())
    assert found(index, typed_again) == found(index, mended.node) != []
    children = node.children if isinstance(node, And) else (node,)
    kept = [render(child) for child in children if is_condition(child)]
    assert not set(kept) & set(mended.dropped), "a condition is never left out"

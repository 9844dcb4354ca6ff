"""Any string is hits or an error with a column: ten thousand of them, and the worst known."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import QueryError, UsageError
from papernotes.index import Document, SearchIndex
from papernotes.query import iter_filters, parse_kindly, render
from tests.factories import entry, open_library

if TYPE_CHECKING:
    from pathlib import Path

PIECES = (
    *("attention", "atention", "the", "of", "Schr\u00f6dinger", "\u6df1\u5ea6\u5b66\u4e60", "C++"),
    *("OR", "AND", "NOT", "-", "(", ")", "((((", '"', "\u201c", "\u00ab", "~", "~2", "~9", "*"),
    *("title:", "author:", "comment:", "tag:", "year:", "added:", "cat:", "is:", "arxiv:", "x:"),
    *("2017", "2018..2015", "..", ">2019", "7d", "published", "https://arxiv.org/abs/", "10.1/"),
    *("\x00", "\ud800", "\udfff", "\u202e", "\u0301", "\ufeff", "\U0001f600", "\ufdfa", "\u3000"),
    *("\\", '\\"', "{", "}", "[", "]", "?", "/", ":", "\uff1a", "\u2013", "\n", "\t", "'", "#"),
    *("@article{k,", "title={", "a" * 70, "-" * 30, "e\u0301" * 20, "1706.03762v5 [cs.CL]"),
)
WORST = (
    *("*", "?????*", "[a TO z]", "~5", "*tion", "(" * 5_000, ")" * 999, "()" * 400, "x" * 100_000),
    *("NOT " * 3_000, "a OR " * 180, '"' * 999, "\x00", "\ud800", "-" * 999, "a-" * 490, "aaa*"),
    *("@a{k,title={" + "{" * 50_000, "the " * 240, '"' + "the " * 240, "a~ " * 300, "x:" * 400),
    *("\\" * 999, '\\"' * 490, "author: " * 120, "zzzqqq " * 32, "atentoin " * 32, "AND " * 240),
)


def random_texts(count: int) -> list[str]:
    chance = random.Random(6)
    joints = ("", " ", " ")
    texts = [
        chance.choice(joints).join(chance.choices(PIECES, k=chance.randint(1, 12)))
        for _ in range(count // 2)
    ]
    every = range(0x110000)
    lengths = (chance.choice((3, 10, 60, 400)) for _ in range(count - len(texts)))
    alphabets = (every, range(0x20, 0x7F), range(0x2000), range(0xD000, 0xE000))
    texts += ["".join(map(chr, chance.choices(chance.choice(alphabets), k=n))) for n in lengths]
    return texts


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("index") / "whoosh")
    words = ("attention", "attentive", "optimization", "schr\u00f6dinger", "the", "of", "kernel")
    made.rebuild(
        Document(id_, f"{words[id_ % 7]} number {id_}", note=" ".join(words[: id_ % 8]) * 5)
        for id_ in range(1, 60)
    )
    return made


def answer(index: SearchIndex, text: str) -> str:
    """Return how a query ends; anything but hits or an error with a column raises."""
    try:
        node = parse_kindly(text).node
        found = index.search(node, filters={wish: {1, 2} for wish in iter_filters(node)})
        if found.total:
            return "hits"
        mended = index.mend(node, lambda _: {1, 2})
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 2  # noqa: PT017 - either outcome is right
        return "error"
    except UsageError:
        return "too long"
    return "nothing" if mended is None else f"mended {render(mended.node)[:0]}"


def test_ten_thousand_random_texts_are_questions_or_mistakes(index: SearchIndex) -> None:
    ends = [answer(index, text).split()[0] for text in random_texts(10_000)]
    assert {end: ends.count(end) > 50 for end in ("hits", "error", "nothing", "mended")} == {
        "hits": True,
        "error": True,
        "nothing": True,
        "mended": True,
    }


@pytest.mark.parametrize("text", WORST, ids=lambda text: repr(text[:12]))
def test_the_worst_known_are_bounded(index: SearchIndex, text: str) -> None:
    answer(index, text)


def test_a_whole_library_takes_them_too(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        bib = entry("doe2020attention", "Attention, of the Schr\u00f6dinger kind")
        (library.root / "bib" / "doe2020attention.bib").write_text(bib, encoding="utf-8")
        library.sync()
        for text in (*random_texts(300), *WORST):
            try:
                found = library.search(text)
            except QueryError as error:
                assert error.column >= 1  # noqa: PT017 - either outcome is right
            except UsageError:
                continue
            else:
                assert found.total >= len(found)
                assert not found.suggestion or found.total

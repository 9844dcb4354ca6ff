"""Keywords and groups of entries → tags."""

from __future__ import annotations

import pytest

from papernotes.keywords import make_tags


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({"keywords": "deep learning, Vision"}, ("deep-learning", "Vision")),
        ({"keywords": "a, b; c"}, ("a-b", "c")),
        ({"keywords": "{one, two}, three"}, ("one-two", "three")),
        ({"keywords": r"Schr{\"o}dinger, R\&D"}, ("Schrödinger", "R-D")),
        ({"groups": "Thesis > Chapter 2"}, ("Thesis/Chapter-2",)),
        ({"mendeley-tags": "x", "keywords": "X"}, ("X",)),
        ({"keywords": "2020, 42, #tagged, --, "}, ("tagged",)),
        ({"title": "none"}, ()),
    ],
)
def test_tags(fields: dict[str, str], tags: tuple[str, ...]) -> None:
    assert make_tags(fields) == tags


def test_there_is_an_end_to_tags() -> None:
    assert len(make_tags({"keywords": ",".join(f"k{n}" for n in range(10_000))})) == 100

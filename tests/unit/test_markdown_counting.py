"""How many words there are."""

from __future__ import annotations

import pytest

from papernotes.markdown.counting import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("Three words\nhere.", 3),
        ("naïve  café – ok", 4),
        ("深層学習", 2),
        ("深層学習の入門 in English", 6),
        ("한국어", 2),
    ],
)
def test_what_stands_between_spaces_and_half_of_what_needs_none(text: str, words: int) -> None:
    assert count_words(text) == words

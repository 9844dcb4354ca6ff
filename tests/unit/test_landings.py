from __future__ import annotations

import pytest

from papernotes.markdown import Landings, asks_for_heading, is_heading_of, parse, spellings

TEXT = """\
# 1. Intro
## Set-up {.unnumbered #how}
## Twice
## Twice
Words. ^blk

<a name="here"></a>
"""


@pytest.mark.parametrize(
    "fragment",
    ["1. Intro", "intro", "1-intro", "Set-up", "how", "twice-1", "^BLK", "here", "1. Intro#Twice"],
)
def test_what_any_program_would_find_is_there(fragment: str) -> None:
    assert Landings(parse(TEXT)).have(fragment)


@pytest.mark.parametrize("fragment", ["Outro", "twice-2", "^here", "blk", "Twice#1. Intro"])
def test_what_is_not_there_is_not(fragment: str) -> None:
    assert not Landings(parse(TEXT)).have(fragment)


def test_the_texts_of_headings_alone_answer_for_most() -> None:
    known = spellings(["1. Intro", "blk"])
    assert is_heading_of(known, "intro")
    assert not is_heading_of(known, "^blk")
    assert not is_heading_of(known, "how")


def test_pages_lines_and_footnotes_are_no_headings() -> None:
    assert not any(map(asks_for_heading, ("", "top", "page=3", "L12", "fn:1", ":~:text=x")))
    assert asks_for_heading("Intro")

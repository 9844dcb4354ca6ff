"""What a terminal shows of hits: every line fits, and what matched is in sight."""

from __future__ import annotations

import re
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.cli.hits import block, window
from papernotes.cli.text import fit, fit_end, width
from papernotes.cli.wrapping import Piece, wrapped
from papernotes.models import Fragment, Hit

WORDS = "one two three four five six seven eight nine ten eleven twelve"
LETTERS = st.text("ab \xa0\u0301日本語\x1b\u202e", max_size=60)


def lines(hit: Hit, columns: int = 60) -> list[str]:
    return [click.unstyle(line) for line in block(hit, "1", columns)]


def on(text: str, word: str, **facts: Any) -> Fragment:
    start = text.index(word)
    return Fragment(text, ((start, start + len(word)),), **{"field": "note", **facts})


def test_a_window_keeps_the_first_match_in_sight() -> None:
    fragment = on(WORDS, "nine")
    shown = window(fragment, 30)
    assert width(shown.text) <= 30
    ((start, end),) = shown.marks
    assert shown.text[start:end] == "nine"
    assert window(fragment, 200) is fragment


def test_a_window_begins_where_the_text_does_if_nothing_is_lost_by_that() -> None:
    assert window(on(WORDS, "four"), 30).text.startswith("one two")
    both = Fragment(WORDS, (*on(WORDS, "four").marks, *on(WORDS, "ten").marks))
    shown = window(both, 44)
    assert shown.text == "… four five six seven eight nine ten eleven…"
    assert len(shown.marks) == 2


def test_a_window_counts_columns_also_where_no_spaces_are() -> None:
    text = "注意" * 40 + "変換器" + "機構" * 40
    shown = window(on(text, "変換器"), 40)
    assert width(shown.text) <= 40
    ((start, end),) = shown.marks
    assert shown.text[start:end] == "変換器"


@given(LETTERS, st.integers(1, 12), st.integers(0, 5))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, columns: int, most: int) -> None:
    shown = list(wrapped([Piece(text[:7]), Piece(text[7:], is_bold=True)], columns, most=most))
    assert all(width(click.unstyle(line)) <= max(columns, 2) for line in shown)
    plain = "".join(click.unstyle(line) for line in shown)
    if most and len(shown) == most and plain.endswith("…"):
        assert text.replace("\xa0", " ").replace(" ", "").startswith(plain[:-1].replace(" ", ""))
    else:
        assert re.sub(r"[ \xa0]", "", text) == plain.replace(" ", "")


@given(LETTERS, st.integers(1, 12))
def test_fitted_text_is_as_wide_as_asked(text: str, columns: int) -> None:
    assert width(fit(text, columns)) == width(fit_end(text, columns)) == columns


def test_a_long_title_goes_on_below_and_facts_stay_together() -> None:
    title = "A title that is too long for a line of sixty columns of a terminal"
    hit = Hit("doe2020title", "paper", title, ("Jane Doe",), 2020, status="read", by="Doe")
    first, second = lines(hit)
    assert first == "1  doe2020title  A title that is too long for a line of"
    assert second == "   sixty columns of a terminal  Doe 2020  read"
    assert lines(hit, 120)[0].endswith("of a terminal  Doe 2020  read")


def test_one_place_is_shown_whole_and_three_take_a_line_each() -> None:
    text = " ".join([WORDS] * 3)
    shown = lines(Hit("a", "note", "A", fragments=(on(text, "nine", line=12),)), 72)
    assert [line[:14] for line in shown[1:3]] == ["     note:12  ", " " * 14]
    assert " ".join(" ".join(line.split()) for line in shown[1:]) == f"note:12 {text}"
    many = tuple(
        on(text, word, line=number) for number, word in enumerate(("one", "two", "six"), 9)
    )
    shown = lines(Hit("a", "note", "A", fragments=many))
    assert [line.split()[0] for line in shown[1:]] == ["note:9", "note:10", "note:11"]
    assert all(width(line) <= 60 and line.endswith("…") for line in shown[1:])


def test_headings_are_shown_where_there_is_room_but_not_the_title() -> None:
    place = on("Sweet as plums.", "plums", line=3, heading="A › Taste › Fruit")
    assert lines(Hit("a", "note", "A", fragments=(place,)))[1:] == [
        "     note:3  Sweet as plums.  › Taste › Fruit"
    ]
    deep = on("Sweet as plums.", "plums", heading="A › " + "Long headings all the way " * 4)
    _, below = lines(Hit("a", "note", "A", fragments=(deep,)))[1:]
    assert below.lstrip().startswith("› …")
    assert below.endswith("Long headings all the way")
    page = on("Sweet as plums.", "plums", field="pdf", page=7)
    assert lines(Hit("a", "paper", "A", fragments=(page,)))[1] == "     pdf p.7  Sweet as plums."


def test_sentences_around_are_dim_whole_and_each_is_shown_once() -> None:
    first = on("Two plums.", "plums", before="One.", after="Three. Four plums.")
    second = on("Four plums.", "plums", before="Two plums. Three.", after="Five.")
    shown = list(block(Hit("a", "note", "A", fragments=(first, second)), "1", 60))
    assert [click.unstyle(line).split("  ")[-1] for line in shown[1:]] == [
        "One. Two plums. Three.",
        "Four plums. Five.",
    ]
    assert click.style("One. ", dim=True) in shown[1]
    long = on("Two plums.", "plums", before=" ".join([WORDS] * 5))
    assert "…" not in "".join(lines(Hit("a", "note", "A", fragments=(long,))))


@pytest.mark.parametrize("columns", [10, 40, 80])
def test_nothing_foreign_commands_the_terminal_or_takes_it_over(columns: int) -> None:
    bad = "\x1b[31mred\u202e " * 9_000
    place = Fragment(bad[:300], ((0, 4), (7, 9)), "note", heading=bad, line=1, before=bad)
    hit = Hit(bad, "paper", bad, (bad, bad), 2020, fragments=(place, place))
    shown = list(block(hit, "1", max(columns, 24)))
    plain = [click.unstyle(line) for line in shown]
    assert not set("".join(plain)) & set("\x1b\u202e")
    assert all(width(line) <= max(columns, 24) + 20 for line in plain)

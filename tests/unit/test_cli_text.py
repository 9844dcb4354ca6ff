from __future__ import annotations

import json

import pytest

from papernotes.cli.text import escaped, fit, fit_end, one_line, safe, width

HOSTILE = "a\x1b[31mb\x9b2Jc\u202ed\u2066e\ufeffg\U000e0041h\x7f"


def test_safe_shows_what_could_command_a_terminal() -> None:
    shown = safe(HOSTILE)
    assert shown == "a\\x1b[31mb\\x9b2Jc\\u202ed\\u2066e\\ufeffg\\U000e0041h\\x7f"
    assert safe("Müller\t日本語\nnaïve") == "Müller\t日本語\nnaïve"
    assert one_line(" a\tb\n\nc ") == "a b c"


def test_escaped_json_is_the_same_value() -> None:
    value = {"x": HOSTILE, "y": "Müller 日本語"}
    text = escaped(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert "Müller 日本語" in text
    assert not set(text) & set("\x1b\x9b\u202e\ufeff\U000e0041\x7f")


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 5, "abcd…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日… "),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
        ("", 2, "  "),
    ],
)
def test_fit_counts_columns_not_characters(text: str, columns: int, shown: str) -> None:
    assert fit(text, columns) == shown
    assert width(fit(text, columns)) == columns


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("हिन्दी", 5),  # the virama stands on what is before it
        ("한글", 4),
        ("\u1112\u1161\u11ab", 2),  # one syllable in three jamo
        ("👩‍👩‍👧", 2),
        ("👍🏽", 2),
        ("❤️", 2),
        ("❤", 1),
        ("שלום", 4),
        ("a\u200db", 1),
    ],
)
def test_what_is_joined_takes_the_room_of_one(text: str, columns: int) -> None:
    assert width(text) == columns


def test_nothing_is_cut_within_a_sign_and_both_ends_fit() -> None:
    families = "👩‍👩‍👧" * 4
    assert fit(families, 5) == "👩‍👩‍👧" * 2 + "…"
    assert fit_end(families, 5) == "…" + "👩‍👩‍👧" * 2
    assert fit_end("notes/e\u0301e\u0301", 3) == "…e\u0301e\u0301"
    for text in (families, "日本語のノート", "e\u0301" * 9, "שלום עולם"):
        for columns in range(1, 9):
            assert width(fit(text, columns)) == width(fit_end(text, columns)) == columns


def test_text_from_right_to_left_is_kept_to_itself() -> None:
    assert fit("שלום", 6) == "\u2068שלום\u2069  "
    assert fit("2017", 6) == "2017  "

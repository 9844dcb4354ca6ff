from __future__ import annotations

import json

import pytest

from papernotes.cli import output
from papernotes.cli.text import escaped, fit, one_line, safe, width

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
    ("authors", "year", "shown"),
    [
        (("Ashish Vaswani", "Noam Shazeer", "Niki Parmar"), 2017, "Vaswani et al. 2017"),
        (("Diederik P. Kingma", "Jimmy Ba"), 2014, "Kingma & Ba 2014"),
        (("Plato",), None, "Plato"),
        ((), None, ""),
    ],
)
def test_byline(authors: tuple[str, ...], year: int | None, shown: str) -> None:
    assert output.byline(authors, year) == shown

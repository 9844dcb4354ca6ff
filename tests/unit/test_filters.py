from __future__ import annotations

import pytest

from papernotes.errors import QueryError
from papernotes.filters import Filter, age_days, parse_filter, render_filter


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("year", "2017", Filter("year", "..", "2017", "2017")),
        ("year", "2015..2018", Filter("year", "..", "2015", "2018")),
        ("year", "..2018", Filter("year", "..", "", "2018")),
        ("year", "2015..", Filter("year", "..", "2015", "")),
        ("year", ">2019", Filter("year", "..", "2020", "")),
        ("year", ">=2019", Filter("year", "..", "2019", "")),
        ("year", "<2019", Filter("year", "..", "", "2018")),
        ("year", "<=2019", Filter("year", "..", "", "2019")),
        ("rating", "4", Filter("rating", "..", "4", "4")),
        ("rating", ">3", Filter("rating", "..", "4", "")),
        ("rating", ">5", Filter("rating", "..", "6", "")),
        ("rating", "<1", Filter("rating", "..", "", "0")),
        ("rating", "3..5", Filter("rating", "..", "3", "5")),
        ("priority", "High", Filter("priority", "=", "high")),
        ("added", "7d", Filter("added", "age", "7d")),
        ("added", "2026-11-22", Filter("added", "..", "2026-11-22", "2026-11-22")),
        ("added", "2026-02", Filter("added", "..", "2026-02-01", "2026-02-28")),
        ("added", "2025-12", Filter("added", "..", "2025-12-01", "2025-12-31")),
        ("added", ">2025", Filter("added", "..", "2026-01-01", "")),
        ("added", "<2026-03-01", Filter("added", "..", "", "2026-02-28")),
        ("added", "2025..2026-01", Filter("added", "..", "2025-01-01", "2026-01-31")),
        ("tag", "#RL", Filter("tag", "=", "rl")),
        ("tag", "deep*", Filter("tag", "^", "deep")),
        ("arxiv", "https://arxiv.org/abs/1706.03762v5", Filter("arxiv", "=", "1706.03762")),
        ("arxiv", "1706*", Filter("arxiv", "^", "1706")),
        ("status", "READ", Filter("status", "=", "read")),
        ("is", "published", Filter("is", "=", "published")),
    ],
)
def test_values_are_normalised(name: str, text: str, expected: Filter) -> None:
    assert parse_filter(name, text, 5) == expected
    assert parse_filter(name, text, 5).column == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("year", "abc"),
        ("year", "2018..2015"),
        ("year", ".."),
        ("year", "17"),
        ("year", ">"),
        ("year", "2015...x"),
        ("year", "99999"),
        ("year", "٢٠١٧"),
        ("year", "2٠17"),
        ("rating", "0"),
        ("rating", "6"),
        ("rating", "4.5"),
        ("rating", "5..3"),
        ("priority", "urgent"),
        ("added", "2026-13"),
        ("added", "2026-02-30"),
        ("added", "9999-12"),
        ("added", "7x"),
        ("arxiv", "abc"),
        ("tag", "*"),
        ("tag", "a*b"),
        ("tag", "  "),
    ],
)
def test_bad_values_are_refused_at_their_column(name: str, text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_filter(name, text, 7)
    assert caught.value.column == 7


def test_a_misspelt_choice_gets_a_suggestion() -> None:
    with pytest.raises(QueryError, match="unread, reading or read") as caught:
        parse_filter("status", "reed", 1)
    assert caught.value.hint == "did you mean status:read?"


def test_values_that_need_quotes_get_them() -> None:
    assert render_filter(Filter("tag", "=", 'deep "q" learning')) == 'tag:"deep \\"q\\" learning"'
    assert render_filter(Filter("tag", "^", "a b")) == 'tag:"a b"*'


def test_ages_in_days() -> None:
    ages = [age_days(parse_filter("added", text, 1)) for text in ("3d", "2w", "1m", "2y")]
    assert ages == [3, 14, 30, 730]

"""The blog in numbers: what bars there are, and how long."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from papernotes.export.html.numbers import make_charts
from papernotes.export.html.papers import Shelved
from papernotes.export.html.views import Named, make_paper
from tests.factories import paper

if TYPE_CHECKING:
    from papernotes.export.html.views import Entry


def test_months_without_posts_are_shown_and_lengths_are_shares() -> None:
    days = [date(2025, 11, 3), date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 27)]
    tags: list[tuple[Named, list[Entry]]] = [
        (Named("b", "tags/b/index.html", 1), []),
        (Named("a", "tags/a/index.html", 4), []),
    ]
    read = [Shelved(make_paper(one), (), one) for one in (paper(), paper("x", year=None))]
    posts, papers, tagged = make_charts(days, tags, read)
    assert [(bar.name, bar.count, bar.length) for bar in posts.bars] == [
        ("2026-02", 3, 100), ("2026-01", 0, 0), ("2025-12", 0, 0), ("2025-11", 1, 33),
    ]  # fmt: skip
    assert [(bar.name, bar.count) for bar in papers.bars] == [("2020", 1)]
    assert [(bar.name, bar.path, bar.length) for bar in tagged.bars] == [
        ("a", "tags/a/index.html", 100), ("b", "tags/b/index.html", 25),
    ]  # fmt: skip


def test_a_long_life_is_told_in_years_and_an_empty_one_not_at_all() -> None:
    posts = make_charts([date(2019, 1, 1), date(2026, 1, 1)], [], [])[0]
    assert (posts.title, [bar.name for bar in posts.bars][:2]) == (
        "Posts by year",
        ["2026", "2025"],
    )
    assert len(posts.bars) == 8
    centuries = make_charts([date(1665, 1, 1), date(2026, 1, 1)], [], [])[0]
    assert [bar.name for bar in centuries.bars] == ["2026", "1665"]
    assert make_charts([], [], []) == ()

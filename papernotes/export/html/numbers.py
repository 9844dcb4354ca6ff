"""The blog in numbers: posts by month, their papers by year, tags; from published posts alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from papernotes.export.html.papers import Shelved
    from papernotes.export.html.views import Entry, Named

STATS = "stats/index.html"
_MOST_MONTHS = 24
_MOST_YEARS = 40
_MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: its name, a number, its length in percent; the page it leads to, if any."""

    name: str
    count: int
    length: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below a heading; ``column`` and ``unit`` say what names and numbers are."""

    slug: str
    title: str
    column: str
    unit: str
    bars: tuple[Bar, ...]


def make_charts(
    days: Sequence[date], tags: Iterable[tuple[Named, list[Entry]]], papers: Iterable[Shelved]
) -> tuple[Chart, ...]:
    """Return the charts of posts published on ``days``, that have ``tags`` and cite ``papers``.

    A chart without a bar is left out. Months in which nothing was published are shown too, years
    instead of months where there are more than two years of them.
    """
    by_month = Counter(day.year * 12 + day.month - 1 for day in days)
    if max(by_month, default=0) - min(by_month, default=0) < _MOST_MONTHS:
        rows = {
            f"{month // 12}-{month % 12 + 1:02}": count
            for month, count in _filled(by_month).items()
        }
        posts = Chart("posts", "Posts by month", "Month", "Posts", tuple(_bars(rows)))
    else:
        years = _filled(Counter(day.year for day in days))
        posts = Chart("posts", "Posts by year", "Year", "Posts", tuple(_bars(years)))
    read = Counter(int(one.paper.year) for one in papers if one.paper.year.isdecimal())
    found = sorted((tag for tag, _ in tags), key=lambda tag: (-tag.count, tag.name.casefold()))
    most = found[:_MOST_TAGS]
    longest = max((tag.count for tag in most), default=0)
    charts = (
        posts,
        Chart("papers", "Papers by year", "Year", "Papers", tuple(_bars(_filled(read)))),
        Chart(
            "tags",
            "Tags",
            "Tag",
            "Posts",
            tuple(Bar(tag.name, tag.count, _length(tag.count, longest), tag.path) for tag in most),
        ),
    )
    return tuple(chart for chart in charts if chart.bars)


def _filled(counts: Mapping[int, int]) -> dict[int, int]:
    """Return counts by number, the latest first, with those between that have none, if not many."""
    if not counts:
        return {}
    first, last = min(counts), max(counts)
    numbers = range(last, first - 1, -1)
    if len(numbers) > _MOST_YEARS:
        return {number: counts[number] for number in sorted(counts, reverse=True)}
    return {number: counts.get(number, 0) for number in numbers}


def _bars(rows: Mapping[str, int] | Mapping[int, int]) -> Iterator[Bar]:
    longest = max(rows.values(), default=0)
    for name, count in rows.items():
        yield Bar(str(name), count, _length(count, longest))


def _length(count: int, longest: int) -> int:
    return max(round(100 * count / longest), 1) if count else 0

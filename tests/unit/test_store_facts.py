"""What is asked of the whole store reads short columns only, not every abstract and note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.filters import parse_filter
from papernotes.store import facets, orphans, select
from papernotes.store.connect import DATABASE, connect
from papernotes.store.read import Store
from tests.factories import TODAY, entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SORTS = ("added", "year", "title", "rating", "priority", "status", "ref")
FILTERS = (
    "year:2015..2018",
    "tag:rl",
    "cat:cs",
    "status:unread",
    "priority:normal",
    "kind:note",
    "key:vas*",
    "arxiv:1706.03762",
    "rating:>3",
    "added:7d",
    "is:published",
    "is:private",
    "is:withdrawn",
    "is:outdated",
    "is:paper",
    "has:note",
    "has:doi",
    "has:arxiv",
    "has:tag",
    "has:pdf",
    "has:link",
)
WHOLE_ROWS = re.compile(r"(?:SCAN|SEARCH) (?:papers|notes|first)\b(?!.*COVERING)")


class Watched(Store):
    """A store that remembers by which plan SQLite answers."""

    def rows_of(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if sql.startswith("SELECT"):
            asked = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            self.plans = [row[3] for row in asked]
        return super().rows_of(sql, values)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Watched]:
    root = tmp_path / "library"
    with open_library(root) as library:
        write(root, "bib/a.bib", entry("doe2020paper", year="2020") + entry("roe2021", year="2021"))
        write(root, "notes/free.md", "---\nrating: 4\ncreated: 2026-11-20\n---\n# Free\n")
        library.sync()
    path = root / "index" / DATABASE
    opened = Watched(connect(path), path)
    yield opened
    opened.close()


@pytest.mark.parametrize("sort", SORTS)
def test_sorting_reads_no_texts(store: Watched, sort: str) -> None:
    assert len(store.sorted_ids(sort)) == 3
    assert store.plans
    assert not list(filter(WHOLE_ROWS.search, store.plans))


@pytest.mark.parametrize("text", FILTERS)
def test_filters_read_no_texts(store: Watched, text: str) -> None:
    name, _, value = text.partition(":")
    select.matching(store, parse_filter(name, value, 1), TODAY)
    assert store.plans
    assert not list(filter(WHOLE_ROWS.search, store.plans))


@pytest.mark.parametrize("facet", facets.FACETS)
def test_counting_reads_no_texts(store: Watched, facet: str) -> None:
    assert facets.values_by_document(store, facet)
    assert not list(filter(WHOLE_ROWS.search, store.plans))


def test_few_are_sorted_without_looking_at_the_rest(store: Watched) -> None:
    everything = store.sorted_ids("year")
    assert store.sorted_ids("year", everything[1:]) == everything[1:]
    assert not [line for line in store.plans if line.startswith("SCAN documents")]
    assert store.sorted_ids("year", ()) == []
    assert store.sorted_ids("year", range(10_000)) == everything


def test_what_every_look_asks_reads_no_texts(store: Watched) -> None:
    store.counts()
    assert not [line for line in store.plans if re.search(r"SCAN (papers|notes)\Z", line)]
    store.shadowed()
    assert "SCAN papers USING INDEX papers_shadowed" in store.plans  # mostly there are none
    orphans.orphans(store)
    assert not [line for line in store.plans if line.startswith("SCAN notes")]

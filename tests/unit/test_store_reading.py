"""Many papers are read with as many questions as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes.library.publishing import Papers
from papernotes.store.connect import DATABASE, connect
from papernotes.store.read import Store
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

KEYS = ("doe2020", "roe2021", "poe2022")
AUTHORS = "Doe, Jane and {The Group} and van der Berg, Jan"


class Counting(Store):
    """A store that counts what it is asked."""

    asked = 0

    def rows_of(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        self.asked += 1
        return super().rows_of(sql, values)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Counting]:
    root = tmp_path / "library"
    entries = [entry(key, author=AUTHORS, keywords="cs.LG") for key in (*KEYS, "other")]
    with open_library(root) as library:
        write(root, "bib/a.bib", "".join(entries))
        write(root, "notes/n.md", f"---\npublish: true\npaper: {KEYS[0]}\n---\n[@{KEYS[1]}]\n")
        write(root, "notes/m.md", f"---\npublish: [html]\n---\n@{KEYS[2]} and @nobody\n")
        write(root, "notes/p.md", "---\npublish: true\nprivate: true\n---\n@other\n")
        library.sync()
    path = root / "index" / DATABASE
    opened = Counting(connect(path), path)
    yield opened
    opened.close()


def test_papers_read_together_are_what_each_is_alone(store: Counting) -> None:
    ids = tuple(store.papers_by_citekey().values())
    found = store.papers((*ids, 999))
    assert found == {paper_id: store.paper(paper_id) for paper_id in ids}
    for paper in found.values():
        assert [author.family for author in paper.authors] == ["Doe", "The Group", "Berg"]


def test_papers_that_published_notes_cite_are_read_at_once(store: Counting) -> None:
    papers = Papers(store)
    assert papers.get("nobody") is None
    assert papers[KEYS[0]].citekey == KEYS[0]
    before = store.asked
    assert [papers[key].citekey for key in KEYS] == list(KEYS)
    assert store.asked == before
    assert papers["other"].citekey == "other"
    assert store.asked > before

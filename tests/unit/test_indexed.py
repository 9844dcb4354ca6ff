"""What the index is given of a paper beside its texts: where it appeared, categories, year, key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import bib
from tests.factories import entry, open_library, paper, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root: Path = tmp_path_factory.mktemp("indexed") / "library"
    with open_library(root) as opened:
        ours = paper(
            "vaswani2017attention",
            title="Attention",
            year=2017,
            categories=("cs.LG", "hep-th"),
            comment="Accepted at NeurIPS, 12 pages",
            journal_ref="Phys. Rev. Lett. 1 (2018)",
        )
        ai = paper("doe2020ai", title="On AI", year=2020, categories=("cs.AI",), arxiv_id=None)
        write(root, "bib/ours.bib", bib.render(ours) + bib.render(ai))
        write(
            root,
            "bib/theirs.bib",
            entry("hinton_2015", "Nets", "Hinton, Geoffrey", year="2015", booktitle="{IEEE} Talks")
            + entry("knuth1984", "Prose", "Knuth, Donald", year="1984", school="Stanford"),
        )
        opened.sync()
        yield opened


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("neurips", {"vaswani2017attention"}),
        ("comment:neurips", {"vaswani2017attention"}),
        ('comment:"phys rev lett"', {"vaswani2017attention"}),
        ("abstract:neurips", set()),
        ("comment:ieee", {"hinton_2015"}),
        ("stanford", {"knuth1984"}),
        ("cs.LG", {"vaswani2017attention"}),
        ("hep-th", {"vaswani2017attention"}),
        ("ai", {"doe2020ai"}),
        ("lg", set()),
        ("vaswani2017", {"vaswani2017attention"}),
        ("hinton 2015", {"hinton_2015"}),
        ("knuth 1984", {"knuth1984"}),
        ("vaswani 2015", set()),
    ],
)
def test_what_else_finds_a_paper(library: Library, text: str, refs: set[str]) -> None:
    hits = library.search(text, is_exact=True)
    assert {hit.ref for hit in hits.hits} == refs


def test_the_comment_is_shown_where_it_matched(library: Library) -> None:
    (hit,) = library.search("neurips").hits
    assert [(place.field, place.text) for place in hit.fragments] == [
        ("comment", "Accepted at NeurIPS, 12 pages")
    ]
    (hit,) = library.search("comment:ieee").hits
    assert [place.text for place in hit.fragments] == ["IEEE Talks"]

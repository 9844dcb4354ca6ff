"""Library.search answers what was meant; list and the verbs that act take a query as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import QueryError
from tests.factories import entry, open_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library

ENTRIES = {
    "vaswani2017attention": entry(
        "vaswani2017attention",
        "Attention Is All You Need",
        "Vaswani, Ashish",
        year="2017",
        eprint="1706.03762",
        archiveprefix="arXiv",
    ),
    "hinton2015distilling": entry(
        "hinton2015distilling",
        "Distilling the Knowledge in a Neural Network",
        "Hinton, Geoffrey",
        year="2015",
    ),
    "doe2019attention": entry("doe2019attention", "Attention in Birds", "Doe, Jane", year="2019"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root: Path = tmp_path_factory.mktemp("forgiving") / "library"
    with open_library(root) as opened:
        for key, text in ENTRIES.items():
            (root / "bib" / f"{key}.bib").write_text(text, encoding="utf-8")
        opened.sync()
        yield opened


@pytest.mark.parametrize(
    ("text", "refs", "suggestion", "dropped", "notices"),
    [
        ("atention all", "vaswani2017attention", "attention all", (), ()),
        (
            "atention year:2019",
            "doe2019attention",
            "attention year:2019",
            (),
            (),
        ),
        (
            "blockchain knowledge",
            "hinton2015distilling",
            "knowledge",
            ("blockchain",),
            (),
        ),
        ("zzzzqqq", "", "", (), ()),
        ("attention year:1950", "", "", (), ("without year:1950 there are 2",)),
        (
            "attention year:2017 -vaswani",
            "",
            "",
            (),
            ("without year:2017 there is 1",),
        ),
        (
            "attention year:1950 tag:x",
            "",
            "",
            (),
            ("without year:1950 and tag:x there are 2",),
        ),
        ("year:1950 tag:x", "", "", (), ()),
        ("year:2017 tag:x", "", "", (), ("without tag:x there is 1",)),
        (
            "https://arxiv.org/pdf/1706.03762v5",
            "vaswani2017attention",
            "",
            (),
            ("https://arxiv.org/pdf/1706.03762v5 was read as 1706.03762",),
        ),
        (
            'title:"knowlege in a',
            "hinton2015distilling",
            'title:"knowledge in a"',
            (),
            ("the quote at column 7 is never closed, so it was closed at the end",),
        ),
        ("it is", "vaswani2017attention", "is", ("it",), ()),
    ],
)
def test_what_is_answered_and_said(
    library: Library,
    text: str,
    refs: str,
    suggestion: str,
    dropped: tuple[str, ...],
    notices: tuple[str, ...],
) -> None:
    found = library.search(text)
    assert " ".join(hit.ref for hit in found) == refs
    assert found.total == len(found)
    assert (found.suggestion, found.dropped, found.notices) == (suggestion, dropped, notices)


def test_a_mended_search_is_sorted_and_shows_what_matched(library: Library) -> None:
    found = library.search("atention", sort="year")
    assert [hit.ref for hit in found] == ["doe2019attention", "vaswani2017attention"]
    assert {hit.fragments[0].text[:9] for hit in library.search("atention")} == {"Attention"}
    assert library.search("atention", limit=1).total == 2


@pytest.mark.parametrize(
    "title",
    [
        "Man-made climate change:Facts and fiction",
        "Stars vs rating: Case studies",
        "On the N -grams of (Q,q) NOT seen",
    ],
)
def test_a_title_with_the_signs_of_a_query_is_that_title(library: Library, title: str) -> None:
    (library.root / "notes/odd.md").write_text(f"# {title}\n", encoding="utf-8")
    library.sync()
    found = library.search(title)
    assert (found.hits[0].ref, found.suggestion, found.notices) == ("odd", "", ())


def test_a_reference_finds_its_paper(library: Library) -> None:
    found = library.search(
        "[3] Vaswani, A., Shazeer, N., et al. (2017). “Attention is all you need.” NeurIPS, 30."
    )
    assert found.hits[0].ref == "vaswani2017attention"
    assert "NeurIPS," in found.dropped
    entry_text = "@inproceedings{x, title = {{Distilling} the knowlege in a neural network}}"
    assert [hit.ref for hit in library.search(entry_text)] == ["hinton2015distilling"]


def test_what_acts_is_exact_and_list_only_asks(library: Library) -> None:
    found = library.list("atention")
    assert (len(found), found.total, found.suggestion) == (0, 0, "attention")
    assert library.list("blockchain knowledge").suggestion == ""
    assert library.list("attention (year:2017").notices
    assert library.search("atention", is_exact=True).total == 0
    assert library.refs("atention") == ()
    for act in (library.refs, lambda text: library.search(text, is_exact=True)):
        with pytest.raises(QueryError):
            act('"attention')

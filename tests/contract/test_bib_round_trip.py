"""Real libraries imported, exported and imported again are the same library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.library.importing import Source
from tests.factories import open_library

if TYPE_CHECKING:
    from papernotes.library import Library
    from papernotes.models import Paper

WILD = Path(__file__).parents[2].parent / "shared/corpora/bib/wild"
LIBRARIES = (
    "CDL-bibliography/cdl.bib",
    "b-vitamins/journals/neco",
    "biblatex-gb7714-2015/example.bib",
    "iclr2025/assets/bibliography",
    "jgrey4296_main/2002.bib",
    "jgrey4296_plus/conferences_primary/aaai",
    "nime/paper_proceedings",
    "b-vitamins/journals/prl",
    "stacks-project/my.bib",
    "thuthesis/testfiles/support",
)


def files_of(name: str) -> list[Path]:
    place = WILD / name
    return sorted(place.glob("*.bib")) if place.is_dir() else [place]


def papers(library: Library) -> dict[str, Paper]:
    """Return every paper by its key, whatever file it stands in and in whatever order."""
    library.sync()
    store = library._upkeep.store()  # all papers at once, which no verb answers
    found = (store.paper(number) for number in store.papers_by_citekey().values())
    return {
        paper.citekey: replace(paper, path="", line=0, extra=tuple(sorted(paper.extra)))
        for paper in found
    }


@pytest.mark.skipif(not WILD.is_dir(), reason="the corpora are not here")
@pytest.mark.parametrize("name", LIBRARIES)
def test_import_export_import(name: str, tmp_path: Path) -> None:
    sources: list[str | Path | Source] = [*files_of(name)]
    assert sources, "the corpus has this library"
    with open_library(tmp_path / "one") as one:
        report = one.add_bib(sources)
        assert {each.outcome for each in report.results} <= {"added", "known", "filled"}
        before = papers(one)
        text = one.bib(fields=["all"]).text
    with open_library(tmp_path / "two") as two:
        results = two.add_bib([Source("all.bib", text.encode())]).results
        assert {each.outcome for each in results} == {"added"}
        assert papers(two) == before


@pytest.mark.skipif(not WILD.is_dir(), reason="the corpora are not here")
def test_the_libraries_are_ten_and_large(tmp_path: Path) -> None:
    sizes = [sum(path.stat().st_size for path in files_of(name)) for name in LIBRARIES]
    assert len(sizes) == 10
    assert min(sizes) > 1_000
    assert sum(sizes) > 2_000_000

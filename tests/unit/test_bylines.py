"""Who wrote a paper, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.cli.output import byline
from papernotes.models import Hit
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("authors", "shown"),
    [
        ("Vaswani, Ashish and Shazeer, Noam and Parmar, Niki", "Vaswani et al. 2017"),
        ("Kingma, Diederik P. and Ba, Jimmy", "Kingma & Ba 2017"),
        ("van der Maaten, Laurens and Hinton, Geoffrey", "van der Maaten & Hinton 2017"),
        ("De Bortoli, Valentin and Thornton, James and Doucet, A.", "De Bortoli et al. 2017"),
        ("García Márquez, Gabriel", "García Márquez 2017"),
        ("{The Large Team}", "The Large Team 2017"),
        ("Plato", "Plato 2017"),
    ],
)
def test_a_surname_is_whole(tmp_path: Path, authors: str, shown: str) -> None:
    write(tmp_path, "bib/mine.bib", entry("key", "A Title", authors, year="2017"))
    write(tmp_path, "notes/n.md", "As [@key] says.\n")
    with open_library(tmp_path) as library:
        (hit,) = library.list("key:key")
        assert byline(hit) == shown
        assert [byline(each) for each in library.next().suggestions] == [shown]
        assert [node.by for node in library.graph().graph.nodes] == [hit.by, ""]


def test_nobody_and_no_year() -> None:
    assert byline(Hit("a", "note", "A")) == ""
    assert byline(Hit("a", "paper", "A", by="Plato")) == "Plato"

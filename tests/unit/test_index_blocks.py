"""Posting lists of more than one block of Whoosh's, read by blocks or by skipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.index import Document, SearchIndex, segments

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

COUNT = 1_000


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> segments.Segment:
    path: Path = tmp_path_factory.mktemp("blocks") / "whoosh"
    index = SearchIndex(path)
    index.rebuild(
        Document(
            number, f"plain {'third' if number % 3 == 0 else 'other'} {'word ' * (number % 4)}"
        )
        for number in range(1, COUNT + 1)
    )
    (folder,) = path.glob("g*")
    (read,) = segments.read(folder)
    return read


@pytest.mark.parametrize(
    "among",
    [None, range(COUNT), range(0, COUNT, 2), (0, 255, 256, 511, COUNT - 1), (7,), ()],
    ids=["all", "each", "half", "few", "one", "none"],
)
@pytest.mark.parametrize("term", ["plain", "third", "word", "missing"])
def test_postings_are_those_of_the_documents(
    segment: segments.Segment, term: str, among: Collection[int] | None
) -> None:
    has: Callable[[int], bool] = {
        "plain": lambda id_: id_ > 0,
        "third": lambda id_: id_ % 3 == 0,
        "word": lambda id_: id_ % 4 > 0,
        "missing": lambda id_: id_ < 0,
    }[term]
    wanted = range(COUNT) if among is None else among
    expected = [number for number in wanted if has(segment.ids[number])]
    among = None if among is None else set(among)
    assert [document for document, _ in segment.scan(term, among)] == expected
    assert [document for document, _ in segment.places(term, among, 0.0)] == expected
    counts = {document: len(packed) // 4 for document, packed in segment.places(term, among, 0.0)}
    if term == "word":
        assert counts == {number: segment.ids[number] % 4 for number in expected}

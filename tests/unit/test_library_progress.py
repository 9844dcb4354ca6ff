"""What may take longer than a second says how far it is, step by step, to who listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.library import Library
from papernotes.models import Author
from tests.factories import open_library, write
from tests.renaming import own

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT = 12


class Listening:
    """Keeps what a library says of its progress: what is done, how much, of how much."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def __call__(self, doing: str, done: int, of: int) -> None:
        assert 0 <= done <= of
        self.told.append((doing, done, of))

    def steps(self) -> list[str]:
        return list(dict.fromkeys(doing for doing, _, _ in self.told))

    def last(self, doing: str) -> tuple[int, int]:
        return next((done, of) for each, done, of in reversed(self.told) if each == doing)


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def library(tmp_path: Path, listening: Listening) -> Iterator[Library]:
    root = tmp_path / "lib"
    open_library(root).close()
    with Library(root, state_dir=tmp_path / "state", progress=listening) as library:
        yield library


def test_renaming_all_says_how_far_it_is(library: Library, listening: Listening) -> None:
    for number in range(COUNT):
        note = f"---\npaper: k{number}\n---\n"
        own(library.root, f"k{number}", note=note, authors=(Author("Doe"),))
    library.sync()
    listening.told.clear()
    library.rename_all(template="{auth}")
    planning = ["making keys", "planning entries", "reading notes"]
    assert listening.steps() == [*planning, "writing", "flushing to the disk", "reading"]
    assert [listening.last(doing) for doing in planning] == [(COUNT, COUNT)] * 3


def test_an_export_says_how_far_it_is(
    library: Library, listening: Listening, tmp_path: Path
) -> None:
    (tmp_path / "blog").mkdir()
    for number in range(COUNT):
        write(
            library.root, f"notes/n{number}.md", f"---\ntitle: N{number}\npublish: true\n---\nA\n"
        )
    library.sync()
    listening.told.clear()
    library.export(tmp_path / "blog", to="markdown")
    made = ["making posts", "making pages", "looking for leaks"]
    writing = ["writing", "flushing to the disk"]
    assert listening.steps() == [*made, *writing]
    assert [listening.last(doing)[1] for doing in made[:2]] == [COUNT] * 2
    for doing in writing:
        assert listening.last(doing)[0] == listening.last(doing)[1] >= COUNT


def test_adopting_says_how_far_it_is(
    library: Library, listening: Listening, tmp_path: Path
) -> None:
    for number in range(COUNT):
        write(tmp_path, f"blog/_posts/2020-01-01-p{number}.md", f"---\ntitle: P{number}\n---\nA\n")
    write(tmp_path, "blog/_config.yml", "title: x\n")
    library.adopt(tmp_path / "blog")
    assert listening.steps()[:2] == ["reading posts", "writing notes"]
    assert [listening.last(doing) for doing in listening.steps()[:2]] == [(COUNT, COUNT)] * 2

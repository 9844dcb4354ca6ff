"""What a command says of the change that an earlier one was killed in, and finishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.files import Edit, digest
from papernotes.files.journal import Journal, Step, write_journal
from tests.factories import open_library, write

if TYPE_CHECKING:
    from pathlib import Path


def killed_library(root: Path, count: int) -> None:
    """Make a library in which a change of so many notes was noted down, and no more."""
    for number in range(count):
        write(root, f"notes/n{number:02}.md", "before\n")
    with open_library(root) as library:
        library.sync()
    edits = [Edit(f"notes/n{number:02}.md", b"before\n", b"# After\n") for number in range(count)]
    steps = tuple(Step(path, digest(before or b""), after) for path, before, after, _ in edits)
    write_journal(root / "index/journal.json", Journal(steps))


@pytest.mark.fault(4, 5)
def test_each_file_that_is_finished_is_told_and_found(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    killed_library(root, 2)
    write(root, "notes/n01.md", "edited since\n")
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        assert [hit.ref for hit in library.search("after")] == ["n00"]
        assert [hit.ref for hit in library.search("edited")] == ["n01"]
    assert said == [
        "notes/n01.md: was changed while an interrupted run waited to be finished; left as it is",
        "notes/n00.md: finished after an interrupted run",
    ]


def test_of_many_files_it_is_said_before_how_many_they_are(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    killed_library(root, 12)
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        assert library.search("after").total == 12
    assert said[0] == "finishing what an interrupted run began, in 12 files"
    assert said[1:11] == [
        f"notes/n{number:02}.md: finished after an interrupted run" for number in range(10)
    ]
    assert said[11:] == ["2 more files: finished as well"]

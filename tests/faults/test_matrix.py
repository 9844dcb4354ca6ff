"""The fault matrix is whole: each row is shown by tests that exist, or says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults import matrix
from tests.faults.matrix import Shown

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
import pytest
pytestmark = [pytest.mark.slow, pytest.mark.fault(3)]
@pytest.mark.fault(1, 2)
def test_it():
    pass
def test_no_mark():
    pass
"""


def test_marks_are_read_from_functions_and_files(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text(TEXT)
    path = "tests/test_a.py"
    assert matrix.find_marks(tmp_path / "tests") == {
        1: [Shown(path, "test_it")],
        2: [Shown(path, "test_it")],
        3: [Shown(path, "")],
    }


def test_every_row_is_shown() -> None:
    assert matrix.complaints(matrix.find_marks()) == []


def test_a_row_nothing_shows_and_a_mark_of_no_row_are_said() -> None:
    marks = matrix.find_marks()
    del marks[16]
    marks[99] = [Shown("tests/x.py", "test_x")]
    assert matrix.complaints(marks) == [
        "row 16 is shown by no test",
        "a mark names row 99, which there is not",
    ]

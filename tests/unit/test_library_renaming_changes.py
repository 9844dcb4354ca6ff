from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import files
from papernotes.errors import ConflictError
from papernotes.library.renaming.changes import Text, edits_of, moves_of
from tests.factories import write

if TYPE_CHECKING:
    from pathlib import Path


def pdfs(root: Path, *names: str) -> None:
    for name in names:
        write(root, f"pdf/{name}.pdf", name.encode())


def paths(**moves: str) -> dict[str, str]:
    return {f"pdf/{old}.pdf": f"pdf/{new}.pdf" for old, new in moves.items()}


@pytest.mark.parametrize(
    ("moves", "wanted"),
    [
        ({"a": "x"}, {"x": "a"}),
        ({"a": "b", "b": "c", "c": "d"}, {"b": "a", "c": "b", "d": "c"}),
        ({"a": "b", "b": "a"}, {"a": "b", "b": "a"}),
        ({"a": "b", "b": "c", "c": "a", "d": "e"}, {"a": "c", "b": "a", "c": "b", "e": "d"}),
    ],
)
def test_chains_and_rings_find_an_order(
    tmp_path: Path, moves: dict[str, str], wanted: dict[str, str]
) -> None:
    pdfs(tmp_path, *moves)
    steps = moves_of(tmp_path, paths(**moves))
    files.change(tmp_path, [], steps, journal=tmp_path / "j")
    found = {path.stem: path.read_text() for path in tmp_path.glob("pdf/*")}
    assert found == wanted


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    pdfs(tmp_path, "a", "b")
    with pytest.raises(ConflictError, match=r"pdf/b\.pdf: exists already"):
        moves_of(tmp_path, paths(a="b"))


def test_a_name_to_park_under_is_nobodys(tmp_path: Path) -> None:
    pdfs(tmp_path, "a", "b", "a-renaming-1")
    files.change(tmp_path, [], moves_of(tmp_path, paths(a="b", b="a")), journal=tmp_path / "j")
    found = {path.stem: path.read_text() for path in tmp_path.glob("pdf/*")}
    assert found == {"a": "b", "b": "a", "a-renaming-1": "a-renaming-1"}


def test_long_chains_take_no_square_of_time(tmp_path: Path) -> None:
    names = [f"n{i}" for i in range(2000)]
    pdfs(tmp_path, *names)
    ring = dict(zip(names, [*names[1:], names[0]], strict=True))
    assert len(moves_of(tmp_path, paths(**ring))) == 2001


def test_texts_are_swapped_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "notes/a.md", "A")
    write(tmp_path, "notes/b.md", "B")
    texts = [
        Text("notes/a.md", "notes/b.md", b"A", b"A2"),
        Text("notes/b.md", "notes/a.md", b"B", b"B2"),
    ]
    files.change(tmp_path, edits_of(tmp_path, texts), journal=tmp_path / "j")
    assert (tmp_path / "notes/a.md").read_bytes() == b"B2"
    assert (tmp_path / "notes/b.md").read_bytes() == b"A2"
    clash = [Text(each.path, "notes/c.md", each.before, each.after) for each in texts]
    with pytest.raises(ConflictError, match="two files would have this name"):
        edits_of(tmp_path, clash)


def test_a_report_names_the_lines(tmp_path: Path) -> None:
    text = Text("notes/a.md", "notes/b.md", b"x\r\ny\nz", b"x\r\nY\nZ")
    report = text.report()
    assert (report.path, report.new_path, report.lines) == ("notes/a.md", "notes/b.md", (2, 3))

"""Killed while a file changes places with what an editor has just saved, that is given back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.files import Edit, Move, swapping
from papernotes.files.temporary import leaving_name
from tests.factories import open_library, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.fault(32)
BELOW = {"notes": ".md", "pdf": ".pdf"}


def killed(act: Callable[[], object]) -> None:
    """Do something in a process that something in it ends, as by kill -9."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137


def save_over(path: Path, data: bytes) -> None:
    fresh = path.with_name("4913")
    fresh.write_bytes(data)
    fresh.replace(path)


def dying_after(monkeypatch: pytest.MonkeyPatch, save: Callable[[], object]) -> None:
    """Save right before two files change places, and die right after."""
    real: Any = swapping.exchange

    def call(*args: Any) -> None:
        save()
        real(*args)
        os._exit(137)

    monkeypatch.setattr(swapping, "exchange", call)


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def clear_all(folder: Path) -> None:
    for left in files.leftovers(folder):
        files.clear(left)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "notes/a.md"
    path.parent.mkdir()
    path.write_bytes(b"read")
    return path


def test_one_file(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        dying_after(patch, lambda: save_over(note, b"mine"))
        killed(lambda: files.replace(note, b"read", b"ours"))
    assert note.read_bytes() == b"ours"
    clear_all(note.parent)
    assert texts(note.parent) == {"a.md": b"mine"}


def test_without_an_editor_it_is_done(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        dying_after(patch, lambda: None)
        killed(lambda: files.replace(note, b"read", b"ours"))
    clear_all(note.parent)
    assert texts(note.parent) == {"a.md": b"ours"}


def test_what_somebody_saved_since_stays_and_the_other_is_put_beside(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        with monkeypatch.context() as patch:
            dying_after(patch, lambda: save_over(note, b"mine"))
            killed(lambda: files.replace(note, note.read_bytes(), b"ours"))
        note.write_bytes(b"later")
        clear_all(note.parent)
        assert texts(note.parent)[f"a-kept-{number}.md"] == b"mine"
    assert len(texts(note.parent)) == 3
    assert note.read_bytes() == b"later"


def test_a_file_that_went_elsewhere_since_leaves_the_other_a_name(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        dying_after(patch, lambda: save_over(note, b"mine"))
        killed(lambda: files.replace(note, b"read", b"ours"))
    note.rename(note.with_name("b.md"))
    clear_all(note.parent)
    assert texts(note.parent) == {"b.md": b"ours", "saved.md": b"mine"}


def test_of_several_files_one(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, journal = note.parents[1], note.parents[1] / "journal"
    note.with_name("b.md").write_bytes(b"b")
    edits = [Edit("notes/a.md", b"read", b"ours"), Edit("notes/b.md", b"b", b"B")]
    with monkeypatch.context() as patch:
        dying_after(patch, lambda: save_over(note, b"mine"))
        killed(lambda: files.change(root, edits, journal=journal))
    returned: list[str] = []
    files.recover(root, journal=journal, below=BELOW, returned=returned.append)
    assert returned == ["notes/a.md"]
    assert texts(note.parent) == {"a.md": b"mine", "b.md": b"B"}


@pytest.mark.parametrize("has_moved", [False, True])
def test_a_file_that_was_to_go_has_its_name_again(
    note: Path, monkeypatch: pytest.MonkeyPatch, has_moved: bool
) -> None:
    root, journal, found = note.parents[1], note.parents[1] / "journal", note.stat()
    there = Move("notes/a.md", "notes/b.md", found.st_size, found.st_mtime_ns, found.st_ino)
    edits = [Edit("notes/b.md", None, b"ours"), Edit("notes/a.md", b"read", None)]
    rename: Any = type(note).rename

    def dying(path: Path, target: Path) -> None:
        save_over(path, b"mine")
        rename(path, target)
        os._exit(137)

    with monkeypatch.context() as patch:
        patch.setattr(type(note), "rename", dying)
        changes = ((), [there]) if has_moved else (edits, ())
        killed(lambda: files.change(root, *changes, journal=journal))
    assert not note.exists()
    files.recover(root, journal=journal, below=BELOW)
    assert note.read_bytes() == b"mine"
    assert texts(note.parent)["b.md"] == (b"read" if has_moved else b"ours")


@pytest.mark.parametrize("text", [b"ours", b"ou"])
def test_what_never_came_to_its_place_goes(note: Path, text: bytes) -> None:
    whole = leaving_name(note, b"read", b"ours")
    (whole if text == b"ours" else note.with_name(".papernotes-0.tmp")).write_bytes(text)
    clear_all(note.parent)
    assert texts(note.parent) == {"a.md": b"read"}


def test_a_link_by_such_a_name_goes_and_what_it_leads_to_stays(note: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    leaving_name(note, b"read", b"ours").symlink_to(tmp_path / "mine")
    files.clear(leaving_name(note, b"read", b"ours"))
    assert texts(note.parent) == {"a.md": b"read"}
    assert (tmp_path / "mine").read_bytes() == b"mine"


def test_the_next_command_gives_it_back_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "lib"
    note = root / "notes/a.md"
    write(root, "notes/a.md", "---\ntitle: Apples\n---\nred\n")
    with open_library(root) as library:
        library.sync()
        with monkeypatch.context() as patch:
            dying_after(patch, lambda: save_over(note, b"# Apples\n\ngreen\n"))
            killed(lambda: library.tag(["a"], add=["late"]))
    with open_library(root) as library:
        assert [hit.ref for hit in library.search("green")] == ["a"]
        assert library.search("red").total == 0
    assert texts(root / "notes") == {"a.md": b"# Apples\n\ngreen\n"}


def test_a_folder_by_the_name_of_a_temporary_file_stops_nothing(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    write(root, "notes/.papernotes-0.tmp/b.md", "# Bees\n")
    with open_library(root) as library:
        assert library.sync().notes == 1
    assert (root / "notes/.papernotes-0.tmp/b.md").exists()

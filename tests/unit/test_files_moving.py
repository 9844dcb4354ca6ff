"""Files that get another name, on one disk and between two, whatever happens in between."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes import files
from papernotes.errors import ConflictError
from papernotes.files import Move, moving
from papernotes.files.journal import Journal, write_journal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("/")
BELOW = dict.fromkeys(("tmp", "dev", "var", "home", "root", "private"), "")
DATA = b"%PDF " + bytes(range(256)) * 9_000
OTHER_DISK = Path("/dev/shm")


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on another disk than the temporary one."""
    if not OTHER_DISK.is_dir() or OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    folder = OTHER_DISK / f"papernotes-{os.getpid()}-{tmp_path.name}"
    folder.mkdir()
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def at(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def put(path: Path, data: bytes = DATA) -> Path:
    path.write_bytes(data)
    path.chmod(0o640)
    os.utime(path, ns=(1_000_000_007, 1_234_567_890_123_456_789))
    return path


def move_of(source: Path, target: Path) -> Move:
    found = source.stat()
    return Move(at(source), at(target), found.st_size, found.st_mtime_ns, found.st_ino)


def marks(path: Path) -> tuple[bytes, int, int]:
    found = path.stat()
    return path.read_bytes(), found.st_mode, found.st_mtime_ns


@pytest.mark.fault(4)
def test_a_file_goes_to_another_disk_and_back_the_same(tmp_path: Path, far: Path) -> None:
    near = put(tmp_path / "a.pdf")
    before, journal = marks(near), tmp_path / "journal.json"
    files.change(ROOT, (), [move_of(near, far / "x/a.pdf")], journal=journal)
    assert (marks(far / "x/a.pdf"), near.exists()) == (before, False)
    files.change(ROOT, (), [move_of(far / "x/a.pdf", near)], journal=journal)
    assert (marks(near), os.listdir(far / "x")) == (before, [])


def test_where_one_of_several_cannot_go_those_on_the_other_disk_come_back(
    tmp_path: Path, far: Path
) -> None:
    one, two = put(tmp_path / "a.pdf"), put(tmp_path / "b.pdf", b"two")
    put(far / "b.pdf", b"taken")
    before = marks(one), marks(two)
    moves = [move_of(one, far / "a.pdf"), move_of(two, far / "b.pdf")]
    with pytest.raises(ConflictError, match="exists already"):
        files.change(ROOT, (), moves, journal=tmp_path / "journal.json")
    assert (marks(one), marks(two)) == before
    assert os.listdir(far) == ["b.pdf"]
    assert not (tmp_path / "journal.json").exists()


@pytest.mark.parametrize("state", ["not begun", "half a copy", "copied", "moved", "another copy"])
def test_a_move_to_another_disk_that_was_cut_short_is_finished(
    tmp_path: Path, far: Path, state: str
) -> None:
    near, there = put(tmp_path / "a.pdf"), far / "a.pdf"
    before, move, journal = marks(near), move_of(near, there), tmp_path / "journal.json"
    write_journal(journal, Journal((), (move,)))
    if state == "half a copy":
        (far / f"{files.TEMP_PREFIX}0123456789abcdef{files.TEMP_SUFFIX}").write_bytes(DATA[:99])
    elif state != "not begun":
        put(there, DATA if state != "another copy" else DATA[::-1])
    if state == "moved":
        near.unlink()
    left: list[str] = []
    files.recover(ROOT, journal=journal, below=BELOW, left=left.append)
    if state == "another copy":
        assert left == [at(near)]
        assert marks(near) == before
    else:
        assert (marks(there), near.exists(), left) == (before, False, [])
    assert not journal.exists()


def test_an_editor_that_saves_while_a_file_is_copied_keeps_its_text(
    tmp_path: Path, far: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = put(tmp_path / "a.md")

    def saved_in_between(_path: Path) -> str:
        near.write_bytes(b"newer")
        return "as it was"

    monkeypatch.setattr(moving, "digest_of", saved_in_between)
    with pytest.raises(ConflictError, match="changed by another program"):
        files.change(ROOT, (), [move_of(near, far / "a.md")], journal=tmp_path / "journal.json")
    assert near.read_bytes() == b"newer"
    assert os.listdir(far) == []


@pytest.mark.parametrize("has_both", [False, True])
def test_a_text_saved_between_a_crash_and_the_next_run_stays_and_is_told(
    tmp_path: Path, *, has_both: bool
) -> None:
    near, there = put(tmp_path / "a.md", b"old"), tmp_path / "trash.md"
    journal = tmp_path / "journal.json"
    write_journal(journal, Journal((), (move_of(near, there),)))
    if has_both:  # it was killed between the new name and the end of the old one
        there.hardlink_to(near)
    near.write_bytes(b"newer")
    left: list[str] = []
    assert files.recover(ROOT, journal=journal, below=BELOW, left=left.append) == ()
    assert left == [at(near)]
    assert near.read_bytes() == b"newer"
    assert not there.exists()


def test_a_new_file_where_a_moved_one_was_is_nobodys_business(tmp_path: Path) -> None:
    near, there = put(tmp_path / "a.md", b"old"), tmp_path / "trash.md"
    journal = tmp_path / "journal.json"
    write_journal(journal, Journal((), (move_of(near, there),)))
    near.rename(there)
    near.write_bytes(b"a new one")
    left: list[str] = []
    files.recover(ROOT, journal=journal, below=BELOW, left=left.append)
    assert (left, near.read_bytes(), there.read_bytes()) == ([], b"a new one", b"old")


def test_without_two_disks_nothing_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_copy", None)
    near = put(tmp_path / "a.md")
    number = near.stat().st_ino
    files.change(ROOT, (), [move_of(near, tmp_path / "b.md")], journal=tmp_path / "journal.json")
    assert (tmp_path / "b.md").stat().st_ino == number

"""What an editor saves while a file of its own is replaced is never lost."""

from __future__ import annotations

import errno
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.errors import ConflictError
from papernotes.files import Edit, Move, changes, file_error, swapping
from papernotes.files.journal import Journal, Step, write_journal
from papernotes.files.temporary import leaving_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.fault(32)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "notes/a.md"
    path.parent.mkdir()
    path.write_bytes(b"read")
    return path


def just_before(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], object]) -> None:
    """Do the N-th of ``acts`` right before the N-th time that two files change places."""
    real: Any = swapping.exchange
    todo = list(acts)

    def call(*args: Any) -> Any:
        if todo:
            todo.pop(0)()
        return real(*args)

    monkeypatch.setattr(swapping, "exchange", call)


def save_over(note: Path, data: bytes) -> None:
    fresh = note.with_name("4913")
    fresh.write_bytes(data)
    fresh.replace(note)


@pytest.mark.parametrize("save", [save_over, lambda note, data: note.write_bytes(data)])
def test_what_is_saved_at_the_last_moment_stays(
    note: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path, bytes], object]
) -> None:
    root, journal = note.parents[1], note.parents[1] / "journal"
    just_before(monkeypatch, lambda: save(note, b"mine"))
    with pytest.raises(ConflictError, match="changed by another program"):
        files.replace(note, b"read", b"ours")
    just_before(monkeypatch, lambda: save(note, b"mine too"))
    with pytest.raises(ConflictError, match="changed by another program"):
        files.change(root, [Edit("notes/a.md", b"mine", b"ours")], journal=journal)
    assert [path.name for path in note.parent.iterdir()] == ["a.md"]
    assert not journal.exists()
    assert note.read_bytes() == b"mine too"


def test_what_is_saved_while_an_earlier_save_is_put_back_stays(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before(monkeypatch, lambda: save_over(note, b"one"), lambda: save_over(note, b"two"))
    with pytest.raises(ConflictError):
        files.replace(note, b"read", b"ours")
    assert [path.name for path in note.parent.iterdir()] == ["a.md"]
    assert note.read_bytes() == b"two"


def test_of_several_saves_while_one_is_put_back_the_last_stays(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = (b"one", b"two", b"three", b"four")
    just_before(monkeypatch, *(partial(save_over, note, text) for text in texts))
    with pytest.raises(ConflictError):
        files.replace(note, b"read", b"ours")
    assert names_and_text(note) == (["a.md"], b"four")


def names_and_text(note: Path) -> tuple[list[str], bytes]:
    return sorted(path.name for path in note.parent.iterdir()), note.read_bytes()


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_what_was_not_looked_at_is_not_thrown_away(
    note: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    just_before(monkeypatch, lambda: save_over(note, b"mine"))

    def fail(*_: object) -> None:
        raise file_error(error, note) if isinstance(error, OSError) else error

    monkeypatch.setattr(swapping, "is_being_written", fail)
    with pytest.raises((files.FileError, KeyboardInterrupt)):
        files.replace(note, b"read", b"ours")
    for left in files.leftovers(note.parent):
        files.clear(left)
    assert names_and_text(note) == (["a.md"], b"mine")


@pytest.mark.parametrize("is_broken", [False, True])
def test_a_file_that_cannot_go_has_its_name_again(
    note: Path, monkeypatch: pytest.MonkeyPatch, is_broken: bool
) -> None:
    root, found, failed = note.parents[1], note.stat(), list[object]()
    there = Move("notes/a.md", "notes/x/b.md", found.st_size, found.st_mtime_ns, found.st_ino)
    real: Any = type(note).unlink

    def unlink(path: Path, **options: Any) -> None:
        if "-0000" in path.name and (is_broken or not failed):
            failed.append(path)
            raise OSError(errno.EIO, "Input/output error")
        real(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(note), "unlink", unlink)
        with pytest.raises(files.FileError, match="Input/output"):
            files.change(root, [], [there], journal=root / "journal")
    files.recover(root, journal=root / "journal", below={"notes": ".md"})
    for left in files.leftovers(note.parent):
        assert files.clear(left) is None
    assert failed
    assert list((root / "notes/x").iterdir()) == []
    note.with_name("x").rmdir()
    assert names_and_text(note) == (["a.md"], b"read")


def just_before_it_goes(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    real = leaving_name

    def call(*args: Any) -> Any:
        act()
        return real(*args)

    monkeypatch.setattr("papernotes.files.swapping.leaving_name", call)


@pytest.mark.parametrize("save", [save_over, lambda note, data: note.write_bytes(data)])
def test_a_file_that_is_saved_when_it_is_to_go_stays(
    note: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path, bytes], object]
) -> None:
    just_before_it_goes(monkeypatch, lambda: save(note, b"mine"))
    edits = [Edit("notes/b.md", None, b"ours"), Edit("notes/a.md", b"read", None)]
    with pytest.raises(ConflictError, match="changed by another program"):
        files.change(note.parents[1], edits, journal=note.parents[1] / "journal")
    assert names_and_text(note) == (["a.md"], b"mine")


def test_a_file_that_is_being_saved_when_it_is_to_go_stays(note: Path) -> None:
    if not swapping.exchange(note, note):
        pytest.skip("this file system does not let two files change places")
    with note.open("r+b") as editor:
        with pytest.raises(ConflictError):
            files.remove(note, b"read")
        editor.write(b"mine")
    assert names_and_text(note) == (["a.md"], b"mine")


def test_a_file_that_is_saved_while_it_moves_stays_where_it_was(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, found = note.parents[1], note.stat()
    there = Move("notes/a.md", "notes/x/b.md", found.st_size, found.st_mtime_ns, found.st_ino)

    def flush(folder: Path) -> None:
        if folder.name == "x":
            save_over(note, b"mine")
        files.flush_folder(folder)

    monkeypatch.setattr("papernotes.files.moving.flush_folder", flush)
    with pytest.raises(ConflictError, match="changed by another program"):
        files.change(root, [], [there], journal=root / "journal")
    assert not (root / "journal").exists()
    assert list((root / "notes/x").iterdir()) == []
    assert note.read_bytes() == b"mine"


def test_what_is_saved_while_a_crashed_change_is_finished_stays(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, journal = note.parents[1], note.parents[1] / "journal"
    steps = (Step("notes/a.md", files.digest(b"read"), b"ours"),)
    write_journal(journal, Journal(steps))
    just_before(monkeypatch, lambda: save_over(note, b"mine"))
    left: list[str] = []
    assert files.recover(root, journal=journal, below={"notes": ".md"}, left=left.append) == ()
    assert left == ["notes/a.md"]
    assert names_and_text(note) == (["a.md"], b"mine")


def test_what_is_removed_at_the_last_moment_stays_away(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before(monkeypatch, note.unlink)
    with pytest.raises(ConflictError, match="changed by another program"):
        files.replace(note, b"read", b"ours")
    assert not any(note.parent.iterdir())


@pytest.mark.parametrize("step", ["write_journal", "_check"])
def test_a_note_that_is_away_for_a_moment_is_a_conflict(
    note: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real: Any = getattr(changes, step)

    def call(*args: Any) -> Any:
        if note.exists():
            note.replace(note.with_name("a.md~"))
        return real(*args)

    monkeypatch.setattr(changes, step, call)
    edits = [Edit("notes/a.md", b"read", b"ours")]
    with pytest.raises(ConflictError, match="changed by another program"):
        files.change(note.parents[1], edits, journal=note.parents[1] / "journal")
    assert [path.name for path in note.parent.iterdir()] == ["a.md~"]


def test_a_save_that_is_half_done_is_waited_out(note: Path) -> None:
    if not swapping.exchange(note, note):
        pytest.skip("this file system does not let two files change places")
    note.write_bytes(b"")
    with note.open("r+b") as editor:  # which has emptied the file and not yet written
        with pytest.raises(ConflictError):
            files.replace(note, b"", b"ours")
        with pytest.raises(ConflictError):
            files.change(
                note.parents[1], [Edit("notes/a.md", b"", b"o")], journal=note.parents[1] / "j"
            )
        editor.write(b"mine")
    assert note.read_bytes() == b"mine"
    files.replace(note, b"mine", b"ours")
    assert note.read_bytes() == b"ours"


def test_a_reader_keeps_nobody_from_writing(note: Path) -> None:
    with note.open("rb"):
        files.replace(note, b"read", b"ours")
    assert note.read_bytes() == b"ours"


def test_where_files_cannot_change_places_there_is_a_last_look(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note.chmod(0o640)
    monkeypatch.setattr(swapping, "exchange", lambda *_: False)
    files.replace(note, b"read", b"ours")
    assert note.read_bytes() == b"ours"
    assert note.stat().st_mode & 0o777 == 0o640
    staged = note.with_name("staged")
    staged.write_bytes(b"late")
    with pytest.raises(ConflictError):
        swapping.swap(staged, note, b"read", b"late")
    assert note.read_bytes() == b"ours"

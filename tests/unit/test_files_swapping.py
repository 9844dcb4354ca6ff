"""What an editor saves while a file of its own is replaced is never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.errors import ConflictError
from papernotes.files import Edit, changes, swapping

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
        swapping.swap(staged, note, b"read")
    assert note.read_bytes() == b"ours"

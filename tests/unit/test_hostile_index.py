"""An index/ that is not ours is neither believed nor harmed."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.errors import ConflictError
from papernotes.files import FileError, write_atomic
from papernotes.library import Library
from papernotes.store import connect
from tests.factories import open_library, write

if TYPE_CHECKING:
    from pathlib import Path


def test_an_index_that_is_a_link_is_refused_and_what_it_points_at_stays(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (victim / "whoosh").mkdir(parents=True)
    (victim / "thesis.txt").write_text("precious")
    root = tmp_path / "lib"
    Library.init(root)
    (root / "index").symlink_to(victim)
    with open_library(root) as library, pytest.raises(ConflictError, match="index"):
        library.list()
    assert {path.name for path in victim.iterdir()} == {"whoosh", "thesis.txt"}


def test_a_folder_called_index_keeps_what_a_person_has_in_it(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "index/index.html", "mine")
    write(root, "index/papernotes.db", "not a database")
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library:
        assert library.list().total == 1
        library.sync(rebuild=True)
    assert (root / "index/index.html").read_text() == "mine"


def test_a_search_index_that_is_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library:
        library.sync()
    victim = tmp_path / "victim"
    (root / "index/whoosh").rename(victim)
    before = sorted(path.name for path in victim.rglob("*"))
    (root / "index/whoosh").symlink_to(victim)
    with open_library(root) as library:
        assert library.search("apples").total == 1
    assert not (root / "index/whoosh").is_symlink()
    assert sorted(path.name for path in victim.rglob("*")) == before


def test_a_journal_that_came_with_a_clone_is_not_believed(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    plan = {"create": {"notes/evil.md": "ZXZpbA=="}}
    write(root, "index/journal.json", json.dumps(plan))
    with open_library(root) as library:
        assert library.list().total == 0
    assert not (root / "notes/evil.md").exists()
    assert not (root / "index/journal.json").exists()


def test_the_secret_of_this_machine_is_nobody_elses_to_read(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        library.list()
    modes = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "state").rglob("secret")}
    assert modes == {tmp_path / "state/secret": 0o600}
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", [connect.DATABASE, connect.MARK])
def test_an_index_that_was_half_thrown_away_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with open_library(tmp_path / "lib") as library:
        library.list()
    index, secret = tmp_path / "lib/index", connect.machine_secret(tmp_path / "state")
    assert connect.is_stamped(index, secret)
    unlink: Any = type(index).unlink

    def dying(path: Path, **options: bool) -> None:
        if path.name == name:
            raise OSError(errno.EIO, "Input/output error")
        unlink(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(index), "unlink", dying)
        with pytest.raises(FileError):
            connect.discard(index)
    assert not connect.is_stamped(index, secret)


def test_an_index_that_is_half_made_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def dying(path: Path, data: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write_atomic(path, data)

    with monkeypatch.context() as patch:
        patch.setattr("papernotes.files.write_atomic", dying)
        with pytest.raises(KeyboardInterrupt):
            connect.vouch(tmp_path, b"secret", "store")
    assert written
    assert not connect.is_stamped(tmp_path, b"secret")

"""Stores that are not ours, not whole, or of another version, and what lies beside them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import StoreError
from papernotes.store import connect
from papernotes.store.create import create
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.damage.shelf import Shelf

STORE = "making index/ anew from your files"


def run(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for each in statements:
            connection.execute(each)


def a_foreign_database(shelf: Shelf) -> None:
    shelf.database.unlink()
    run(shelf.database, "CREATE TABLE papers (title)", "INSERT INTO papers VALUES ('not ours')")


def a_folder(shelf: Shelf) -> None:
    shelf.database.unlink()
    shelf.database.mkdir()


def a_link(shelf: Shelf) -> None:
    far = shelf.root.parent / "far.db"
    shelf.database.rename(far)
    shelf.database.symlink_to(far)


def an_empty_store(shelf: Shelf) -> None:
    """Put a store of ours there that knows of nothing."""
    shelf.database.unlink()
    create(shelf.database)


def another_library(shelf: Shelf) -> Path:
    """Return the index/ of another library of this machine."""
    other = shelf.root.parent / "other"
    write(other, "bib/x.bib", entry("x", "Not of this library", year="2001"))
    for number in range(20):
        write(other, f"notes/{number}.md", f"# Other {number}\n")
    with open_library(other) as library:
        library.sync()
    return other / "index"


def another_store(shelf: Shelf) -> None:
    shutil.copyfile(another_library(shelf) / "papernotes.db", shelf.database)


def another_index(shelf: Shelf) -> None:
    shutil.rmtree(shelf.index / "whoosh")
    shutil.copytree(another_library(shelf) / "whoosh", shelf.index / "whoosh")


HARMS: dict[str, Callable[[Shelf], object]] = {
    "no bytes": lambda shelf: shelf.database.write_bytes(b""),
    "text": lambda shelf: shelf.database.write_text("# Not a database\n" * 999),
    "a header alone": lambda shelf: shelf.database.write_bytes(shelf.database.read_bytes()[:100]),
    "one page": lambda shelf: shelf.database.write_bytes(shelf.database.read_bytes()[:4096]),
    "zeros": lambda shelf: shelf.database.write_bytes(bytes(shelf.database.stat().st_size)),
    "gone": lambda shelf: shelf.database.unlink(),
    "a folder": a_folder,
    "a link": a_link,
    "foreign": a_foreign_database,
    "empty": an_empty_store,
    "another library's": another_store,
    "another library's index": another_index,
    "all of index/ gone": lambda shelf: shutil.rmtree(shelf.index),
    "whoosh/ gone": lambda shelf: shutil.rmtree(shelf.index / "whoosh"),
    "CURRENT gone": lambda shelf: (shelf.index / "whoosh/CURRENT").unlink(),
    "mark gone": lambda shelf: (shelf.index / "mark").unlink(),
    "stamp gone": lambda shelf: (shelf.index / "stamp").unlink(),
    "a journal": lambda shelf: (shelf.index / "papernotes.db-journal").write_bytes(b"\xd9\xd5"),
}


@pytest.mark.fault(21, 25, 27)
@pytest.mark.parametrize("harm", HARMS)
def test_a_store_that_is_none_is_made_anew_with_one_line(shelf: Shelf, harm: str) -> None:
    HARMS[harm](shelf)
    found, said = shelf.asked()
    assert found == shelf.expected
    assert len(said) == 1
    assert "anew" in said[0]
    assert shelf.holds()


@pytest.mark.fault(25)
def test_any_file_of_the_index_can_go(shelf: Shelf) -> None:
    for path in sorted(each for each in (shelf.index / "whoosh").rglob("*") if each.is_file()):
        shelf.put_back()
        (shelf.index / path.relative_to(shelf.index)).unlink()
        found, said = shelf.asked()
        wrong = [name for name in found if found[name] != shelf.expected[name]]
        assert wrong == [], path.name
        if path.name != "MAIN_WRITELOCK":
            assert said or shelf.checked(), path.name


# --- what lies beside ------------------------------------------------------------------------


def log_of(database: Path, *statements: str) -> bytes:
    """Return the write-ahead log that these statements leave, before it is taken in."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for each in statements:
            connection.execute(each)
        return database.with_name(f"{database.name}-wal").read_bytes()


def log_of_another_library(folder: Path) -> bytes:
    other = folder / "beside"
    with open_library(other) as library:
        library.sync()
        for number in range(20):
            write(other, f"notes/{number}.md", f"# Other {number}\n")
        library.sync()
        return (other / "index/papernotes.db-wal").read_bytes()


@pytest.mark.fault(22)
@pytest.mark.parametrize("whose", ["another library", "another program", "torn", "noise"])
def test_the_log_of_another_database_is_not_taken_in(
    shelf: Shelf, tmp_path: Path, whose: str
) -> None:
    if whose == "another program":
        grown = ["CREATE TABLE a (b)", *["INSERT INTO a VALUES (randomblob(9000))"] * 9]
        data = log_of(tmp_path / "x.db", *grown)
    elif whose == "noise":
        data = os.urandom(50_000)
    else:
        data = log_of_another_library(tmp_path)
    if whose == "torn":
        data = data[: len(data) // 2 - 99]
    (shelf.index / "papernotes.db-wal").write_bytes(data)
    found, said = shelf.asked()
    wrong = [name for name in found if found[name] != shelf.expected[name]]
    assert not wrong or said, f"{wrong} and nobody said so"
    shelf.checked()
    assert shelf.wrong() == []
    assert shelf.holds()


@pytest.mark.fault(20)
def test_an_older_store_beside_a_newer_index_is_brought_up_to_date(tmp_path: Path) -> None:
    """A power cut may lose the last transactions of the store, and not those of the index."""
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    write(root, "notes/b.md", "# Bananas\n")
    with open_library(root) as library:
        library.sync()
    old = (root / "index/papernotes.db").read_bytes()
    write(root, "notes/c.md", "# Cherries\n")
    write(root, "notes/b.md", "# Bilberries\n")
    with open_library(root) as library:
        library.sync()
    (root / "notes/c.md").unlink()
    (root / "index/papernotes.db").write_bytes(old)
    with open_library(root) as library:
        assert [library.search(word).total for word in ("cherries", "bananas")] == [0, 0]
        assert {hit.ref for hit in library.search("bilberries OR apples", limit=0)} == {"a", "b"}
        library.doctor(fix=True)
        assert not [each for each in library.doctor().findings if each.is_of_index]


# --- versions --------------------------------------------------------------------------------


@pytest.mark.fault(23)
def test_a_store_of_a_newer_version_is_left_as_it_is(shelf: Shelf) -> None:
    run(shelf.database, "CREATE TABLE of_tomorrow (x)", "PRAGMA user_version = 99")
    before = {path: path.read_bytes() for path in shelf.index.rglob("*") if path.is_file()}
    with shelf.opened() as library:
        for act in (library.list, library.sync, library.doctor, lambda: library.remove(["doe1"])):
            with pytest.raises(StoreError, match="made by a newer papernotes") as raised:
                act()
            assert raised.value.exit_status == 7
            assert "index/" in (raised.value.hint or "")
            assert "upgrade" in (raised.value.hint or "")
    after = {path: path.read_bytes() for path in shelf.index.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before if path.name != "lock"} == {
        path: before[path] for path in before if path.name != "lock"
    }


@pytest.mark.fault(24)
@pytest.mark.parametrize("version", range(1, connect.SCHEMA_VERSION))
def test_a_store_of_an_older_version_is_made_anew(shelf: Shelf, version: int) -> None:
    """Nothing is in it that the files do not say, so there is nothing to be moved or kept."""
    run(shelf.database, "DROP VIEW library", f"PRAGMA user_version = {version}")
    found, said = shelf.asked()
    assert found == shelf.expected
    assert said == [f"the store was made by an older papernotes; {STORE}"]
    assert shelf.holds()

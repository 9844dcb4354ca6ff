"""The same through the command line: one line on standard error, and the statuses promised."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import library, shell

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

__all__ = ["library", "shell"]


@pytest.fixture
def notes(library: Shell) -> Shell:
    for number in range(3):
        (library.folder / f"notes/n{number}.md").write_text(f"# Apples {number}\n")
    assert library("list", "-q").status == 0
    return library


@pytest.mark.fault(20, 26)
def test_what_only_doctor_can_see_ends_with_one_and_is_put_right(notes: Shell) -> None:
    (segment,) = (notes.folder / "index/whoosh").rglob("*.pst")
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    database = notes.folder / "index/papernotes.db"
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE notes SET title = 'Bananas' WHERE ref = 'n1'")
    ended = notes("doctor")
    assert ended.status == 1
    codes = [line.rpartition("[")[2] for line in ended.out.splitlines()]
    assert codes == ["index-damaged]", "store-differs]"]
    assert "papernotes sync --rebuild" in ended.out
    assert notes("doctor", "--fix", "--yes").status == 0
    assert notes("list", "bananas").out == ""
    assert notes("doctor").status == 0


@pytest.mark.fault(21, 23)
def test_a_store_that_is_none_is_made_anew_and_a_newer_one_refused(notes: Shell) -> None:
    database = notes.folder / "index/papernotes.db"
    before = notes("list").out
    database.write_bytes(b"")
    ended = notes("list")
    assert (ended.status, ended.out) == (0, before)
    assert ended.err.splitlines() == [
        "papernotes: the store was damaged or missing; making index/ anew from your files"
    ]
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    bytes_before = database.read_bytes()
    for verb in (["list"], ["search", "apples"], ["sync", "--rebuild"], ["doctor", "--fix", "-y"]):
        ended = notes(*verb)
        assert (ended.status, ended.out) == (7, ""), verb
        assert "made by a newer papernotes" in ended.err
        assert "upgrade papernotes, or delete the folder index/" in ended.err
    assert database.read_bytes() == bytes_before

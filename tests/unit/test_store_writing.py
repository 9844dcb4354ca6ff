"""Writing the store where SQLite itself gives up."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from papernotes.files import FileError
from papernotes.store.write import writing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.fault(12)
def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    place = tmp_path / "papernotes.db"
    connection = sqlite3.connect(place, isolation_level=None)
    connection.execute("CREATE TABLE words (word TEXT)")
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(FileError, match=r"full$"), writing(connection, place):
        connection.execute("INSERT INTO words VALUES (?)", ("x" * 100_000,))
    connection.close()


@pytest.mark.fault(2, 7)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("odd")])
def test_of_a_transaction_that_is_stopped_nothing_is_kept(
    tmp_path: Path, error: BaseException
) -> None:
    place = tmp_path / "papernotes.db"
    connection = sqlite3.connect(place, isolation_level=None)
    connection.execute("CREATE TABLE words (word TEXT)")

    def stopped() -> None:
        with writing(connection, place):
            connection.execute("INSERT INTO words VALUES ('half')")
            raise error

    with pytest.raises(type(error)):
        stopped()
    assert connection.execute("SELECT * FROM words").fetchall() == []
    assert not connection.in_transaction
    connection.close()

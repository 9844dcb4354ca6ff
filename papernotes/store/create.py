"""A new store: an empty database with all tables, by sqlite-utils' migrations."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils import Database

from papernotes import files
from papernotes.schema import migrations
from papernotes.store.connect import configure, translated

if TYPE_CHECKING:
    from pathlib import Path


def create(path: Path) -> str:
    """Make an empty store at ``path``, whole or not at all, and return its random name."""
    store_id = os.urandom(16).hex()
    fresh = path.with_name(f"{files.TEMP_PREFIX}{os.urandom(8).hex()}{files.TEMP_SUFFIX}")
    try:
        with translated(path):
            connection = sqlite3.connect(fresh, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                configure(connection)
                database = Database(connection, execute_plugins=False)
                migrations.apply(database)
                database.table("state").insert({"key": "store_id", "value": store_id})
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)
    finally:  # a full disk must not be made fuller
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    return store_id

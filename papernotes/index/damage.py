"""What goes wrong with an index's files, as errors of ours."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import PapernotesError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.index.batches import Batch


class IndexDamagedError(StoreError):
    """The index cannot be read; it is derived, so rebuild it."""

    default_hint = "papernotes sync --rebuild makes it anew"


@contextlib.contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn whatever Whoosh raises on files it cannot read into IndexDamagedError."""
    try:
        yield
    except (PapernotesError, MemoryError):
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise IndexDamagedError(f"the search index {path} cannot be read ({reason})") from error


@contextlib.contextmanager
def closed_on_error(batch: Batch, folder: Path) -> Iterator[None]:
    """Give the lock of a batch back when it comes to nothing; what the system refuses is said."""
    try:
        yield
    except OSError as error:
        batch.close()
        raise files.file_error(error, folder) from error
    except BaseException:
        batch.close()
        raise

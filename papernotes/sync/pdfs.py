"""Reading PDFs into the store: apart from other files, since each costs a second.

A few at a time are read by a child process and written in a transaction of their own, so that a
run that is stopped keeps what it read. Where the extra ``papernotes[pdf]`` is not installed, a
PDF is known by name alone, marked by a digest of :data:`UNREAD`, and read once it is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import FormatError, PapernotesError
from papernotes.models import Problem
from papernotes.pdf import PdfReader, is_available
from papernotes.store.write import writing
from papernotes.sync.look import UNREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from papernotes.files import Scan
    from papernotes.store.read import Store

_BATCH = 10


def take(
    root: Path,
    paths: Sequence[str],
    scan: Scan,
    store: Store,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Read the PDFs at ``paths`` into the store; return how many could not for want of the extra.

    One that cannot be read becomes a problem. Raises LockedError, FileError and StoreError.
    """
    can_read = is_available()
    done = 0
    with PdfReader() as reader:
        for start in range(0, len(paths), _BATCH):
            batch = paths[start : start + _BATCH]
            read_at = time.time_ns()
            found = [_read(root, path, reader) if can_read else None for path in batch]
            with writing(store.connection, store.path) as writer:
                for path, content in zip(batch, found, strict=True):
                    stat = scan.files[path]
                    digest, pages, problems = content or (UNREAD, (), ())
                    is_racy = digest != UNREAD and (not digest or stat.is_racy(read_at))
                    file_id = writer.put_file(path, stat, digest, is_racy=is_racy)
                    writer.put_pdf(file_id, path, pages if digest else None)
                    writer.put_problems(file_id, problems)
            done += len(batch)
            if progress:
                progress(done, len(paths))
    return 0 if can_read else len(paths)


def _read(
    root: Path, path: str, reader: PdfReader
) -> tuple[str, tuple[str, ...], tuple[Problem, ...]]:
    """Return the digest, the pages and the problems of one PDF.

    The digest is empty where it is not the file that is at fault: it is read again next time,
    and what was read before is kept.
    """
    digest = ""
    try:
        digest = files.digest_of(root / path)
        content = reader.read(root / path)
    except PapernotesError as error:
        reason = str(error).removeprefix("cannot read ").removeprefix(f"{root / path}: ")
        is_of_the_file = isinstance(error, FormatError)
        problem = Problem("pdf-unreadable", path, reason)
        return digest if is_of_the_file else "", (), (problem,)
    cut = (Problem("pdf-cut", path, "is too long: only its first pages are searched"),)
    return digest, content.pages, cut if content.is_cut else ()

"""Reading what changed and writing it into the store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from papernotes import bib, files, links, markdown, notes
from papernotes.errors import FormatError
from papernotes.files import FileError
from papernotes.models import Problem
from papernotes.store.write import LinkRow, NoteRows, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.files import FileStat, Scan
    from papernotes.store.read import Store
    from papernotes.store.write import Writer
    from papernotes.sync.plan import Plan


def apply(
    root: Path,
    plan: Plan,
    scan: Scan,
    store: Store,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Carry out ``plan`` in one transaction.

    A file that the system will not let us read keeps the rows of its last good state and gets a
    problem; whatever can be read replaces them. Raises LockedError, FileError, StoreError.
    """
    paths = sorted((*plan.added, *plan.changed))
    with writing(store.connection, store.path) as writer:
        for path in plan.removed:
            writer.remove_file(path)
        for number, path in enumerate(paths, 1):
            _take(root, path, scan.files[path], writer)
            if progress:
                progress(number, len(paths))


def _take(root: Path, path: str, stat: FileStat, writer: Writer) -> None:
    """Read one file into the store."""
    read_at = time.time_ns()
    try:
        data = files.read(root / path)
    except (FileError, FormatError) as error:
        file_id = writer.put_file(path, stat, None, is_racy=True)
        writer.put_problems(file_id, [Problem("unreadable", path, _reason(error, root, path))])
        return
    file_id = writer.put_file(path, stat, files.digest(data), is_racy=stat.is_racy(read_at))
    if path.lower().endswith(".bib"):
        papers, problems = bib.parse_bytes(data, path)
        writer.put_papers(file_id, papers)
    else:
        rows, problems = read_note(data, path)
        writer.put_note(file_id, rows)
    writer.put_problems(file_id, problems)


def _reason(error: Exception, root: Path, path: str) -> str:
    return str(error).removeprefix(f"{root / path}: ")


def read_note(data: bytes, path: str) -> tuple[NoteRows, tuple[Problem, ...]]:
    """Return the rows of a note and what is wrong in it; undecodable bytes are shown as �."""
    text, trouble = _decode(data, path)
    found = notes.read(text, path)
    rows = []
    for link in found.note.links:
        address = links.address(link, path)
        if address is not None:
            sentence = markdown.sentence_at(found.document, link.start)
            rows.append(LinkRow(link, address, sentence))
    plain = markdown.plain_text(found.document)
    headings = tuple((each.line, each.level, each.text) for each in found.document.headings)
    return NoteRows(found.note, plain, tuple(rows), headings), (*trouble, *found.problems)


def _decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, (Problem("encoding", path, "is UTF-16; convert it to UTF-8", 1),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 at byte {error.start}; convert it, its bytes were left alone"
        return data.decode("utf-8", "replace"), (Problem("encoding", path, message, line),)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        message = "has a NUL byte: not a text file"
        return text.replace("\x00", "\ufffd"), (Problem("encoding", path, message, line),)
    return text, ()

"""Reading what changed and writing it into the store."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from papernotes import files, links, markdown, notes
from papernotes.errors import FormatError
from papernotes.files import FileError
from papernotes.models import Problem
from papernotes.store.rows import LinkRow, NoteRows
from papernotes.store.write import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.files import FileStat, Scan
    from papernotes.markdown import Document
    from papernotes.models import Paper
    from papernotes.store.read import Store
    from papernotes.store.write import Writer
    from papernotes.sync.plan import Plan

    ParseBib = Callable[[bytes, str], tuple[tuple[Paper, ...], tuple[Problem, ...]]]

_CLOSE, _CLOSE_CHARACTERS = 16, 500  # links, and what holds them when they are crowded
_MANY = 200  # crowded links in a row that still have a sentence each
_SHARED_CHARACTERS = 250
_LONGEST_WRITTEN = 500
_LINE_END = re.compile(r"[\r\n]")
_NEW_BLOCK = re.compile(r"[\r\n](?!\[(?!\^)|[@!])")  # or at least not surely the same one


def apply(
    root: Path,
    plan: Plan,
    scan: Scan,
    store: Store,
    *,
    parse_bib: ParseBib,
    progress: Callable[[int, int], None] | None = None,
    is_afresh: bool = False,
) -> None:
    """Carry out ``plan`` in one transaction; ``is_afresh``: forget first all there was.

    ``parse_bib`` is :func:`papernotes.bib.parse_bytes`, which costs an import most syncs need not.
    A file that the system will not let us read keeps the rows of its last good state and gets a
    problem; whatever can be read replaces them. Raises LockedError, FileError, StoreError.
    """
    paths = sorted((*plan.added, *plan.changed))
    with writing(store.connection, store.path) as writer:
        if is_afresh:
            writer.forget_all()
        for path in plan.removed:
            writer.remove_file(path)
        for path in plan.held_anew:
            writer.hold_file(path)
        for number, path in enumerate(paths, 1):
            _take(root, path, scan.files[path], writer, parse_bib)
            if progress:
                progress(number, len(paths))


def _take(root: Path, path: str, stat: FileStat, writer: Writer, parse_bib: ParseBib) -> None:
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
        papers, problems = parse_bib(data, path)
        writer.put_papers(file_id, papers)
    else:
        rows, problems = read_note(data, path)
        writer.put_note(file_id, rows)
    writer.put_problems(file_id, problems)


def _reason(error: Exception, root: Path, path: str) -> str:
    return str(error).removeprefix(f"{root / path}: ")


def read_note(data: bytes, path: str) -> tuple[NoteRows, tuple[Problem, ...]]:
    """Return the rows of a note and what is wrong in it; undecodable bytes are shown as �."""
    text, trouble = notes.decode(data, path)
    found = notes.read(text, path)
    pointing = [
        (link, address)
        for link in found.note.links
        if (address := links.address(link, path)) is not None
    ]
    sentences = _sentences(found.document, [link.start for link, _ in pointing])
    rows = [
        LinkRow(link, address, sentence, text[link.start : link.end][:_LONGEST_WRITTEN])
        for (link, address), sentence in zip(pointing, sentences, strict=True)
    ]
    plain = markdown.plain_text(found.document)
    headings = tuple((each.line, each.level, each.text) for each in found.document.headings)
    return NoteRows(found.note, plain, tuple(rows), headings), (*trouble, *found.problems)


def _sentences(document: Document, offsets: list[int]) -> list[str]:
    """Return the sentence around each of the links at ``offsets`` (in order).

    Finding one reads a few hundred characters around it. Where links stand so close, and so many
    in a row, that this would be most of the work, neighbours share one.
    """
    sentences: list[str] = []
    crowd, last = 0, 0
    for number, offset in enumerate(offsets):
        if offset < document.start:
            sentences.append(_front_line(document.text, offset))
            continue
        is_crowded = number >= _CLOSE and offset - offsets[number - _CLOSE] < _CLOSE_CHARACTERS
        crowd = crowd + 1 if is_crowded else 0
        is_near = 0 <= offset - last < _SHARED_CHARACTERS
        if crowd > _MANY and is_near and not _NEW_BLOCK.search(document.text, last, offset + 1):
            sentences.append(sentences[-1])
        else:
            sentences.append(markdown.sentence_at(document, offset))
            last = offset
    return sentences


def _front_line(text: str, offset: int) -> str:
    """Return what stands around a link on its line of the front matter."""
    start = max(0, offset - _SHARED_CHARACTERS)
    before, after = text[start:offset], text[offset : offset + _SHARED_CHARACTERS]
    return f"{_LINE_END.split(before)[-1]}{_LINE_END.split(after)[0]}".strip()

"""``papernotes search --like``: a text from outside → what in the library is like it, and why."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from papernotes.cli.hits import block
from papernotes.cli.output import (
    is_terminal,
    plain,
    print_json,
    print_problems,
    record,
    ref_field,
)
from papernotes.cli.streams import has_every_letter, read_bytes
from papernotes.cli.text import one_line
from papernotes.cli.wrapping import Piece, wrapped
from papernotes.errors import FormatError, UsageError
from papernotes.sources import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.cli.context import App
    from papernotes.models import Hit, Hits

_MIN_COLUMNS = 24
_HEAD = 100_000  # bytes that tell a text from something else
_MOST_GARBLED = 0.1  # of the characters of a text
_MOST_PAGES = 10  # of a PDF: its beginning says what it is about


def search_like(
    app: App, name: str, query: str, *, limit: int, only_refs: bool, as_json: bool
) -> int:
    """Print what is like the text of a file (``-`` is standard input) and matches a query."""
    text = read_words(name)
    with app.library() as library:
        found = library.like(text, query=query, limit=limit)
    if as_json:
        data = {
            "hits": [plain(hit) for hit in found.hits],
            "total": found.total,
            "notices": list(found.notices),
        }
        print_json("search", data, found.problems)
        return 0
    for notice in found.notices:
        app.notice(notice)
    for line in [ref_field(hit.ref) for hit in found.hits] if only_refs else _lines(found):
        click.echo(line)
    print_problems(app, found.problems)
    if not found.total:
        app.notice("nothing here is like that text")
    elif found.total > len(found.hits):
        app.notice(f"{len(found.hits)} of {found.total}; -n 0 shows all")
    return 0


def read_words(name: str) -> str:
    """Return the text of a file, also of a PDF, ``-`` being standard input.

    Raises FileError, FormatError for what is no text, and UsageError for what is empty.
    """
    data = read_bytes(name)
    if data.startswith(b"%PDF-"):
        return _pdf_words(name)
    text = readable(data)
    head = text[:_HEAD]
    if "\x00" in head or head.count("\ufffd") > _MOST_GARBLED * len(head):
        raise FormatError(f"{_called(name)}: this is not text", hint="give a draft or an abstract")
    if not text.strip():
        raise UsageError(f"{_called(name)}: there is nothing in it", hint="give a draft")
    return text


def _pdf_words(name: str) -> str:
    from pathlib import Path  # noqa: PLC0415 - PDFs only

    from papernotes.pdf import PdfReader  # noqa: PLC0415 - PDFs only

    if name == "-":
        raise FormatError("standard input is a PDF", hint="name its file")
    with PdfReader() as reader:
        text = "\n\n".join(reader.read(Path(name)).pages[:_MOST_PAGES])
    if not text.strip():
        raise UsageError(f"{name}: this PDF has no text", hint="give its abstract")
    return text


def _called(name: str) -> str:
    return "standard input" if name == "-" else name


def _lines(found: Hits) -> Iterator[str]:
    """Yield a numbered block a hit, with the reasons last, or for pipes a record a line."""
    if not is_terminal():
        yield from (record(hit, place="; ".join(hit.reasons)) for hit in found.hits)
        return
    columns = max(shutil.get_terminal_size().columns, _MIN_COLUMNS)
    digits = len(str(len(found.hits)))
    for number, hit in enumerate(found.hits, 1):
        yield from block(hit, str(number).rjust(digits), columns)
        yield from _reason_lines(hit, digits + 4, columns)


def _reason_lines(hit: Hit, indent: int, columns: int) -> Iterator[str]:
    share = "" if hit.score is None else f"{hit.score:.0%} "
    said = one_line(share + "; ".join(hit.reasons))
    shown = said if has_every_letter() else said.encode("ascii", "replace").decode()
    for line in wrapped([Piece(shown, "green")], columns - indent, most=2):
        yield " " * indent + line

"""What a person marked in a PDF → quotes at the end of a note, each once. Pure.

A quote is followed by where it stands and by a private comment with its id. The comment is what
tells that it is there already: the quote itself may be edited, moved and shortened at will.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from papernotes import markdown
from papernotes.notes.front_matter import split
from papernotes.notes.rendering import foreign_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    class Highlight(Protocol):
        """A remark left in a PDF (see papernotes.pdf.Annotation)."""

        @property
        def page(self) -> int:
            """The page, from 1."""

        @property
        def quote(self) -> str:
            """The text below the mark; empty for a remark without one."""

        @property
        def comment(self) -> str:
            """What was typed."""

        @property
        def id(self) -> str:
            """A name that stays."""


HEADING = "Highlights"
_CITABLE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_:.+-]*[A-Za-z0-9_])?")


def add_highlights(text: str, citekey: str, found: Iterable[Highlight]) -> tuple[str, int]:
    """Return a note's text with the highlights it lacks, and how many these are.

    They go to the end of the section ``## Highlights``, which is made at the end of the note
    where there is none. All that stood in the note stays as it was.
    """
    new = [each for each in found if _mark(each) not in text and (each.quote or each.comment)]
    if not new:
        return text, 0
    newline = "\r\n" if "\r\n" in text else "\n"
    parts = split(text)
    document = markdown.parse(text, start=parts.body_start, line=parts.body_line)
    blocks = [_block(each, citekey) for each in new]
    place = _end_of_section(document, len(text))
    if place is None:
        blocks.insert(0, f"## {HEADING}")
        place = len(text)
    before, after = text[:place], text[place:]
    added = "\n\n".join(blocks).replace("\n", newline)
    ending = newline * 2 if after.strip() else newline
    return f"{before}{_gap(before, newline)}{added}{ending}{after}", len(new)


def _gap(before: str, newline: str) -> str:
    """Return the line ends that a text lacks before an empty line and a new block."""
    if not before or before.endswith(newline * 2):
        return ""
    return newline if before.endswith(newline) else newline * 2


def _end_of_section(document: markdown.Document, end: int) -> int | None:
    """Return where the section of highlights ends, or None where there is none."""
    level = 0
    for heading in document.headings:
        if level and heading.level <= level:
            return heading.start
        if not level and heading.text.strip().casefold() == HEADING.casefold():
            level = heading.level
    return end if level else None


def _mark(each: Highlight) -> str:
    return f"%%pdf {each.id}%%"


def _block(each: Highlight, citekey: str) -> str:
    where = f"[@{citekey}, p. {each.page}]" if _CITABLE.fullmatch(citekey) else f"(p. {each.page})"
    tail = f"{where} {_mark(each)}"
    comment = "\n\n".join(filter(None, map(foreign_text, each.comment.split("\n\n"))))
    if not each.quote:
        return f"{comment} {tail}"
    quote = f"> {foreign_text(each.quote)} {tail}"
    return f"{quote}\n\n{comment}" if comment else quote

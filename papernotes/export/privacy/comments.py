"""The last look before a post leaves: it must not depend on what the private comments say. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.export.making.draft import cleaned

if TYPE_CHECKING:
    from papernotes.export.source import Source
    from papernotes.models import Note

_MAY_HOLD = re.compile(r"%%|<!--|(?<!\w)\[(?!\^)[^\[\]\r\n]{1,99}\]:")
_WORD_CHARACTER = re.compile(r"\w")


def without_comments(source: Source) -> Source:
    """Return the source with no comment in what a post takes from its notes' front matter."""
    return replace(
        source,
        notes=tuple(map(tidied, source.notes)),
        published=tuple(map(tidied, source.published)),
        load=lambda note: tidied(source.load(note)),
    )


def tidied(note: Note) -> Note:
    """Return a note with no comment in what a post takes from its front matter."""

    def shown(text: str) -> str:
        return markdown.without_comments(text) if _MAY_HOLD.search(text) else text

    return replace(
        note,
        title=shown(note.title),
        description=shown(note.description),
        categories=tuple(filter(None, map(shown, note.categories))),
        tags=tuple(filter(None, map(shown, note.tags))),
    )


def crossed_out(note: Note) -> Note:
    """Return a note with the words of every comment in its body crossed out."""
    if not _MAY_HOLD.search(note.body):
        return note
    text = cleaned(note.body)
    pieces: list[str] = []
    done = 0
    for span in markdown.parse(text).spans:
        if span.kind != "comment" or span.start < done:
            continue
        start = span.inner_start if span.detail else text.index(":", span.start)
        pieces += [text[done:start], _WORD_CHARACTER.sub("x", text[start : span.end])]
        done = span.end
    return replace(note, body="".join([*pieces, text[done:]])) if pieces else note

"""The last look before a post leaves: it must not depend on what the private comments say. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.export.making.draft import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.export.post import OutFile
    from papernotes.export.source import Source
    from papernotes.models import Note

_WORD_CHARACTER = re.compile(r"\w")


def without_comments(source: Source) -> Source:
    """Return the source with no comment in what a post takes from its notes' front matter."""
    return replace(
        source,
        notes=tuple(map(_tidied, source.notes)),
        published=tuple(map(_tidied, source.published)),
    )


def silenced(source: Source) -> Source | None:
    """Return the source with the words of every comment crossed out; None when there are none."""
    notes = tuple(map(_crossed_out, source.notes))
    published = tuple(map(_crossed_out, source.published))
    if notes == source.notes and published == source.published:
        return None
    return replace(source, notes=notes, published=published)


def find_leaks(
    said: Mapping[str, tuple[OutFile, ...]], unsaid: Mapping[str, tuple[OutFile, ...]]
) -> Iterable[str]:
    """Return the refs whose files are not the same once the comments say nothing."""
    return [ref for ref, out_files in said.items() if out_files != unsaid.get(ref)]


def _tidied(note: Note) -> Note:
    shown = markdown.without_comments
    return replace(
        note,
        title=shown(note.title),
        description=shown(note.description),
        categories=tuple(filter(None, map(shown, note.categories))),
        tags=tuple(filter(None, map(shown, note.tags))),
    )


def _crossed_out(note: Note) -> Note:
    if not any(mark in note.body for mark in ("%%", "<!--", "]:")):
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

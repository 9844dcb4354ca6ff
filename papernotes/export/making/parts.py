"""Parts of a note that mean something to its post: its title, references, sections. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.ids import name_key

if TYPE_CHECKING:
    from papernotes.markdown import Document, Heading
    from papernotes.models import Note

_REFERENCES = frozenset({"references", "bibliography", "literature"})


def title_heading(note: Note, document: Document) -> Heading | None:
    """Return the heading that only repeats the note's title, which its post shows anyway."""
    if not document.headings:
        return None
    first = document.headings[0]
    written = document.text[first.start : first.end].strip("#=\n ")
    is_title = name_key(note.title) in {name_key(first.text), name_key(written)}
    return first if is_title and first.level == 1 else None


def ends_with_references(document: Document) -> bool:
    """Whether the note's last heading asks for the references, as Pandoc's notes do."""
    if not document.headings:
        return False
    last = document.headings[-1]
    return last.text.strip().casefold() in _REFERENCES and not document.text[last.end :].strip()


def section(document: Document, heading: str) -> tuple[int, int] | None:
    """Return where the whole text, a section or a block (``^id``) stands."""
    wanted = heading.rsplit("#", 1)[-1].strip()
    if not wanted:
        return document.start, len(document.text)
    if wanted.startswith("^"):
        return markdown.find_block(document, wanted[1:])
    one = markdown.find_heading(document, heading)
    if one is None:
        return None
    later = (
        other.start
        for other in document.headings
        if other.start > one.start and other.level <= one.level
    )
    return one.start, next(later, len(document.text))

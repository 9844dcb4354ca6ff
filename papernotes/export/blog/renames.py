"""Which of the notes that are new to a blog stood there under another name. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from papernotes.export.blog.fingerprint import about, likeness, sketch
from papernotes.ids import portable_slug, slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from papernotes.export.blog.ledger import Entry, Ledger
    from papernotes.models import Note

_LIKE = 0.5
_LIKE_ABOUT_ONE_PAPER = 0.2
_COMMON = 3


def find_renamed(
    notes: Iterable[Note], ledger: Ledger, *, text_of: Callable[[Note], str]
) -> dict[str, str]:
    """Return for notes that are new the ref under which they stand in the ledger.

    Only refs that are no more are taken, each once: first one that has the slug a note asks for,
    then that of the text most alike, from half of it on; of two notes about one paper a fifth is
    enough. ``text_of`` returns a note's body without comments.
    """
    notes = tuple(notes)
    present = {note.ref for note in notes}
    gone = {ref: entry for ref, entry in sorted(ledger.entries.items()) if ref not in present}
    new = [
        note for note in sorted(notes, key=lambda note: note.ref) if note.ref not in ledger.entries
    ]
    renamed: dict[str, str] = {}
    if not gone or not new:
        return renamed
    by_slug = {entry.placement.slug: ref for ref, entry in gone.items()}
    for note in new:
        if slug := _slug_left(wanted_slug(note), by_slug):
            renamed[note.ref] = by_slug.pop(slug)
    left = {ref: gone[ref] for ref in by_slug.values()}
    unknown = [note for note in new if note.ref not in renamed]
    for _, ref, old in sorted(_alike(unknown, left, text_of)):
        if ref not in renamed and old in left:
            renamed[ref] = old
            del left[old]
    return renamed


def wanted_slug(note: Note) -> str:
    """Return the slug a note asks for: its own, or one of its title, paper or name."""
    arxiv = portable_slug(note.arxiv.id) if note.arxiv else ""
    return slugify(note.slug or "") or slugify(note.title) or arxiv or portable_slug(note.name)


def _slug_left(wanted: str, left: Iterable[str]) -> str:
    """Return the slug that a renamed note had: what it asks for, or the one such with a number."""
    numbered = re.compile(re.escape(wanted) + r"-[0-9]+")
    found = [slug for slug in left if numbered.fullmatch(slug)]
    return wanted if wanted in left else found[0] if len(found) == 1 else ""


def _alike(
    notes: Sequence[Note], left: Mapping[str, Entry], text_of: Callable[[Note], str]
) -> Iterator[tuple[float, str, str]]:
    """Yield (how unlike, new ref, old ref) of the pairs that may be one note."""
    having: dict[str, list[str]] = {}
    papers: dict[str, list[str]] = {}
    for ref, entry in left.items():
        for each in entry.fingerprint.sketch:
            having.setdefault(each, []).append(ref)
        if entry.fingerprint.about:
            papers.setdefault(entry.fingerprint.about, []).append(ref)
    for note in notes if having else ():
        own = sketch(text_of(note))
        same_paper = papers.get(about(note.paper or ""), ())
        shared = Counter(ref for each in own for ref in having.get(each, ()))
        few = min(_COMMON, len(own))
        for ref, number in shared.items():
            if number < few and ref not in same_paper:
                continue
            like = likeness(own, left[ref].fingerprint.sketch)
            if like >= (_LIKE_ABOUT_ONE_PAPER if ref in same_paper else _LIKE):
                yield 1 - like - (ref in same_paper), note.ref, ref

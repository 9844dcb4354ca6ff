"""Where posts stand: slug, date and URL of each note, fixed at its first export. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from papernotes.export.post import Placement
from papernotes.ids import portable_slug, slugify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.export.blog.ledger import Ledger
    from papernotes.models import Note

_DATED_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(?=.)")


def place(
    notes: Iterable[Note], ledger: Ledger, *, kept: frozenset[str], permalink: str, today: date
) -> dict[str, Placement]:
    """Return where the post of each note stands, and those of ``kept`` refs in the ledger.

    What the ledger says holds, so a new title moves nothing; ``slug:`` and ``date:`` in the note
    hold over it, and the URL a post had before becomes an alias. A slug that is taken gets the
    first free number, notes taken in the order of their refs. A note that is new takes the place
    of one that is gone if it asks for the same slug: it was renamed.
    """
    notes = tuple(notes)
    known = {ref: entry.placement for ref, entry in ledger.entries.items()}
    placements = {ref: known[ref] for ref in sorted(kept & known.keys())}
    gone = known.keys() - kept - {note.ref for note in notes}
    left = {known[ref].slug: known[ref] for ref in sorted(gone)}
    for note in sorted(notes, key=lambda note: note.ref):
        if note.ref not in known and (slug := _slug_left(_wanted(note, None), left)):
            known[note.ref] = left.pop(slug)
    ordered = sorted(notes, key=lambda note: (note.ref not in known, not note.slug, note.ref))
    for note in ordered:
        placements.pop(note.ref, None)
    taken = {placement.slug for placement in placements.values()}
    for note in ordered:
        before = known.get(note.ref)
        slug = _free(_wanted(note, before), taken)
        taken.add(slug)
        placements[note.ref] = _placed(note, slug, before, permalink.format(slug=slug), today)
    return placements


def _slug_left(wanted: str, left: Iterable[str]) -> str:
    """Return the slug that a renamed note had: what it asks for, or the one such with a number."""
    numbered = re.compile(re.escape(wanted) + r"-[0-9]+")
    found = [slug for slug in left if numbered.fullmatch(slug)]
    return wanted if wanted in left else found[0] if len(found) == 1 else ""


def _placed(note: Note, slug: str, before: Placement | None, url: str, today: date) -> Placement:
    if before is None:
        return Placement(slug, _day(note.date or _named_day(note) or note.created or today), url)
    if before.slug == slug:
        return Placement(slug, _day(note.date or before.published_on), before.url, before.aliases)
    aliases = tuple(alias for alias in dict.fromkeys((*before.aliases, before.url)) if alias != url)
    return Placement(slug, _day(note.date or before.published_on), url, aliases)


def _named_day(note: Note) -> date | None:
    """Return the date at the beginning of a file name in Jekyll's manner, if it has one."""
    match = _DATED_NAME.match(note.name)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _day(value: date) -> date:
    return date(value.year, value.month, value.day)


def _wanted(note: Note, before: Placement | None) -> str:
    asked = slugify(note.slug or "")
    if before and asked in {"", before.slug}:
        return before.slug
    arxiv = portable_slug(note.arxiv.id) if note.arxiv else ""
    return asked or slugify(note.title) or arxiv or portable_slug(note.name)


def _free(slug: str, taken: set[str]) -> str:
    number = 1
    found = slug
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found

"""Where posts stand: slug, date and URL of each note, fixed at its first export. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from papernotes.export.blog.renames import wanted_slug
from papernotes.export.blog.urls import pinned, redirects, same_place
from papernotes.export.post import Placement
from papernotes.ids import slugify
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.blog.fingerprint import Fingerprint
    from papernotes.export.blog.ledger import Ledger
    from papernotes.models import Note

_DATED_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(?=.)")


@dataclass(slots=True)
class _Board:
    """Which places are taken: by ref the URL, by place who has it, and what is to be said."""

    permalink: str
    urls: dict[str, str] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def claim(self, ref: str, url: str) -> bool:
        """Give a URL to a ref, if nobody has it."""
        is_free = self.holders.setdefault(same_place(url), ref) == ref
        if is_free:
            self.urls[ref] = url
        return is_free

    def claim_usual(self, ref: str, slug: str) -> None:
        """Give the usual URL of a slug, with the first number that is free."""
        number = 1
        while not self.claim(
            ref, self.permalink.format(slug=slug if number == 1 else f"{slug}-{number}")
        ):
            number += 1


def place(
    notes: Iterable[Note],
    ledger: Ledger,
    *,
    kept: frozenset[str],
    permalink: str,
    today: date,
) -> tuple[dict[str, Placement], tuple[Problem, ...]]:
    """Return where the post of each note stands, and those of ``kept`` refs in the ledger.

    What the ledger says holds, so a new title moves nothing; ``slug:``, ``date:`` and
    ``permalink:`` in the note hold over it, and the URL a post had before becomes an alias, as
    does what ``redirect_from:`` names. A slug that is taken gets the first free number, notes
    taken in the order of their refs; a URL that is taken is never given twice, and the problem is
    returned.
    """
    notes = tuple(notes)
    known = {ref: entry.placement for ref, entry in ledger.entries.items()}
    placements = {ref: known[ref] for ref in sorted(kept & known.keys())}
    ordered = sorted(notes, key=lambda note: (note.ref not in known, not note.slug, note.ref))
    for note in ordered:
        placements.pop(note.ref, None)
    taken = {placement.slug for placement in placements.values()}
    slugs = {}
    for note in ordered:
        slugs[note.ref] = _free(_wanted(note, known.get(note.ref)), taken)
        taken.add(slugs[note.ref])
    board = _Board(permalink)
    for ref, placement in placements.items():
        board.claim(ref, placement.url)
    _give_urls(board, ordered, slugs, known)
    aliases = _aliases(board, ordered, known)
    for note in ordered:
        before = known.get(note.ref)
        usual = before.published_on if before else _named_day(note) or note.created or today
        placements[note.ref] = Placement(
            slugs[note.ref],
            _day(note.date or usual),
            board.urls[note.ref],
            aliases[note.ref],
            before.modified_on if before else None,
        )
    return placements, tuple(board.problems)


def _give_urls(
    board: _Board,
    notes: Sequence[Note],
    slugs: Mapping[str, str],
    known: Mapping[str, Placement],
) -> None:
    """Give each note its URL: first those that stay, then those pinned, then all others."""
    wishes = {}
    for note in notes:
        wishes[note.ref], problems = pinned(note)
        board.problems += problems
    left = []
    for note in notes:
        before = known.get(note.ref)
        has_moved = before is None or before.slug != slugs[note.ref]
        url = wishes[note.ref] or ("" if has_moved or before is None else before.url)
        if before is None or url != before.url or not board.claim(note.ref, url):
            left.append(note)
    for note in sorted(left, key=lambda note: not wishes[note.ref]):
        ref, before = note.ref, known.get(note.ref)
        if wishes[ref] and board.claim(ref, wishes[ref]):
            continue
        if not (before and before.slug == slugs[ref] and board.claim(ref, before.url)):
            board.claim_usual(ref, slugs[ref])
        if wishes[ref]:
            message = f"permalink {wishes[ref]} is that of another post; it is {board.urls[ref]}"
            board.problems.append(Problem("url-clash", note.path, message))


def _aliases(
    board: _Board, notes: Sequence[Note], known: Mapping[str, Placement]
) -> dict[str, tuple[str, ...]]:
    """Return the older URLs of each note, none of them that of a post, none given twice."""
    found: dict[str, tuple[str, ...]] = {}
    taken = set(board.holders)
    for note in notes:
        before = known.get(note.ref)
        asked, problems = redirects(note)
        board.problems += problems
        own: list[str] = []
        for url in (*before.aliases, before.url, *asked) if before else asked:
            spot = same_place(url)
            if spot not in taken:
                own.append(url)
                taken.add(spot)
            elif url in asked and url not in own and board.holders.get(spot) != note.ref:
                message = f"redirect_from {url} leads to another post already"
                board.problems.append(Problem("url-clash", note.path, message))
        found[note.ref] = tuple(own)
    return found


def dated(
    placements: Mapping[str, Placement],
    ledger: Ledger,
    fingerprints: Mapping[str, Fingerprint],
    *,
    today: date,
) -> dict[str, Placement]:
    """Return the placements with the day on which what each post shows last changed.

    A post that was never exported, or is first looked at, has not changed; nor has one on the
    day of its publishing.
    """
    found = dict(placements)
    for ref, known in fingerprints.items():
        entry = ledger.entries.get(ref)
        if entry is None or entry.fingerprint.shows in {"", known.shows}:
            continue
        if today > found[ref].published_on:
            found[ref] = replace(found[ref], modified_on=today)
    return found


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
    return asked or wanted_slug(note)


def _free(slug: str, taken: set[str]) -> str:
    number = 1
    found = slug
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found

"""What the keys of the picker do to papers and notes, for both of its faces."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.cli.picking.model import Ask, parse_tags
from papernotes.errors import PapernotesError, QueryError, UsageError
from papernotes.models import Hits
from papernotes.query.typed import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.cli.picking.model import Picked
    from papernotes.library import Library
    from papernotes.reports.changing import MarkReport

MOST_HITS = 40
_STATES = ("unread", "reading", "read")


@dataclass(frozen=True, slots=True)
class Tag:
    """A wish: tags, written as for ``papernotes tag``, for some papers and notes."""

    picked: tuple[Picked, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A wish: the state of reading that comes after that of the first, for all of them."""

    picked: tuple[Picked, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A wish: the PDF of a paper, or its page, in the person's viewer."""

    picked: tuple[Picked, ...]


Deed = Tag | Turn | Open


def answer(library: Library, ask: Ask) -> Hits:
    """Return the hits of a query that is being typed. Raises QueryError.

    What it finds with its last word as a beginning comes first; the words as they stand find
    other forms of it, and are mended where they are misspelt.
    """
    if not ask.text.strip():
        sort = "added" if ask.sort == "relevance" else ask.sort
        return library.list(sort=sort, limit=MOST_HITS)
    text = as_typed(ask.text, is_at_end=ask.is_at_end)
    if text != ask.text:
        found = _exact(library, text, ask.sort)
        if found.total:
            return found
    return library.search(ask.text, sort=ask.sort, limit=MOST_HITS)


def _exact(library: Library, text: str, sort: str) -> Hits:
    try:
        return library.search(text, sort=sort, limit=MOST_HITS, is_exact=True)
    except QueryError:  # the star may be what is wrong with it
        return Hits((), 0)


def do(library: Library, deed: Deed, *, on_failure: Callable[[str], None]) -> str:
    """Do it and return what to say; of what fails only later ``on_failure`` is told.

    Raises PapernotesError.
    """
    refs = [each.ref for each in deed.picked]
    if isinstance(deed, Tag):
        added, removed = parse_tags(deed.text)
        if not added and not removed:
            raise UsageError("no tags were changed; write +tag to add, -tag to take away")
        report = library.tag(refs, add=added, remove=removed)
        return _said(report, lambda tags: " ".join(f"#{tag}" for tag in tags) or "no tags")
    if isinstance(deed, Turn):
        now = library.set_status(refs[:1]).results[0].status or _STATES[0]
        state = _STATES[(_STATES.index(now) + 1) % len(_STATES)]
        return _said(library.set_status(refs, state), lambda _: state)
    return _open(library, refs[0], on_failure)


def _said(report: MarkReport, words: Callable[[tuple[str, ...]], str]) -> str:
    """Return what became of marks in one line. Raises PapernotesError if one had to fail."""
    failed = [each for each in report.results if each.exit_status]
    changed = sum(each.outcome in {"changed", "started"} for each in report.results)
    counted = f"{changed} of {len(report.results)} changed"
    if failed:
        others = f"{counted}; " if len(report.results) > 1 else ""
        message = f"{others}{failed[0].asked}: {failed[0].message}"
        raise PapernotesError(message, hint=failed[0].hint)
    first = report.results[0]
    made = sum(each.outcome == "started" for each in report.results)
    new = f" ({made} new {'note' if made == 1 else 'notes'})" if made else ""
    if len(report.results) == 1:
        return f"{first.ref}: {words(first.tags)}{new}"
    return counted + new


def sentence(error: PapernotesError) -> str:
    """Return what went wrong and what to do about it, in one line."""
    return f"{error}; {error.hint}" if error.hint else str(error)


def _open(library: Library, ref: str, on_failure: Callable[[str], None]) -> str:
    card = library.show(ref)
    place = str(library.root / card.pdf) if card.pdf else card.page
    if not place:
        raise UsageError(f"{card.ref} has no PDF and no page")
    program = os.environ.get("PAPERNOTES_OPENER") or (
        "open" if sys.platform == "darwin" else "xdg-open"
    )
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own
            [*shlex.split(program), place],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PapernotesError(f"{program}: {reason}", hint="see $PAPERNOTES_OPENER") from error

    def wait() -> None:
        if status := process.wait():
            on_failure(f"{program} ended with status {status}")

    threading.Thread(target=wait, daemon=True).start()
    return f"opened {card.pdf or place}"

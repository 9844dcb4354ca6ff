"""What the picker shows and knows, as values; what happens to it, as pure functions.

An event takes a :class:`State` and returns the next one. What is to be done for it elsewhere is
told from the two of them by :func:`wishes`, so that nothing here knows threads or terminals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.models import Card, Hit, Hits

SORTS = ("relevance", "added", "year")
"""What Ctrl-R goes through."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A paper or note that was picked; ``line`` of its note (from 1) is where it matched."""

    ref: str
    is_paper: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the picker was left: with what, and whether to come back; or stopped by Ctrl-C."""

    picked: tuple[Picked, ...] = ()
    is_coming_back: bool = False
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish: the hits of a query. ``number`` counts questions, so that old answers are known."""

    number: int
    text: str
    is_at_end: bool
    sort: str


@dataclass(frozen=True, slots=True)
class Look:
    """A wish: all that is known of one ref."""

    ref: str


@dataclass(frozen=True, slots=True)
class State:
    """The picker at one moment.

    ``at`` is the row the person is on and ``top`` the first that is shown. ``question`` is the
    number of the last question and ``answer`` of that which ``hits`` and ``total`` answer: the
    query and sort in ``shown``. ``said`` is the line of news, ``is_wrong`` if it is of a mistake.
    """

    query: str = ""
    is_at_end: bool = True
    sort: str = "relevance"
    question: int = 1
    answer: int = 0
    shown: tuple[str, str] | None = None
    hits: tuple[Hit, ...] = ()
    total: int = 0
    at: int = 0
    top: int = 0
    marked: tuple[Picked, ...] = ()
    card: Card | None = None
    said: str = ""
    is_wrong: bool = False
    is_tagging: bool = False

    @property
    def hit(self) -> Hit | None:
        """The hit that the person is on."""
        return self.hits[self.at] if self.at < len(self.hits) else None

    @property
    def picked(self) -> tuple[Picked, ...]:
        """What a key is for: the marked ones, else the one that the person is on."""
        return self.marked or (() if self.hit is None else (picked(self.hit),))


def picked(hit: Hit) -> Picked:
    """Return a hit as something picked."""
    lines = [each.line for each in hit.fragments if each.field == "note" and each.line]
    return Picked(hit.ref, hit.kind == "paper", lines[0] if lines else None)


def wishes(before: State | None, now: State) -> tuple[Ask | Look, ...]:
    """Return what is to be found out once ``before`` (None: nothing) has become ``now``."""
    found: list[Ask | Look] = []
    if before is None or before.question != now.question:
        found.append(Ask(now.question, now.query, now.is_at_end, now.sort))
    is_news = before is None or before.answer != now.answer or before.hit is not now.hit
    if now.hit is not None and is_news:
        found.append(Look(now.hit.ref))
    return tuple(found)


# --- what a person does --------------------------------------------------------------------------


def typed(state: State, text: str, *, is_at_end: bool) -> State:
    """Return the state with another query; ``is_at_end`` says where the cursor is."""
    if text == state.query:
        return state
    return again(replace(state, query=text, is_at_end=is_at_end, said="", is_wrong=False))


def again(state: State) -> State:
    """Return the state with its question asked once more."""
    return replace(state, question=state.question + 1)


def moved(state: State, rows: int) -> State:
    """Return the state with the person so many rows further down, or up."""
    at = max(0, min(state.at + rows, len(state.hits) - 1))
    return replace(state, at=at, said="", is_wrong=False)


def marked(state: State, rows: int) -> State:
    """Return the state with the hit marked, or not any more, and the person some rows on."""
    if state.hit is None:
        return state
    one = picked(state.hit)
    others = tuple(each for each in state.marked if each.ref != one.ref)
    is_new = len(others) == len(state.marked)
    return moved(replace(state, marked=(*others, one) if is_new else others), rows)


def resorted(state: State) -> State:
    """Return the state with the next of SORTS."""
    at = SORTS.index(state.sort) if state.sort in SORTS else -1
    return again(replace(state, sort=SORTS[(at + 1) % len(SORTS)], said="", is_wrong=False))


def tagging(state: State, *, is_on: bool) -> State:
    """Return the state with tags being asked for, if there is something to tag, or not."""
    return replace(state, is_tagging=is_on and bool(state.picked))


def fitted(state: State, rows: int) -> State:
    """Return the state with ``top`` such that the row the person is on is among ``rows``."""
    most = max(0, len(state.hits) - rows)
    return replace(state, top=min(max(state.top, state.at - rows + 1), state.at, most))


# --- what comes back -----------------------------------------------------------------------------


def answered(state: State, number: int, found: Hits) -> State:
    """Return the state with an answer, unless it is to a question that is past.

    Who asks the same again stays on the same hit.
    """
    if number != state.question:
        return state
    shown = (state.query, state.sort)
    place = {hit.ref: row for row, hit in enumerate(found.hits)}
    is_same = shown == state.shown
    ref = state.hit.ref if state.hit is not None and is_same else ""
    at = place.get(ref, min(state.at, max(len(found.hits) - 1, 0)) if is_same else 0)
    said = state.said if is_same else _news(found)
    return replace(
        state,
        answer=number,
        shown=shown,
        hits=found.hits,
        total=found.total,
        at=at,
        top=state.top if is_same else 0,
        card=state.card if is_same else None,
        said=said,
        is_wrong=state.is_wrong and is_same,
    )


def _news(found: Hits) -> str:
    """Return how the query was taken, where not as it stands."""
    if not found.total:
        mended = f"did you mean: {found.suggestion}" if found.suggestion else ""
        return "; ".join(filter(None, ("nothing matches", mended, *found.notices)))
    missing = "nothing has all of that" if found.dropped else "nothing matches that"
    mended = f"{missing}; showing: {found.suggestion}" if found.suggestion else ""
    return "; ".join(filter(None, (mended, *found.notices)))


def refused(state: State, number: int, why: str) -> State:
    """Return the state with a question that had no answer; the hits of the last one stay."""
    if number != state.question:
        return state
    return replace(state, answer=number, said=why, is_wrong=True)


def known(state: State, card: Card) -> State:
    """Return the state with what is known of the hit the person is on, if it is still that."""
    return replace(state, card=card) if state.hit and state.hit.ref == card.ref else state


def told(state: State, news: str, *, is_wrong: bool = False) -> State:
    """Return the state with a line of news."""
    return replace(state, said=news, is_wrong=is_wrong)


def parse_tags(text: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the tags to add and those to take away of ``+a b -c #d``."""
    words = text.replace(",", " ").split()
    added = [word.lstrip("+#") for word in words if not word.startswith("-")]
    removed = [word.lstrip("-#") for word in words if word.startswith("-")]
    return list(filter(None, added)), list(filter(None, removed))

"""What to read now, and why: each reason has a weight, and the sum of them is the order.

Of two that are nearly as good the one with tags unlike those before it comes first.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Self

from papernotes.reports.connecting import NextReport, Suggestion
from papernotes.store import queue
from papernotes.store.texts import NOBODY, Authors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from papernotes.models import Problem
    from papernotes.store.queue import Waiting
    from papernotes.store.read import Store

_LIKE_IT = 2  # tags that count
_NEAR = 200  # whose tags are looked at
_CITED = 4  # notes that count
_LONG_DAYS, _LONGEST_DAYS = 14, 120
_WINDOW = 20  # how many are looked at for the sake of variety
_VARIETY = 0.5  # for each one before that shares a tag


class Reason(NamedTuple):
    """Something that speaks for reading a thing now, or against it where its weight is negative."""

    weight: float
    words: str


class _Scored(NamedTuple):
    """A thing that waits, and the reasons whose sum is its score."""

    row: Waiting
    score: float
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, row: Waiting, found: Sequence[Reason]) -> Self:
        """Return it with the sum of its reasons."""
        return cls(row, sum(reason.weight for reason in found), tuple(found))


def reasons(row: Waiting, today: date, tags: Sequence[str] = ()) -> list[Reason]:
    """Return what speaks for and against reading something now, the strongest first.

    ``tags`` are those that what was read lately has too.
    """
    found = [_waiting(row, today)]
    if row.priority in {"high", "low"}:
        found.append(Reason(4 if row.priority == "high" else -4, f"{row.priority} priority"))
    if row.citing:
        notes = "one of your notes" if row.citing == 1 else f"{row.citing} of your notes"
        found.append(Reason(min(row.citing, _CITED), f"cited in {notes}"))
    if tags and row.status == "unread":
        found.append(Reason(0.75 * len(tags), f"like what you read lately: {', '.join(tags)}"))
    if row.version and row.latest and row.version < row.latest:
        about = "your note" if row.note_id else "your entry"
        found.append(Reason(0.5, f"v{row.latest} exists, {about} is about v{row.version}"))
    if row.is_withdrawn:
        found.append(Reason(-6, "withdrawn"))
    return sorted(found, key=lambda reason: -reason.weight)


def _waiting(row: Waiting, today: date) -> Reason:
    if row.status == "reading":
        return Reason(6, "you are reading it")
    if row.note_id is None:
        return Reason(-2, "no note yet")
    days = -2 if row.created is None else (today - date.fromisoformat(row.created)).days
    if days < -1:  # a day to come, and not only in another zone of time
        return Reason(0, "unread")
    days = max(days, 0)
    if days < _LONG_DAYS:
        return Reason(0, f"added {_ago(days)}")
    return Reason(2 * min(days / _LONGEST_DAYS, 1), f"waiting for {_long(days)}")


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _long(days: int) -> str:
    if days < 60:
        return f"{days} days"
    return f"{days // 30} months" if days < 730 else f"{days // 365} years"


def suggest(
    store: Store,
    *,
    today: date,
    limit: int,
    among: Collection[int] | None,
    problems: tuple[Problem, ...],
) -> NextReport:
    """Return the ``limit`` best things to read (0 is all), of the documents ``among`` if given."""
    rows = [row for row in queue.waiting(store) if among is None or row.document in among]
    near = [each.row for each in _first(_ranked(rows, today, {}), limit, _NEAR)]
    tags = queue.tags_of(store, [row.note_id for row in near if row.note_id])
    lately = queue.tags_read_lately(store)
    shared = {note: _shared(own, lately) for note, own in tags.items()}
    nearest = [each.row for each in _first(_ranked(near, today, shared), limit, _WINDOW)]
    counted = [
        row._replace(citing=queue.count_citing(store, row.document)) if row.citing else row
        for row in nearest
    ]
    chosen = _first(list(_varied(_ranked(counted, today, shared), tags)), limit)
    authors = store.authors([each.row.document for each in chosen])
    suggestions = (_suggestion(each, authors.get(each.row.document, NOBODY)) for each in chosen)
    return NextReport(tuple(suggestions), len(rows), problems)


def _first(ranked: list[_Scored], limit: int, more: int = 0) -> list[_Scored]:
    return ranked[: limit + more] if limit else ranked


def _ranked(
    rows: Iterable[Waiting], today: date, shared: Mapping[int, tuple[str, ...]]
) -> list[_Scored]:
    """Return the best first; of equals the newest, so that a new paper is seen."""
    by_ref = sorted(rows, key=lambda row: row.ref)
    by_day = sorted(by_ref, key=lambda row: row.created or "", reverse=True)
    scored = (
        _Scored.of(row, reasons(row, today, shared.get(row.note_id or 0, ()))) for row in by_day
    )
    return sorted(scored, key=lambda each: -each.score)


def _shared(tags: Mapping[str, str], lately: Mapping[str, int]) -> tuple[str, ...]:
    """Return the tags, as written, that what was read lately has too, the most frequent first."""
    known = sorted((key for key in tags if key in lately), key=lambda key: (-lately[key], key))
    return tuple(f"#{tags[key]}" for key in known[:_LIKE_IT])


def _varied(ranked: Sequence[_Scored], tags: Mapping[int, Mapping[str, str]]) -> Iterator[_Scored]:
    """Yield the same in an order in which what has the tags of those before it comes later."""
    waiting = list(ranked[:_WINDOW])
    coming = iter(ranked[_WINDOW:])
    seen: Counter[str] = Counter()

    def worth(each: _Scored) -> float:
        had = (seen[tag] for tag in tags.get(each.row.note_id or 0, ()))
        return each.score - _VARIETY * max(had, default=0)

    while waiting:
        best = max(waiting, key=worth)  # the first of equals
        waiting.remove(best)
        waiting.extend(islice(coming, 1))
        seen.update(tags.get(best.row.note_id or 0, {}).keys())
        yield best


def _suggestion(each: _Scored, authors: Authors) -> Suggestion:
    row = each.row
    return Suggestion(
        ref=row.ref,
        title=row.title,
        authors=authors.names,
        by=authors.by,
        year=row.year,
        path=row.path,
        status=row.status,
        priority=row.priority,
        reasons=tuple(reason.words for reason in each.reasons),
    )

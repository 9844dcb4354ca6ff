"""The exact fields of a query (``year:2015..2018``, ``tag:rl``): text ⇄ Filter. No I/O.

A Filter says what the store must compare, already normalised, so that two spellings of one wish
are equal: ranges are inclusive, dates are ISO days, arXiv ids are bare, values that are compared
without case are casefolded.

=========  =====================  =========================================================
op         value, high            meaning
=========  =====================  =========================================================
``=``      ``rl``                 equal (``cat:cs`` is the store's to read as all of ``cs.*``)
``^``      ``vaswani``            begins with
``..``     ``2015``, ``2018``     from value to high, both included; an empty end is open
``age``    ``7d``                 at most that many days, weeks, months (30 d), years (365 d) ago
=========  =====================  =========================================================
"""

from __future__ import annotations

import dataclasses
import re
from datetime import MAXYEAR, date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from papernotes.errors import ArxivIdError, QueryError
from papernotes.ids import parse_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Callable

CHOICES = {
    "status": ("unread", "reading", "read"),
    "has": ("abstract", "arxiv", "doi", "link", "note", "pdf", "tag"),
    "is": ("note", "outdated", "paper", "private", "published", "withdrawn"),
    "priority": ("high", "low", "normal"),
}
"""The fields that take one word of a few."""

EXACT_FIELDS = (
    *("tag", "cat", "year", "status", "rating", "priority", "kind", "key", "arxiv", "added"),
    *("has", "is"),
)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_AGE = re.compile(r"([0-9]{1,4})([dwmy])")
_YEAR = re.compile(r"[1-9][0-9]{3}")
_STARS = re.compile(r"[1-5]")
_DATE = re.compile(r"([1-9][0-9]{3})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_COMPARED = re.compile(r"(>=|<=|>|<)\s*(.*)")
_BARE = re.compile(r'[^\s()"“”*]+')


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """One exact wish; ``column`` (from 1) is where it stood in the query and is not compared."""

    field: str
    op: str
    value: str
    high: str = ""
    column: int = dataclasses.field(default=0, compare=False)


def parse_filter(name: str, text: str, column: int) -> Filter:
    """Return the filter that ``name:text`` is, the text without its quotes.

    Raises QueryError at ``column`` for a value the field cannot take.
    """
    text = text.strip()
    if not text:
        raise QueryError(f"{name}: needs a value", column=column)
    if name in CHOICES:
        return Filter(name, "=", _choice(name, text.casefold(), column), column=column)
    if name == "year":
        low, high = _range(text, _year, "years like 2017, 2015..2018, >2019", column)
        return Filter(name, "..", low, high, column)
    if name == "rating":
        low, high = _range(text, _stars, "1 to 5, like 4, 3..5, >3", column)
        return Filter(name, "..", low, high, column)
    if name == "added":
        if _AGE.fullmatch(text.lower()):
            return Filter(name, "age", text.lower(), column=column)
        low, high = _range(
            text, _days, "dates like 2026, 2026-11, 2026-11-22, >2026-10 or 7d", column
        )
        return Filter(name, "..", low, high, column)
    op = "^" if text.endswith("*") else "="
    value = text.removesuffix("*") if op == "^" else text
    if not value or "*" in value:
        raise QueryError(f"{name}: takes one * and only at the end of a value", column=column)
    if name == "arxiv" and op == "=":
        return Filter(name, op, _arxiv(value, column), column=column)
    if name == "tag":
        value = value.removeprefix("#") or value
    return Filter(name, op, value if name == "cat" else value.casefold(), column=column)


def render_filter(wish: Filter) -> str:
    """Return the text that :func:`papernotes.query.parse` reads as this filter."""
    if wish.op == "..":
        text = wish.value if wish.value == wish.high else f"{wish.value}..{wish.high}"
    else:
        text = wish.value
    if _BARE.fullmatch(text) is None:
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{wish.field}:{text}{'*' if wish.op == '^' else ''}"


def age_days(wish: Filter) -> int:
    """Return how many days ago a filter with op ``age`` reaches."""
    return int(wish.value[:-1]) * _DAYS[wish.value[-1]]


def _choice(name: str, value: str, column: int) -> str:
    choices = CHOICES[name]
    if value in choices:
        return value
    near = get_close_matches(value, choices, n=1)
    hint = f"did you mean {name}:{near[0]}?" if near else None
    raise QueryError(
        f"{name}: takes {', '.join(choices[:-1])} or {choices[-1]}, not {value[:40]!r}",
        column=column,
        hint=hint,
    )


def _arxiv(value: str, column: int) -> str:
    try:
        return parse_arxiv_id(value).id
    except ArxivIdError as error:
        raise QueryError(str(error), column=column, hint=error.hint) from error


def _range(
    text: str, ends: Callable[[str], tuple[str, str] | None], what: str, column: int
) -> tuple[str, str]:
    """Return the inclusive ends of a range; ``ends`` gives the first and last of one value."""
    refusal = QueryError(f"{text[:40]!r} is no range: expected {what}", column=column)
    low, high = "", ""
    if (compared := _COMPARED.fullmatch(text)) is not None:
        found = ends(compared[2])
        if found is None:
            raise refusal
        low, high = _beside(compared[1], *found)
    elif ".." in text:
        first, _, last = (part.strip(" .") for part in text.partition(".."))
        start, end = ends(first), ends(last)
        if (first and start is None) or (last and end is None) or not (first or last):
            raise refusal
        low, high = start[0] if start else "", end[1] if end else ""
    elif (single := ends(text)) is not None:
        low, high = single
    else:
        raise refusal
    if low and high and low > high:
        raise QueryError(f"{text[:40]!r} ends before it begins", column=column)
    return low, high


def _beside(sign: str, first: str, last: str) -> tuple[str, str]:
    if sign == ">=":
        return first, ""
    if sign == "<=":
        return "", last
    return (_next(last, 1), "") if sign == ">" else ("", _next(first, -1))


def _next(value: str, step: int) -> str:
    if value.isdecimal():  # a year or a rating
        return str(int(value) + step)
    return (date.fromisoformat(value) + timedelta(days=step)).isoformat()


def _year(text: str) -> tuple[str, str] | None:
    return (text, text) if _YEAR.fullmatch(text) and int(text) < MAXYEAR else None


def _stars(text: str) -> tuple[str, str] | None:
    return (text, text) if _STARS.fullmatch(text) else None


def _days(text: str) -> tuple[str, str] | None:
    """Return the first and last day of a year, a month or a day."""
    found = _DATE.fullmatch(text)
    if found is None or int(found[1]) >= MAXYEAR:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first.isoformat(), first.isoformat()
    after = date(year + (month in (0, 12)), 1 if month in (0, 12) else month + 1, 1)
    return first.isoformat(), (after - timedelta(days=1)).isoformat()

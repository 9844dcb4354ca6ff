"""The dates of an entry: BibTeX's year, month and day, or biblatex's date → numbers, and back.

biblatex takes EDTF (ISO 8601-2, its manual, section 2.3.8): ``1998-05-03``, ``1998/2001``,
``1998-21`` (a season), ``1998~`` (circa), ``1998/`` (still going on).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.bib.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTHS_TEXT = (
    "January February March April May June July August September October November December"
)
MONTHS = tuple(_MONTHS_TEXT.split())
"""January to December, as the macros jan to dec of BibTeX's styles say them."""

_EDTF = re.compile(
    r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T[\d:.Z+-]*)?([~?%]?)", re.ASCII | re.IGNORECASE
)
_YEAR = re.compile(r"-?\d{1,4}", re.ASCII)
_YEARS = re.compile(r"(\d{4})\s*(?:--?|–|/)\s*(\d{4})", re.ASCII)
_MONTH = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?", re.ASCII | re.IGNORECASE
)
_DAY_MONTH = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9}\.?)(?:\s+(\d{1,2}))?", re.ASCII)
_MONTH_YEAR = re.compile(
    r"([A-Za-z]{3,9}\.?(?:\s+\d{1,2})?|\d{1,2}\.?\s+[A-Za-z]{3,9}\.?),?\s+(\d{4})", re.ASCII
)
_SEASONS = range(21, 25)


@dataclass(frozen=True, slots=True)
class When:
    """A date or a range: ``start`` and ``end`` are (year), (year, month) or (year, month, day).

    ``end`` is empty for a single date, ``season`` 1 (spring) to 4, ``literal`` what is no date.
    ``is_whole`` says that nothing of the fields is left out.
    """

    start: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    season: int = 0
    is_circa: bool = False
    literal: str = ""
    is_whole: bool = True


def find_date(fields: Mapping[str, str], prefix: str = "") -> When | None:
    """Return the date of an entry's fields: its ``date`` (or ``urldate`` …), else its ``year``."""
    raw = fields.get(f"{prefix}date", "").strip("{} \n")
    if raw and not (f"{prefix}month" in fields and _YEAR.fullmatch(raw)):
        return parse_edtf(raw)
    year = raw or fields.get(f"{prefix}year", "")
    if not year.strip():
        return None
    return _from_parts(year, fields.get(f"{prefix}month", ""), fields.get(f"{prefix}day", ""))


def parse_edtf(text: str) -> When:
    """Return the date that a field of biblatex's kind says."""
    first, slash, last = text.partition("/")
    start = _EDTF.fullmatch(first.strip())
    end = _EDTF.fullmatch(last.strip())
    is_open = slash and last.strip() in {"", ".."}
    if start is None or (slash and end is None and not is_open):
        return When(literal=read_text(text))
    parts, season = _parts(start)
    if not parts:
        return When(literal=read_text(text))
    is_circa = start[4] in {"~", "%"}
    is_whole = not (season or start[4] or is_open or "T" in text.upper())
    return When(parts, _parts(end)[0] if end else (), season, is_circa, "", is_whole)


def _parts(match: re.Match[str]) -> tuple[tuple[int, ...], int]:
    """Return the numbers of a date that can be, and its season."""
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if month in _SEASONS and not day:
        return (year,), month - _SEASONS.start + 1
    if month > 12 or day > 31:
        return (), 0
    return tuple(part for part in (year, month, day if month else 0) if part or part == year), 0


def _from_parts(raw_year: str, raw_month: str, raw_day: str) -> When:
    text = raw_year.strip() if raw_year.strip().isdecimal() else read_text(raw_year)
    if _YEAR.fullmatch(text):
        year = int(text)
    elif span := _YEARS.fullmatch(text):
        return When((int(span[1]),), (int(span[2]),))
    else:
        found = None if raw_month.strip() else _written_out(text)
        return found or When(literal=text)
    month, day, is_whole = parse_month(raw_month)
    own_day = raw_day.strip("{} ")
    if own_day:
        is_whole = is_whole and own_day.isdecimal() and day == 0 and month > 0
        day = int(own_day) if is_whole and int(own_day) <= 31 else day
    start = tuple(part for part in (month, day if month else 0) if part)
    return When((year, *start), is_whole=is_whole)


def _written_out(text: str) -> When | None:
    """Return the date of a year field that says more than the year: ``May 2001``."""
    if (match := _MONTH_YEAR.fullmatch(text)) is not None:
        month, day, is_whole = parse_month(match[1])
        if month and is_whole:
            return When((int(match[2]), month, *([day] if day else [])))
    said = parse_edtf(text)
    return said if len(said.start) > 1 and not said.end else None


def parse_month(raw: str) -> tuple[int, int, bool]:
    """Return month and day (0 for none) of a month field, and whether it says nothing else."""
    text = read_text(raw).strip().rstrip(",")
    if not text:
        return 0, 0, True
    if text.isascii() and text.isdecimal():
        return (int(text), 0, True) if 1 <= int(text) <= 12 else (0, 0, False)
    match = _DAY_MONTH.fullmatch(text)
    name = _MONTH.fullmatch(match[2]) if match else None
    if match is None or name is None:
        first = _MONTH.match(text)
        return (_number(first[1]) if first else 0), 0, False
    day = int(match[1] or match[3] or 0)
    return _number(name[1]), (day if day <= 31 else 0), day <= 31


def _number(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower())


def render_edtf(when: When) -> str:
    """Return a date as biblatex writes it: ``1998-05-03``, ``1998/2001``."""
    return "/".join(
        "-".join([f"{part[0]:04d}", *(f"{number:02d}" for number in part[1:])])
        for part in (when.start, when.end)
        if part
    )


def render_year_month(when: When) -> tuple[str, str, str]:
    """Return year, month and day as BibTeX's fields; a range is one of years or of months."""
    if not when.start:
        return when.literal, "", ""
    year, month, day = (*when.start, 0, 0)[:3]
    name = MONTHS[month - 1] if month else ""
    if not when.end:
        return f"{year:04d}", name, str(day) if day else ""
    last = MONTHS[when.end[1] - 1] if len(when.end) > 1 else ""
    if when.end[0] != year:
        return f"{year:04d}--{when.end[0]:04d}", name if name == last else "", ""
    return f"{year:04d}", name if name == last or not last else f"{name}--{last}", ""

"""What entries take over from others: from their crossref and, as biblatex has it, from xdata."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from papernotes.bib.entries import RawEntry

_NOT_INHERITED_TEXT = (
    "crossref xref xdata ids entryset label doi url urldate eprint eprinttype eprintclass "
    "archiveprefix primaryclass arxivid abstract keywords note annote file options"
)
_NOT_INHERITED = frozenset(_NOT_INHERITED_TEXT.split())
_MOST_PARENTS = 8
_LONGEST = 4096  # characters of one field: enough for any proceedings, too few for a flood
_COST = 64  # characters that a field counts besides its value


def inherit(
    entries: Iterable[RawEntry], budget: int, report: Callable[[RawEntry, str], None]
) -> int:
    """Give entries the fields of their parents; return what is left of the budget of characters.

    ``report`` hears of each parent that is not among the entries. Of an entry with an own title
    the title of its crossref becomes the booktitle. Parents are found in any case of letters, and
    by the other keys in their ``ids``.
    """
    heirs = [e for e in entries if "crossref" in e.fields or "xdata" in e.fields]
    if not heirs:
        return budget
    known: dict[str, RawEntry] = {}
    for entry in entries:
        known.setdefault(entry.key.lower(), entry)
    for entry in entries:
        for alias in entry.fields.get("ids", "").split(","):
            known.setdefault(alias.strip().lower(), entry)
    own = {id(entry): dict(entry.fields) for entry in heirs}  # as they stand in the file
    for entry in heirs:
        waiting, seen = _parents(entry.fields), {entry.key.lower()}
        while waiting and len(seen) <= _MOST_PARENTS:
            key, is_data = waiting.pop(0)
            if key.lower() in seen:
                continue
            seen.add(key.lower())
            parent = known.get(key.lower())
            if parent is None:
                entry.has_parents = False
                report(entry, key)
                continue
            if parent is entry:
                continue
            fields = own.get(id(parent), parent.fields)
            waiting += _parents(fields)
            budget = _take_over(entry.fields, fields, budget, is_data=is_data)
    return budget


def _take_over(
    fields: dict[str, str], given: Mapping[str, str], budget: int, *, is_data: bool
) -> int:
    if not is_data and "title" in given and "title" in fields:
        booktitle = given.get("booktitle", given["title"])
        if len(booktitle) <= _LONGEST:
            fields.setdefault("booktitle", booktitle)
    for name, value in given.items():
        budget -= _COST + len(value)
        if budget <= 0:
            break
        if len(value) <= _LONGEST and (is_data or name not in _NOT_INHERITED):
            fields.setdefault(name, value)
    return budget


def _parents(fields: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Return the keys of an entry's parents, each with whether it is data alone (xdata)."""
    listed = fields.get("xdata", "").split(",", _MOST_PARENTS)[:_MOST_PARENTS]
    data = [(key.strip(), True) for key in listed if key.strip()]
    crossref = fields.get("crossref", "").strip()
    return [*data, (crossref, False)] if crossref else data

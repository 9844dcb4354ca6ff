"""Two entries about one paper: what the second knows that the first does not. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.bib import make_paper
from papernotes.ids import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.bib import RawEntry

# Fields that say the same in BibTeX and biblatex; an entry that has one needs no other.
_SAME = (
    ("journal", "journaltitle"),
    ("year", "date"),
    ("month", "date"),
    ("address", "location"),
    ("school", "institution"),
    ("file", "pdf"),
    ("eprint", "arxivid"),
    ("archiveprefix", "eprinttype"),
    ("primaryclass", "eprintclass"),
)
_OTHERS: dict[str, tuple[str, ...]] = {
    name: tuple(other for pair in _SAME if name in pair for other in pair if other != name)
    for pair in _SAME
    for name in pair
}
# What says nothing of the work, or would be two people's words in one field.
_NOT_FILLED_TEXT = (
    "owner timestamp groups __markedentry date-added date-modified keywords keyword tags ids "
    "crossref xdata mendeley-tags mendeley-groups creationdate modificationdate note annote "
    "annotation comment archiveprefix eprinttype primaryclass eprintclass"
)
_NOT_FILLED = frozenset(_NOT_FILLED_TEXT.split())
_UNPRECISE = frozenset(["misc", "unpublished", "online"])  # types that another may make precise
_WITH_EPRINT = ("archiveprefix", "eprinttype", "primaryclass", "eprintclass")


def fill(
    entry: RawEntry, other: RawEntry, aliases: Iterable[str] = ()
) -> tuple[RawEntry, tuple[str, ...]]:
    """Return ``entry`` with what only ``other`` says, and the names of these fields.

    No field that says something is changed. A type that says nothing (``misc``) becomes the
    other's where both are of one year; ``aliases`` are further citation keys for ``ids``.
    """
    fields = dict(entry.fields)
    mine, theirs = make_paper(entry, ""), make_paper(other, "")
    filled: list[str] = []
    for name, value in other.fields.items():
        if name in _NOT_FILLED or not value.strip() or _has(fields, name):
            continue
        if name == "eprint" and mine.arxiv_id:
            continue
        if name in {"journal", "journaltitle"} and not theirs.journal_ref:
            continue  # it only says arXiv
        fields[name] = value
        filled.append(name)
        if name == "eprint":
            fields |= {n: other.fields[n] for n in _WITH_EPRINT if n in other.fields}
    entry_type = entry.entry_type
    is_precise = entry_type in _UNPRECISE and other.entry_type not in _UNPRECISE
    if is_precise and filled and mine.year == theirs.year:
        entry_type = other.entry_type
        filled.insert(0, "type")
    fields = _with_aliases(fields, entry.key, aliases)
    return replace(entry, entry_type=entry_type, fields=fields), tuple(filled)


def differing(entry: RawEntry, other: RawEntry) -> tuple[str, ...]:
    """Return what two entries say differently of title and year, for people to look at."""
    mine, theirs = make_paper(entry, ""), make_paper(other, "")
    told = []
    if mine.year and theirs.year and mine.year != theirs.year:
        told.append(f"year {theirs.year} (not {mine.year})")
    if theirs.title and mine.title and theirs.title.casefold() != mine.title.casefold():
        told.append(f"title {theirs.title}")
    return tuple(told)


def _has(fields: Mapping[str, str], name: str) -> bool:
    return any(fields.get(each, "").strip() for each in (name, *_OTHERS.get(name, ())))


def _with_aliases(fields: dict[str, str], key: str, aliases: Iterable[str]) -> dict[str, str]:
    known = [each.strip() for each in fields.get("ids", "").split(",") if each.strip()]
    has = {name_key(each) for each in (key, *known)}
    new = {name_key(each): each for each in aliases if name_key(each) not in has}
    return {**fields, "ids": ",".join([*known, *new.values()])} if new else fields

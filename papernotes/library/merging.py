"""Two entries about one paper: what the second knows that the first does not. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.bib import make_paper
from papernotes.bib.reading import is_arxiv_journal, read_text, take_arxiv
from papernotes.ids import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.bib import RawEntry
    from papernotes.models import Paper

# Fields that say the same in BibTeX and biblatex; an entry that has one needs no other.
_SAME = (
    ("journal", "journaltitle"),
    ("year", "date"),
    ("month", "date"),
    ("day", "date"),
    ("address", "location"),
    ("school", "institution"),
    ("file", "pdf"),
    ("eprint", "arxivid"),
    ("archiveprefix", "eprinttype"),
    ("primaryclass", "eprintclass"),
    ("number", "issue"),
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
    "annotation comment archiveprefix eprinttype primaryclass eprintclass biburl bibsource"
)
_NOT_FILLED = frozenset(_NOT_FILLED_TEXT.split())
_TYPES_THAT_SAY = frozenset(["phdthesis", "mastersthesis", "techreport"])
_UNPRECISE = frozenset(["misc", "unpublished", "online"])  # types that another may make precise
_WITH_EPRINT = ("archiveprefix", "eprinttype", "primaryclass", "eprintclass")
_ARXIV_DOI = "10.48550/"
_JOURNALS = ("journal", "journaltitle")
_NUMBERS = ("volume", "number", "eid", "pages")
# Where a work stands: of two venues, or of a preprint and its publication, half of each is wrong.
_PLACE_TEXT = (
    "journal journaltitle journalsubtitle shortjournal booktitle booksubtitle booktitleaddon "
    "maintitle series volume volumes number issue pages eid month day issn isbn publisher editor"
)
_PLACE = frozenset(_PLACE_TEXT.split())
_SUBTITLES = {  # what is only right below the same title
    **dict.fromkeys(["subtitle", "titleaddon", "shorttitle"], ("title",)),
    **dict.fromkeys(["booksubtitle", "booktitleaddon"], ("booktitle",)),
    "mainsubtitle": ("maintitle",),
    "journalsubtitle": _JOURNALS,
}


def fill(
    entry: RawEntry, other: RawEntry, aliases: Iterable[str] = ()
) -> tuple[RawEntry, tuple[str, ...]]:
    """Return ``entry`` with what only ``other`` says, and the names of these fields.

    No field that says something is changed, but for a journal that only says arXiv, which gives
    way to a real one of the same year. A type that says nothing (``misc``) becomes the other's
    where both are of one year; ``aliases`` are further citation keys for ``ids``.
    """
    mine, theirs = make_paper(entry, ""), make_paper(other, "")
    is_one_year = mine.year == theirs.year
    fields = dict(entry.fields)
    if is_one_year and _venue(theirs, other.fields):
        fields = _with_room(fields, mine)
    kept_out = _unfit(fields, other.fields, mine, theirs)
    filled: list[str] = []
    for name, value in other.fields.items():
        if name in kept_out or not value.strip() or _has(fields, name):
            continue
        fields[name] = value
        filled.append(name)
        if name == "eprint":
            fields |= {n: other.fields[n] for n in _WITH_EPRINT if n in other.fields}
    if theirs.arxiv_id and not mine.arxiv_id and not _has(fields, "eprint"):
        fields |= {"eprint": theirs.arxiv_id, "archiveprefix": "arXiv"}
        filled.append("eprint")
    entry_type = entry.entry_type
    is_more_precise = not _is_precise(entry_type, mine) and _is_precise(other.entry_type, theirs)
    if is_more_precise and filled and is_one_year:
        entry_type = other.entry_type
        if entry_type != entry.entry_type:
            filled.insert(0, "type")
    fields = _with_aliases(fields, entry.key, aliases)
    return replace(entry, entry_type=entry_type, fields=fields), tuple(filled)


def _is_precise(entry_type: str, paper: Paper) -> bool:
    """Whether a type says what a work is; an article in arXiv is what services call a preprint."""
    is_preprint = entry_type == "article" and paper.arxiv_id and not paper.journal_ref
    return entry_type not in _UNPRECISE and not is_preprint


def _venue(paper: Paper, fields: Mapping[str, str]) -> str:
    """Return in what kind of thing a work stands, if it is published."""
    if paper.journal_ref:
        return "journal"
    return "book" if fields.get("booktitle", "").strip() else ""


def _arxiv_journals(fields: Mapping[str, str]) -> list[str]:
    said = {name: read_text(fields[name]) for name in _JOURNALS if name in fields}
    return [name for name, text in said.items() if is_arxiv_journal(text)]


def _with_room(fields: dict[str, str], mine: Paper) -> dict[str, str]:
    """Return the fields with arXiv's id as ``eprint``, not in the place of a journal."""
    journals = _arxiv_journals(fields)
    if not mine.arxiv_id or not journals:
        return fields
    rest = dict(fields)
    take_arxiv(rest)
    used_up = {*journals, *(name for name in _NUMBERS if name in fields and name not in rest)}
    room = {name: value for name, value in fields.items() if name not in used_up}
    return room if _has(room, "eprint") else room | _eprint(mine)


def _eprint(paper: Paper) -> dict[str, str]:
    version = f"v{paper.arxiv_version}" if paper.arxiv_version else ""
    return {"eprint": f"{paper.arxiv_id}{version}", "archiveprefix": "arXiv"}


def _unfit(
    fields: Mapping[str, str], others: Mapping[str, str], mine: Paper, theirs: Paper
) -> frozenset[str]:
    """Return the names of the other's fields that would not be true, or said twice, in mine."""
    unfit = set(_NOT_FILLED)
    venues = {_venue(mine, fields), _venue(theirs, others)}
    if len(venues - {""}) > 1:
        unfit |= _PLACE
    if mine.year and theirs.year and mine.year != theirs.year:
        unfit |= {"month", "day"}
        unfit |= _PLACE if _arxiv_journals(fields) else set()
    if venues == {"", _venue(mine, fields)} and theirs.arxiv_id:
        unfit |= {"month", "day"}  # of a preprint
    if mine.arxiv_id:
        unfit.add("eprint")
    if (theirs.doi or "").startswith(_ARXIV_DOI):
        unfit.add("doi")  # the eprint says it
    if mine.entry_type in _TYPES_THAT_SAY:
        unfit.add("type")
    if "url" in fields.get("howpublished", "") or "//" in fields.get("howpublished", ""):
        unfit.add("url")
    if not theirs.journal_ref:
        unfit |= {*_JOURNALS}  # it only says arXiv
    for name, titles in _SUBTITLES.items():
        ours, said = _title(fields, titles), _title(others, titles)
        unfit |= {name} if ours and ours != said else set()
    return frozenset(unfit)


def _title(fields: Mapping[str, str], names: Iterable[str]) -> str:
    return next((read_text(fields[n]).casefold() for n in names if fields.get(n, "").strip()), "")


def differing(entry: RawEntry, other: RawEntry) -> tuple[str, ...]:
    """Return what two entries say differently of title and year, for people to look at.

    The journal of another year than a preprint's is one, since it is not filled then.
    """
    mine, theirs = make_paper(entry, ""), make_paper(other, "")
    told = []
    if mine.year and theirs.year and mine.year != theirs.year:
        told.append(f"year {theirs.year} (not {mine.year})")
        if theirs.journal_ref and _arxiv_journals(entry.fields):
            told.append(f"journal {theirs.journal_ref}")
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

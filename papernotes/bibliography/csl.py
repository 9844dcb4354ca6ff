"""An entry → an item of CSL-JSON, as citation processors read it.

Types and variables are those of the schema (csl-data.json 1.0.2), chosen as Pandoc's reader of
BibTeX and biblatex chooses them; preprints of arXiv as Zotero writes them: type ``article``,
``number`` with the id, publisher arXiv. Particles of names are dropping ones, as biblatex sorts
them, unless the entry says ``useprefix``; ``and others`` is the literal name ``others``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from papernotes.bib.reading import (
    find_doi,
    is_address,
    is_arxiv_journal,
    read_paragraphs,
    read_text,
    read_verbatim,
    take_arxiv,
)
from papernotes.bibliography.dates import When, find_date
from papernotes.bibliography.titles import rich_text
from papernotes.names import parse_names, split_and

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.bib import RawEntry
    from papernotes.models import ArxivId, Author

    Item = dict[str, Any]

_TYPES_TEXT = (
    "article article-journal  suppperiodical article-journal  periodical periodical  "
    "book book  collection book  mvbook book  mvcollection book  proceedings book  "
    "mvproceedings book  reference book  mvreference book  manual book  booklet pamphlet  "
    "inbook chapter  bookinbook chapter  suppbook chapter  incollection chapter  "
    "suppcollection chapter  inreference entry-encyclopedia  inproceedings paper-conference  "
    "conference paper-conference  thesis thesis  phdthesis thesis  mastersthesis thesis  "
    "report report  techreport report  online webpage  electronic webpage  www webpage  "
    "webpage webpage  dataset dataset  software software  patent patent  standard standard  "
    "unpublished manuscript  legislation legislation  jurisdiction legal_case  legal treaty  "
    "artwork graphic  image graphic  audio song  music song  movie motion_picture  "
    "video motion_picture  performance performance  letter personal_communication  "
    "review review  commentary classic"
)
_WORDS = _TYPES_TEXT.split()
_TYPES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_IN_BOOKS = frozenset(["chapter", "paper-conference", "entry-encyclopedia"])
_IN_JOURNALS = frozenset(
    ["article-journal", "article-magazine", "article-newspaper", "periodical", "review"]
)
_NUMBERED_SERIES = _IN_BOOKS | {"book"}
_PATENTS = {"us": "U.S.", "eu": "European", "de": "German", "fr": "French", "uk": "British"}
_GENRES = {  # biblatex's words for the field type
    "phdthesis": "PhD thesis",
    "mathesis": "Master’s thesis",
    "mastersthesis": "Master’s thesis",
    "bathesis": "Bachelor’s thesis",
    "candthesis": "Candidate thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
    **{f"patent{code}": f"{name} patent" for code, name in _PATENTS.items()},
    **{f"patreq{code}": f"{name} patent request" for code, name in _PATENTS.items()},
}
_NAMES = (
    *(("author", "author"), ("editor", "editor"), ("translator", "translator")),
    *(("bookauthor", "container-author"), ("director", "director")),
)
_DATES = (("url", "accessed"), ("event", "event-date"), ("orig", "original-date"))
_TEXTS = (
    *(("volume", "volume"), ("volumes", "number-of-volumes"), ("chapter", "chapter-number")),
    *(("edition", "edition"), ("version", "version"), ("pagetotal", "number-of-pages")),
    *(("eventtitle", "event-title"), ("venue", "event-place"), ("shorttitle", "title-short")),
    *(("shortjournal", "container-title-short"), ("isbn", "ISBN"), ("issn", "ISSN")),
    *(("pmid", "PMID"), ("pmcid", "PMCID"), ("library", "call-number"), ("keywords", "keyword")),
    *(("origpublisher", "original-publisher"), ("pubstate", "status")),
)
_PUBLISHERS = ("school", "institution", "organization", "publisher")
_ONLY_BIBLATEX = frozenset(["date", "journaltitle", "location"])
_USES_PREFIX = re.compile(r"\buseprefix\s*(?:=\s*true)?\s*(?:,|$)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s{}]+")
_HOST = re.compile(r"www\.[^\s{}]+")  # an address without its beginning


def make_item(entry: RawEntry) -> Item:
    """Return the item of an entry; a variable without a value is left out."""
    fields = {name: value for name, value in entry.fields.items() if value.strip()}
    arxiv = take_arxiv(fields)
    if is_arxiv_journal(read_text(fields.get("journal", fields.get("journaltitle", "")))):
        fields = {name: fields[name] for name in fields if not name.startswith("journal")}
    item: Item = {"id": entry.key, "type": _type(entry.entry_type, fields, arxiv)}
    for name, variable in _NAMES:
        item[variable] = _people(fields.get(name, ""), fields.get("options", ""))
    if fields.get("editortype", "").strip().lower() == "director":
        item["director"] = item.pop("editor")
    item["issued"] = _date(find_date(fields))
    item |= _titles(item["type"], fields)
    for name, variable in _TEXTS:
        item[variable] = read_text(fields.get(name, ""))
    item |= _numbers(item["type"], fields)
    item |= _addresses(fields, arxiv)
    item |= _publication(entry.entry_type, fields)
    for prefix, variable in _DATES:
        item[variable] = _date(find_date(fields, prefix))
    if arxiv is not None:
        item |= _preprint(item, arxiv)
    return {name: value for name, value in item.items() if value}


def _type(entry_type: str, fields: Mapping[str, str], arxiv: ArxivId | None) -> str:
    subtype = fields.get("entrysubtype", "").strip().lower()
    found = _TYPES.get(entry_type, "document")
    is_in_journal = "journal" in fields or "journaltitle" in fields
    if found == "article-journal" and subtype in {"magazine", "newspaper"}:
        return f"article-{subtype}"
    if arxiv is not None and (
        found in {"document", "webpage", "manuscript"}
        or (found == "article-journal" and not is_in_journal)
    ):
        return "article"
    if found == "document" and "url" in fields and not (is_in_journal or "howpublished" in fields):
        return "webpage"
    if found == "manuscript" and "eventtitle" in fields:
        return "speech"
    return found


def _people(field: str, options: str) -> list[dict[str, str]]:
    is_kept = _USES_PREFIX.search(options) is not None
    return [_person(author, is_kept=is_kept) for author in parse_names(field)] if field else []


def _person(author: Author, *, is_kept: bool) -> dict[str, str]:
    if author.is_literal or not (author.given or author.particle or author.suffix):
        return {"literal" if author.is_literal else "family": author.family}
    particle = "non-dropping-particle" if is_kept else "dropping-particle"
    parts = {
        "family": author.family,
        "given": author.given,
        particle: author.particle,
        "suffix": author.suffix,
    }
    return {name: part for name, part in parts.items() if part}


def _date(when: When | None) -> Item | None:
    """Return a date as CSL has it: numbers, or the words that are none."""
    if when is None or not (when.start or when.literal):
        return None
    if not when.start:
        return {"literal": when.literal}
    date: Item = {"date-parts": [list(part) for part in (when.start, when.end) if part]}
    if when.season:
        date["season"] = when.season
    if when.is_circa:
        date["circa"] = True
    return date


def _titles(kind: str, fields: Mapping[str, str]) -> Item:
    def whole(name: str, prefix: str = "") -> str:
        title, subtitle = fields.get(name, ""), fields.get(f"{prefix}subtitle", "")
        parts = [rich_text(title), rich_text(subtitle)]
        gap = " " if parts[0].endswith((":", "?", "!")) else ": "
        text = gap.join(filter(None, parts))
        addon = rich_text(fields.get(f"{prefix}titleaddon", ""))
        return ". ".join(filter(None, [text, addon]))

    title, volume = whole("title"), ""
    if kind in _IN_BOOKS:
        container = whole("booktitle", "book")
        if "maintitle" in fields:
            container, volume = whole("maintitle", "main"), container
    else:
        name = "journaltitle" if "journaltitle" in fields else "journal"
        container = whole(name, "journal") if name in fields else whole("booktitle", "book")
        if "maintitle" in fields and title:
            title, volume = whole("maintitle", "main"), title
        if kind == "periodical" and "issuetitle" in fields:
            title, container = whole("issuetitle", "issue"), title
    return {
        "title": title,
        "volume-title": volume,
        "container-title": container,
        "collection-title": rich_text(fields.get("series", "")),
    }


def _numbers(kind: str, fields: Mapping[str, str]) -> Item:
    number, issue = read_text(fields.get("number", "")), read_text(fields.get("issue", ""))
    eid = read_text(fields.get("eid", ""))
    pages = re.sub(r"\s*[–—]\s*|(?<=\w)--+(?=\w)", "-", read_text(fields.get("pages", "")))
    found: Item = {"page": pages or eid}
    if kind in _IN_JOURNALS:
        found["issue"] = ", ".join(filter(None, [number, issue]))
    elif kind in _NUMBERED_SERIES:
        found["collection-number"] = number
    else:
        found["number"] = number
    return found


def _addresses(fields: Mapping[str, str], arxiv: ArxivId | None) -> Item:
    said = _ADDRESS.search(fields.get("howpublished", ""))
    url = _url(read_verbatim(fields.get("url", ""))) or (read_verbatim(said[0]) if said else "")
    if not url and arxiv is not None:
        url = f"https://arxiv.org/abs/{arxiv.id}"
    return {"DOI": find_doi(read_verbatim(fields.get("doi", "")))[0], "URL": url}


def _url(text: str) -> str:
    """Return a field ``url``, or the address in it: ``www.a.org``, ``Internet: http://a.org``."""
    if is_address(text):
        return text
    if _HOST.fullmatch(text):
        return f"http://{text}"
    within = _ADDRESS.search(text)
    return within[0] if within else ""


def _publication(entry_type: str, fields: Mapping[str, str]) -> Item:
    is_listed = not _ONLY_BIBLATEX.isdisjoint(fields)  # BibTeX has one publisher, with its "and"
    said_by = [fields[name] for name in _PUBLISHERS if name in fields]
    place = fields.get("address", fields.get("location", ""))
    listed = [name for names in said_by for name in (split_and(names) if is_listed else [names])]
    places = split_and(place) if is_listed else [place]
    said = fields.get("howpublished", "")
    how = "" if _ADDRESS.search(said) else read_text(said)
    default = entry_type if entry_type in {"phdthesis", "mastersthesis", "techreport"} else ""
    genre = fields.get("type", "").strip() or default
    notes = [read_text(fields.get(name, "")) for name in ("note", "addendum")]
    return {
        "publisher": "; ".join(filter(None, [*map(read_text, listed), how])),
        "publisher-place": "; ".join(filter(None, map(read_text, places))),
        "genre": _GENRES.get(genre.lower(), read_text(genre)),
        "language": read_text(fields.get("langid", fields.get("language", ""))),
        "note": ". ".join(note.rstrip(".") for note in notes if note),
        "abstract": read_paragraphs(fields.get("abstract", "")),
        "annote": read_paragraphs(fields.get("annote", fields.get("annotation", ""))),
    }


def _preprint(item: Item, arxiv: ArxivId) -> Item:
    """Return what says that the item is on arXiv: its number, or where its archived copy is."""
    if item["type"] == "article":
        return {"number": f"arXiv:{arxiv.id}", "publisher": item.get("publisher") or "arXiv"}
    return {"archive": "arXiv", "archive_location": arxiv.id}

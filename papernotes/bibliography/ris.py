"""An item of CSL-JSON → a record of RIS, as EndNote and Zotero read it.

Tags and types are those of the specification of 2011 ("RIS Format Specifications", Research
Information Systems) as Zotero's translator RIS.js maps them; SP and EP carry the pages, ID the
citation key. A body ends in a comma, so that no program takes its last word for a family name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from papernotes.bibliography.titles import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEWLINE = "\r\n"
_TYPES_TEXT = (
    "article UNPB  article-journal JOUR  article-magazine MGZN  article-newspaper NEWS  "
    "periodical JFULL  book BOOK  pamphlet PAMP  chapter CHAP  entry-encyclopedia ENCYC  "
    "paper-conference CONF  thesis THES  report RPRT  webpage ELEC  dataset DATA  software COMP  "
    "patent PAT  standard STAND  manuscript MANSCPT  speech SLIDE  legislation STAT  "
    "legal_case CASE  treaty STAT  graphic ART  song SOUND  motion_picture MPCT  "
    "performance GEN  personal_communication PCOMM  review JOUR  classic CLSWK"
)
_WORDS = _TYPES_TEXT.split()
_TYPES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_IN_JOURNALS = frozenset(["JOUR", "MGZN", "NEWS", "JFULL"])
_PAGES = re.compile(r"([^\s,-]+)\s*-\s*([^\s,-]+)")


def render_record(item: Mapping[str, Any]) -> str:
    """Return the lines of one record, TY first, ER last, each ending in CR LF."""
    lines = [(tag, " ".join(plain_text(str(value or "")).split())) for tag, value in _lines(item)]
    return "".join(f"{tag}  - {value}{NEWLINE}" for tag, value in lines if value or tag == "ER")


def _lines(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = _TYPES.get(item["type"], "GEN")
    yield "TY", kind
    yield "ID", item["id"]
    for tag, role in (("AU", "author"), ("ED", "editor"), ("A4", "translator")):
        for person in item.get(role, ()):
            yield tag, _name(person)
    yield "TI", item.get("title")
    if kind == "BOOK":  # T2 is the series there
        yield "T2", item.get("collection-title")
    else:
        yield "T2", item.get("container-title")
        yield "T3", item.get("collection-title")
    yield "J2", item.get("container-title-short")
    yield "ST", item.get("title-short")
    yield from _dates(item)
    yield "VL", item.get("volume")
    yield "IS", item.get("issue") or item.get("collection-number")
    yield "M1", item.get("number")
    yield from _pages(item.get("page", ""))
    yield "ET", item.get("edition") or item.get("version")
    yield "NV", item.get("number-of-volumes")
    yield "M3", item.get("genre")
    yield "PB", item.get("publisher")
    yield "CY", item.get("publisher-place")
    yield "SN", item.get("ISSN" if kind in _IN_JOURNALS else "ISBN") or item.get("ISBN")
    yield "DO", item.get("DOI")
    yield "UR", item.get("URL")
    yield "Y2", _date(item.get("accessed"))
    yield "DB", item.get("archive")
    yield "AN", item.get("archive_location")
    yield "LA", item.get("language")
    for word in re.split(r"\s*[,;]\s*", item.get("keyword", "")):
        yield "KW", word
    yield "AB", item.get("abstract")
    yield "N1", item.get("note")
    yield "ER", ""


def _name(person: Mapping[str, str]) -> str:
    """Return ``Family, Given, Jr``; a comma inside a part would end it."""
    if "literal" in person:
        return person["literal"].replace(",", " ") + ","
    particle = person.get("dropping-particle") or person.get("non-dropping-particle") or ""
    family = f"{particle} {person.get('family', '')}".strip()
    parts = [family, person.get("given", ""), person.get("suffix", "")]
    return ", ".join(part.replace(",", " ") for part in parts).rstrip(", ")


def _dates(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    issued = item.get("issued") or {}
    if issued.get("date-parts"):
        yield "PY", f"{issued['date-parts'][0][0]:04d}"
        if len(issued["date-parts"][0]) > 1:
            yield "DA", _date(issued)
    else:
        yield "PY", issued.get("literal", "")


def _date(date: Mapping[str, Any] | None) -> str:
    """Return ``YYYY/MM/DD/``, as the specification has it, or the words that are no date."""
    if not date or not date.get("date-parts"):
        return str(date.get("literal", "")) if date else ""
    year, month, day = (*date["date-parts"][0], 0, 0)[:3]
    return "/".join(
        [f"{year:04d}", f"{month:02d}" if month else "", f"{day:02d}" if day else "", ""]
    )


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    match = _PAGES.fullmatch(pages)
    if match is None:
        yield "SP", pages
    else:
        yield "SP", match[1]
        yield "EP", match[2]

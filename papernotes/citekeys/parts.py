"""Parts: what a template takes from a paper, by Better BibTeX's names. Paper → ASCII words.

Words are parted by single spaces, which go at the very end. None means: not this alternative.
The first line of a docstring is the part's line in the documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.citekeys import people
from papernotes.citekeys.people import raw_field
from papernotes.citekeys.words import LONGEST_TEXT, title_words, transliterate
from papernotes.latex import to_unicode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papernotes.citekeys.people import Source
    from papernotes.models import Paper

_LONGEST_PAGES = 200
_MONTHS_TEXT = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = _MONTHS_TEXT.split()
_DATE = re.compile(r"%(?P<bare>-?)(?P<what>[Yymd])")

# Zotero's names of fields (in lower case) → the BibTeX fields that may hold them, best first.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "shorttitle": ("shorttitle",),
    "publicationtitle": ("journal", "journaltitle", "booktitle"),
    "booktitle": ("booktitle",),
    "proceedingstitle": ("booktitle", "eventtitle"),
    "conferencename": ("eventtitle", "booktitle"),
    "journalabbreviation": ("shortjournal",),
    "series": ("series",),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "number": ("number",),
    "edition": ("edition",),
    "pages": ("pages",),
    "publisher": ("publisher",),
    "university": ("school", "institution"),
    "institution": ("institution", "school"),
    "place": ("location", "address"),
    "language": ("language", "langid"),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "url": ("url",),
}
# Zotero's item types → ours, where the names differ.
_TYPES: Mapping[str, frozenset[str]] = {
    "journalarticle": frozenset(["article"]),
    "magazinearticle": frozenset(["article"]),
    "booksection": frozenset(["incollection", "inbook"]),
    "conferencepaper": frozenset(["inproceedings", "conference"]),
    "thesis": frozenset(["phdthesis", "mastersthesis", "thesis"]),
    "report": frozenset(["techreport", "report"]),
    "preprint": frozenset(["misc", "unpublished", "online"]),
    "webpage": frozenset(["online", "electronic", "www"]),
}


def title(source: Source) -> str:
    """Take the words of the title that carry meaning: no articles, no prepositions."""
    return " ".join(title_words(source.paper.title, source.manner))


def short_title(source: Source, *, n: int | None = None, m: int = 0) -> str:
    """Take the first ``n`` of those words, the first ``m`` with a capital."""
    found = title_words(source.paper.title, source.manner)
    most = source.manner.title_words if n is None else max(n, 0)
    return " ".join(
        word[:1].upper() + word[1:] if number < m else word
        for number, word in enumerate(found[:most])
    )


def very_short_title(source: Source, *, n: int = 1, m: int = 0) -> str:
    """Do the same, but take one word unless ``n`` says more."""
    return short_title(source, n=n, m=m)


def _day(paper: Paper) -> tuple[int | None, int | None, int | None]:
    """Return year, month and day, as far as known; of an arXiv paper those of version 1."""
    day = paper.published
    return (day.year, day.month, day.day) if day else (paper.year, paper.month, None)


def year(source: Source) -> str:
    """Take the year; of an arXiv paper that of version 1."""
    number = _day(source.paper)[0]
    return f"{number:02d}" if number else ""


def short_year(source: Source) -> str:
    """Take the last two digits of the year."""
    return year(source)[-2:]


def month(source: Source) -> str:
    """Take the month in three letters: jan, feb."""
    number = _day(source.paper)[1]
    return _MONTHS[number - 1] if number and 1 <= number <= len(_MONTHS) else ""


def date(source: Source, *, format: str = "%Y-%m-%d") -> str:  # noqa: A002 - Better BibTeX's name
    """Take the date, as far as known: ``%Y``, ``%y``, ``%m``, ``%d``; ``%-m`` without a zero."""
    known = dict(zip("Ymd", _day(source.paper), strict=True))
    out, position = "", 0
    for match in _DATE.finditer(format):
        number = known[match["what"].upper() if match["what"] == "y" else match["what"]]
        if number is None:
            return out
        width = 1 if match["bare"] else 4 if match["what"] == "Y" else 2
        digits = f"{number % 100 if match['what'] == 'y' else number:0{width}d}"
        out += format[position : match.start()] + digits
        position = match.end()
    return out + format[position:]


def journal(source: Source, *, abbrev: str = "abbrev") -> str:
    """Take the journal's name, abbreviated where the entry has it so; else the book's.

    With ``abbrev`` ``full`` or ``off`` it is never abbreviated.
    """
    names = ("journal", "journaltitle", "booktitle")
    return field(
        source, name=" / ".join(names if abbrev in {"full", "off"} else ("shortjournal", *names))
    )


def item_type(source: Source, *types: str) -> str | None:
    """Take the entry's type; with types given, go on for these, else to the next alternative."""
    own = source.paper.entry_type.lower()
    if not types:
        return transliterate(own)
    allowed = (_TYPES.get(name.lower(), frozenset([name.lower()])) for name in types)
    return "" if any(own in names for names in allowed) else None


def arxiv(source: Source) -> str:
    """Take the arXiv id without its version."""
    return source.paper.arxiv_id or ""


def category(source: Source) -> str:
    """Take the first arXiv category: ``cs.CL``."""
    return source.paper.primary_category or ""


def first_page(source: Source) -> str:
    """Take the number of the first page."""
    return _pages(source)[0]


def last_page(source: Source) -> str:
    """Take the number of the last page."""
    return _pages(source)[-1]


def _pages(source: Source) -> list[str]:
    return re.split(r"[-\s,\u2013]+", raw_field(source.paper, "pages")[:_LONGEST_PAGES].strip())


def field(source: Source, *, name: str) -> str:
    """Take any field of the entry by its BibTeX name, or the first of ``'a / b'`` that is there."""
    for one in name.lower().split("/"):
        text = to_unicode(raw_field(source.paper, one.strip())[:LONGEST_TEXT])
        plain = re.sub(r"\\[A-Za-z]+|[{}\\$]", "", text)
        if found := " ".join(transliterate(plain).split()):
            return found
    return ""


PARTS: Mapping[str, Callable[..., str | None]] = {
    "auth": people.auth,
    "authors": people.authors,
    "authorsn": people.authors_n,
    "authorLast": people.author_last,
    "authEtAl": people.auth_et_al,
    "authEtal2": people.auth_etal2,
    "authAuthEa": people.auth_auth_ea,
    "authshort": people.auth_short,
    "authorsAlpha": people.authors_alpha,
    "authIni": people.auth_ini,
    "authorIni": people.author_ini,
    "authForeIni": people.auth_fore_ini,
    "authorLastForeIni": people.author_last_fore_ini,
    "year": year,
    "shortyear": short_year,
    "month": month,
    "date": date,
    "title": title,
    "shorttitle": short_title,
    "veryshorttitle": very_short_title,
    "journal": journal,
    "type": item_type,
    "arxiv": arxiv,
    "category": category,
    "firstpage": first_page,
    "lastpage": last_page,
    "field": field,
}
PART_ALIASES: Mapping[str, str] = {"extra": "field", "creators": "authors"}
EDITORS: Mapping[str, str] = {"editor": "auth", "edtr": "auth", "editors": "authors"}
# What stands between braces where a paper has no such thing.
FALLBACKS: Mapping[str, str] = {"auth": "anon", "year": "nd"}

r"""An entry in BibTeX's or in biblatex's own words: types and fields of the one ⇄ the other.

BibTeX is what Patashnik's styles (btxdoc) and their heirs know, with the eprint fields of arXiv's
own help pages; biblatex is its manual (types 2.1, fields 2.2, aliases 2.2.5). Values stay as they
stand, but for dates, and for addresses, which are freed of LaTeX: styles print them with ``\url``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.bib.reading import is_address, quote_url, read_text, read_verbatim
from papernotes.bibliography.dates import (
    MONTHS,
    find_date,
    parse_month,
    render_edtf,
    render_year_month,
)
from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id, parse_doi
from papernotes.latex import MATH, escape, is_balanced, to_ascii, to_unicode
from papernotes.names import fold, parse_names, render_names, split_and, split_top

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papernotes.bib import RawEntry

_TO_BIBTEX_TEXT = (
    "online misc  electronic misc  www misc  report techreport  mvbook book  collection book  "
    "mvcollection book  mvproceedings proceedings  reference book  mvreference book  "
    "inreference incollection  bookinbook inbook  suppbook inbook  suppcollection incollection  "
    "suppperiodical article  periodical misc  dataset misc  software misc  artwork misc  "
    "audio misc  image misc  movie misc  music misc  video misc  performance misc  patent misc  "
    "standard misc  legislation misc  jurisdiction misc  legal misc  commentary misc  "
    "letter misc  review article  bibnote misc  set misc"
)
_TO_BIBLATEX_TEXT = (
    "conference inproceedings  electronic online  www online  phdthesis thesis  "
    "mastersthesis thesis  techreport report"
)
_BIBTEX_NAMES_TEXT = (
    "journaltitle journal  location address  eprinttype archiveprefix  eprintclass primaryclass  "
    "annotation annote"
)
_BIBLATEX_NAMES_TEXT = (
    "journal journaltitle  address location  archiveprefix eprinttype  primaryclass eprintclass  "
    "school institution  annote annotation"
)


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_TO_BIBTEX, _TO_BIBLATEX = _pairs(_TO_BIBTEX_TEXT), _pairs(_TO_BIBLATEX_TEXT)
_BIBTEX_NAMES, _BIBLATEX_NAMES = _pairs(_BIBTEX_NAMES_TEXT), _pairs(_BIBLATEX_NAMES_TEXT)
_THESES = {  # biblatex's words for types → BibTeX's entry type, and what to print where it differs
    "phdthesis": ("phdthesis", ""),
    "mathesis": ("mastersthesis", ""),
    "bathesis": ("mastersthesis", "Bachelor's thesis"),
    "candthesis": ("phdthesis", "Candidate thesis"),
}
_REPORTS = {"techreport": "", "resreport": "Research report"}
_TYPE_WORDS = {"phdthesis": "phdthesis", "mastersthesis": "mathesis", "techreport": "techreport"}
_NO_DOCTOR = re.compile(r"master|magist|diplom|bachelor|licen|msc|m\.\s?sc|bsc", re.IGNORECASE)
_SUBTITLES = (("title", "subtitle"), ("booktitle", "booksubtitle"), ("journal", "journalsubtitle"))
_VERBATIM_TEXT = (
    "url doi eprint file pdf ids verba verbb verbc "  # addresses and names of files
    "related xref crossref xdata entryset options execute langid presort sortkey"  # for biber alone
)
VERBATIM = frozenset(_VERBATIM_TEXT.split())
_NAME_LISTS = ("author", "editor", "translator", "bookauthor", "editora", "editorb", "editorc")
_EXTENDED = re.compile(r"\b(?:family|given|prefix|suffix|[a-z]*template)\s*=")
_PART = re.compile(r"\s*\"?\s*(?:family|given|prefix|suffix)\s*=")
_MOST_PARTS = 3  # of a name: von Last, Jr, First
_NAME = re.compile(r"[a-z][a-z0-9_:+-]*")  # as btxdoc, biber and Pandoc all read it
_TYPE = re.compile(r"[a-z][a-z0-9]*")
_LIKE_COMMENTS = ("comment", "preamble", "string")  # some readers take @commentary for a comment
_STOPS_ALWAYS = re.compile(r"(?<!\\)([&%#])(?:(?<=&)amp;)?")
_STOPS_LATEX = re.compile(r"(?<!\\)([&%#_])(?:(?<=&)amp;)?")
_NO_TEXT = re.compile(rf"({MATH}|\\(?:url|href|path|nolinkurl)\s*\{{[^{{}}]*\}})", re.DOTALL)
_ONLY_URL = re.compile(r"\s*\\url\s*\{([^{}]*)\}\s*")


def to_bibtex(entry: RawEntry, *, is_ascii: bool) -> RawEntry:
    """Return the entry as the styles of classic BibTeX know it; letters in LaTeX if ``is_ascii``.

    What BibTeX has no field for stays under its name, where styles pass it over.
    """
    fields = _tidy(entry.fields)
    entry_type = _bibtex_type(entry.entry_type, fields)
    fields = _renamed(fields, _BIBTEX_NAMES)
    if "journal" not in fields and "shortjournal" in fields:
        fields = _renamed(fields, {"shortjournal": "journal"})
    for title, subtitle in _SUBTITLES:
        if title in fields and fields.get(subtitle, "").strip():
            fields[title] = _joined(fields[title], fields.pop(subtitle))
    if entry_type in {"phdthesis", "mastersthesis"} and "school" not in fields:
        fields = _renamed(fields, {"institution": "school"})
    if "number" not in fields and "issue" in fields and entry_type == "article":
        fields = _renamed(fields, {"issue": "number"})
    fields = _with_year_and_month(fields)
    if fields.get("archiveprefix", "").lower() == "arxiv":
        fields["archiveprefix"] = "arXiv"
    fields.pop("ids", None)
    if is_ascii:
        fields = in_ascii(fields)
    fields = with_plain_names(fields, is_extended=False)
    return replace(entry, entry_type=entry_type, fields=fields)


def to_biblatex(entry: RawEntry, *, is_ascii: bool) -> RawEntry:
    """Return the entry in biblatex's own words; a preprint of arXiv is ``@online``."""
    fields = _tidy(entry.fields)
    entry_type = _TO_BIBLATEX.get(entry.entry_type, _plain_type(entry.entry_type))
    if "arxivid" in fields and "eprint" not in fields:
        fields = _renamed(fields, {"arxivid": "eprint"})
        fields.setdefault("eprinttype", "arxiv")
    word = _TYPE_WORDS.get(entry.entry_type)
    if word and not fields.get("type", "").strip():
        fields["type"] = word
    fields = _renamed(fields, _BIBLATEX_NAMES)
    if "archive" in fields and fields.get("archive", "").lower() == "arxiv":
        fields.setdefault("eprinttype", fields.pop("archive"))
    _settle_eprint(fields)
    if entry_type == "misc" and fields.get("eprinttype") == "arxiv":
        entry_type = "online"
    if (only := _ONLY_URL.fullmatch(fields.get("howpublished", ""))) and "url" not in fields:
        fields["howpublished"] = _address(only[1])
        fields = _renamed(fields, {"howpublished": "url"})
    fields = _with_date(fields)
    if is_ascii:
        fields = in_ascii(fields)
    fields = with_plain_names(fields, is_extended=True)
    return replace(entry, entry_type=entry_type, fields=fields)


def in_ascii(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with letters outside ASCII as LaTeX, but for addresses and ids."""
    return {
        name: value if value.isascii() or name in VERBATIM else to_ascii(value)
        for name, value in fields.items()
    }


def _tidy(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields without empty ones, addresses as they are, names that BibTeX can read."""
    tidy: dict[str, str] = {}
    for name, value in fields.items():
        if not value.strip():
            continue
        if name in {"url", "doi"}:
            value = _address(value)  # noqa: PLW2901 - the same value, freed of LaTeX
            value = (name == "doi" and parse_doi(value)) or value  # noqa: PLW2901 - same
        if not is_balanced(value):  # BibTeX counts every brace, also one behind a backslash
            value = escape(fold(to_unicode(value)))  # noqa: PLW2901 - same, as text
        elif name not in VERBATIM:
            value = _compiling(value)  # noqa: PLW2901 - same
        plain = name if _NAME.fullmatch(name) else "x-" + re.sub(r"[^a-z0-9-]+", "-", name)
        tidy.setdefault(plain, value)
    return tidy


def _compiling(value: str) -> str:
    r"""Return a text with the ``&``, ``%`` and ``#`` escaped that stop LaTeX, and ``_`` too.

    Math and the addresses of ``\url`` and ``\href`` stay; ``_`` is only touched where there is no
    command, whose argument may need it.
    """
    if not _STOPS_LATEX.search(value):
        return value
    pieces = _NO_TEXT.split(value)  # text, what is none, text …
    stops = _STOPS_LATEX if "\\" not in value else _STOPS_ALWAYS
    pieces[::2] = (stops.sub(lambda match: f"\\{match[1]}", piece) for piece in pieces[::2])
    return "".join(pieces)


def _address(raw: str) -> str:
    """Return an address without LaTeX, unless it would break a .bib file then."""
    plain = read_verbatim(raw)
    plain = quote_url(plain) if is_address(plain) else plain
    return plain if plain and is_balanced(plain) and "\\" not in plain else raw


def _renamed(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the fields under other names, in place; one that is there already wins."""
    return {
        new: value
        for name, value in fields.items()
        if (new := names.get(name, name)) == name or new not in fields
    }


def _bibtex_type(entry_type: str, fields: dict[str, str]) -> str:
    """Return BibTeX's type of an entry; its field ``type`` says what the type does not."""
    said = fields.get("type", "").strip()
    if entry_type == "thesis":
        default = "mastersthesis" if _NO_DOCTOR.search(said) else "phdthesis"
        entry_type, printed = _THESES.get(said.lower(), (default, said))
    elif entry_type in {"report", "techreport"}:
        printed = _REPORTS.get(said.lower(), said)
    else:
        printed = said
    if said and not printed:
        del fields["type"]
    elif said:
        fields["type"] = printed
    entry_type = _TO_BIBTEX.get(entry_type, _plain_type(entry_type))
    if entry_type.startswith(_LIKE_COMMENTS):
        entry_type = "misc"
    return "incollection" if entry_type == "inbook" and "booktitle" in fields else entry_type


def _plain_type(entry_type: str) -> str:
    """Return a type that every reader takes for one; what nobody knows is BibTeX's misc."""
    return entry_type if _TYPE.fullmatch(entry_type) else "misc"


def with_plain_names(fields: dict[str, str], *, is_extended: bool) -> dict[str, str]:
    """Return the fields with names in whose parts no program stumbles.

    BibTeX stops at a comma at the end, biber falls over one at the beginning, both refuse more
    than two; only biber knows the extended form, ``family=…, given=…``.
    """
    plain: dict[str, str] = {}
    for name, value in fields.items():
        names = split_and(value) if name in _NAME_LISTS else []
        kept = [_plain_name(each, is_extended=is_extended) for each in names]
        plain[name] = value if kept == names else " and ".join(filter(None, kept))
    return {name: value for name, value in plain.items() if value}


def _plain_name(name: str, *, is_extended: bool) -> str:
    parts = split_top(name, ",")
    if _EXTENDED.search(name):
        if is_extended:
            return name
        name = render_names(parse_names(_without_options(parts)))
    elif len(filled := _filled(parts)) >= _MOST_PARTS:
        people = parse_names(",".join(filled))
        if len(filled) > _MOST_PARTS or len(people) > 1:
            name = render_names(people)
    return " and ".join(filter(None, map(_with_filled_parts, split_and(name))))


def _filled(parts: list[str]) -> list[str]:
    return [part for part in parts if part.strip(" \t\n~-")]


def _with_filled_parts(name: str) -> str:
    """Return a name without commas that divide nothing; ``Family Name,`` becomes one group."""
    parts = split_top(name, ",")
    filled = _filled(parts)
    if len(filled) == len(parts):
        return name
    only = filled[0].strip() if filled else ""
    if len(filled) != 1 or only[0].islower() or not re.search(r"[\s~]", only):
        return ",".join(filled).strip()
    return only if split_top(f"{only},", " ~") == [f"{only},"] else f"{{{only}}}"


def _without_options(parts: list[str]) -> str:
    """Return a name of biblatex's extended form without what says how to print it."""
    return ",".join(part for part in parts if "=" not in part or _PART.match(part))


def _joined(title: str, subtitle: str) -> str:
    """Return title and subtitle as one, as biblatex's styles print them in one sentence."""
    title = title.rstrip()
    return f"{title} {subtitle}" if title.endswith((":", "?", "!", ".")) else f"{title}: {subtitle}"


def _with_year_and_month(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with ``date`` as year, month and day, in its place, and months by name."""
    if (when := find_date({"date": fields.get("date", "")})) is not None:
        parts = dict(zip(("year", "month", "day"), render_year_month(when), strict=True))
        dated: dict[str, str] = {}
        for name, value in fields.items():
            if name != "date":
                dated[name] = value
                continue
            dated |= {each: said for each, said in parts.items() if said and each not in fields}
        fields = dated
    return _with_month_name(fields, lambda number: MONTHS[number - 1])


def _with_month_name(fields: dict[str, str], write: Callable[[int], str]) -> dict[str, str]:
    if "month" in fields:
        month, day, is_whole = parse_month(fields["month"])
        if month and is_whole and not day:
            return {**fields, "month": write(month)}
    return fields


def _with_date(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with year, month and day as one ``date`` where that says all of it."""
    if "date" in fields:
        return {name: value for name, value in fields.items() if name not in {"year", "month"}}
    when = find_date(fields)
    if when is None or not when.start or not when.is_whole or not 1 <= when.start[0] <= 9999:
        return _with_month_name(fields, str)
    return {
        ("date" if name == "year" else name): (render_edtf(when) if name == "year" else value)
        for name, value in fields.items()
        if name not in {"month", "day"}
    }


def _settle_eprint(fields: dict[str, str]) -> None:
    """Write arXiv's id as biblatex wants it: bare, with the type ``arxiv``."""
    archive = fields.get("eprinttype", "").strip("{} ").lower()
    if "eprint" not in fields:
        return
    try:
        arxiv = parse_arxiv_id(read_text(fields["eprint"]))
    except ArxivIdError:
        return
    if archive in {"", "arxiv"}:
        fields["eprint"] = str(arxiv)
        fields["eprinttype"] = "arxiv"
        fields.pop("archiveprefix", None)

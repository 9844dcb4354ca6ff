"""Entries → the text of a bibliography in one of :data:`FORMATS`, and such a text → its entries."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from papernotes.bib import parse_entries, render_entry
from papernotes.bibliography.csl import make_item
from papernotes.bibliography.dialects import (
    in_ascii,
    to_biblatex,
    to_bibtex,
    with_plain_names,
)
from papernotes.bibliography.fields import EVERY_FIELD, public_fields
from papernotes.bibliography.ris import render_record
from papernotes.errors import FormatError
from papernotes.latex import escape, to_unicode
from papernotes.models import Problem
from papernotes.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from papernotes.bib import RawEntry

FORMATS = ("bibtex", "biblatex", "csljson", "ris")
_WHOLE = "whole"
_PARENTS = ("crossref", "xdata")
_START = re.compile(r"(?m)^[ \t]*@[ \t]*(\w+)\s*[{(]")
_NO_ENTRIES = frozenset(["string", "preamble", "comment"])
_NO_KEY = re.compile(r"[\"#%'()={}\\]")
_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)")
_HARMLESS = frozenset(["bib-crossref", "bib-undefined-string"])


@dataclass(frozen=True, slots=True)
class Source:
    """An entry under the key it is to be written with, and the file it stands in."""

    entry: RawEntry
    path: str


@dataclass(frozen=True, slots=True)
class Bibliography:
    """A bibliography's text, the keys in it, and what could not be written."""

    text: str
    keys: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def render(
    sources: Sequence[Source], to: str = "", *, wanted: Iterable[str] = (), is_ascii: bool | None
) -> Bibliography:
    """Return the bibliography of entries in their order, ending in one newline, or empty.

    ``to`` is one of :data:`FORMATS`; without one it is bibtex, but where ``wanted``, the private
    fields to keep, is ``all``, entries are written whole and as they stand. ``is_ascii`` says
    whether letters are written in LaTeX; None is the custom of the format. An entry that the
    format cannot hold is a problem ``bib-unwritable`` and left out: BibTeX stops at a key that
    differs from an earlier one in case alone, biber at quotes, parentheses and the like in a key.
    """
    wishes = frozenset(wanted)
    to = to or (_WHOLE if EVERY_FIELD in wishes else "bibtex")
    written: dict[str, str] = {}
    seen: dict[str, str] = {}
    parents = {source.entry.key.lower() for source in sources} if to == _WHOLE else set()
    problems: list[Problem] = []
    for source in sources:
        entry = source.entry
        first = seen.setdefault(entry.key.lower(), entry.key)
        try:
            _check_key(entry.key, first, to)
            written[entry.key] = _render_one(_public(entry, wishes, parents), to, is_ascii=is_ascii)
        except FormatError as error:
            message = f"{error}; left out"
            problems.append(Problem("bib-unwritable", source.path, message, entry.line))
    return Bibliography(_joined(written.values(), to), tuple(written), tuple(problems))


def _check_key(key: str, first: str, to: str) -> None:
    """Raise FormatError for a key at which the programs of the format stop."""
    if to == "bibtex" and first != key:
        raise FormatError(f"{key}: BibTeX cannot tell this key from {first}")
    if to == "biblatex" and (match := _NO_KEY.search(key)):
        raise FormatError(f"{key}: biber reads no key with {match[0]}")


def make_items(sources: Sequence[Source], wanted: Iterable[str] = ()) -> tuple[dict[str, Any], ...]:
    """Return the entries as items of CSL-JSON."""
    wishes = frozenset(wanted)
    return tuple(make_item(_public(source.entry, wishes)) for source in sources)


def _public(
    entry: RawEntry, wanted: frozenset[str], parents: Collection[str] = frozenset()
) -> RawEntry:
    """Return the entry with the fields that may go out.

    What it inherited stands in it, so that it needs no parent; it names one among ``parents``
    still, and one that was not found.
    """
    fields = public_fields(entry.fields, wanted)
    kept = set() if entry.has_parents or EVERY_FIELD not in wanted else set(_PARENTS)
    if fields.get("crossref", "").strip().lower() in parents:
        kept.add("crossref")
    return replace(
        entry,
        fields={
            name: value for name, value in fields.items() if name not in _PARENTS or name in kept
        },
    )


def _render_one(entry: RawEntry, to: str, *, is_ascii: bool | None) -> str:
    if to == "csljson":
        return json.dumps(make_item(entry), ensure_ascii=bool(is_ascii), indent=2)
    if to == "ris":
        return render_record(make_item(entry))
    if to == "bibtex":
        return _written(to_bibtex(entry, is_ascii=is_ascii is not False))
    if to == "biblatex":
        return _written(to_biblatex(entry, is_ascii=bool(is_ascii)))
    return _written(replace(entry, fields=in_ascii(entry.fields)) if is_ascii else entry)


def _written(entry: RawEntry) -> str:
    try:
        return render_entry(entry)
    except FormatError:
        texts = {name: fold(to_unicode(value)) for name, value in entry.fields.items()}
        fields = {name: escape(text) for name, text in texts.items() if text}
        return render_entry(replace(entry, fields=with_plain_names(fields, is_extended=False)))


def _joined(written: Iterable[str], to: str) -> str:
    if to == "csljson":
        items = ",\n".join(written)
        return "[\n" + re.sub(r"(?m)^", "  ", items) + "\n]\n" if items else "[]\n"
    return ("\r\n" if to == "ris" else "\n").join(written)


# --- what stands in a file -------------------------------------------------------------------


def parse_bibliography(text: str, to: str) -> dict[str, object]:
    """Return the entries of a bibliography by key, as values that can be compared.

    Raises FormatError for a text that holds anything besides such entries.
    """
    if not text.strip():
        return {}
    if to == "csljson":
        return _parse_csljson(text)
    return _parse_ris(text) if to == "ris" else _parse_bib(text)


def _parse_bib(text: str) -> dict[str, object]:
    starts = list(_START.finditer(text))
    if not starts or text[: starts[0].start()].strip():
        raise FormatError("begins with other text" if starts else "is no bibliography")
    other = next((match[1] for match in starts if match[1].lower() in _NO_ENTRIES), None)
    if other is not None:
        raise FormatError(f"holds @{other}")
    ends = [*(match.start() for match in starts[1:]), len(text)]
    for match, end in zip(starts, ends, strict=True):
        if not text[match.start() : end].rstrip().endswith(("}", ")")):
            raise FormatError("holds text between its entries")
    entries, problems = parse_entries(text, "")
    broken = next((each for each in problems if each.code not in _HARMLESS), None)
    if broken is not None:
        raise FormatError(f"line {broken.line}: {broken.message}")
    return {entry.key: (entry.entry_type, entry.fields) for entry in entries}


def _parse_csljson(text: str) -> dict[str, object]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError("is no CSL-JSON") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise FormatError("is no CSL-JSON")
    if not all("id" in item for item in items):
        raise FormatError("holds items that have no key")
    return {str(item["id"]): item for item in items}


def _parse_ris(text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    record: list[tuple[str, str]] = []
    for line in filter(str.strip, text.splitlines()):
        match = _RIS_LINE.fullmatch(line.rstrip())
        if match is None:
            raise FormatError("holds lines that are no RIS")
        record.append((match[1], match[2]))
        if match[1] == "ER":
            counted = Counter(tag for tag, _ in record)
            if record[0][0] != "TY" or counted["ID"] != 1:
                raise FormatError("holds records that have no key")
            found[dict(record)["ID"]] = tuple(record)
            record = []
    if record:
        raise FormatError("ends in the middle of a record")
    return found

"""One entry of a .bib file changed in place: only the fields that differ, byte for byte the rest.

Its fields are set, added and removed one by one until it reads as wanted. Then the whole file is
read again: what was not meant must be what it was. What cannot be done so is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from papernotes.bib.blocks import RawEntry, parse_entries
from papernotes.bib.normal import make_normal
from papernotes.bib.reading import is_arxiv_journal, is_category, parse, read_text
from papernotes.bib.scanning import (
    NEWLINE,
    Source,
    find_entry,
    scan_entry,
    with_field,
    without_field,
)
from papernotes.bib.writing import delimited, written_fields
from papernotes.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from papernotes.models import Paper, Problem

_MOST_ROUNDS = 5
_VERSION = re.compile(r"(?<=[0-9])v[0-9]{1,4}(?=(?:\.pdf)?/?\s*(?:\[[^\[\]]*\]\s*)?$)", re.ASCII)
_UNDEFINED = re.compile(r" is not defined \([^()]*\)$")
_NEXT_BLOCK = re.compile(r"`@\w+[ \t]*`")  # by its type: it may be ours
_STANDS_ON = re.compile(r"(?<= stands on line )\d+(?= already$)")
_OTHER_NAMES = {
    "journal": ("journal", "journaltitle"),
    "eprint": ("eprint", "arxivid"),
    "archiveprefix": ("archiveprefix", "eprinttype"),
    "primaryclass": ("primaryclass", "eprintclass"),
}


def edit_entry(text: str, old: Paper, new: Paper) -> str:
    """Return a .bib file's text with the entry that reads as ``old`` changed to read as ``new``.

    ``old`` is as :func:`papernotes.bib.parse` gave it for this text; its citekey, which ``new``
    must have too, and its line say which entry is meant. Fields whose value, as render would
    write it, is the same in both are not touched, whatever they look like. Raises FormatError
    where the file cannot be edited so that this entry reads as ``new`` in its normal form and
    all other papers and problems stay what they are.
    """
    before, problems = parse_entries(text, old.path)
    at = next((i for i, e in enumerate(before) if (e.key, e.line) == (old.citekey, old.line)), None)
    if at is None or _paper(before[at], old) != old:
        raise _refusal(old, "is not in the file as it was read", "read the file again")
    if new.citekey != old.citekey:
        raise _refusal(old, "keeps its citation key when it is edited", "rename it instead")
    source = find_entry(text, old.line, old.citekey)
    if source is None:
        raise _unsafe(old)
    entry = _Editing(source, before[at], old)
    entry.become(new)
    edited = text[: source.start] + entry.text + text[source.close + 1 :]
    if edited == text:
        _check_entry(before[at], old, new)
        return text
    after, found = parse_entries(edited, old.path)
    _check_entry(after[at] if at < len(after) else None, old, new)
    last = old.line + _lines(text[source.start : source.close])
    span = _Span(old.line, last, old.line + _lines(entry.text))
    if not (_same_entries(before, after, at, span) and _same_problems(problems, found, span)):
        hint = "edit the file by hand: other entries depend on this one, or are broken near it"
        raise _refusal(old, "cannot be edited safely", hint)
    return edited


def _refusal(old: Paper, what: str, hint: str) -> FormatError:
    return FormatError(f"{old.citekey}: this entry {what}", line=old.line, hint=hint)


def _unsafe(old: Paper, names: Iterable[str] = ()) -> FormatError:
    about = ", ".join(names)
    what = "cannot be edited safely" + (f" ({about} would not read as meant)" if about else "")
    return _refusal(old, what, "edit the file by hand")


def _lines(text: str) -> int:
    return sum(1 for _ in NEWLINE.finditer(text))


# What is to change


class _Editing:
    """One entry on its way: its text as it is so far, and its evaluated fields."""

    def __init__(self, source: Source, entry: RawEntry, old: Paper) -> None:
        self.text = source.text[source.start : source.close + 1]
        self._old = old
        self._entry = replace(entry, fields=dict(entry.fields))
        newline = NEWLINE.search(self.text) or NEWLINE.search(source.text)
        self._newline = newline[0] if newline else "\n"

    def become(self, new: Paper) -> None:
        """Set, add and remove fields until the entry reads as ``new``, or nothing more helps."""
        wanted = _normal(new)
        is_other = self._old.entry_type != new.entry_type
        if is_other or _normal(self._old).entry_type != wanted.entry_type:
            self._set_type(wanted.entry_type)
        after = _written(wanted)
        for _ in range(_MOST_ROUNDS):
            current = _paper(self._entry, self._old)
            if current is None:
                raise _unsafe(self._old)
            before = _written(_normal(current))
            names = [name for name in {**after, **before} if before.get(name) != after.get(name)]
            if not names:
                return
            for name in names:
                for target, value in self._targets(name, after.get(name), current, wanted):
                    self._set(target, value)

    def _source(self) -> Source:
        found = scan_entry(self.text, self._old.citekey)
        if found is None:
            raise _unsafe(self._old)
        return found

    def _targets(
        self, name: str, value: str | None, current: Paper, wanted: Paper
    ) -> list[tuple[str, str | None]]:
        """Return the fields to set, or to remove, for what we would write as ``name``."""
        names = {field.name for field in self._source().fields}
        own = {key: text for key, text in self._entry.fields.items() if key in names}
        if name in own:
            return [(name, value)]
        if name in {"year", "month"} and "date" in own and "date" not in dict(current.extra):
            return _date_targets(name, value, own, wanted)
        if name == "arxiv_version" and (holder := _version_holder(own, current.arxiv_version)):
            return [(holder, _VERSION.sub(f"v{value}" if value else "", own[holder]))]
        if name == "arxiv_categories" and wanted.categories:
            return _category_targets(value, own, wanted.categories)
        is_list = name == "keywords" and name not in dict(wanted.extra)
        if is_list and len(wanted.categories) == 1:
            return []  # the primary category says it
        others = [n for n in _OTHER_NAMES.get(name.lower(), (name.lower(),)) if n in own]
        if name == "journal":
            others.sort(key=lambda other: is_arxiv_journal(read_text(own[other])))
        return [(others[0] if others else name, value)]

    def _set_type(self, entry_type: str) -> None:
        start, end = self._source().type_span
        raw = self.text[start:end]
        shown = entry_type.upper() if raw.isupper() else entry_type
        shown = entry_type.capitalize() if raw.istitle() else shown
        if raw.lower() != entry_type:
            self.text = self.text[:start] + shown + self.text[end:]
            self._entry.entry_type = entry_type

    def _set(self, name: str, value: str | None) -> None:
        key = name.lower()
        source = self._source()
        own = [field for field in source.fields if field.name == key]
        if value is None:
            for field in reversed(own):
                self.text = without_field(self.text, field)
            if own:
                del self._entry.fields[key]
            return
        self._entry.fields[key] = value
        written = delimited(key, value).replace("\n", self._newline)
        if not own:
            self.text = with_field(source, name, written, self._newline)
            return
        start, end = own[0].value_start, own[0].value_end
        if key == "month" and self.text[start:end].strip('{" }').isdecimal():
            written = f"{{{value}}}"
        self.text = self.text[:start] + written + self.text[end:]


def _written(normal: Paper) -> dict[str, str]:
    return {name: value for name, value in written_fields(normal) if value}


def _date_targets(
    name: str, value: str | None, own: dict[str, str], wanted: Paper
) -> list[tuple[str, str | None]]:
    """Return what to set where a ``date`` of biblatex says the year, and maybe the month."""
    if wanted.year is None:
        return [("date", None), (name, value)]
    has_month = wanted.month is not None and "month" not in own
    return [("date", f"{wanted.year:04}" + (f"-{wanted.month:02}" if has_month else ""))]


def _version_holder(own: dict[str, str], version: int | None) -> str | None:
    """Return the field whose arXiv id says the version."""
    for holder in ("eprint", "arxivid"):
        match = _VERSION.search(own.get(holder, ""))
        if match and int(match[0][1:]) == version:
            return holder
    return None


def _category_targets(
    value: str | None, own: dict[str, str], categories: tuple[str, ...]
) -> list[tuple[str, str | None]]:
    """Return what to set where the keywords are the person's own and hold no categories."""
    holder = next((name for name in ("primaryclass", "eprintclass") if name in own), None)
    if holder and all(map(is_category, (own[holder].split(",")[0].strip(), *categories))):
        if len(categories) == 1 or "," in own[holder]:
            return [(holder, ", ".join(categories))]
        if holder == "primaryclass":
            return [("arxiv_categories", value), (holder, categories[0])]
    return [("arxiv_categories", value)]


# What must come back


def _paper(entry: RawEntry, like: Paper) -> Paper | None:
    """Return the paper that an entry with evaluated fields is, if that can be told."""
    lines = "".join(f"{name} = {{{value}}},\n" for name, value in entry.fields.items())
    text = f"@{entry.entry_type}{{{entry.key},\n{lines}}}\n"
    again, _ = parse_entries(text, "")
    if len(again) != 1 or again[0].key != entry.key or again[0].fields != entry.fields:
        return None
    return replace(parse(text, like.path)[0][0], line=like.line)


def _normal(paper: Paper) -> Paper:
    """Return the normal form, but without an address that the paper does not have itself."""
    normal = make_normal(paper)
    return normal if paper.url else replace(normal, url=None)


def _differences(one: Paper, other: Paper) -> list[str]:
    """Return the attributes that differ between the normal forms; the order of extra is free."""
    one, other = make_normal(one), make_normal(other)
    one, other = (replace(p, extra=tuple(sorted(p.extra)), path="", line=0) for p in (one, other))
    return [f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)]


def _check_entry(entry: RawEntry | None, old: Paper, new: Paper) -> None:
    is_there = entry is not None and (entry.key, entry.line) == (old.citekey, old.line)
    back = _paper(entry, old) if entry is not None and is_there else None
    if back is None:
        raise _unsafe(old)
    if names := _differences(back, new):
        raise _unsafe(old, names)


@dataclass(frozen=True, slots=True)
class _Span:
    """The lines of the entry: its first, and its last before and after the edit."""

    first: int
    last_before: int
    last_after: int

    def moved(self, line: int) -> int:
        """Return where a line outside the entry stands after the edit."""
        return line if line <= self.first else line + self.last_after - self.last_before


def _same_entries(before: list[RawEntry], after: list[RawEntry], at: int, span: _Span) -> bool:
    if len(before) != len(after):
        return False
    return all(
        i == at
        or (
            (one.entry_type, one.key) == (other.entry_type, other.key)
            and other.line == (one.line if i < at else span.moved(one.line))
            and list(one.fields.items()) == list(other.fields.items())
        )
        for i, (one, other) in enumerate(zip(before, after, strict=True))
    )


def _same_problems(before: list[Problem], after: list[Problem], span: _Span) -> bool:
    """Tell whether the problems are those from before; of the entry's own, some may be gone."""
    own_before, others_before = _sorted_out(before, span.first, span.last_before, span.moved)
    own_after, others_after = _sorted_out(after, span.first, span.last_after, int)
    return others_before == others_after and own_after <= own_before


def _sorted_out(
    problems: list[Problem], first: int, last: int, moved: Callable[[int], int]
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, int, str]]]:
    """Return the entry's own problems by code, and the others with their lines moved."""
    own: Counter[tuple[str, str]] = Counter()
    others: Counter[tuple[str, int, str]] = Counter()
    for problem in problems:
        line = problem.line or 0
        if problem.code == "bib-undefined-string":  # one for all the places that use it
            own[problem.code, _UNDEFINED.sub("", problem.message)] += 1
        elif first <= line <= last:
            own[problem.code, ""] += 1
        else:
            message = _STANDS_ON.sub(lambda match: str(moved(int(match[0]))), problem.message)
            others[problem.code, moved(line), _NEXT_BLOCK.sub("", message)] += 1
    return own, others

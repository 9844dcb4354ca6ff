"""Entries of a .bib file changed in place: only the fields that differ, byte for byte the rest.

The fields of each are set, added and removed one by one until it reads as wanted. Then the whole
file is read again: what was not meant must be what it was. What cannot be done so is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, fields, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from papernotes.bib.blocks import parse_entries
from papernotes.bib.normal import make_normal
from papernotes.bib.reading import is_arxiv_journal, is_category, parse, read_text
from papernotes.bib.scanning import (
    NEWLINE,
    Source,
    find_entry_at,
    line_starts,
    scan_entry,
    with_field,
    without_field,
)
from papernotes.bib.writing import delimited, written_fields
from papernotes.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from papernotes.bib.entries import RawEntry
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
    return edit_entries(text, [(old, new)])


def edit_entries(text: str, changes: Sequence[tuple[Paper, Paper]]) -> str:
    """Return the text with several entries changed, each as by :func:`edit_entry`.

    The file is read twice, however many they are. Raises FormatError for the first that cannot be
    changed; then none is.
    """
    if not changes:
        return text
    before, problems = parse_entries(text, changes[0][0].path)
    places = {(entry.key, entry.line): i for i, entry in reversed(list(enumerate(before)))}
    starts = line_starts(text)
    edits: dict[int, _Edit] = {}  # by the place of the entry in the file
    for old, new in sorted(changes, key=lambda change: change[0].line):
        at = places.get((old.citekey, old.line))
        if at is None or at in edits or _paper(before[at], old) != old:
            raise _refusal(old, "is not in the file as it was read", "read the file again")
        edits[at] = _edit(text, starts[old.line - 1], before[at], old, new)
    edited = _put_together(text, edits.values())
    if edited == text:
        after, found = before, problems
    else:
        after, found = parse_entries(edited, changes[0][0].path)
    spans = _Spans([edit.span for edit in edits.values()])
    for at, edit in edits.items():
        entry = after[at] if at < len(after) else None
        _check_entry(entry, edit.old, edit.new, spans.moved(edit.old.line))
    if not (_same_entries(before, after, edits, spans) and _same_problems(problems, found, spans)):
        hint = "edit the file by hand: other entries depend on this one, or are broken near it"
        raise _refusal(changes[0][0], "cannot be edited safely", hint)
    return edited


@dataclass(frozen=True, slots=True)
class _Edit:
    """One entry changed: where it stands and the text to put there."""

    old: Paper
    new: Paper
    start: int
    end: int
    text: str
    span: _Span


def _edit(text: str, position: int, entry: RawEntry, old: Paper, new: Paper) -> _Edit:
    if new.citekey != old.citekey:
        raise _refusal(old, "keeps its citation key when it is edited", "rename it instead")
    source = find_entry_at(text, position, old.citekey)
    if source is None:
        raise _unsafe(old)
    editing = _Editing(source, entry, old)
    editing.become(new)
    last = old.line + _lines(text[source.start : source.close])
    span = _Span(old.line, last, old.line + _lines(editing.text))
    return _Edit(old, new, source.start, source.close + 1, editing.text, span)


def _put_together(text: str, edits: Iterable[_Edit]) -> str:
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        if edit.start < position:
            raise _unsafe(edit.old)
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join([*parts, text[position:]])


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


def _check_entry(entry: RawEntry | None, old: Paper, new: Paper, line: int) -> None:
    is_there = entry is not None and (entry.key, entry.line) == (old.citekey, line)
    back = _paper(entry, old) if entry is not None and is_there else None
    if back is None:
        raise _unsafe(old)
    if names := _differences(back, new):
        raise _unsafe(old, names)


@dataclass(frozen=True, slots=True)
class _Span:
    """The lines of an entry: its first, and its last before and after it is edited alone."""

    first: int
    last_before: int
    last_after: int


class _Spans:
    """The lines of all edited entries, in order."""

    def __init__(self, spans: list[_Span]) -> None:
        self._spans = spans
        self._firsts = [span.first for span in spans]
        grown = (span.last_after - span.last_before for span in spans)
        self._shifts = list(accumulate(grown, initial=0))
        self._firsts_after = [self.moved(first) for first in self._firsts]

    def moved(self, line: int) -> int:
        """Return where a line outside the entries, or the first of one, stands after the edits."""
        return line + self._shifts[bisect_left(self._firsts, line)]

    def find_before(self, line: int) -> int | None:
        """Return the number of the entry that a line belongs to, before the edits."""
        number = bisect_right(self._firsts, line) - 1
        return number if number >= 0 and line <= self._spans[number].last_before else None

    def find_after(self, line: int) -> int | None:
        """Return the number of the entry that a line belongs to, after the edits."""
        number = bisect_right(self._firsts_after, line) - 1
        if number < 0:
            return None
        span, first = self._spans[number], self._firsts_after[number]
        return number if line <= first + span.last_after - span.first else None


def _same_entries(
    before: list[RawEntry], after: list[RawEntry], edited: Container[int], spans: _Spans
) -> bool:
    if len(before) != len(after):
        return False
    return all(
        i in edited
        or (
            (one.entry_type, one.key) == (other.entry_type, other.key)
            and other.line == spans.moved(one.line)
            and list(one.fields.items()) == list(other.fields.items())
        )
        for i, (one, other) in enumerate(zip(before, after, strict=True))
    )


def _same_problems(before: list[Problem], after: list[Problem], spans: _Spans) -> bool:
    """Tell whether the problems are those from before; of the entries' own, some may be gone."""
    own_before, others_before = _sorted_out(before, spans.find_before, spans.moved)
    own_after, others_after = _sorted_out(after, spans.find_after, int)
    return others_before == others_after and own_after <= own_before


def _sorted_out(
    problems: list[Problem], find: Callable[[int], int | None], moved: Callable[[int], int]
) -> tuple[Counter[tuple[str, str, int]], Counter[tuple[str, int, str]]]:
    """Return the edited entries' own problems by code, and the others with their lines moved."""
    own: Counter[tuple[str, str, int]] = Counter()
    others: Counter[tuple[str, int, str]] = Counter()
    for problem in problems:
        line = problem.line or 0
        if problem.code == "bib-undefined-string":  # one for all the places that use it
            own[problem.code, _UNDEFINED.sub("", problem.message), 0] += 1
        elif (number := find(line)) is not None:
            own[problem.code, "", number] += 1
        else:
            message = _STANDS_ON.sub(lambda match: str(moved(int(match[0]))), problem.message)
            others[problem.code, moved(line), _NEXT_BLOCK.sub("", message)] += 1
    return own, others

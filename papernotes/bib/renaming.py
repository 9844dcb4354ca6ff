"""Citation keys of a .bib file changed in place: the keys, what refers to them, nothing else.

An entry refers to others of its file by crossref, xdata, xref, related, ids and entryset (the
entry types and fields of biblatex, sections 2.1.3 and 2.2.3 of its manual). The result is read
again: every entry must be what it was, but for the keys.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from papernotes.bib.blocks import parse_entries
from papernotes.bib.scanning import NEWLINE, find_entry
from papernotes.errors import FormatError
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papernotes.bib.entries import RawEntry
    from papernotes.bib.scanning import Source
    from papernotes.models import Problem

REFERRING = frozenset(["crossref", "xdata", "xref", "related", "entryset"])
"""The fields that name other entries, of this file or another."""
_NAMING = REFERRING | {"ids"}
_KEY = re.compile(r"[^\s,{}\"#]+")


def rename_keys(
    text: str, path: str, keys: Mapping[str, str], *, elsewhere: Mapping[str, str] | None = None
) -> str:
    """Return a .bib file's text with the entries of ``keys`` (old → new) called by the new ones.

    Keys that no entry of the file has do nothing; those of ``elsewhere`` are of entries in other
    files, to which this one may refer. Raises FormatError, with a line, where the file
    cannot be changed so that it reads as before but for these keys.
    """
    entries, problems = parse_entries(text, path)
    present = {entry.key for entry in entries}
    wanted = {old: new for old, new in keys.items() if old in present}
    others = _others_named(entries, present, elsewhere or {})
    if not (wanted or others):
        return text
    mapped = _Mapping(wanted, present, others)
    starts = _starts_of_lines(text, {entry.line for entry in entries})
    ends = _ends(starts, len(text))
    splices: list[tuple[int, int, str]] = []
    for entry in entries:
        if entry.key in wanted or any(mapped.differs(*each) for each in entry.fields.items()):
            start = starts[entry.line]
            source = find_entry(text[start : ends[entry.line]], 1, entry.key)
            if source is None:
                raise _refusal(entry)
            splices += (
                (a + start, b + start, new) for a, b, new in _splices(source, entry, mapped)
            )
    edited = splice(text, splices)
    _check(entries, problems, *parse_entries(edited, path), mapped)
    return edited


class _Mapping:
    """The keys that change, and what becomes of fields that name them."""

    def __init__(
        self, keys: Mapping[str, str], present: Iterable[str], elsewhere: Mapping[str, str]
    ) -> None:
        self.keys = keys
        self._elsewhere = elsewhere
        self._folded = {key.lower(): new for key, new in keys.items()}
        self._others = set(present) - keys.keys()

    def value(self, name: str, raw: str) -> str:
        """Return what a field that may name keys says after the change."""
        if name not in _NAMING:
            return raw
        return _KEY.sub(lambda match: self._key(name, match[0]), raw)

    def differs(self, name: str, raw: str) -> bool:
        """Tell whether a field names a key that changes."""
        return name in _NAMING and self.value(name, raw) != raw

    def _key(self, name: str, key: str) -> str:
        if key in self.keys:
            return self.keys[key]
        if key in self._elsewhere and name != "ids":  # these are names of the entry itself
            return self._elsewhere[key]
        if name == "crossref" and key not in self._others:  # BibTeX finds it in any case
            return self._folded.get(key.lower(), key)
        return key


def _others_named(
    entries: Iterable[RawEntry], present: set[str], elsewhere: Mapping[str, str]
) -> dict[str, str]:
    """Return those keys of other files that entries name: few of what may be a whole library's."""
    named = {
        key
        for entry in entries
        for name, raw in entry.fields.items()
        if name in REFERRING
        for key in _KEY.findall(raw)
    }
    return {key: elsewhere[key] for key in named - present if key in elsewhere}


def _starts_of_lines(text: str, lines: set[int]) -> dict[int, int]:
    """Return where each of ``lines`` (from 1) begins."""
    starts = {1: 0} if 1 in lines else {}
    for number, match in enumerate(NEWLINE.finditer(text), 2):
        if number in lines:
            starts[number] = match.end()
    return starts


def _ends(starts: Mapping[int, int], end: int) -> dict[int, int]:
    """Return where the next entry's line begins, for each line on which one begins."""
    lines = sorted(starts)
    return dict(zip(lines, [*(starts[line] for line in lines[1:]), end], strict=True))


def _splices(source: Source, entry: RawEntry, mapped: _Mapping) -> Iterator[tuple[int, int, str]]:
    if entry.key in mapped.keys:
        start = source.text.index(entry.key, source.type_span[1])
        yield start, start + len(entry.key), mapped.keys[entry.key]
    for field in source.fields:
        raw = source.text[field.value_start : field.value_end]
        if _is_delimited(raw) and mapped.differs(field.name, raw):
            yield field.value_start, field.value_end, mapped.value(field.name, raw)


def _is_delimited(raw: str) -> bool:
    """Tell whether a value is text, and no name of a macro."""
    return raw[:1] in {"{", '"'} and "#" not in raw


def _check(
    before: Sequence[RawEntry],
    problems: Iterable[Problem],
    after: Sequence[RawEntry],
    found: Iterable[Problem],
    mapped: _Mapping,
) -> None:
    """Raise FormatError unless all is as it was, but for the keys."""
    for one, other in zip(before, after, strict=False):
        fields = [(name, mapped.value(name, value)) for name, value in one.fields.items()]
        key = mapped.keys.get(one.key, one.key)
        is_same = (other.entry_type, other.key, other.line) == (one.entry_type, key, one.line)
        if not is_same or list(other.fields.items()) != fields:
            raise _refusal(one)
    same_problems = Counter((each.code, each.line) for each in problems) == Counter(
        (each.code, each.line) for each in found
    )
    if len(before) != len(after) or not same_problems:
        raise _refusal(next((one for one in before if one.key in mapped.keys), before[0]))


def _refusal(entry: RawEntry) -> FormatError:
    return FormatError(
        f"{entry.key}: the key of this entry cannot be changed safely",
        line=entry.line,
        hint="mend the entry, or change the key by hand",
    )

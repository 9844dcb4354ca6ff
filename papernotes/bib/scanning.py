"""Where an entry and its fields stand in the text of a .bib file, and how to put others there.

blocks.py reads a copy of the text with one kind of line end; this scans the text as it stands,
by the same rules. It is only trusted because the result of an edit is read again.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.bib.values import NEXT_FIELD, end_of_value, without_comment

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWLINE = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(r"@\s*([\w-]+)\s*([{(])\s*")
_AFTER_KEY = re.compile(r"\s*,|\s*(?=[})])|(?=\s+[A-Za-z][\w-]*\s*=)")
_MARK = re.compile(r"(?<!\\)[{}\",)=]")
_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Field:
    """One field by offsets; ``name`` in lower case, ``comma`` that of the comma behind, or -1."""

    name: str
    start: int
    name_end: int
    value_start: int
    value_end: int
    comma: int = -1

    @property
    def end(self) -> int:
        """The end of the field with its comma."""
        return self.value_end if self.comma < 0 else self.comma + 1


@dataclass(frozen=True, slots=True)
class Source:
    """An entry by offsets into ``text``: ``head_end`` is that of the key or the comma behind it."""

    text: str
    start: int
    type_span: tuple[int, int]
    head_end: int
    has_comma: bool
    close: int
    fields: tuple[Field, ...]


def line_starts(text: str) -> list[int]:
    """Return the offsets at which the lines of ``text`` begin."""
    return [0, *(match.end() for match in NEWLINE.finditer(text))]


def find_entry(text: str, line: int, key: str) -> Source | None:
    """Return the first entry with this key that begins on this line (from 1) of ``text``."""
    starts = line_starts(text) if line > 1 else [0]
    return find_entry_at(text, starts[line - 1], key) if line <= len(starts) else None


def find_entry_at(text: str, position: int, key: str) -> Source | None:
    """Return the first entry with this key that begins on the line that begins at ``position``."""
    end = NEWLINE.search(text, position)
    for head in _HEAD.finditer(text, position):
        if end and head.start() > end.start():
            return None
        if text.startswith(key, head.end()) and (found := _scan(head, key)):
            return found
    return None


def scan_entry(text: str, key: str) -> Source | None:
    """Return the entry that ``text`` begins with."""
    head = _HEAD.match(text)
    return _scan(head, key) if head else None


def _scan(head: re.Match[str], key: str) -> Source | None:
    text, closing = head.string, "}" if head[2] == "{" else ")"
    key_end = head.end() + len(key)
    after = _AFTER_KEY.match(text, key_end)
    if not after:
        return None
    has_comma = after[0].endswith(",")
    found: list[Field] = []
    position = after.end()
    while match := _MARK.search(text, position):
        if match[0] == closing:
            head_end = after.end() if has_comma else key_end
            start, span = head.start(), head.span(1)
            return Source(text, start, span, head_end, has_comma, match.start(), tuple(found))
        if match[0] == "=":
            end = _end_of_field(text, match.end(), closing)
            found += _fields_between(text, position, match.start(), end)
            position = end + (text[end : end + 1] == ",")
        elif match[0] == "," and not text[position : match.start()].strip():
            position = match.end()
        else:
            return None
    return None


def _end_of_field(text: str, position: int, closing: str) -> int:
    """Return where the comma or closing brace behind a value stands, as bibtexparser sees it."""
    depth, is_quoted = 0, False
    for match in _MARK.finditer(text, position):
        mark, at = match[0], match.start()
        if mark == '"' and depth == 0:
            is_quoted = not is_quoted or text[at - 1 : at + 2] == '{"}'
        elif is_quoted:
            continue
        elif mark == "{":
            depth += 1
        elif mark == "}" and depth:
            depth -= 1
        elif depth == 0 and mark in {",", closing}:
            return at
    return len(text)


def _fields_between(text: str, position: int, equals: int, end: int) -> Iterator[Field]:
    """Return the field before and behind the ``=``, and those that follow without a comma."""
    before, raw = text[position:equals], text[equals + 1 : end]
    name = without_comment(NEWLINE.sub("\n", before)) if "%" in before else before.strip()
    name_end = position + len(before.rstrip())
    start = name_end - len(name)
    value = _end_of_space(raw, 0)
    while True:
        value_end = end_of_value(raw, value)
        following = NEXT_FIELD.match(raw, _end_of_space(raw, value_end)) if name else None
        comma = end if not following and text[end : end + 1] == "," else -1
        offset = equals + 1
        yield Field(name.lower(), start, name_end, offset + value, offset + value_end, comma)
        if not following:
            return
        name, value = following[1], following.end()
        start, name_end = offset + following.start(), offset + following.end(1)


def _end_of_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def without_field(text: str, field: Field) -> str:
    """Return ``text`` without the field, and without its line if nothing else stands there."""
    line_start = _start_of_line(text, field.start)
    before = text[line_start : field.start]
    start, end = field.start, field.end
    if line_start and before.strip(" \t") == "," and _is_broken(text, field):
        start, end = line_start, field.value_end  # a comma leads each line: the next keeps its own
        before = ""
    blank_end = _end_of_blank(text, end)
    newline = NEWLINE.match(text, blank_end)
    is_last_of_line = newline is not None or text[blank_end : blank_end + 1] in {"}", ")"}
    if not is_last_of_line:
        end = blank_end
    elif line_start and not before.strip(" \t"):
        start, end = line_start, newline.end() if newline else blank_end
    else:
        start, end = line_start + len(before.rstrip(" \t")), blank_end
    return text[:start] + text[end:]


def with_field(source: Source, name: str, value: str, newline: str) -> str:
    """Return the entry's text with a new field (``value`` with its delimiters) after its last."""
    text = source.text
    named = [field for field in source.fields if field.name]
    if not named:
        comma = "" if source.has_comma else ","
        rest = text[source.head_end :]
        end = newline if not NEWLINE.search(rest) else ""
        return (
            f"{text[: source.head_end]}{comma}{newline}  {name} = {value},{end}{rest.lstrip(' ')}"
        )
    last = named[-1]
    line_start = _start_of_line(text, last.start)
    prefix = text[line_start : last.start]
    written = _aligned(text, named, name) + value
    if line_start and prefix.strip(" \t") == "," and last.comma < 0:
        at, added = last.value_end, f"{newline}{prefix}{written}"
    else:
        is_line = line_start and not prefix.strip(" \t,")
        gap = newline + prefix.replace(",", " ") if is_line else " "
        at = last.end
        added = f",{gap}{written}" if last.comma < 0 else f"{gap}{written},"
    return text[:at] + added + text[at:]


def _aligned(text: str, named: list[Field], name: str) -> str:
    """Return the name and the ``=`` behind it, in a column with the others if they stand so."""
    last = named[-1]
    between = text[last.name_end : last.value_start]
    before, _, behind = between.partition("=")
    widths = [(text.index("=", f.name_end) - f.start, f.name_end - f.start) for f in named]
    column, count = Counter(width for width, _ in widths).most_common(1)[0]
    lengths = {length for width, length in widths if width == column}
    if 2 * count > len(named) and len(lengths) > 1:
        before = " " * max(column - len(name), len(before) > 0)
    elif before.strip(" ") or len(before) > 1:
        before = " "
    behind = " " if behind.strip(" \t") or not behind.isprintable() else behind
    return f"{name}{before}={behind}"


def _start_of_line(text: str, position: int) -> int:
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def _is_broken(text: str, field: Field) -> bool:
    """Tell whether no comma follows the value on its line."""
    return field.comma < 0 or NEWLINE.search(text, field.value_end, field.comma) is not None


def _end_of_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position

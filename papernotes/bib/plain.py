r"""Entries of the plain shape, by far the most of any file, found by one expression.

Such an entry begins a line, or follows another; its fields are groups, strings or words, joined
by ``#``, with commas between; no value holds an ``@`` or an escaped brace. bibtexparser cuts such
an entry just as the expression does, but mark by mark in Python (and it takes a quotation mark in
braces for the end of a string, which BibTeX does not). So it is handed a text in which a short
entry stands for each run of them, and sees only the blocks that need its care, in their order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGN = "\x1a"  # begins the key of an entry that stands for a plain one
_DEPTH = 5  # of groups in a value; accents of names take three


def _group(text: str, depth: int) -> str:
    """Return an expression for ``{…}`` with groups in it, so many deep."""
    inner = text
    for _ in range(depth - 1):
        inner = rf"{text}|\{{(?:{inner})*+\}}"
    return rf"\{{(?:{inner})*+\}}"


# No part gives back what it took, and none goes past an @: a search takes one pass.
_TEXT = r"[^{}@\\]++|\\(?![{}])"
_QUOTED = r'[^"{}@\\]++|\\(?![{}])"?+'
_PART = rf'(?:{_group(_TEXT, _DEPTH)}|"(?:{_QUOTED}|{_group(_TEXT, _DEPTH)})*+"|[\w:+./-]++)'
_JOINED = re.compile(rf"\s*+#\s*+({_PART})")
_REST = rf"(?:\s*+#\s*+{_PART})*+"
_NAME = r"[A-Za-z][\w:+./-]*+"
_FIELD = re.compile(rf"({_NAME})\s*+=\s*+({_PART})({_REST})")
_FIELDS = rf"(?:{_NAME}\s*+=\s*+{_PART}{_REST}\s*+(?:,\s*+|(?=\}})))*+"
_TYPE = r"(?!(?i:comment|preamble|string))(\w++)"
_KEY = r"([^\s,{}\"=@\\]++)"
_ENTRY = rf"@{_TYPE}\{{\s*+{_KEY}[ \t]*+,\s*+({_FIELDS})\}}"
_FIRST = re.compile(rf"^[ \t]*+{_ENTRY}", re.MULTILINE)
_NEXT = re.compile(rf"\s*+{_ENTRY}")


class PlainEntry:
    """A plain entry: its type, key and line (from 1), and the text of its fields."""

    __slots__ = ("_field_line", "_fields", "entry_type", "key", "line")

    def __init__(self, match: re.Match[str], line: int) -> None:
        self.entry_type, self.key, self._fields = match.groups()
        self.line = line
        self._field_line = line + match.string.count("\n", match.start(1), match.start(3))

    def fields(self) -> list[tuple[str, str, str]]:
        """Return names and values as they stand, and what is joined to the values by ``#``."""
        return _FIELD.findall(self._fields)

    @property
    def size(self) -> int:
        """The number of characters of all its fields."""
        return len(self._fields)

    def iter_fields(self) -> Iterator[tuple[str, str, int]]:
        """Yield name, value and line (that of its ``=``) of each field."""
        counted, line = 0, self._field_line
        for match in _FIELD.finditer(self._fields):
            equals = self._fields.index("=", match.end(1))
            line += self._fields.count("\n", counted, equals)
            counted = equals
            yield match[1], match[2] + match[3], line


@dataclass(frozen=True, slots=True)
class Run:
    """Plain entries with nothing but white space between them, and the newlines they take."""

    entries: list[PlainEntry]
    newlines: int


def hide_plain(text: str) -> tuple[str, list[Run]]:
    """Return the text with stand-ins for its plain entries, and these in runs by their number.

    In what is left the sign stands behind a backslash that ends a line, for bibtexparser does not
    count such lines; :func:`restored` takes it away again. A text that has the sign itself is
    given back as it is.
    """
    if _SIGN in text:
        return text, []
    rest: list[str] = []
    runs: list[Run] = []
    end, line = 0, 1
    match = _FIRST.search(text)
    while match:
        entry_type, start = match[1], match.start(1) - 1
        rest += (text[end:start], f"@{entry_type}{{{_SIGN}{len(runs)}}}")
        line += text.count("\n", end, start)
        entries, first_line = [], line
        following: re.Match[str] | None = match
        while following:
            line += text.count("\n", start, following.start(1))
            entries.append(PlainEntry(following, line))
            start, end = following.start(1), following.end()
            following = _NEXT.match(text, end)
        line += text.count("\n", start, end)
        runs.append(Run(entries, line - first_line))
        match = _FIRST.search(text, end)
    rest.append(text[end:])
    return "".join(rest).replace("\\\n", f"\\{_SIGN}\n"), runs


def joined(rest: str) -> list[str]:
    """Return the parts of what is joined to a value: groups, strings, numbers and macros."""
    return _JOINED.findall(rest)


def restored(text: str) -> str:
    """Return a piece of what :func:`hide_plain` left as it stands in the file."""
    return text.replace(f"\\{_SIGN}\n", "\\\n") if _SIGN in text else text


def number_of(key: str) -> int | None:
    """Return the number of the run that an entry with this key stands for."""
    return int(key[1:]) if key.startswith(_SIGN) else None

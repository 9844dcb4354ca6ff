"""BibTeX text → entries with evaluated fields: macros, ``#``, duplicates, crossref, xdata.

bibtexparser cuts the text into blocks; what it loses in silence (a missing comma, a duplicate, a
block start it does not know) is found here and named.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
    String,
)

from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHARACTERS = 1_000_000  # of one field; more is cut, with a problem
_MOST_BROKEN = 65_536  # of an entry that is read though its syntax is wrong

_MONTHS = "January February March April May June July August September October November December"
MONTH_MACROS = {name[:3].lower(): name for name in _MONTHS.split()}
_NOT_ENTRIES = frozenset(["comment", "string", "preamble"])
_NOT_WORKS = frozenset(["xdata", "control"])  # entries that hold data for others
_NOT_INHERITED_TEXT = (
    "crossref xref xdata ids entryset label doi url urldate eprint eprinttype eprintclass "
    "archiveprefix primaryclass arxivid abstract keywords note annote file options"
)
_NOT_INHERITED = frozenset(_NOT_INHERITED_TEXT.split())
_MOST_PARENTS = 8
_FLOOD_BASE, _FLOOD_FACTOR = 1_000_000, 16  # macros may stand for so many times the file's text

_MOST_INHERITED = 4096  # characters of one field: enough for any proceedings, too few for a flood

_SPLIT_START = re.compile(r"@(?:[ \t]+(\w+)(\s*)|(\w+)([ \t]*\n\s*))\{")
_SWALLOWED = re.compile(r"(?<!\w)@\w+\s*\{[^\s{},=]*,\s*[\w-]+\s*=")
_LOST_START = re.compile(r"(?m)^[ \t]*@[ \t]*[^\s{}(),\"#%=@]+\s*[{(]")
_MARK = re.compile(r"(?<!\\)[{}\"]")
_CONCATENATION = re.compile(r"\s*#\s*")
_BARE = re.compile(r"[^\s#{}\",=]+")
_HEAD = re.compile(r"\s*@(\w+)\s*[{(]\s*([^\s,{}()=\"#%]+)(?:\s*,[\s,]*|\s+(?=[A-Za-z][\w-]*\s*=))")
NEXT_FIELD = re.compile(r"([A-Za-z][\w:+./-]*)\s*=\s*")


@dataclass(slots=True)
class RawEntry:
    """One entry: ``fields`` are evaluated, names in lower case, LaTeX as it stands.

    What it inherits from its ``crossref`` and ``xdata`` is among the fields; ``has_parents`` says
    that all of these were there.
    """

    entry_type: str
    key: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    has_parents: bool = True


def parse_entries(text: str, path: str) -> tuple[list[RawEntry], list[Problem]]:
    """Return the entries of a .bib file in their order, and every problem of its syntax."""
    return _File(path).read(text)


class _File:
    """One file being read: its macros, keys and problems so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.macros: dict[str, str] = dict(MONTH_MACROS)
        self.undefined: dict[str, tuple[int, int]] = {}  # name → line of first use, uses
        self.entries: list[RawEntry] = []
        self.is_defining = False
        self.budget = 0  # characters that macros may still stand for

    def read(self, text: str) -> tuple[list[RawEntry], list[Problem]]:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _SPLIT_START.sub(_join_start, text)
        blocks = _split(text)
        lines = text.split("\n")
        self.budget = _FLOOD_BASE + _FLOOD_FACTOR * len(text)
        for block in blocks:
            if isinstance(block, String):
                self._define(block)
        for i, block in enumerate(blocks):
            if type(block) is ParsingFailedBlock:  # not its subclasses, which hold whole entries
                following = (blocks[k] for k in range(i + 1, len(blocks)))
                self._read_failed(block, lines, following)
            else:
                self._read_block(block, lines)
        self._inherit()
        for name, (line, uses) in self.undefined.items():
            times = "once" if uses == 1 else f"{uses} times"
            self._report("bib-undefined-string", line, f"@string {name!r} is not defined ({times})")
        self._find_duplicates()
        if self.budget <= 0:
            self._report("bib-long-field", 1, "its @strings grow without end; not all are read")
        self.problems.sort(key=lambda problem: problem.line or 0)
        works = [entry for entry in self.entries if entry.entry_type not in _NOT_WORKS]
        return works, self.problems

    def _report(self, code: str, line: int, message: str) -> None:
        self.problems.append(Problem(code, self.path, message, line))

    def _read_block(self, block: Block | None, lines: list[str]) -> None:
        if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
            block = block.ignore_error_block
        if block is None:
            return
        start, raw = block.start_line or 0, block.raw or ""
        if isinstance(block, Entry):
            if not _is_commented(lines[start]):
                self._read_entry(block, start + 1, raw)
        elif isinstance(block, String):
            self._define(block)
        elif isinstance(block, ImplicitComment) and "@" in raw:
            for match in _LOST_START.finditer(raw):
                line = start + raw.count("\n", 0, match.start()) + 1
                shown = " ".join(match[0].split())[:60]
                self._report("bib-syntax", line, f"{shown} … is not the start of an entry")

    def _define(self, string: String) -> None:
        self.is_defining = True  # a string may name a later one; only uses in entries count
        value, _rest = self._evaluate(string.value, (string.start_line or 0) + 1)
        self.is_defining = False
        self.macros[string.key.lower()] = value

    def _read_entry(self, block: Entry, line: int, source: str) -> None:
        entry = RawEntry(block.entry_type.lower(), block.key, line)
        if not block.key:
            self._report("bib-no-key", line, f"an entry @{entry.entry_type} has no citation key")
            return
        fields = entry.fields
        for item in block.fields:
            name, raw = item.key.lower(), item.value
            if "%" in name and not (name := without_comment(name)):
                continue
            if raw[:1] == "{" and raw.find("}") == len(raw) - 1:
                value, rest = raw[1:-1], ""  # by far the most: one group, nothing inside it
            else:
                value, rest = self._evaluate(raw, item.start_line + 1)
            if name in fields or len(value) > MOST_CHARACTERS:
                self._set(entry, name, value, item.start_line + 1)
            else:
                fields[name] = value
            if rest:
                self._read_rest(entry, name, rest, item.start_line + 1)
        if source.find("@", 1) > 0 and (match := _SWALLOWED.search(source, 1)):
            shown = " ".join(match[0].split())[:60]
            message = f"{entry.key}: an entry stands inside it: {shown}"
            self._report("bib-syntax", entry.line, message)
        self.entries.append(entry)

    def _read_failed(
        self, block: ParsingFailedBlock, lines: list[str], following: Iterator[Block]
    ) -> None:
        """Name an entry that bibtexparser gave up, and read it if it can be read to its end."""
        start = block.start_line or 0
        if _is_commented(lines[start]):
            return
        shown = " ".join((block.raw or "")[:200].split())[:60]
        reason = " ".join(getattr(block.error, "abort_reason", str(block.error)).split())
        self._report("bib-syntax", start + 1, f"{shown} …: {reason}")
        after = next((block for block in following if not isinstance(block, ImplicitComment)), None)
        text = "\n".join(lines[start : len(lines) if after is None else after.start_line])
        match = _HEAD.match(text)
        if not match or match[1].lower() in _NOT_ENTRIES or len(text) > _MOST_BROKEN:
            return
        entry = RawEntry(match[1].lower(), match[2], start + 1)
        position = match.end()
        while text[position : position + 1] not in {"}", ")"}:
            match = NEXT_FIELD.match(text, position)
            if not match:
                return
            value, rest = self._evaluate(text[match.end() :], start + 1)
            entry.fields.setdefault(match[1].lower(), value)
            position = len(text) - len(rest.lstrip(", \n\t"))
        self.entries.append(entry)

    def _set(self, entry: RawEntry, name: str, value: str, line: int) -> None:
        if len(value) > MOST_CHARACTERS:
            message = f"{entry.key}: of {name} the first {MOST_CHARACTERS} characters are read"
            self._report("bib-long-field", line, message)
            value = value[:MOST_CHARACTERS]
        if name in entry.fields:
            message = f"{entry.key}: {name} is given twice; the first is read"
            self._report("bib-duplicate-field", line, message)
        else:
            entry.fields[name] = value

    def _read_rest(self, entry: RawEntry, name: str, rest: str, line: int) -> None:
        """Read what stands after a value that no comma ended: most often the next field."""
        while rest:
            match = NEXT_FIELD.match(rest)
            if not match:
                shown = " ".join(rest[:200].split())[:40]
                message = f"{entry.key}: text after the value of {name} is not read: {shown}"
                self._report("bib-missing-comma", line, message)
                return
            message = f"{entry.key}: a comma is missing between {name} and {match[1]}"
            self._report("bib-missing-comma", line, message)
            name = match[1].lower()
            value, rest = self._evaluate(rest[match.end() :], line)
            self._set(entry, name, value, line)

    def _evaluate(self, raw: str, line: int) -> tuple[str, str]:
        """Return the value of ``{a} # "b" # macro # 2`` and what stands after it."""
        parts: list[str] = []
        position = 0
        while True:
            end = end_of_part(raw, position)
            if end == position:
                return "".join(parts), raw[position:].strip()
            part = raw[position:end]
            if part[0] in '{"':
                part = part[1:-1]
            elif not part.isdecimal():
                part = self._macro(part, line)
            parts.append(part)
            match = _CONCATENATION.match(raw, end)
            if not match:
                return "".join(parts), raw[end:].strip()
            position = match.end()

    def _macro(self, name: str, line: int) -> str:
        value = self.macros.get(name.lower())
        if value is not None:
            self.budget -= len(value)
            return value if self.budget > 0 else ""
        if not self.is_defining:
            first, uses = self.undefined.get(name, (line, 0))
            self.undefined[name] = (first, uses + 1)
        return name

    def _find_duplicates(self) -> None:
        first: dict[str, RawEntry] = {}
        for entry in self.entries:
            known = first.setdefault(entry.key, entry)
            if known is not entry:
                message = f"the citation key {entry.key!r} stands on line {known.line} already"
                self._report("bib-duplicate-key", entry.line, message)

    def _inherit(self) -> None:
        parents: dict[str, RawEntry] = {}
        for entry in self.entries:
            parents.setdefault(entry.key.lower(), entry)
        own = {id(entry): dict(entry.fields) for entry in self.entries}
        for entry in self.entries:
            if "crossref" in entry.fields or "xdata" in entry.fields:
                self._inherit_into(entry, parents, own)

    def _inherit_into(
        self, entry: RawEntry, parents: dict[str, RawEntry], own: dict[int, dict[str, str]]
    ) -> None:
        waiting = _parents_of(entry.fields)
        seen = {entry.key.lower()}
        while waiting and len(seen) <= _MOST_PARENTS:
            key, is_data = waiting.pop(0)
            if key.lower() in seen:
                continue
            seen.add(key.lower())
            parent = parents.get(key.lower())
            if parent is None:
                entry.has_parents = False
                message = f"{entry.key}: its crossref {key!r} is not in this file"
                self._report("bib-crossref", entry.line, message)
                continue
            fields = own[id(parent)]
            waiting += _parents_of(fields)
            if not is_data and "title" in fields and "title" in entry.fields:
                entry.fields.setdefault("booktitle", fields.get("booktitle", fields["title"]))
            for name, value in fields.items():
                if len(value) <= _MOST_INHERITED and (is_data or name not in _NOT_INHERITED):
                    entry.fields.setdefault(name, value)


def _split(text: str) -> list[Block]:
    """Return bibtexparser's blocks; its own messages to the log are what our problems say."""
    logger = logging.getLogger("bibtexparser")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        return list(parse_string(text, parse_stack=[]).blocks)
    finally:
        logger.setLevel(level)


def _join_start(match: re.Match[str]) -> str:
    """Move the space before the brace behind it and that after the ``@`` away, for bibtexparser."""
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    if match.string[line_start : match.start()].strip():
        return match[0]
    first, space, second, line_end = match.groups("")
    return f"@{first}{second}{{{space}{line_end}"


def _parents_of(fields: dict[str, str]) -> list[tuple[str, bool]]:
    data = [(key.strip(), True) for key in fields.get("xdata", "").split(",") if key.strip()]
    crossref = fields.get("crossref", "").strip()
    return [*data, (crossref, False)] if crossref else data


def _is_commented(line: str) -> bool:
    """Tell whether the block starts behind a ``%``, as people comment entries out."""
    return "%" in line and line.lstrip().startswith("%")


def without_comment(name: str) -> str:
    """Return a field's name without the lines of comment before it; empty if it is in one."""
    last = name.rpartition("\n")[2].strip()
    return "" if "%" in last else last


def end_of_part(raw: str, position: int) -> int:
    """Return where the group, string or word at ``position`` ends (``position``: nothing there)."""
    opening = raw[position : position + 1]
    if opening not in {"{", '"'}:
        match = _BARE.match(raw, position)
        return match.end() if match else position
    depth = 0
    for match in _MARK.finditer(raw, position + 1):
        mark = match[0]
        if mark == "{":
            depth += 1
        elif mark == "}" and depth == 0 and opening == "{":
            return match.end()
        elif mark == "}":
            depth -= 1
        elif depth <= 0 and opening == '"':
            return match.end()
    return len(raw)

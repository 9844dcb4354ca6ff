"""BibTeX text → entries with evaluated fields: macros, ``#``, duplicates, crossref, xdata.

bibtexparser cuts the text into blocks; what it loses in silence (a missing comma, a duplicate, a
block start it does not know) is found here and named.
"""

from __future__ import annotations

import logging
import re
import sys
from functools import cached_property
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

from papernotes.bib.entries import RawEntry
from papernotes.bib.inheriting import inherit
from papernotes.bib.plain import PlainEntry, hide_plain, joined, number_of, restored
from papernotes.bib.recovering import recover
from papernotes.bib.values import NEXT_FIELD, Macros, is_whole, without_comment
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_CHARACTERS = 1_000_000  # of one field; more is cut, with a problem
_MOST_PROBLEMS = 10_000  # of one kind in one file; more are counted

_NOT_WORKS = frozenset(["xdata", "control"])  # entries that hold data for others

# The starts of entries that bibtexparser does not know: @ misc{, @tech-report{, @misc \n { and
# @commentary{, which it takes for a comment.
_ODD_START = re.compile(
    r"@(?:(?P<lead>\s+)(?P<spaced>\w[\w-]*)|(?P<split>\w+(?:-[\w-]*|(?=[ \t]*\n)))"
    r"|(?P<like>(?i:comment|preamble|string)\w+))(?P<gap>\s*)(?P<open>[{(])"
)
_LIKE_OTHERS = re.compile(r"(?:comment|preamble|string)\w", re.IGNORECASE)
_WIDEST = 200  # blanks before the start of an entry
# Letters, since bibtexparser takes no other sign within a type:
_HYPHEN = "\ua78f"  # stands for a hyphen
_APART = "\ua788"  # stands before a type that begins like that of a comment
_SWALLOWED = re.compile(r"(?<!\w)@\w+\s*\{[^\s{},=]*,\s*[\w-]+\s*=")
_LOST_START = re.compile(  # the second without its brace: @miscsmith2020,
    r"(?m)^[ \t]*@(?:[ \t]*[^\s{}(),\"#%=@]+\s*[{(]"
    r"|(?!(?i:comment))[A-Za-z][^\n]*(?:\n[ \t]*)?,(?=\s*[A-Za-z][\w-]*\s*=\s*[{\"\w]))"
)

_SOLID = re.compile(r"\S")


def parse_entries(
    text: str, path: str, *, with_keyless: bool = False
) -> tuple[list[RawEntry], list[Problem]]:
    """Return the entries of a .bib file in their order, and every problem of its syntax.

    Entries that have no citation key (``bib-no-key``) are among them only ``with_keyless``.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\ufeff" in text:  # where files were joined
        text = text.removeprefix("\ufeff").replace("\n\ufeff", "\n")
    entries, problems = _File(_ODD_START.sub(_known_start, text), path).read()
    return [entry for entry in entries if entry.key or with_keyless], problems


class _File:
    """One file being read: its macros, entries and problems so far."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.macros = Macros(text)
        self.entries: list[RawEntry] = []
        self.problems: dict[str, list[Problem]] = {}  # by code
        self.unlisted: dict[str, int] = {}  # problems that are only counted, by code
        self.names: dict[str, str] = {}  # of fields, as they stand → in lower case
        self.hidden_lines = 0  # that bibtexparser did not see, before the block being read

    def read(self) -> tuple[list[RawEntry], list[Problem]]:
        rest, runs = hide_plain(self.text)
        blocks = _split(rest)
        for block in blocks:
            if isinstance(block, String):
                self.macros.define(block.key, restored(block.value))
        for i, block in enumerate(blocks):
            if type(block) is ParsingFailedBlock:  # not its subclasses, which hold whole entries
                following = (blocks[k] for k in range(i + 1, len(blocks)))
                self._read_failed(block, following)
            elif type(block) is Entry and (number := number_of(block.key)) is not None:
                for plain in runs[number].entries:
                    self._read_plain(plain)
                self.hidden_lines += runs[number].newlines
            else:
                self._read_block(block)
        self.macros.budget = inherit(self.entries, self.macros.budget, self._report_orphan)
        self._report_undefined()
        self._find_duplicates()
        works = [entry for entry in self.entries if entry.entry_type not in _NOT_WORKS]
        return works, self._sorted_problems()

    def _line_of(self, block: Block) -> int:
        """Return the line of the file, from 1, that a block begins on."""
        return (block.start_line or 0) + self.hidden_lines + 1

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    # --- entries -----------------------------------------------------------------------------

    def _read_plain(self, plain: PlainEntry) -> None:
        entry = RawEntry(_type(plain.entry_type), plain.key, plain.line)
        if not self._take_fields(entry.fields, plain):
            entry.fields.clear()
            self._read_fields(entry, plain.iter_fields())
        self.entries.append(entry)

    def _take_fields(self, fields: dict[str, str], plain: PlainEntry) -> bool:
        """Evaluate the fields of an entry; tell whether there was nothing to report."""
        listed, names = plain.fields(), self.names
        for given, raw, rest in listed:
            name = names.get(given) or names.setdefault(given, given.lower())
            if raw[0] in '{"' and not rest:
                fields[name] = raw[1:-1]
                continue
            parts = [self._value_of(part) for part in (raw, *joined(rest))]
            if None in parts:
                return False
            fields[name] = "".join(filter(None, parts))
        return len(fields) == len(listed) and plain.size <= MOST_CHARACTERS

    def _value_of(self, part: str) -> str | None:
        """Return what a group, string, number or macro stands for; None for no known macro."""
        if part[0] in '{"':
            return part[1:-1]
        return part if part.isdecimal() else self.macros.find(part) or None

    def _read_block(self, block: Block | None) -> None:
        if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
            block = block.ignore_error_block
        if block is None:
            return
        line, raw = self._line_of(block), restored(block.raw or "")
        if isinstance(block, Entry):
            if not _is_commented(self._lines[line - 1]):
                self._read_entry(block, line, raw)
        elif isinstance(block, String):
            value = restored(block.value)
            self.macros.define(block.key, value)
            if not is_whole(value):
                message = f"@string {block.key!r} is broken; read of it: {_shown(value)}"
                self._report("bib-syntax", line, message)
        elif isinstance(block, ImplicitComment) and "@" in raw:
            self._report_lost(raw, line)

    def _read_entry(self, block: Entry, line: int, source: str) -> None:
        entry = RawEntry(_type(block.entry_type) or "misc", block.key, line)
        if not block.entry_type:
            self._report("bib-syntax", line, f"{block.key}: this entry has no type; read as @misc")
        hidden = self.hidden_lines + 1
        fields = (
            (restored(item.key), restored(item.value), item.start_line + hidden)
            for item in block.fields
        )
        self._read_fields(entry, fields)
        if not entry.key:
            self._report_keyless(entry)
        if source.find("@", 1) > 0 and (match := _SWALLOWED.search(source, 1)):
            message = f"{entry.key}: an entry stands inside it: {_shown(match[0])}"
            self._report("bib-syntax", entry.line, message)
        if "\n" in entry.key:
            entry.key, rest = entry.key.split("\n", 1)
            message = f"{entry.key}: a comma is missing behind the key; not read: {_shown(rest)}"
            self._report("bib-missing-comma", line, message)
        self.entries.append(entry)

    def _read_fields(self, entry: RawEntry, fields: Iterable[tuple[str, str, int]]) -> None:
        """Take over fields given as name, value and line."""
        for given, raw, line in fields:
            name = given.lower()
            if "%" in name and not (name := without_comment(name)):
                continue
            value, end = self.macros.evaluate(raw, 0, line)
            self._set(entry, name, value, line)
            if end < len(raw):
                self._read_rest(entry, name, raw, end, line)

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

    def _read_rest(self, entry: RawEntry, name: str, raw: str, end: int, line: int) -> None:
        """Read what stands after a value that no comma ended: most often the next field."""
        while rest := _SOLID.search(raw, end):
            match = NEXT_FIELD.match(raw, rest.start())
            if not match:
                shown = _shown(raw[rest.start() : rest.start() + 200], 40)
                message = f"{entry.key}: text after the value of {name} is not read: {shown}"
                self._report("bib-missing-comma", line, message)
                return
            message = f"{entry.key}: a comma is missing between {name} and {match[1]}"
            self._report("bib-missing-comma", line, message)
            name = match[1].lower()
            value, end = self.macros.evaluate(raw, match.end(), line)
            self._set(entry, name, value, line)

    def _read_failed(self, block: ParsingFailedBlock, following: Iterator[Block]) -> None:
        """Name an entry that bibtexparser gave up, and read it if it can be read to its end."""
        line = self._line_of(block)
        if _is_commented(self._lines[line - 1]):
            return
        after = next((block for block in following if not isinstance(block, ImplicitComment)), None)
        last = None if after is None else self._line_of(after) - 1
        entry = recover("\n".join(self._lines[line - 1 : last]), line, self.macros)
        if entry is not None:
            entry.entry_type = _type(entry.entry_type)
            self.entries.append(entry)
        if entry is not None and not entry.key:
            self._report_keyless(entry)
            return
        reason = " ".join(getattr(block.error, "abort_reason", str(block.error)).split())
        shown = _shown(restored(block.raw or "")[:200])
        outcome = "left out" if entry is None else "read all the same"
        self._report("bib-syntax", line, f"{shown} …: {reason} ({outcome})")

    # --- problems ----------------------------------------------------------------------------

    def _report(self, code: str, line: int, message: str) -> None:
        listed = self.problems.setdefault(code, [])
        if len(listed) < _MOST_PROBLEMS:
            listed.append(Problem(code, self.path, message, line))
        else:
            self.unlisted[code] = self.unlisted.get(code, 0) + 1

    def _sorted_problems(self) -> list[Problem]:
        if self.macros.budget <= 0:
            message = "its @strings and crossrefs grow without end; not all are read"
            self._report("bib-long-field", 1, message)
        found = [problem for listed in self.problems.values() for problem in listed]
        found.sort(key=lambda problem: problem.line or 0)
        return found + [
            Problem(code, self.path, f"and {count} more like these", found[-1].line)
            for code, count in self.unlisted.items()
        ]

    def _report_lost(self, comment: str, line: int) -> None:
        """Name what looks like the start of an entry, in text that is none."""
        counted = 0
        for match in _LOST_START.finditer(comment):
            line += comment.count("\n", counted, match.start())
            counted = match.start()
            self._report("bib-syntax", line, f"{_shown(match[0])} … is not the start of an entry")

    def _report_keyless(self, entry: RawEntry) -> None:
        title = f": {_shown(entry.fields.get('title', ''))}" if entry.fields.get("title") else ""
        message = f"an entry @{entry.entry_type} has no citation key{title}"
        self._report("bib-no-key", entry.line, message)

    def _report_orphan(self, entry: RawEntry, key: str) -> None:
        message = f"{entry.key}: its crossref {key!r} is not in this file"
        self._report("bib-crossref", entry.line, message)

    def _report_undefined(self) -> None:
        for name, (line, uses) in self.macros.undefined.items():
            times = "once" if uses == 1 else f"{uses} times"
            self._report("bib-undefined-string", line, f"@string {name!r} is not defined ({times})")

    def _find_duplicates(self) -> None:
        first: dict[str, RawEntry] = {}
        for entry in self.entries:
            known = first.setdefault(entry.key, entry)
            if entry.key and known is not entry:
                message = f"the citation key {entry.key!r} stands on line {known.line} already"
                self._report("bib-duplicate-key", entry.line, message)


def _shown(text: str, most: int = 60) -> str:
    return _as_given(" ".join(text.split())[:most])


def _type(text: str) -> str:
    return _as_given(text.lower())


def _as_given(text: str) -> str:
    return text.replace(_HYPHEN, "-").replace(_APART, "")


class _Forgetting(logging.Filter):
    """Takes the place of bibtexparser's log: what that says, our problems say.

    It is told while an error is being handled that will be kept with its block, and with it the
    frames it went through, some 4 KB for each ``@``: these are let go here.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the message and the frames of the error at hand."""
        del record
        if error := sys.exception():
            error.__traceback__ = None
        return False


def _split(text: str) -> list[Block]:
    """Return bibtexparser's blocks."""
    logger = logging.getLogger("bibtexparser.splitter")
    level, forgetting = logger.level, _Forgetting()
    logger.addFilter(forgetting)
    logger.setLevel(logging.WARNING)
    try:
        return list(parse_string(text, parse_stack=[]).blocks)
    finally:
        logger.setLevel(level)
        logger.removeFilter(forgetting)


def _known_start(match: re.Match[str]) -> str:
    """Return the start of an entry as bibtexparser knows it, if it begins a line."""
    indent = match.string[max(match.start() - _WIDEST, 0) : match.start()].rpartition("\n")[2]
    if indent.strip():
        return match[0]
    kind = match["spaced"] or match["split"] or match["like"]
    if _LIKE_OTHERS.match(kind):
        kind = f"{_APART}{kind}"
    return f"@{kind.replace('-', _HYPHEN)}{match['open']}{match['lead'] or ''}{match['gap']}"


def _is_commented(line: str) -> bool:
    """Tell whether the block starts behind a ``%``, as people comment entries out."""
    return "%" in line and line.lstrip().startswith("%")

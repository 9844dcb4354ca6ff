r"""``.exportignore``: what never leaves a library, in the language of gitignore. Pure.

A line is a pattern. ``*``, ``?`` and ``[a-z]`` stand for characters of one part of a path and
``**`` for any number of parts. Without a ``/`` but at its end it is met by a name in any folder,
else by a path from the library's root or from ``notes/``. With a ``/`` at its end it is met by
folders only, and all in a folder that is met is met. ``!`` takes back what lines before it said,
though not inside a folder that is met. ``#`` begins a comment; ``\\`` takes its meaning from the
character behind it. The case of letters does not matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

IGNORE_NAME = ".exportignore"
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line (from 1): the parts it is of, and whether it takes back or is of folders only."""

    line: int
    parts: tuple[str, ...]
    takes_back: bool = False
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Ignore:
    """The patterns of one file, in their order."""

    patterns: tuple[Pattern, ...] = ()

    def covers(self, path: str) -> int:
        """Return the line (from 1) that keeps a path of the library home; 0 where none does."""
        parts = _folded(path).split("/")
        for length in range(1, len(parts) + 1):
            line = self._says(parts[:length], is_folder=length < len(parts))
            if line:
                return line
        return 0

    def _says(self, parts: Sequence[str], *, is_folder: bool) -> int:
        for pattern in reversed(self.patterns):
            if (is_folder or not pattern.is_folder) and (
                _meets(pattern.parts, parts)
                or (parts[0] == "notes" and _meets(pattern.parts, parts[1:]))
            ):
                return 0 if pattern.takes_back else pattern.line
        return 0


def parse_ignore(text: str) -> Ignore:
    """Return the patterns of an ``.exportignore``."""
    patterns = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        words = line.rstrip(" \t")
        words += line[len(words) :][:1] if words.endswith("\\") else ""
        if not words or words.startswith("#"):
            continue
        takes_back = words.startswith("!")
        words = _folded(words.removeprefix("!"))
        is_folder = words.endswith("/")
        parts = [_literal(part) for part in words.strip("/").split("/") if part]
        if not parts:
            continue
        if "/" not in words.removesuffix("/"):
            parts.insert(0, "**")
        patterns.append(Pattern(number, tuple(parts), takes_back, is_folder))
    return Ignore(tuple(patterns))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _literal(part: str) -> str:
    """Return a part with its escapes and ``[^a]`` as fnmatch writes them.

    A ``[`` that nothing closes is one: fnmatch would look for the end at each.
    """
    closed, bracket, rest = _ESCAPED.sub(_plainly, part.replace("[^", "[!")).rpartition("]")
    return closed + bracket + rest.replace("[", "[[]")


def _plainly(match: re.Match[str]) -> str:
    return f"[{match[1]}]" if match[1] in "*?[" else match[1]


def _meets(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the parts of a path are those of a pattern; ``**`` may stand for none."""
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached), len(parts) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(parts) and fnmatchcase(parts[at], part)}
    return len(parts) in reached and bool(parts)

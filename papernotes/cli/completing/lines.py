"""A line of a shell up to the cursor ⇄ words: as bash, zsh and fish cut and quote them. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_BREAKS = ":="  # where bash begins a new word too
_SPECIAL = re.compile(r"([^A-Za-z0-9_@%+=:,./\u0080-\U0010ffff-])")
_SPECIAL_IN_QUOTES = re.compile(r'(["\\$`])')


class Line(NamedTuple):
    """What was typed: whole ``words``, and the ``word`` the cursor is at the end of.

    Words are without their quotes; ``quote`` is the one that is still open. The first ``kept``
    letters of ``word`` are not part of what bash replaces.
    """

    words: tuple[str, ...]
    word: str
    quote: str = ""
    kept: int = 0


def read_line(text: str) -> Line:
    """Return a line cut into words, without assignments in front of the command."""
    words: list[str] = []
    word, quote, kept, is_begun = "", "", 0, False
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and at < len(text) and _is_escaped(text[at], quote):
                word += text[at]
                at += 1
            else:
                word += char
        elif char in "'\"":
            quote, is_begun, kept = char, True, len(word)
        elif char == "\\":
            word += text[at : at + 1]
            is_begun = True
            at += 1
        elif char.isspace():
            if is_begun and not (not words and _ASSIGNMENT.match(word)):
                words.append(word)
            word, kept, is_begun = "", 0, False
        else:
            word += char
            is_begun = True
            kept = len(word) if char in _BREAKS else kept
    return Line(tuple(words), word, quote, kept)


def _is_escaped(char: str, quote: str) -> bool:
    return char in ('"\\$`' if quote == '"' else "'\\")


def spelled_for_bash(value: str, line: Line) -> str:
    """Return what bash puts in place of the word at the cursor, so that the word is ``value``."""
    rest = value[line.kept :]
    if line.quote == '"':
        return _SPECIAL_IN_QUOTES.sub(r"\\\1", rest)
    if line.quote:
        return rest.replace("'", "'\\''")
    return _SPECIAL.sub(r"\\\1", rest)

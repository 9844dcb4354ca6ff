"""Marks of a note that no reader of its post should see. Pure."""

from __future__ import annotations

import re
from collections import Counter

_NOTE = re.compile(
    r"""
    !?\[\[[ ]*[^\[\]\s][^\[\]\n]{0,200}\]\](?![(\[])  # a wiki link or an embed
    | %%[^%\n]{0,200}%%               # a private comment
    | (?<![\w\])])\[![A-Za-z]{1,20}\][+-]?  # the head of a callout
    | \[-?@[\w:./-]{1,200}[^\[\]\n]{0,200}\](?![(\[])  # a citation
    | [\x01-\x08\x0b\x11-\x1b]        # what stood for something else
    """,
    re.VERBOSE | re.MULTILINE,
)

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def note_marks(text: str) -> Counter[str]:
    """Return the marks of a note in a text: wiki links, comments, callouts, citations."""
    return Counter(match[0].strip(" \t>") for match in _NOTE.finditer(text))


def escaped_marks(text: str) -> Counter[str]:
    """Return what the author keeps from being a mark with backslashes, and so shows."""
    return note_marks(_ESCAPE.sub(r"\1", text)) - note_marks(text)

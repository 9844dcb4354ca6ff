"""Text of a post that a note would take for something → text that a note shows as it is. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKED = re.compile(r"(?<![=\\])==(?=[^=\s])")


def literal(text: str) -> str:
    """Return the text with a backslash before what only notes know: ``[[``, ``%%`` and ``==``."""
    return splice(text, _escapes(text))


def _escapes(text: str) -> Iterator[tuple[int, int, str]]:
    document = markdown.parse(text)
    for link in document.links:
        if link.kind in ("wiki", "embed"):
            start = link.start + (link.kind == "embed")
            yield start, start + 2, r"\[\["
    masked = bytearray(len(text))
    for span in document.spans:
        if span.kind == "comment" and span.detail == "%%":
            yield span.start, span.start + 2, r"\%\%"
        elif span.kind in ("fence", "code_block", "code", "math", "math_block", "html"):
            masked[span.start : span.end] = b"\1" * (span.end - span.start)
    for link in document.links:
        masked[link.start : link.end] = b"\1" * (link.end - link.start)
    for match in _MARKED.finditer(text):
        if not masked[match.start()]:
            yield match.start(), match.start() + 1, r"\="

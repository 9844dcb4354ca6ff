"""Text of a post that a note would take for something → text that a note shows as it is. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKED = re.compile(r"(?<![=\\])==(?=[^=\s])")
_HTML = re.compile(r"(?:\A|\n[ \t]*\n) {0,3}</?[A-Za-z][\s\S]*?(?=\n[ \t]*\n|\Z)")


def literal(text: str) -> str:
    """Return the text with escapes for what only notes know.

    These are ``[[``, ``%%``, ``==`` and ``#tags``, which would be tags of the post too. In a block
    of HTML, where a backslash is shown, they are entities.
    """
    shown = splice(text, _escapes(text))
    # what stood in a link may be a tag, now that it stands in none
    return splice(shown, _escapes(shown)) if "[[" in text else shown


def _escapes(text: str) -> Iterator[tuple[int, int, str]]:
    in_html = bytearray(len(text))
    for block in _HTML.finditer(text):
        in_html[block.start() : block.end()] = b"\1" * (block.end() - block.start())

    def escape(start: int, end: int) -> tuple[int, int, str]:
        shown = text[start:end]
        said = (f"&#{ord(each)};" if in_html[start] else f"\\{each}" for each in shown)
        return start, end, "".join(said)

    document = markdown.parse(text)
    for link in document.links:
        if link.kind in ("wiki", "embed"):
            start = link.start + (link.kind == "embed")
            yield escape(start, start + 2)
    for tag in document.tags:
        yield escape(tag.start, tag.start + 1)
    masked = bytearray(len(text))
    for span in document.spans:
        if span.kind == "comment" and span.detail == "%%":
            yield escape(span.start, span.start + 2)
        elif span.kind in ("fence", "code_block", "code", "math", "math_block", "html"):
            masked[span.start : span.end] = b"\1" * (span.end - span.start)
    for link in document.links:
        masked[link.start : link.end] = b"\1" * (link.end - link.start)
    for match in _MARKED.finditer(text):
        if not masked[match.start()]:
            yield escape(match.start(), match.start() + 1)

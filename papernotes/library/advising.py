"""Advice on a note that is about to be a post: at most one line of each kind. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.markdown import Document
    from papernotes.models import Note
    from papernotes.notes import Reading

LONGEST = 1_500
"""Words that readers of a blog read to the end."""

NO_DESCRIPTION = "no description"

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_SIZE = re.compile(r"\d+(?:x\d+)?")
_ALT = re.compile(r"\balt\s*=\s*(?:\"[^\"]|'[^'])", re.IGNORECASE)
_LINKS = frozenset({"wiki", "embed", "link", "url", "citation"})
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_CODE = frozenset({"fence", "code_block", "code", "math", "math_block", "comment"})
_SOURCES = frozenset({"footnote_ref", "inline_footnote"})
_CLAIM = re.compile(
    r"\b(?:outperform(?:s|ed|ing)?|state[- ]of[- ]the[- ]art|SOTA|better than|worse than"
    r"|(?:faster|slower|larger|smaller) than|surpass(?:es|ed)?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*(?:\s?%|[x×]\b|\b)")
_PARAGRAPH_END = re.compile(r"\n[ \t]*(?:\n|$)")


def advise(reading: Reading) -> tuple[Problem, ...]:
    """Return advice on a note, as problems with the code ``advice``, by line."""
    found = sorted(_advice(reading.note, reading.document), key=lambda one: one[0])
    return tuple(
        Problem("advice", reading.note.path, message, line or None) for line, message in found
    )


def _advice(note: Note, document: Document) -> Iterator[tuple[int, str]]:
    """Yield the line (0 for the whole note) and what might be better there."""
    words = len(_WORD.findall(markdown.plain_text(document)))
    if words > LONGEST:
        yield 0, f"{words:,} words: readers like less than {LONGEST:,}; could it be two posts?"
    if not note.description.strip():
        yield 0, f"{NO_DESCRIPTION}: one line for the blog's list and for search engines"
    if not any(link.kind in _LINKS and not _is_picture(link.target) for link in document.links):
        yield 0, "no link: what else should a reader see?"
    for advice in (_undescribed(document), _jump(document), _claim(note, document)):
        if advice is not None:
            yield advice


def _is_picture(target: str) -> bool:
    return target.lower().endswith(_MEDIA)


def _undescribed(document: Document) -> tuple[int, str] | None:
    """Return the first picture that says nothing to those who cannot see it."""
    lines = [
        (link.line, link.target)
        for link in document.links
        if (link.kind == "image" or (link.kind == "embed" and _is_picture(link.target)))
        and (not link.label.strip() or _SIZE.fullmatch(link.label.strip()))
    ]
    for span in document.spans:
        tag = document.text[span.start : span.end]
        if span.kind == "html" and span.detail == "img" and not _ALT.search(tag):
            lines.append((span.line, "an <img>"))
    if not lines:
        return None
    line, name = min(lines)
    more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
    return line, f"{name} has no description for those who cannot see it{more}"


def _jump(document: Document) -> tuple[int, str] | None:
    """Return the first heading that lies more than one level below the one before it."""
    before = 1
    for heading in document.headings:
        if heading.level > before + 1:
            return heading.line, f"“{heading.text}” jumps from level {before} to {heading.level}"
        before = heading.level
    return None


def _claim(note: Note, document: Document) -> tuple[int, str] | None:
    """Return the first figure in a note on a paper that compares and says nothing of its source."""
    if not note.paper:
        return None
    places = [link.start for link in document.links]
    places += [span.start for span in document.spans if span.kind in _SOURCES]
    places.sort()
    text = _without_code(document)
    start = document.start
    for end in (*(match.end() for match in _PARAGRAPH_END.finditer(text, start)), len(text)):
        claim = _CLAIM.search(text, start, end)
        has_source = bisect_left(places, start) < bisect_left(places, end)
        if claim and not has_source and _FIGURE.search(text, start, end):
            line = note.body_line + text.count("\n", document.start, claim.start())
            return line, f"“{claim[0]}” and a figure, without a citation or a link"
        start = end
    return None


def _without_code(document: Document) -> str:
    """Return the text with spaces where code, formulas and comments stand."""
    text = document.text
    pieces, done = [], 0
    for span in document.spans:
        if span.kind in _CODE and span.start >= done:
            blank = re.sub(r"[^\n]", " ", text[span.start : span.end])
            pieces += [text[done : span.start], blank]
            done = span.end
    return "".join((*pieces, text[done:]))

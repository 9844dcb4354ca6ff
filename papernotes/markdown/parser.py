"""The two passes put together: text → Document."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from papernotes.markdown.blocks import scan
from papernotes.markdown.comments import blank_comments
from papernotes.markdown.headings import heading_slug
from papernotes.markdown.inlines import Inlines
from papernotes.markdown.plain import words_between
from papernotes.markdown.spans import Document, Heading, Span
from papernotes.markdown.targets import VISIBLE_RAW_HTML

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.markdown.outline import RawHeading

_CALLOUTS = {
    "note": "",
    "abstract": "summary tldr",
    "info": "",
    "todo": "",
    "tip": "hint important",
    "success": "check done",
    "question": "help faq",
    "warning": "caution attention",
    "failure": "fail missing",
    "danger": "error",
    "bug": "",
    "example": "",
    "quote": "cite",
}
_CALLOUT_TYPES = {
    name: kind for kind, names in _CALLOUTS.items() for name in (kind, *names.split())
}
_VERBATIM = frozenset({"fence", "code_block", "code", "math", "math_block"})
_BY_START = attrgetter("start")
MAX_MARKS = 250_000
_MARK = re.compile(r"[\\`$\[\]<@#%|*_\r\n]|://")


def callout_type(name: str) -> str:
    """Return the one of Obsidian's thirteen callout types that ``name`` stands for, or ``note``."""
    return _CALLOUT_TYPES.get(name.lower(), "note")


def parse(text: str, *, start: int = 0, line: int = 1) -> Document:
    """Return what stands in ``text`` from offset ``start`` (on line ``line``) to its end."""
    blocks = scan(text, start, line)
    masked = _blank_out(text, blocks.masks)
    inlines = Inlines(masked, blocks.lines)
    regions = [
        (
            inlines.define(first, last)
            if is_paragraph and masked[first : first + 1] == "["
            else first,
            last,
        )
        for first, last, is_paragraph in blocks.regions
    ]
    for first, last in regions:
        inlines.read(first, last, is_row=first in blocks.rows)
    spans = _spans(blocks.spans, inlines.spans)
    document = Document(
        text,
        start,
        (),
        tuple(sorted(inlines.links, key=_BY_START)),
        tuple(sorted(inlines.citations, key=_BY_START)),
        tuple(sorted(inlines.tags, key=_BY_START)),
        spans,
        _disjoint((*blocks.marks, *inlines.marks)),
        _disjoint((span.inner_start, span.inner_end) for span in spans if _is_verbatim(span)),
    )
    return replace(document, headings=tuple(_headings(document, blocks.headings)))


def readable_end(text: str, start: int) -> int:
    """Return where reading must end: at the line in which :data:`MAX_MARKS` are passed.

    What may be a mark or ends a line costs up to half a kilobyte and some microseconds. Real notes
    have a few thousand of them.
    """
    if len(text) - start <= MAX_MARKS:
        return len(text)
    last = next(islice(_MARK.finditer(text, start), MAX_MARKS, None), None)
    if last is None:
        return len(text)
    line = max(text.rfind("\n", start, last.start()), text.rfind("\r", start, last.start())) + 1
    return line or last.start()


def without_comments(text: str) -> str:
    """Return one line of text, such as a title, without the private comments in it."""
    shown = blank_comments(parse(text))
    return text if shown == text else " ".join(shown.split())


def _blank_out(text: str, masks: Iterable[tuple[int, int]]) -> str:
    """Return ``text`` with spaces in place of the masked stretches; its length is the same."""
    pieces: list[str] = []
    pos = 0
    for start, end in _disjoint(masks):
        pieces += [text[pos:start], " " * (end - start)]
        pos = end
    return "".join([*pieces, text[pos:]]) if pieces else text


def _disjoint(found: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sort stretches and join those that overlap (not those that only touch)."""
    joined: list[tuple[int, int]] = []
    last = -1
    for stretch in sorted(found):
        start, end = stretch
        if start >= last:
            if end > start:
                joined.append(stretch)
                last = end
        elif end > last:
            joined[-1] = (joined[-1][0], end)
            last = end
    return tuple(joined)


def _is_verbatim(span: Span) -> bool:
    return span.kind in _VERBATIM or (span.kind == "html" and span.detail in VISIBLE_RAW_HTML)


def _spans(found: Iterable[Span], more: Iterable[Span]) -> tuple[Span, ...]:
    """Sort all spans; references to footnotes that are nowhere defined are text."""
    spans = sorted((*found, *more), key=_BY_START)
    defined = {span.detail.casefold() for span in spans if span.kind == "footnote"}
    return tuple(
        span for span in spans if span.kind != "footnote_ref" or span.detail.casefold() in defined
    )


def _headings(document: Document, found: Iterable[RawHeading]) -> Iterable[Heading]:
    """Read the texts; a repeated anchor gets a number, as GitHub counts."""
    counts: dict[str, int] = {}
    for raw in found:
        text = words_between(document, raw.text_start, raw.text_end)
        slug = base = raw.anchor or heading_slug(text)
        while slug in counts:
            counts[base] += 1
            slug = f"{base}-{counts[base]}"
        counts[slug] = 0
        yield Heading(raw.level, text, slug, raw.start, raw.end, raw.line)

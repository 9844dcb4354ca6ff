"""Spans of a note → edits: code, formulas, and what is left out. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.export.making.containers import (
    code_indent,
    continued,
    lead_of,
    line_lead,
    line_start,
    without,
)
from papernotes.export.making.draft import Edit
from papernotes.export.pieces import (
    Code,
    Fence,
    Gap,
    Math,
    MathBlock,
    Piece,
    Text,
)
from papernotes.markdown import without_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.markdown import Span

_LANGUAGE = re.compile(r"[A-Za-z0-9][\w+#-]*")
_FENCE_TITLE = re.compile(
    r"\b(?:title|filename|file|name|caption)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s}]+))"
)


def line_end(text: str, offset: int) -> int:
    """Return the offset after the end of the line ``offset`` is in (or has just ended)."""
    if offset and text[offset - 1] == "\n":
        return offset
    return text.find("\n", offset) + 1 or len(text)


def fence(text: str, span: Span) -> Edit:
    """Return a code block: its language as one plain word, its title, its lines."""
    line = line_start(text, span.start)
    lead = text[line : span.start]
    prefix = continued(lead)
    opening, *lines = text[span.start : span.end].split("\n")
    marker = opening[: len(opening) - len(opening.lstrip(opening[0]))]
    rows = [without(row, prefix) for row in lines]
    if lead.isspace():  # which may be more than what the block stands in asks for
        lead = prefix = " " * code_indent(text, span.start)
    if rows and re.fullmatch(
        rf"[ \t]{{0,3}}{re.escape(marker[0])}{{{len(marker)},}}[ \t]*", rows[-1]
    ):
        rows.pop()
    language = _LANGUAGE.search(re.sub(r"\w+\s*=.*", "", span.detail))
    title = _FENCE_TITLE.search(span.detail)
    piece = Fence(
        tuple(rows),
        language[0].lower() if language else "",
        without_comments(next(filter(None, title.groups()), "")) if title else "",
        marker,
        lead,
        prefix,
    )
    return Edit(line, line_end(text, span.end), (piece,))


def code_block(text: str, span: Span) -> Edit:
    """Indented code becomes fenced: what counts as indented differs from target to target."""
    line = line_start(text, span.start)
    lead = text[line : span.start]
    first, *rows = text[span.start : span.end].split("\n")
    if lead.strip():
        marks = lead.rstrip() + " "
        lead, prefix = marks, continued(marks)
    else:
        lead = prefix = " " * code_indent(text, span.start)
    indent = without(text[line : span.start], prefix + "    ") if not lead.strip() else ""
    code = [indent + first, *(without(row, prefix + "    ") for row in rows)]
    while len(code) > 1 and not code[-1].strip():
        code.pop()
    longest = max((len(run) for run in re.findall(r"`+", "\n".join(code))), default=0)
    piece = Fence(tuple(code), marker="`" * max(3, longest + 1), lead=lead, prefix=prefix)
    return Edit(line, line_end(text, span.end), (piece,))


def code(text: str, span: Span, *, in_table: bool) -> Code:
    """Return code in a line, as CommonMark reads it; an escaped bar in a table is a bar."""
    words = re.sub(r"\n[ \t>]*", " ", text[span.inner_start : span.inner_end])
    if words.startswith(" ") and words.endswith(" ") and words.strip(" "):
        words = words[1:-1]
    return Code(words.replace("\\|", "|") if in_table else words)


def math(text: str, span: Span, *, in_table: bool) -> Math:
    """Return a formula in a line; an escaped bar in a table is a bar."""
    tex = re.sub(r"\n[ \t>]*", " ", text[span.inner_start : span.inner_end]).strip()
    lead = lead_of(text, span.start)
    rest = text[span.end : line_end(text, span.end)].strip()
    line = line_start(text, span.start)
    above = text[text.rfind("\n", 0, max(line - 1, 0)) + 1 : max(line - 1, 0)].strip(" \t>")
    is_first = lead is not None and (lead != continued(lead) or not above)
    return Math(tex.replace("\\|", "|") if in_table else tex, is_alone=is_first and not rest)


def math_block(text: str, span: Span, *, in_table: bool) -> Edit:
    """Return a formula of its own paragraph; one with words on its line stays in that line.

    kramdown and Logseq write formulas in a line as ``$$x$$``, too; to break a sentence apart that
    was meant to be one is the worse mistake.
    """
    lead = lead_of(text, span.start)
    is_one_line = "\n" not in text[span.start : span.end]
    if is_one_line and (lead is None or text[span.end : line_end(text, span.end)].strip()):
        tex = text[span.inner_start : span.inner_end].strip()
        return Edit(span.start, span.end, (Math(tex.replace("\\|", "|") if in_table else tex),))
    prefix = continued(line_lead(text, span.start) if lead is None else lead)
    rows = text[span.inner_start : span.inner_end].split("\n")
    lines = [rows[0].strip(), *(without(row, prefix).rstrip() for row in rows[1:])]
    block = MathBlock(tuple(row for row in lines if row.strip()), lead or prefix, prefix)
    start = span.start if lead is None else line_start(text, span.start)
    end = line_end(text, span.end)
    rest: tuple[Piece, ...] = ()
    if after := text[span.end : end].strip():
        end, rest = text.index(after[0], span.end), (Text(prefix),)
    before = () if lead is not None and lead != prefix else (Gap(prefix),)
    return Edit(start, end, (*before, block, Gap(prefix), *rest))


def bare_rows(text: str, table: Span, prefix: str) -> Iterator[Edit]:
    """Yield what makes lines without a bar rows of their table for every reader of tables."""
    start = table.start
    for row in text[table.start : table.end].splitlines(keepends=True):
        if "|" not in row.replace("\\|", ""):
            at = start + len(row) - len(without(row, prefix))
            yield Edit(at, at, (Text("| ", in_table=True),))
        start += len(row)


def removed(text: str, start: int, end: int) -> Edit:
    """Return nothing for a stretch, and take its line along where it stood alone."""
    line = line_start(text, start)
    after = line_end(text, end)
    if text[end:after].strip():
        return Edit(start, end, ())
    if text[line:start].strip():
        return Edit(len(text[:start].rstrip(" \t")), end, ())
    return Edit(line, after, (Gap(),))

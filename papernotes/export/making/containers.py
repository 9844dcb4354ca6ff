"""The marks that stand before a line of a quote or list: finding, continuing and removing them."""

from __future__ import annotations

import re

_LIST_MARK = re.compile(r"(?:[-+*]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)(?=[ \t])")
_MARKS = re.compile(
    r"(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])(?:[ \t]+\[[^\]\n]\](?=[ \t]))?"
    r"|\[\^[^\]\s]+\]:))*[ \t]*"
)
_TASK = re.compile(r"\[[^\]\n]\][ \t]+")
_PARTS = re.compile(r"[ \t]*>[ \t]?|[ \t]+")


_LONGEST = 400


def line_start(text: str, offset: int) -> int:
    """Return where the line of ``offset`` begins, or a place near ``offset`` in a very long one."""
    nearest = max(0, offset - _LONGEST)
    start = text.rfind("\n", nearest, offset) + 1
    return start or nearest


def lead_of(text: str, offset: int) -> str | None:
    """Return the marks between the start of the line and ``offset``; None if there is more."""
    lead = line_lead(text, offset)
    return (
        lead
        if text.endswith(lead, 0, offset) and line_start(text, offset) + len(lead) == offset
        else None
    )


def line_lead(text: str, offset: int) -> str:
    """Return the marks at the start of the line that holds ``offset``, before ``offset``."""
    match = _MARKS.match(text, line_start(text, offset), offset)
    return match[0] if match else ""


def continued(lead: str) -> str:
    """Return what further lines of the same item begin with: list marks become spaces."""
    return _LIST_MARK.sub(lambda mark: " " * min(len(mark[0]), 4), _TASK.sub("", lead))


def without(line: str, prefix: str) -> str:
    """Return ``line`` without the marks of ``prefix``, as far as it has them."""
    at = 0
    for part in _PARTS.findall(prefix):
        if ">" in part:
            match = re.compile(r"[ \t]*>[ \t]?").match(line, at)
        else:
            match = re.compile(rf"[ \t]{{0,{len(part)}}}").match(line, at)
        at = match.end() if match else at
    return line[at:]


def code_indent(text: str, offset: int) -> int:
    """Return how far the container of indented code stands in, seen from its first line.

    That is where the text of the list item above it begins, or 0 outside of lists.
    """
    end = line_start(text, offset)
    depth = _columns(text[end:offset])
    for _ in range(_HIGHEST_LOOK):
        if end == 0:
            return 0
        start = line_start(text, end - 1)
        line = text[start : end - 1]
        indent = _columns(line[: len(line) - len(line.lstrip(" \t"))])
        if line.strip() and indent < depth:
            item = _MARKS.match(line)
            inner = _columns(item[0]) if item else indent
            return inner if inner <= depth else indent
        end = start
    return 0


def _columns(lead: str) -> int:
    return len(lead.expandtabs(4))


_HIGHEST_LOOK = 200

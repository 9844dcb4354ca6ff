"""Kramdown's own Markdown in a post → what notes are written in. Pure.

``$$…$$`` in a line is a formula in the line, ``{: …}`` attributes have no place in a note but for
an image's size, ``{:toc}`` asks for what an export makes anyway.
Source: the page on kramdown's syntax in its documentation (2.4).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.adopt.formulas import outside_code, plain_formulas
from papernotes.adopt.liquid import Notice
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    Splice = tuple[int, int, str]

_MATH = re.compile(r"(?<![\\$])\$\$(?!\$)((?:[^$\\]|\\.|\$(?!\$))+?)\$\$(?!\$)", re.DOTALL)
_CONTENTS = re.compile(
    r"^[ \t]*(?:[*+-]|\d+\.)[ \t]+\S[^\n]*\n[ \t]*"
    r"\{:(?=[^}\n]*+\})[^}\n]*\btoc\b[^}\n]*\}[ \t]*\n?",
    re.MULTILINE,
)
_ATTRIBUTES = re.compile(
    r"(?P<line>^[ \t]*)?\{:(?P<said>[ \t]*[^}\n{]*)\}(?P<end>[ \t]*(?:\n|\Z))?", re.MULTILINE
)
_REALLY = re.compile(
    r"[ \t]*(?:[.#][\w-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s}]+)|[a-z_-]+)(?:[ \t]+|(?=[.#])|\Z)"
)
_RULE = re.compile(r"\n[ \t]*\|(?=[^\n]*(?:--|==))[-=:|+ \t]+(?=\n|\Z)")
_SIZE = re.compile(r"""\bwidth\s*[=:]\s*["']?(\d{1,4})(?:px)?(?![\d.%])""")
_IMAGE_BEFORE = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)\Z")
_QUIET = re.compile(r"\b(?:toc|no_toc|target|rel|class|id|loading|style)\b|[.#][\w-]+")
_BLANK = re.compile(r"\n[ \t]*\n")


def plain_kramdown(text: str) -> tuple[str, tuple[Notice, ...]]:
    """Return the text without what only kramdown understands, and what was lost with it."""
    text = splice(text, _contents(text))
    text = splice(text, _rules(text))
    notices: list[Notice] = []
    text = splice(text, _attributes(text, notices))
    text = splice(text, _formulas(text))
    return plain_formulas(text), tuple(notices)


def _contents(text: str) -> Iterator[Splice]:
    for match in outside_code(text, _CONTENTS):
        yield (match.start(), match.end(), "")


def _rules(text: str) -> Iterator[Splice]:
    """Yield the lines inside of tables that part their rows; a note would see dashes in cells."""
    for span in markdown.parse(text).spans:
        if span.kind == "table":
            head = text.find("\n", text.find("\n", span.start) + 1)
            for match in _RULE.finditer(text, max(head, span.start), span.end):
                yield match.start(), match.end(), ""


def _attributes(text: str, notices: list[Notice]) -> Iterator[Splice]:
    if "{:" not in text:
        return
    for match in outside_code(text, _ATTRIBUTES):
        said = match["said"]
        if not _is_attributes(said):
            continue
        image = _IMAGE_BEFORE.search(
            text, max(0, match.start("said") - 2_000), match.start("said") - 2
        )
        size = _SIZE.search(said)
        if image is not None and size is not None:
            yield (image.end(1), image.end(1), f"|{size[1]}")
        elif not _QUIET.search(said):
            line = 1 + text.count("\n", 0, match.start("said"))
            notices.append(Notice(line, f"{{:{said}}} has no meaning in a note and was left out"))
        is_own_line = match["line"] is not None and match["end"] is not None
        start = match.start() if is_own_line else match.start("said") - 2
        yield (start, match.end() if is_own_line else match.end("said") + 1, "")


def _is_attributes(said: str) -> bool:
    at = 0
    said = said.strip()
    while at < len(said):
        if (match := _REALLY.match(said, at)) is None or match.end() == at:
            return False
        at = match.end()
    return bool(said)


def _formulas(text: str) -> Iterator[Splice]:
    """Yield formulas in a line as ``$…$``; those alone in their paragraph stay displayed."""
    for match in outside_code(text, _MATH):
        if _BLANK.search(match[0]) or _is_alone(text, match.start(), match.end()):
            continue
        inner = " ".join(match[1].split())
        if inner and not text[match.end() : match.end() + 1].isdigit():
            yield (match.start(), match.end(), f"${inner}$")


def _is_alone(text: str, start: int, end: int) -> bool:
    """Say whether a formula is all there is of its paragraph."""
    before = text[max(0, start - 2_000) : start]
    blank = [found.end() for found in _BLANK.finditer(before)]
    head = before[blank[-1] :] if blank else before
    behind = _BLANK.split(text[end : end + 2_000], maxsplit=1)[0]
    return not head.strip() and not behind.strip()

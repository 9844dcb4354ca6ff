"""Kramdown's own Markdown in a post → what notes are written in. Pure.

``$$…$$`` in a line is a formula in the line, ``{: …}`` attributes have no place in a note but for
an image's size, ``{:toc}`` asks for what an export makes anyway.
Source: the page on kramdown's syntax in its documentation (2.4).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.adopt.liquid import Notice
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    Splice = tuple[int, int, str]

_CODE = frozenset({"fence", "code_block", "code"})
_MATH = re.compile(r"(?<![\\$])\$\$(?!\$)((?:[^$\\]|\\.|\$(?!\$))+?)\$\$(?!\$)", re.DOTALL)
_BRACKETS = re.compile(r"\\\\([(\[])((?:(?!\n[ \t]*\n|\\\\[(\[]).){1,2000}?)\\\\([)\]])", re.DOTALL)
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
_SIZE = re.compile(r"""\bwidth\s*[=:]\s*["']?(\d{1,4})(?:px)?(?![\d.%])""")
_IMAGE_BEFORE = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)\Z")
_QUIET = re.compile(r"\b(?:toc|no_toc|target|rel|class|id|loading|style)\b|[.#][\w-]+")
_BLANK = re.compile(r"\n[ \t]*\n")


def plain_kramdown(text: str) -> tuple[str, tuple[Notice, ...]]:
    """Return the text without what only kramdown understands, and what was lost with it."""
    text = splice(text, _contents(text))
    notices: list[Notice] = []
    text = splice(text, _attributes(text, notices))
    text = splice(text, _formulas(text))
    return splice(text, _bracketed(text)), tuple(notices)


def _is_code(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in markdown.parse(text).spans if span.kind in _CODE]


def _outside_code(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches that do not begin in code."""
    masked = bytearray(len(text))
    for start, end in _is_code(text):
        masked[start:end] = b"\1" * (end - start)
    at = 0
    while (match := pattern.search(text, at)) is not None:
        if masked[match.start()]:
            at = match.start() + 1
            continue
        yield match
        at = max(match.end(), match.start() + 1)


def _contents(text: str) -> Iterator[Splice]:
    for match in _outside_code(text, _CONTENTS):
        yield (match.start(), match.end(), "")


def _attributes(text: str, notices: list[Notice]) -> Iterator[Splice]:
    if "{:" not in text:
        return
    for match in _outside_code(text, _ATTRIBUTES):
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


def _bracketed(text: str) -> Iterator[Splice]:
    r"""Yield what stands in MathJax's brackets, a round pair in a line, a square one displayed."""
    for match in _outside_code(text, _BRACKETS):
        inner = match[2].strip()
        if (match[1], match[3]) == ("(", ")"):
            yield match.start(), match.end(), f"${inner}$"
        elif (match[1], match[3]) == ("[", "]"):
            yield match.start(), match.end(), f"$$\n{inner}\n$$"


def _formulas(text: str) -> Iterator[Splice]:
    """Yield formulas in a line as ``$…$``; those alone in their paragraph stay displayed."""
    for match in _outside_code(text, _MATH):
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

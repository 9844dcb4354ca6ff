"""Unicode → LaTeX that compiles and reads back unchanged: what stands in a .bib file of ours."""

from __future__ import annotations

import re
from functools import cache

from papernotes.latex.letters import MATH

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "-": "-{}",
    "'": "'{}",
    "`": "`{}",
    "!": "!{}",
    "?": "?{}",
    "<": "{<}",
} | {char: f"\\{char}" for char in "&%#_$"}
_BRACE = re.compile(r"[{}]")
_UNCARRIABLE = re.compile(r"(?<!\\)[%#]|\n\s*[\n@]")
_MATHLIKE = re.compile(r"[\\^_=<>+]")
_WORD = re.compile(r"[^\W_]+")


@cache
def _math() -> re.Pattern[str]:
    return re.compile(MATH, re.DOTALL)


@cache
def _to_escape() -> re.Pattern[str]:
    return re.compile(r"[\\{}~^&%#_$]|-(?=-)|'(?=')|[`!?](?=`)|<(?=/)|^[ \t]*@", re.MULTILINE)


def escape(text: str, *, keep_capitals: bool = False) -> str:
    """Return ``text`` as LaTeX that compiles and that :func:`to_unicode` reads back unchanged.

    Math stays math unless its braces, a ``%`` or a ``#`` would break a .bib file; letters outside
    ASCII stay as they are. With ``keep_capitals`` words with capitals are put in braces, so that
    bibliography styles leave them alone; the text's own first letter needs none.
    """
    if not keep_capitals and not _to_escape().search(text):
        return text
    out: list[str] = []
    position = start = 0
    while match := _find_math(text, position):
        if _is_carried_math(match):
            out.append(_escape_text(text, start, match.start(), keep_capitals=keep_capitals))
            out.append(match[0])
            position = start = match.end()
        else:
            position = match.start() + 1
    out.append(_escape_text(text, start, len(text), keep_capitals=keep_capitals))
    return "".join(out)


def is_balanced(text: str) -> bool:
    r"""Tell whether braces close in order, for BibTeX and for readers that skip ``\{``."""
    depths = [0, 0]
    for match in _BRACE.finditer(text):
        step = 1 if match[0] == "{" else -1
        depths[0] += step
        if text[match.start() - 1 : match.start()] != "\\":
            depths[1] += step
        if min(depths) < 0:
            return False
    return depths == [0, 0]


def _find_math(text: str, position: int) -> re.Match[str] | None:
    """Return the next span of math; where one dollar finds no end, no later one does."""
    start = text.find("$", position)
    return _math().match(text, start) if start >= 0 else None


def _is_carried_math(match: re.Match[str]) -> bool:
    span = match[0]
    inner = span.strip("$")
    if not inner or _UNCARRIABLE.search(span) or not is_balanced(span):
        return False
    after = match.string[match.end() : match.end() + 1]
    if inner[0].isdigit() and (inner[-1].isspace() or after.isdigit()):
        return False  # money: $5 and $6
    return inner == inner.strip() or _MATHLIKE.search(inner) is not None


def _escape_text(text: str, start: int, end: int, *, keep_capitals: bool) -> str:
    if not keep_capitals:
        return _to_escape().sub(_escape_one, text[start:end])
    out: list[str] = []
    for first, last in _capital_runs(text, start, end):
        out.append(_to_escape().sub(_escape_one, text[start:first]))
        out.append(f"{{{text[first:last]}}}")
        start = last
    out.append(_to_escape().sub(_escape_one, text[start:end]))
    return "".join(out)


def _escape_one(match: re.Match[str]) -> str:
    token = match[0]
    return _ESCAPES.get(token) or f"{token[:-1]}{{@}}"


def _capital_runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of words with capitals, neighbours joined."""
    runs: list[tuple[int, int]] = []
    for match in _WORD.finditer(text, start, end):
        word = match[0][1:] if match.start() == 0 else match[0]
        if word == word.lower():
            continue
        if runs and text[runs[-1][1] : match.start()] == " ":
            runs[-1] = (runs[-1][0], match.end())
        else:
            runs.append(match.span())
    return runs

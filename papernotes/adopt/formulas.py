r"""Formulas in the marks that a blog has MathJax or KaTeX look for → those of notes. Pure.

Markdown makes ``\(x\)`` of ``\\(x\\)`` and ``\[x\]`` of ``\\[x\\]``; in Hugo, which can be told to
keep these as they are, one backslash does. In ``$ x $`` a note sees money.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    Splice = tuple[int, int, str]

_CODE = frozenset({"fence", "code_block", "code"})
_MATH = frozenset({"math", "math_block"})
_FAR = 5_000
_HELD = "\x01"  # a character no post can hold
_INSIDE = r"([(\[])((?:(?!\n[ \t]*\n|{0}[(\[]).){{1,2000}}?){0}([)\]])"
_DOUBLE = re.compile(_INSIDE.replace("([(", r"{0}([(", 1).format(r"\\\\"), re.DOTALL)
_SINGLE = re.compile(_INSIDE.replace("([(", r"(?<!\\){0}([(", 1).format(r"\\"), re.DOTALL)
_SPACED = re.compile(r"(?<![\\$\w])\$(?!\$)([^$\n\x01]{1,300}?)(?<!\\)\$(?![$\d])")
_ENVIRONMENT = re.compile(
    r"\\begin\{(equation|align|gather|multline|eqnarray)(\*?)\}((?:(?!\n[ \t]*\n).){1,5000}?)"
    r"\\end\{\1\2\}",
    re.DOTALL,
)
# What a displayed formula of a note has in their place.
_INNER = {"align": "aligned", "gather": "gathered", "multline": "gathered"}
_ESCAPED = re.compile(r"\\\\(?=\\\\)|\\(?=[_*#])|\\(?=\\[{}])")
_TEX = re.compile(r"\\[A-Za-z]|[_^=]")


def plain_formulas(text: str, *, has_single: bool = False) -> str:
    """Return the text with its formulas in dollar signs.

    ``has_single``: brackets behind a single backslash are marks, too, where they hold TeX.
    """
    text = splice(text, _bracketed(text, _DOUBLE))
    if has_single:
        text = splice(text, _bracketed(text, _SINGLE))
    text = splice(text, _environments(text))
    return splice(text, _spaced(text))


def outside_code(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches that do not begin in code."""
    masked = _masked(text, _CODE)
    at = 0
    while (match := pattern.search(text, at)) is not None:
        if masked[match.start()] == _HELD:
            at = match.start() + 1
            continue
        yield match
        at = max(match.end(), match.start() + 1)


def _masked(text: str, kinds: frozenset[str]) -> str:
    """Return the text with spans of some kinds made of characters no post can hold."""
    found: list[str] = []
    done = 0
    for span in markdown.parse(text).spans:
        if span.kind in kinds and span.start >= done:
            found += [text[done : span.start], _HELD * (span.end - span.start)]
            done = span.end
    return "".join([*found, text[done:]])


def _bracketed(text: str, pattern: re.Pattern[str]) -> Iterator[Splice]:
    """Yield what stands in brackets, a round pair in a line, a square one displayed."""
    for match in outside_code(text, pattern):
        inner = match[2].strip()
        if pattern is _SINGLE and not _TEX.search(inner):
            continue
        if (match[1], match[3]) == ("(", ")"):
            yield match.start(), match.end(), f"${inner}$"
        elif (match[1], match[3]) == ("[", "]"):
            yield match.start(), match.end(), f"$$\n{inner}\n$$"


def _environments(text: str) -> Iterator[Splice]:
    """Yield the environments that stand in no other marks, without the escapes Markdown wants."""
    if "\\begin{" not in text:
        return
    for match in _ENVIRONMENT.finditer(_masked(text, _CODE | _MATH)):
        paragraph = text[max(0, match.start() - _FAR) : match.start()].rpartition("\n\n")[2]
        if paragraph.lstrip().startswith("<"):  # in HTML a note reads no formula
            continue
        inner = html.unescape(_ESCAPED.sub("", match[3].strip("\n")))
        if name := _INNER.get(match[1]):
            inner = f"\\begin{{{name}}}\n{inner}\n\\end{{{name}}}"
        elif match[1] == "eqnarray":
            inner = f"\\begin{{array}}{{rcl}}\n{inner}\n\\end{{array}}"
        yield match.start(), match.end(), f"$$\n{inner}\n$$"


def _spaced(text: str) -> Iterator[Splice]:
    """Yield formulas that stand apart from their dollar signs."""
    for match in _SPACED.finditer(_masked(text, _CODE | _MATH)):
        inner = match[1].strip()
        if inner != match[1] and _TEX.search(inner):
            yield match.start(), match.end(), f"${inner}$"

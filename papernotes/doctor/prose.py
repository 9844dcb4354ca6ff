"""What the grammar takes for math or a tag, and a reader would not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.doctor.text import NoteText
    from papernotes.reports.checking import Finding

_AMOUNT = r"\d[\d.,]*(?:[kKmMbB]|bn)?"
_MAYBE_MONEY = re.compile(rf"\${_AMOUNT}[\s/]|\d\$[/A-Za-z-]")
_MATH_SIGN = re.compile(r"[\\_^{}=<>|]")
_AMOUNT_FIRST = re.compile(rf"{_AMOUNT}(?:\s|/[a-z])")
_AMOUNT_LAST = re.compile(rf"(?:^|\s){_AMOUNT}$")
_PROSE_TEXT = (
    "a about all also an and are as at but by costs cost each every for from has have if in into "
    "is it its just less like more most not of on only or other over paid pay per plus so than "
    "that the their then there they this to under up versus vs was we were when while will with "
    "would you your month year"
)
_PROSE = frozenset(_PROSE_TEXT.split())
_WORD = re.compile(r"[A-Za-z]+")

_MAYBE_TAG = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|\w+[+#])", re.ASCII)
_COLOUR = re.compile(
    r"(?=.*\d)(?=.*[a-f])(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})|([a-f])\1{2}(?:\1{3})?"
    r"|([a-f])\2([a-f])\3([a-f])\4",
    re.IGNORECASE,
)


def money(note: NoteText) -> Iterator[Finding]:
    """Yield a finding for each ``$…$`` that is math by Pandoc's rule and prose about money.

    So is ``$5 for one or 10$ for two``: an amount at one end, and a plain word between.
    """
    if not _MAYBE_MONEY.search(note.text, note.parts.body_start):
        return
    for span in note.document.spans:
        if span.kind != "math":
            continue
        inside = note.text[span.inner_start : span.inner_end]
        before = note.text[span.start - 1 : span.start]
        if _is_money(inside, before):
            shown = " ".join(inside.split())
            shown = shown if len(shown) <= 40 else f"{shown[:37]}…"
            message = f"${shown}$ is read as math; write \\$ for money"
            marks = (
                (span.start, span.start, "\\"),
                (span.inner_end, span.inner_end, "\\"),
            )
            yield note.found("money-as-math", message, at=span.start, splices=marks)


def _is_money(inside: str, before: str) -> bool:
    if _MATH_SIGN.search(inside):
        return False
    is_amount = _AMOUNT_FIRST.match(inside) or (before.isdigit() and _AMOUNT_LAST.search(inside))
    return bool(is_amount) and any(word.lower() in _PROSE for word in _words(inside))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) > 1]


def unlikely_tags(note: NoteText) -> Iterator[Finding]:
    """Yield a hint for each tag that is more likely a colour, or a name with a sign: ``#C++``."""
    if not _MAYBE_TAG.search(note.text, note.parts.body_start):
        return
    for tag in note.document.tags:
        behind = note.text[tag.end : tag.end + 2]
        if _COLOUR.fullmatch(tag.name):
            what = "a colour"
        elif behind[:1] == "#" or behind == "++":
            what = f"#{tag.name}{behind if behind == '++' else '#'}"
        else:
            continue
        message = f"#{tag.name} is a tag to every tool; if it is {what}, write \\# or `code`"
        yield note.found("unlikely-tag", message, at=tag.start, is_hint=True)

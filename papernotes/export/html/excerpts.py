"""How a post begins, for lists: the words of its first paragraph, shortened. Pure."""

from __future__ import annotations

import html
import re

_MOST = 240
_FEWEST = 30
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_FORMULA = re.compile(r'<math\b[^>]*\balttext="([^"]*)"[^>]*>.*?</math>', re.DOTALL)
_CODE = re.compile(r"<code>([^<`]*)</code>")
_NOTE = re.compile(r"<sup>.*?</sup>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def first_words(body: str) -> str:
    """Return the first paragraph of a body that says something, as a title is written.

    Formulas stand between dollars and code between backticks. Empty where there is none.
    """
    first = ""
    for paragraph in _PARAGRAPH.finditer(body):
        inner = _FORMULA.sub(r"$\1$", _NOTE.sub("", paragraph[1]))
        text = html.unescape(_TAG.sub("", _CODE.sub(r"`\1`", inner)))
        words = " ".join(text.split())
        if len(words) >= _FEWEST:
            return words
        first = first or words
    return first


def shorten(text: str) -> str:
    """Return at most 240 characters of a text, to the end of a sentence where one is near."""
    line = " ".join(text.split())
    if len(line) <= _MOST:
        return line
    cut = line[:_MOST]
    stop = max(cut.rfind(mark) for mark in (". ", "? ", "! "))
    if stop > _MOST // 2 and _is_whole(cut[: stop + 1]):
        return cut[: stop + 1]
    cut = cut.rpartition(" ")[0] or cut
    while not _is_whole(cut):
        cut = cut.rpartition("$" if cut.count("$") % 2 else "`")[0].rstrip()
    return f"{cut}…"


def _is_whole(text: str) -> bool:
    """Tell whether no formula and no code is cut off."""
    return text.count("$") % 2 == 0 and text.count("`") % 2 == 0

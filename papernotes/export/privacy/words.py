"""The words of a text, by which the leak search compares what was written with what left. Pure.

Markup parts words and is none: ``foo_bar`` and ``<b>foo</b> bar`` are the same two
words. Of a script written without spaces each character counts as a word.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_HTML_TAG = re.compile(
    r"""</?[A-Za-z][\w-]*(?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>"""
)
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_REMEMBERED = 4096  # tags, most of which stand on every page


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, in one case; those within tags come last."""
    if not text.isascii():
        text = _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFC", text))
    if "<" in text and ">" in text:
        inside = " ".join(map(_said_in, _TAG.findall(text)))
        text = f"{_TAG.sub(' ', text)} {inside}"
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=_REMEMBERED)
def _said_in(tag: str) -> str:
    """Return what a tag says: of one of HTML the values of its attributes, of others all."""
    if _HTML_TAG.fullmatch(tag) is None:
        return tag
    return " ".join("".join(found) for found in _VALUE.findall(tag))


def phrase_of(text: str) -> str:
    """Return the words of a text with single spaces between them."""
    return " ".join(words_of(text))


def decoded(text: str) -> str:
    """Return a text without the escapes of HTML, URLs and JSON."""
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "%" in text and _PERCENT.search(text):
        text = unquote(text, errors="replace")
    return html.unescape(text) if "&" in text else text

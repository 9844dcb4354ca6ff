"""From the text pdfium gives to text one can read, search and quote. Pure.

pdfium ends lines with CR LF. Where a line ends in a hyphen that follows a letter it leaves out the
line end and puts U+0002 or U+FFFE in place of the hyphen; whether the hyphen belongs to the word it
does not say. We decide by the document itself:

- before anything but a lower-case letter the hyphen stays (``GPT-4``, ``Hewlett-Packard``);
- if the paper elsewhere writes the word with the hyphen inside a line, it stays; if it writes the
  word without, it goes;
- otherwise it stays after ``self`` and ``quasi`` and after a short word of a compound that has a
  hyphen already (``state-of-the-`` + ``art``), and goes in all other cases, since TeX breaks far
  more words by syllables than at their own hyphens.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c]")
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
# A break: pdfium's mark, or a hyphen that it left before a line end. A soft hyphen is none of the
# word's own, so it always goes.
_SOFT = re.compile("\u00ad\n?")
_BREAK = re.compile("(?<=[^\\W_])(?:[\u0002\ufffe]\n?|[-\u2010]\n)(?=[^\\W_])")
_BEFORE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\Z")
_AFTER = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONGEST_WORD = 64  # characters looked at on either side of a break
_KEEPS_HYPHEN = frozenset({"self", "quasi"})
_SHORT_LINKS = frozenset({"a", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to"})
# Control characters, marks that turn the direction of writing, halves of surrogate pairs and what
# Unicode says is no character.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_MOST_MARKS = 30
_SPACE = re.compile(r"[^\S\n]+")
_SPACE_AT_END = re.compile(r" +$", re.MULTILINE)


def words_of(pages: Iterable[str]) -> frozenset[str]:
    """Return the words that stand unbroken in raw pages, in lower case, for :func:`clean`."""
    return frozenset(
        word.casefold()
        for page in pages
        for word in _WORD.findall(_BREAK.sub("\n \n", _prepared(page)))
    )


def has_break(page: str) -> bool:
    """Say whether a word of a raw page is broken over two lines."""
    return _BREAK.search(_prepared(page)) is not None


def clean(page: str, words: frozenset[str] = frozenset()) -> str:
    """Return a raw page as text: lines end in LF, words are whole, Unicode is NFC.

    ``words`` are those of the whole document (:func:`words_of`).
    """
    text = _joined(_prepared(page), words)
    text = _with_few_marks(_SPACE.sub(" ", _UNWANTED.sub("", text)))
    return unicodedata.normalize("NFC", _SPACE_AT_END.sub("", text)).strip()


def one_line(text: str, words: frozenset[str] = frozenset()) -> str:
    """Return the text as :func:`clean` does, with a space for each break of a line."""
    return " ".join(clean(text, words).split())


def _prepared(text: str) -> str:
    return _SOFT.sub("", _LINE_END.sub("\n", text).translate(_LIGATURES))


def _with_few_marks(text: str) -> str:
    """Return the text with at most 30 combining marks in a row (UAX #15, stream-safe format).

    The time NFC takes grows with the square of their number.
    """
    marks = [
        char for char in set(text) if unicodedata.combining(unicodedata.normalize("NFD", char)[0])
    ]
    if not marks:
        return text
    mark = f"[{re.escape(''.join(sorted(marks)))}]"
    return re.sub(f"({mark}{{{_MOST_MARKS}}}){mark}+", r"\1", text)


def _joined(text: str, words: frozenset[str]) -> str:
    pieces = []
    start = 0
    for found in _BREAK.finditer(text):
        before = _BEFORE.search(text[max(start, found.start() - _LONGEST_WORD) : found.start()])
        after = _AFTER.match(text, found.end(), found.end() + _LONGEST_WORD)
        is_kept = _keeps_hyphen(before[0] if before else "", after[0] if after else "", words)
        pieces += [text[start : found.start()], "-" if is_kept else ""]
        start = found.end()
    return "".join([*pieces, text[start:]])


def _keeps_hyphen(before: str, after: str, words: frozenset[str]) -> bool:
    if not before or not after[:1].islower():
        return True
    head, tail = before.casefold(), after.casefold()
    compound, _, last = head.rpartition("-")
    if f"{head}-{tail}" in words or f"{last}-{tail}" in words:
        return True
    if f"{head}{tail}" in words or f"{last}{tail}" in words:
        return False
    return last in _KEEPS_HYPHEN or bool(compound and last in _SHORT_LINKS)

"""A document without its marks: the words a reader sees, line for line, and single sentences."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

from papernotes.markdown.lines import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.markdown.spans import Document

SENTENCE_CHARACTERS = 300
_WINDOW = 500

_HAS_MARKUP = re.compile(r"[*_~=\\&]")
_MARKUP = re.compile(
    r"(?P<accent>\{\\[\"'`^~=.]\\?[A-Za-z]\}|\\[\"'`^~=.]\{\\?[A-Za-z]\}"  # of LaTeX: {\"o}
    r"|(?<=[A-Za-z])\\\"(?=[AEOUaeou]))"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\\(?=[\r\n]|\Z)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?<!\s)\*+|\*+(?!\s|\Z)|~~|=="
    r"|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)"
)
_URL = re.compile(r"<?(https?://[^\s<>]+)>?", re.IGNORECASE)
_ENDS_WITHIN = re.compile("[.!?…][\"'”’)\\]]*\\s")
_SPACES = re.compile(r"\s+")
_SPACE_OF_LINK = "\ue000"  # no white space, and nobody's letter
_BY_START = attrgetter("start")
_NEIGHBOUR = "·"  # no space, no letter, no mark
_ODD_SPACES = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_HAS_ODD_SPACE = re.compile(f"[{_ODD_SPACES}]")
_ODD_SPACE = dict.fromkeys(map(ord, _ODD_SPACES), " ")
_BREAK = re.compile(
    r"(?:\r\n|\r|\n)(?=[ \t>]*"
    r"(?:[\r\n]|[-+*][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|\||`{3}|~{3}|\[\^))"
)
_LINE_WITH_MARK = re.compile(r"[ \t>]*(?:#{1,6}[ \t]|\|)")
_SHORT = ("et al", "e.g", "i.e", "cf", "vs", "Fig", "Eq", "Sec", "[A-Z]")  # end no sentence
_SENTENCE_END = re.compile(
    "[.!?…]"
    + "".join(rf"(?<!\b{word}\.)" for word in _SHORT)
    + r"[\"'”’)\]]*\s+(?=[^\s\da-z])|[。！？]\s*"
)


def plain_text(document: Document) -> str:
    """Return the words a reader sees, for the index: no marks, URLs, comments or front matter.

    Line ``i`` of the answer (split at LF) is what line ``i`` of the body shows: comments leave
    empty lines; code, math and LaTeX's accents stay as written; a wiki link is its label or its
    target.
    """
    pieces = visible(document, document.start, len(document.text))
    if "\r" in document.text:
        return "".join(map(_normal_lines, pieces))  # a mark may stand between CR and LF
    return _normal_lines("".join(pieces))


def words_between(document: Document, start: int, end: int) -> str:
    """Return what a reader sees of one stretch of text, on one line."""
    return " ".join("".join(visible(document, start, end)).split())


def sentence_at(document: Document, offset: int) -> str:
    """Return the sentence (at most about 300 characters, one line) around ``offset``."""
    text = document.text
    offset = min(max(offset, document.start), len(text))
    start, end = _block_around(document, offset)
    before, after = _with_whole_links(document, start, offset, end)
    words = " ".join(f"{before}\0{after}".split())
    at = words.index("\0")
    words = words.replace("\0", "")
    first, last = 0, len(words)
    for match in _SENTENCE_END.finditer(words):
        if match.end() <= at:
            first = match.end()
        elif match.start() >= at:
            last = match.end()
            break
    return _clip(words[first:last].replace(_SPACE_OF_LINK, " ").strip(), at - first)


def _with_whole_links(document: Document, start: int, offset: int, end: int) -> list[str]:
    """Return what a reader sees from ``start`` to ``offset``, and from there to ``end``.

    In a link that might end a sentence (``[[x|Why? A study]]``) spaces are no spaces.
    """
    found = []
    for first, last in ((start, offset), (offset, end)):
        pieces: list[str] = []
        pos = first
        near = bisect_left(document.links, first, key=_BY_START)
        far = bisect_left(document.links, last, near, key=_BY_START)
        for link in document.links[near:far]:
            if link.start >= pos and _ENDS_WITHIN.search(document.text, link.start, link.end):
                pieces += visible(document, pos, link.start, with_urls=True)
                pos = min(link.end, last)
                words = "".join(visible(document, link.start, pos, with_urls=True))
                pieces.append(_SPACES.sub(_SPACE_OF_LINK, words))
        found.append("".join((*pieces, *visible(document, pos, last, with_urls=True))))
    return found


def _block_around(document: Document, offset: int) -> tuple[int, int]:
    """Return the bounds of the paragraph, item, row or heading around ``offset``, cut to size."""
    text = document.text
    start, end = max(document.start, offset - _WINDOW), min(len(text), offset + _WINDOW)
    for match in _BREAK.finditer(text, start, offset):
        start = match.end()
    above = bisect_right(document.headings, offset, key=lambda heading: heading.start) - 1
    if above >= 0 and start < document.headings[above].end <= offset:
        start = document.headings[above].end
    line_end = NEWLINE.search(text, offset, end)
    if _LINE_WITH_MARK.match(text, start, end):
        return start, line_end.start() if line_end else end
    stop = _BREAK.search(text, offset, end)
    return start, stop.start() if stop else end


def _clip(sentence: str, at: int) -> str:
    """Cut a long sentence to the words around position ``at``."""
    if len(sentence) <= SENTENCE_CHARACTERS:
        return sentence
    first = min(max(0, at - SENTENCE_CHARACTERS // 2), len(sentence) - SENTENCE_CHARACTERS)
    last = first + SENTENCE_CHARACTERS
    head = sentence[first:last]
    if first:
        head = "… " + head.partition(" ")[2] if " " in head else "…" + head
    if last < len(sentence):
        head = head.rpartition(" ")[0] + " …" if " " in head else head + "…"
    return head


def visible(document: Document, start: int, end: int, *, with_urls: bool = False) -> list[str]:
    """Return what is left of a stretch of text without marks, in pieces; line ends are kept.

    What is verbatim stays as it is. ``with_urls``: and the URLs that stand in the text
    themselves, behind no words.
    """
    text, pos, pieces = document.text, start, list[str]()
    verbatim = list(_overlapping(document.verbatim, start, end))
    kept = 0
    for mark_start, mark_end in (*_overlapping(document.marks, start, end), (end, end)):
        while kept < len(verbatim) and verbatim[kept][0] < mark_start:
            kept_start, kept_end = verbatim[kept]
            if kept_end > pos:
                if kept_start > pos:
                    pieces.append(_clean(text, pos, kept_start))
                stop = min(kept_end, mark_start)
                pieces.append(text[max(kept_start, pos) : stop])
                pos = stop
            if kept_end > mark_start:
                break
            kept += 1
        if mark_start > pos:
            pieces.append(_clean(text, pos, mark_start))
        mark = text[max(mark_start, pos) : min(mark_end, end)]
        url = _URL.fullmatch(mark) if with_urls and ":" in mark else None
        pieces.append(url[1] if url else _left_of_mark(mark))
        pos = min(mark_end, end)
    return pieces


def _overlapping(
    stretches: Sequence[tuple[int, int]], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """Yield those of sorted, disjoint stretches that share a character with start to end."""
    index = max(0, bisect_left(stretches, (start, 0)) - 1)
    while index < len(stretches) and stretches[index][0] < end:
        if stretches[index][1] > start:
            yield stretches[index]
        index += 1


def _left_of_mark(mark: str) -> str:
    breaks = "\n" * len(NEWLINE.findall(mark)) if "\n" in mark or "\r" in mark else ""
    return " " + breaks if mark in {"|", "^["} or mark[:1] == "<" else breaks


def _clean(text: str, start: int, end: int) -> str:
    """Return a stretch without emphasis marks and backslashes, its entities read.

    Whether a mark opens or closes is told by its neighbours, which may stand outside.
    """
    piece = text[start:end]
    if "\r" in piece:  # first, or marks between a CR and an LF would make one line end of two
        piece = NEWLINE.sub("\n", piece)
    if not _HAS_MARKUP.search(piece):
        return piece
    before = _NEIGHBOUR if start and not text[start - 1].isspace() else ""
    after = _NEIGHBOUR if not text[end : end + 1].isspace() and end < len(text) else ""
    cleaned = _MARKUP.sub(_replace, f"{before}{piece}{after}")
    return cleaned[len(before) : len(cleaned) - len(after)]


def _replace(match: re.Match[str]) -> str:
    if entity := match["entity"]:
        return " ".join(html.unescape(entity).splitlines()) or " "
    return match["accent"] or match["escaped"] or ""


def _normal_lines(text: str) -> str:
    """End all lines with LF, and leave no other character that could be taken for a line end."""
    text = NEWLINE.sub("\n", text) if "\r" in text else text
    return text.translate(_ODD_SPACE) if _HAS_ODD_SPACE.search(text) else text

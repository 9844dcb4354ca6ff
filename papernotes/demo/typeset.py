"""A tiny PDF writer: lines of Helvetica, and marks over them.

It makes the papers of the stand-in for arXiv and the files our own tests read. The output is PDF
1.4 (ISO 32000-1, sections 7.5, 9.6 and 12.5) without compression; the same input gives the same
bytes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SIZE, _LEADING, _MARGIN = 11, 15, 72
_WIDTH, _HEIGHT = 612, 792  # points; a page with more lines is higher
_ASCENT, _DESCENT = 0.718, 0.207  # of Helvetica, in parts of the size
_NOTE_SIDE = 18  # points, of the icon of a sticky note and the height of free text

# Advance widths of Helvetica for the codes 32 to 126, in thousandths of the size (Adobe's AFM).
# The file states them, so no reader has to know them.
_ASCII = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 "
    "556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_ASCII_WIDTHS = tuple(int(width) for width in _ASCII.split())
_OTHER_WIDTH = 556
# WinAnsi has no ligatures; Helvetica has these two, and TeX is full of them.
_LIGATURES = {"\ufb01": 30, "\ufb02": 31}
_LIGATURE_WIDTH = 500

_MARKS = {
    "highlight": "Highlight",
    "underline": "Underline",
    "squiggly": "Squiggly",
    "strikeout": "StrikeOut",
}
_COMMENTS = {"note": "Text", "freetext": "FreeText"}


@dataclass(frozen=True, slots=True)
class Annotated:
    """A mark to put on a page.

    ``page`` counts from 1. ``kind`` is highlight, underline, squiggly, strikeout, note (a sticky
    one) or freetext. ``words`` are the words it lies on, as they read there with one space for
    each break of a line; of several such places the first is taken. Only a note or free text may
    have none: it then stands at the top of the page.
    """

    page: int
    kind: str
    words: str = ""
    comment: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as set: its text and where its baseline begins, in points from the bottom left."""

    text: str
    y: float

    def box(self, start: int, end: int) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of the characters from ``start`` to before ``end``."""
        left = _MARGIN + _width(self.text[:start])
        right = left + _width(self.text[start:end])
        return left, self.y - _DESCENT * _SIZE, right, self.y + _ASCENT * _SIZE


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as set."""

    lines: tuple[_Line, ...]
    height: float


def render_pdf(pages: Sequence[str], *, annotations: Sequence[Annotated] = ()) -> bytes:
    """Return a PDF with one page for each text.

    A line feed in a text ends a line; longer lines are wrapped at spaces. Characters that the
    font lacks become question marks. Raise ValueError for an annotation on a page that is not
    there, of an unknown kind or on words that the page does not have.
    """
    layouts = [_lay_out(text) for text in pages]
    objects = ["", "", _font()]  # the catalogue and the page tree need the numbers of the rest
    kids = []
    for number, page in enumerate(layouts, start=1):
        marks = [_annotation(one, page) for one in annotations if one.page == number]
        content = _content(page)
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        text_at = len(objects)
        objects += marks
        marks_at = range(text_at + 1, len(objects) + 1)
        objects.append(_page(page, text_at, marks_at))
        kids.append(len(objects))
    for one in annotations:
        if not 1 <= one.page <= len(pages):
            raise ValueError(f"there is no page {one.page} of {len(pages)}")
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{_references(kids)}] >>"
    return _file(objects)


def _file(objects: Sequence[str]) -> bytes:
    """Return the numbered objects with header, table of places and trailer."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table_at, size = len(out), len(objects) + 1
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode("ascii")
    out += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n".encode(
        "ascii"
    )
    return bytes(out)


def _font() -> str:
    widths = [_LIGATURE_WIDTH] * 2 + [_code_width(code) for code in range(32, 256)]
    return (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 30 /LastChar 255"
        f" /Widths [{' '.join(map(str, widths))}]"
        " /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding"
        " /Differences [30 /fi /fl] >> >>"
    )


def _page(page: _Page, text_at: int, marks_at: Sequence[int]) -> str:
    annots = f" /Annots [{_references(marks_at)}]" if marks_at else ""
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_number(page.height)}]"
        f" /Resources << /Font << /F1 3 0 R >> >> /Contents {text_at} 0 R{annots} >>"
    )


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _content(page: _Page) -> str:
    shown = [
        f"1 0 0 1 {_MARGIN} {_number(line.y)} Tm ({_escaped(line.text)}) Tj"
        for line in page.lines
        if line.text
    ]
    return "\n".join(["BT", f"/F1 {_SIZE} Tf", *shown, "ET"])


def _lay_out(text: str) -> _Page:
    texts = [line for long in text.splitlines() for line in _wrap(_settable(long))]
    height = max(_HEIGHT, 2 * _MARGIN + _LEADING * len(texts))
    top = height - _MARGIN - _SIZE
    lines = (_Line(line, top - _LEADING * at) for at, line in enumerate(texts))
    return _Page(tuple(lines), height)


def _wrap(text: str) -> Iterator[str]:
    room = _WIDTH - 2 * _MARGIN
    line = ""
    for word in text.split():
        longer = f"{line} {word}".lstrip()
        if line and _width(longer) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def _settable(text: str) -> str:
    """Return the text with a question mark for each character the font lacks."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(char if _code(char) else "?" for char in composed)


def _code(char: str) -> int:
    """Return the code of a character in our encoding, or 0 if it has none."""
    encoded = char.encode("cp1252", errors="ignore")
    return _LIGATURES.get(char, encoded[0] if encoded and encoded[0] >= 32 else 0)


def _escaped(text: str) -> str:
    """Return the text as the inside of a literal string, in ASCII."""
    return "".join(
        char if " " <= char <= "~" and char not in "()\\" else f"\\{_code(char):03o}"
        for char in text
    )


def _width(text: str) -> float:
    """Return the width of a text in points."""
    thousandths = sum(
        _LIGATURE_WIDTH if char in _LIGATURES else _code_width(_code(char)) for char in text
    )
    return thousandths * _SIZE / 1000


def _code_width(code: int) -> int:
    """Return the advance of a code in thousandths; accents do not make a letter wider."""
    bare = unicodedata.normalize("NFD", bytes([code]).decode("cp1252", errors="replace"))[0]
    at = ord(bare) - 32
    return _ASCII_WIDTHS[at] if 0 <= at < len(_ASCII_WIDTHS) else _OTHER_WIDTH


def _annotation(one: Annotated, page: _Page) -> str:
    boxes = list(_boxes(one.words, page)) if one.words else []
    entries = [f"/Contents {_string(one.comment)}"] if one.comment else []
    entries += [f"/T {_string(one.author)}"] if one.author else []
    if one.kind in _MARKS:
        if not boxes:
            raise ValueError(f"a {one.kind} lies on words, and none are given")
        subtype, rect = _MARKS[one.kind], _around(boxes)
        quads = " ".join(_numbers((l, t, r, t, l, b, r, b)) for l, b, r, t in boxes)  # noqa: E741
        entries += [f"/QuadPoints [{quads}]", "/C [1 0.9 0.3]"]
    elif one.kind in _COMMENTS:
        subtype = _COMMENTS[one.kind]
        top = boxes[0][3] if boxes else page.height - _NOTE_SIDE
        wide = _NOTE_SIDE if one.kind == "note" else _WIDTH / 2
        rect = (_NOTE_SIDE, top - _NOTE_SIDE, _NOTE_SIDE + wide, top)
        entries += ["/DA (/Helv 9 Tf 0 g)"] if one.kind == "freetext" else ["/Name /Comment"]
    else:
        raise ValueError(f"no kind of annotation: {one.kind}")
    head = f"<< /Type /Annot /Subtype /{subtype} /F 4 /Rect [{_numbers(rect)}]"
    return " ".join([head, *entries, ">>"])


def _boxes(words: str, page: _Page) -> Iterator[tuple[float, float, float, float]]:
    """Yield a box for each line that the words touch."""
    wanted = _settable(" ".join(words.split()))
    start = " ".join(line.text for line in page.lines).find(wanted)
    if start < 0:
        raise ValueError(f"the page does not have these words: {words}")
    end, offset = start + len(wanted), 0
    for line in page.lines:
        first, last = max(start - offset, 0), min(end - offset, len(line.text))
        if first < last:
            yield line.box(first, last)
        offset += len(line.text) + 1


def _around(
    boxes: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _string(text: str) -> str:
    """Return a text string as hexadecimal UTF-16 (ISO 32000-1, 7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be', errors='replace').hex().upper()}>"


def _numbers(values: Sequence[float]) -> str:
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")

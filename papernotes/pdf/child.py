"""The process that reads PDFs, started by :class:`papernotes.pdf.PdfReader` as a script.

pdfium is a large program in C++ and a PDF may come from anywhere. So it runs here: with limits on
memory and time, without a terminal, files to write or a core dump, and with nothing of papernotes
imported. Only this module imports pypdfium2.

The first line on stdout says that we are ready. Then each line on stdin is a question and gets one
line of JSON as its answer::

    {"path": "/a.pdf", "with_annotations": true, "seconds": 60}
    {"pages": ["…"], "annotations": [[1, "highlight", "quote", "comment", "author"]],
     "is_cut": false}
    {"error": "password"}

The names are those of the PDF functions (fpdfview.h, fpdf_text.h and fpdf_annot.h of pdfium).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2_raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_PAGES = 2_000
_MOST_CHARACTERS = 5_000_000
_MOST_ANNOTATIONS = 10_000
_MOST_QUADS = 1_000  # of one annotation
_GRACE_SECONDS = 2  # the parent kills first; this is for when there is no parent any more
_HEADER_WITHIN = 1024  # bytes; where readers look for %PDF-
_EVERYWHERE = 1e9  # points; larger than any page

_MARKS = {
    pdfium.FPDF_ANNOT_HIGHLIGHT: "highlight",
    pdfium.FPDF_ANNOT_UNDERLINE: "underline",
    pdfium.FPDF_ANNOT_SQUIGGLY: "squiggly",
    pdfium.FPDF_ANNOT_STRIKEOUT: "strikeout",
}
_COMMENTS = {pdfium.FPDF_ANNOT_TEXT: "note", pdfium.FPDF_ANNOT_FREETEXT: "freetext"}
_REASONS = {
    pdfium.FPDF_ERR_PASSWORD: "password",
    pdfium.FPDF_ERR_SECURITY: "security",
}


class _UnreadableError(Exception):
    """The file cannot be read; the text is a key of the parent's table of reasons."""


class _Budget:
    """How much text and how many annotations may still be taken of one file."""

    def __init__(self) -> None:
        self.characters = _MOST_CHARACTERS
        self.annotations = _MOST_ANNOTATIONS
        self.is_cut = False

    def take(self, text: str) -> str:
        """Return as much of the text as there is room for."""
        if len(text) > self.characters:
            self.is_cut = True
            text = text[: self.characters]
        self.characters -= len(text)
        return text


def main() -> None:
    """Answer questions until stdin ends. The argument is the limit of memory in megabytes."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # what pdfium prints must not become an answer
    _limit(int(sys.argv[1]) << 20)
    _start_pdfium()
    _send(answers, {"ready": True})
    for line in sys.stdin.buffer:
        question = json.loads(line)
        signal.alarm(int(question["seconds"]) + 1 + _GRACE_SECONDS)  # not handled, so it kills
        answer = _answer(question)
        signal.alarm(0)
        _send(answers, answer)
        if answer.get("error") == "memory":
            sys.exit(1)  # what is left of this process is not worth another file


def _send(answers: Any, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    answers.flush()


def _limit(memory_bytes: int) -> None:
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 32,
    }
    for kind, most in limits.items():
        # A system that cannot limit one of them still has the others and the parent's clock.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _start_pdfium() -> None:
    # An empty list of folders: no font of this machine is opened because a PDF names it.
    text = ctypes.POINTER(ctypes.c_char)
    folders = ctypes.cast((text * 1)(), ctypes.POINTER(text))
    config = pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=folders)
    pdfium.FPDF_InitLibraryWithConfig(ctypes.byref(config))


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    try:
        with _document(question["path"]) as document:
            return _content(document, with_annotations=question["with_annotations"])
    except _UnreadableError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "memory"}


@contextlib.contextmanager
def _document(path: str) -> Iterator[Any]:
    with Path(path).open("rb") as file:
        head = file.read(_HEADER_WITHIN)
    if not head:
        raise _UnreadableError("empty")
    if b"%PDF-" not in head:
        raise _UnreadableError("not-pdf")
    document = pdfium.FPDF_LoadDocument(os.fsencode(path), None)
    if not document:
        raise _UnreadableError(_REASONS.get(pdfium.FPDF_GetLastError(), "broken"))
    with _closing(pdfium.FPDF_CloseDocument, document):
        yield document


@contextlib.contextmanager
def _closing(close: Callable[[Any], object], handle: Any) -> Iterator[Any]:
    try:
        yield handle
    finally:
        close(handle)


def _content(document: Any, *, with_annotations: bool) -> dict[str, Any]:
    count = pdfium.FPDF_GetPageCount(document)
    budget = _Budget()
    budget.is_cut = count > _MOST_PAGES
    pages: list[str] = []
    annotations: list[tuple[int, str, str, str, str]] = []
    unreadable = 0
    for index in range(min(count, _MOST_PAGES)):
        if not budget.characters:
            budget.is_cut = True
            break
        page = pdfium.FPDF_LoadPage(document, index)
        text_page = pdfium.FPDFText_LoadPage(page) if page else None
        if not text_page:
            unreadable += 1
            pages.append("")
        else:
            with _closing(pdfium.FPDFText_ClosePage, text_page):
                pages.append(budget.take(_text(text_page)))
                if with_annotations:
                    found = _annotations(page, text_page, budget)
                    annotations += [(index + 1, *fields) for fields in found]
        if page:
            pdfium.FPDF_ClosePage(page)
    if unreadable == len(pages):
        raise _UnreadableError("no-pages")
    is_cut = budget.is_cut or unreadable > 0
    return {"pages": pages, "annotations": annotations, "is_cut": is_cut}


def _text(text_page: Any) -> str:
    # Not FPDFText_GetText: that one knows no character beyond U+FFFF, and math is full of them.
    everything = (text_page, -_EVERYWHERE, _EVERYWHERE, _EVERYWHERE, -_EVERYWHERE)
    size = pdfium.FPDFText_GetBoundedText(*everything, None, 0)
    if size <= 0:
        return ""
    units = (ctypes.c_ushort * size)()
    pdfium.FPDFText_GetBoundedText(*everything, units, size)
    return bytes(units).decode("utf-16-le", errors="replace").rstrip("\0")


def _annotations(page: Any, text_page: Any, budget: _Budget) -> list[tuple[str, str, str, str]]:
    """Return kind, quote, comment and author of the page's annotations in reading order."""
    count = pdfium.FPDFPage_GetAnnotCount(page)
    if count <= 0:
        return []
    characters = _Characters(text_page)
    found = []
    for index in range(count):
        if not budget.annotations:
            budget.is_cut = True
            break
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            with _closing(pdfium.FPDFPage_CloseAnnot, annotation):
                fields = _fields(annotation, characters, budget)
            if fields:
                budget.annotations -= 1
                found.append((fields[0], index, fields[1:]))
    return [fields for _, _, fields in sorted(found)]


def _fields(
    annotation: Any, characters: _Characters, budget: _Budget
) -> tuple[int, str, str, str, str] | None:
    """Return place in the text, kind, quote, comment and author; None for what is no remark."""
    subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
    is_mark = subtype in _MARKS
    if not is_mark and subtype not in _COMMENTS:
        return None
    is_hidden = pdfium.FPDFAnnot_GetFlags(annotation) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
    if is_hidden or pdfium.FPDFAnnot_HasKey(annotation, b"IRT"):  # an answer to another one
        return None
    quote = ""
    if is_mark:
        at, quote = characters.below(_quads(annotation))
    else:
        at = characters.nearest(_rect(annotation))
    comment = _string(annotation, b"Contents")
    if not quote.strip() and not comment.strip():
        return None
    kind = _MARKS[subtype] if is_mark else _COMMENTS[subtype]
    author = _string(annotation, b"T")
    return at, kind, budget.take(quote), budget.take(comment), budget.take(author)


def _string(annotation: Any, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    units = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFAnnot_GetStringValue(annotation, key, units, size)
    return bytes(units).decode("utf-16-le", errors="replace").rstrip("\0")


def _rect(annotation: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top."""
    rect = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
    xs, ys = sorted((rect.left, rect.right)), sorted((rect.bottom, rect.top))
    return xs[0], ys[0], xs[1], ys[1]


def _quads(annotation: Any) -> list[tuple[float, float, float, float]]:
    """Return the box around each of the four points; programs disagree about their order."""
    quad = pdfium.FS_QUADPOINTSF()
    boxes = []
    count = pdfium.FPDFAnnot_CountAttachmentPoints(annotation)
    for index in range(min(count, _MOST_QUADS)):
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, index, ctypes.byref(quad)):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return boxes or [_rect(annotation)]


class _Characters:
    """The characters of a page with the middle of each; those without a place are spaces."""

    def __init__(self, text_page: Any) -> None:
        self._texts: list[str] = []
        self._middles: list[tuple[int, float, float]] = []
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pointers = [ctypes.byref(side) for side in (left, right, bottom, top)]
        for index in range(pdfium.FPDFText_CountChars(text_page)):
            code = pdfium.FPDFText_GetUnicode(text_page, index)
            text = chr(code) if code <= sys.maxunicode else "\ufffd"
            self._texts.append(text)
            if text.isspace() or pdfium.FPDFText_IsGenerated(text_page, index) == 1:
                continue
            if pdfium.FPDFText_GetCharBox(text_page, index, *pointers):
                x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
                self._middles.append((index, x, y))

    def below(self, boxes: list[tuple[float, float, float, float]]) -> tuple[int, str]:
        """Return where the text in the boxes begins, and the text.

        pdfium's own function takes each character that a box touches, and so the last letter of
        the word before and half of the line below.
        """
        chosen = sorted(
            {
                index
                for left, bottom, right, top in boxes
                for index, x, y in self._middles
                if left <= x <= right and bottom <= y <= top
            }
        )
        pieces = []
        for before, index in zip([None, *chosen], chosen, strict=False):
            if before is not None and index != before + 1:
                between = "".join(self._texts[before + 1 : index])
                pieces.append(between if between.isspace() else " ")
            pieces.append(self._texts[index])
        text = "".join(pieces).encode("utf-16-le", errors="surrogatepass")
        return chosen[0] if chosen else 0, text.decode("utf-16-le", errors="replace")

    def nearest(self, box: tuple[float, float, float, float]) -> int:
        """Return the place of the character nearest to the middle of the box."""
        mid_x, mid_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        distances = (((x - mid_x) ** 2 + (y - mid_y) ** 2, at) for at, x, y in self._middles)
        return min(distances, default=(0.0, 0))[1]


if __name__ == "__main__":
    main()

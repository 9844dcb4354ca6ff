"""PDFs made by hand, and what reading them comes to."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING, Final, Protocol

import pytest

from papernotes.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from papernotes.pdf import PdfContent, PdfReader

SENTENCES = (
    "The dominant sequence models are based on complex networks. Attention (the mechanism) "
    "connects encoder and decoder. We propose a new simple architecture. " * 3
)
CATALOGUE: Final = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_KID: Final = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
PAGE: Final = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources"
    b" << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
)
HELLO: Final = b"BT /F1 12 Tf 72 700 Td (hello) Tj ET"


def pdf_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of the objects, numbered from 1."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size, table_at = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(places))
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n" % (size, trailer)
    return bytes(out + b"%d\n%%%%EOF\n" % table_at)


def stream(data: bytes, extra: bytes = b"", *, times: int = 1) -> bytes:
    """A compressed stream of the data so many times over, which need not fit into memory."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(data) for _ in range(times)) + packer.flush()
    head = b"<< /Length %d /Filter /FlateDecode %s >>" % (len(packed), extra)
    return head + b"\nstream\n" + packed + b"\nendstream"


def page_with(content: bytes, *, times: int = 1) -> bytes:
    return pdf_of([CATALOGUE, ONE_KID, PAGE, stream(content, times=times)])


class Read(Protocol):
    """Reads the bytes as a file."""

    def __call__(self, data: bytes) -> PdfContent: ...


def reading(reader: PdfReader, folder: Path) -> Read:
    def read(data: bytes) -> PdfContent:
        path = folder / "paper.pdf"
        path.write_bytes(data)
        return reader.read(path, with_annotations=True)

    return read


def reason_of(action: Callable[[], object]) -> str:
    with pytest.raises(FormatError) as caught:
        action()
    assert "paper.pdf" in str(caught.value)
    return str(caught.value)


def text_or_reason(read: Read, data: bytes) -> PdfContent | None:
    """The content, or None if a FormatError said why there is none; anything else fails."""
    with contextlib.suppress(FormatError):
        return read(data)
    return None

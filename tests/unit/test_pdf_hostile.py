"""PDFs that are not what they should be, or mean harm."""

from __future__ import annotations

import os
import random
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.demo.typeset import Annotated, render_pdf
from papernotes.pdf import PdfReader, is_available
from tests.pdfs import (
    CATALOGUE,
    HELLO,
    ONE_KID,
    PAGE,
    SENTENCES,
    Read,
    page_with,
    pdf_of,
    reading,
    reason_of,
    stream,
    text_or_reason,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not is_available(), reason='needs the extra "pdf"')


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    with PdfReader(seconds=20) as one:
        yield one


@pytest.fixture
def read(reader: PdfReader, tmp_path: Path) -> Read:
    return reading(reader, tmp_path)


ENCRYPTED = (
    b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><title>404</title>", "this is not a PDF"),
        (random.Random(1).randbytes(100_000), "this is not a PDF"),
        (b"%PDF-1.4\n" + random.Random(1).randbytes(100_000), "broken"),
        (b"%PDF-1.4\n" + bytes(1 << 20), "broken"),
        (b"%PDF-1.4\n" + b"1 0 obj\n<<>>\nendobj\n" * 10_000, "broken"),
        (pdf_of([CATALOGUE, b"<< /Type /Pages /Count 0 /Kids [] >>"]), "no page"),
        (pdf_of([CATALOGUE, b"<< /Type /Pages /Count 5 /Kids [2 0 R 2 0 R] >>"]), "no page"),
        (
            pdf_of(
                [CATALOGUE, ONE_KID, PAGE, stream(HELLO), ENCRYPTED],
                b"/Encrypt 5 0 R /ID [<00> <00>]",
            ),
            "a password protects it",
        ),
        (
            pdf_of(
                [CATALOGUE, ONE_KID, PAGE, stream(HELLO), b"<< /Filter /Odd /V 9 >>"],
                b"/Encrypt 5 0 R /ID [<00> <00>]",
            ),
            "encrypted in a way that is not supported",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_reason_is_named(read: Read, data: bytes, reason: str) -> None:
    assert reason in reason_of(lambda: read(data))


def test_what_is_no_file_is_refused_at_once(reader: PdfReader, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    assert "No such file" in reason_of(lambda: reader.read(path))
    path.mkdir()
    assert "this is not a file" in reason_of(lambda: reader.read(path))
    path.rmdir()
    os.mkfifo(path)
    assert "this is not a file" in reason_of(lambda: reader.read(path))


def test_odd_names_are_no_obstacle(reader: PdfReader, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff \n%s ('\".pdf"))
    path.write_bytes(page_with(HELLO))
    assert reader.read(path).pages == ("hello",)


def test_a_relative_path_is_relative_to_here(
    reader: PdfReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(page_with(HELLO))
    monkeypatch.chdir(tmp_path)
    assert reader.read(Path("a.pdf")).pages == ("hello",)


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_file_cut_short_is_read_or_refused(read: Read, tenths: int) -> None:
    whole = render_pdf([SENTENCES] * 5, annotations=[Annotated(2, "highlight", "encoder")])
    content = text_or_reason(read, whole[: len(whole) * tenths // 10])
    assert content is None or len(content.pages) <= 5


def test_a_file_cut_before_its_table_is_still_read(read: Read) -> None:
    whole = page_with(HELLO)
    assert read(whole[: whole.index(b"xref")] + b"trailer << /Root 1 0 R >>").pages == ("hello",)


def forms(depth: int) -> bytes:
    """A page whose text would be drawn ten to the power of ``depth`` times."""
    resources = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    )
    inner = [stream(b"/X Do " * 10, resources % (6 + at)) for at in range(depth)]
    page = PAGE.replace(b"/Font", b"/XObject << /X 5 0 R >> /Font", 1)
    return pdf_of(
        [CATALOGUE, ONE_KID, page, stream(b"/X Do"), *inner, stream(b"/X Do", resources % 5)]
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb of 200 MB": lambda: page_with(b" " * (1 << 20), times=200),
    "bomb of text": lambda: page_with(
        b"BT /F1 1 Tf (aaaaaaaaaaaaaaaa) Tj 1 0 Td ET " * 1024, times=4096
    ),
    "million brackets": lambda: page_with(b"[" * 1_000_000),
    "million saves": lambda: page_with(b"q " * 1_000_000),
    "nested arrays": lambda: pdf_of([CATALOGUE, ONE_KID, b"[" * 100_000 + b"]" * 100_000]),
    "nested dictionaries": lambda: pdf_of(
        [CATALOGUE, ONE_KID, b"<< /Type /Page " + b"/A << " * 10_000 + b">> " * 10_001]
    ),
    "deep tree of pages": lambda: pdf_of(
        [
            CATALOGUE,
            *(b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (at + 3) for at in range(10_000)),
            b"<< /Type /Page /MediaBox [0 0 9 9] >>",
        ]
    ),
    "two trees in a ring": lambda: pdf_of(
        [
            CATALOGUE,
            b"<< /Type /Pages /Count 100000 /Kids [3 0 R 3 0 R] >>",
            b"<< /Type /Pages /Count 100000 /Kids [2 0 R 2 0 R] >>",
        ]
    ),
    "annotations in a ring": lambda: pdf_of(
        [
            CATALOGUE,
            ONE_KID,
            PAGE[:-2] + b"/Annots 5 0 R >>",
            stream(HELLO),
            b"[5 0 R 3 0 R null 7]",
        ]
    ),
    "table of two thousand million": lambda: page_with(HELLO).replace(
        b"/Size 5", b"/Size 2147483647"
    ),
    "forms within forms": lambda: forms(9),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_time_of_the_child_only(read: Read, name: str) -> None:
    data = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.monotonic()
    content = text_or_reason(read, data)
    assert content is None or sum(map(len, content.pages)) <= 5_000_000
    assert time.monotonic() - begin < 25
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150 * 1024  # kilobytes; five million characters and their JSON
    assert read(page_with(HELLO)).pages == ("hello",)


def test_pages_beyond_two_thousand_are_cut(read: Read) -> None:
    kids = b"<< /Type /Pages /Count 2001 /Kids [" + b"3 0 R " * 2001 + b"] >>"
    content = read(pdf_of([CATALOGUE, kids, PAGE, stream(HELLO)]))
    assert content.pages == ("hello",) * 2000
    assert content.is_cut


def test_text_beyond_five_million_characters_is_cut(read: Read) -> None:
    kids = b"<< /Type /Pages /Count 60 /Kids [" + b"3 0 R " * 60 + b"] >>"
    lines = b"BT /F1 1 Tf 9 700 Td " + b"(%s) Tj 0 -1 Td " % (b"abcdefgh " * 22) * 500 + b"ET"
    content = read(pdf_of([CATALOGUE, kids, PAGE, stream(lines)]))
    assert 4_900_000 < sum(map(len, content.pages)) <= 5_000_000
    assert len(content.pages) < 60
    assert content.is_cut


def test_a_page_that_is_missing_is_told(read: Read) -> None:
    kids = b"<< /Type /Pages /Count 2 /Kids [3 0 R 9 0 R] >>"
    content = read(pdf_of([CATALOGUE, kids, PAGE, stream(HELLO)]))
    assert content.pages == ("hello", "")
    assert content.is_cut


@pytest.mark.slow
def test_three_hundred_damaged_files_end_in_text_or_a_reason(
    read: Read,
) -> None:
    marks = [Annotated(1, "highlight", "encoder", "c", "me"), Annotated(1, "note", comment="n")]
    whole = render_pdf([SENTENCES, "second"], annotations=marks)
    chance = random.Random(20_260_101)
    outcomes = []
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 4, 40])):
            at = chance.randrange(len(damaged))
            size = chance.randrange(8)
            damaged[at : at + size] = chance.choice(
                [chance.randbytes(size), b"", b"99999999999", b"-1", b"<<", b"]", damaged[:size]]
            )
        outcomes.append(text_or_reason(read, bytes(damaged)))
    texts = ["".join(content.pages) for content in outcomes if content]
    assert len(texts) > 100
    assert "".join(texts).encode()  # no half of a surrogate pair

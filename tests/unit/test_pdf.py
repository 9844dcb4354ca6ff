"""Text and annotations of sound PDFs, by the real pdfium in the real child."""

from __future__ import annotations

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
    pdf_of,
    reading,
    stream,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not is_available(), reason='needs the extra "pdf"')


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    with PdfReader(seconds=20) as one:
        yield one


@pytest.fixture
def read(reader: PdfReader, tmp_path: Path) -> Read:
    return reading(reader, tmp_path)


def test_pages_read_as_they_were_set(read: Read) -> None:
    content = read(render_pdf([SENTENCES, "", "Café “naïve” \ufb01ne (x) \\ y\nnext line"]))
    assert [" ".join(page.split()) for page in content.pages] == [
        SENTENCES.strip(),
        "",
        "Café “naïve” fine (x) \\ y next line",
    ]
    assert content.pages[2].endswith("y\nnext line")
    assert content.annotations == ()
    assert not content.is_cut


def test_words_broken_over_lines_are_whole(read: Read) -> None:
    text = (
        "Scaled atten-\ntion of GPT-\n4 is self-\nsupervised; soft\u00ad\nware, pre-\ntrained -\nx"
    )
    (first, _) = read(render_pdf([text, "a pre-trained model"])).pages
    assert " ".join(first.split()) == (
        "Scaled attention of GPT-4 is self-supervised; software, pre-trained - x"
    )


def test_characters_beyond_the_first_plane_survive(read: Read) -> None:
    cmap = b"1 beginbfchar <41> <D835DC65> endbfchar 1 beginbfchar <42> <D835> endbfchar"
    font = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R"
        b" /FirstChar 65 /LastChar 66 /Widths [600 600] >>"
    )
    page = PAGE.replace(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", font)
    shown = stream(b"BT /F1 12 Tf 72 700 Td (A B) Tj ET")
    (text,) = read(pdf_of([CATALOGUE, ONE_KID, page, shown, stream(cmap)])).pages
    assert text.startswith("\U0001d465")
    assert text.encode()  # no half of a pair is left


KINDS = ["highlight", "underline", "squiggly", "strikeout"]


def test_each_kind_of_annotation(read: Read) -> None:
    marks = [
        Annotated(1, "note", comment="sticky"),
        *(Annotated(1, kind, "encoder and decoder", f"on {kind}", "Ada") for kind in KINDS),
        Annotated(1, "freetext", comment="free — ✓\rsecond line"),
    ]
    found = read(render_pdf([SENTENCES], annotations=marks)).annotations
    quoted = [one for one in found if one.quote]
    assert {(one.kind, one.comment) for one in quoted} == {(kind, f"on {kind}") for kind in KINDS}
    assert {(one.page, one.quote, one.author) for one in quoted} == {
        (1, "encoder and decoder", "Ada")
    }
    assert {(one.kind, one.quote, one.comment) for one in found if not one.quote} == {
        ("note", "", "sticky"),
        ("freetext", "", "free — ✓\nsecond line"),
    }
    assert len({one.id for one in found}) == len(found) == 6


@pytest.mark.parametrize("words", ["mechanism", "(the", "on complex networks. Attention", "W"])
def test_a_quote_is_what_was_marked_and_nothing_beside(read: Read, words: str) -> None:
    pdf = render_pdf([SENTENCES], annotations=[Annotated(1, "highlight", words)])
    (found,) = read(pdf).annotations
    assert found.quote == words


def test_a_quote_over_lines_is_joined(read: Read) -> None:
    text = "we show scaled atten-\ntion beats\nevery other"
    mark = Annotated(1, "highlight", "scaled atten- tion beats every")
    (found,) = read(render_pdf([text], annotations=[mark])).annotations
    assert found.quote == "scaled attention beats every"


def test_boxes_may_overlap_stand_in_any_order_and_apart(
    read: Read,
) -> None:
    def mark(words: str) -> Annotated:
        return Annotated(1, "highlight", words)

    pdf = render_pdf(["one two three\nfour five six"], annotations=[mark("two"), mark("five six")])
    quads = [part.split(b"]")[0] for part in pdf.split(b"/QuadPoints [")[1:]]
    both = b" ".join([quads[1], quads[0], quads[1]])
    assert quads[0] != quads[1]
    joined = pdf.replace(b"/QuadPoints [" + quads[0], b"/QuadPoints [" + both)
    assert read(joined).annotations[0].quote == "two five six"


def test_annotations_come_in_reading_order(read: Read) -> None:
    marks = [
        Annotated(2, "highlight", "one"),
        Annotated(1, "highlight", "three"),
        Annotated(1, "note", "two", "between"),
        Annotated(1, "highlight", "one"),
    ]
    text = "one\n\n\n\n\ntwo\n\n\n\n\nthree"
    found = read(render_pdf([text, text], annotations=marks)).annotations
    assert [(one.page, one.quote or one.comment) for one in found] == [
        (1, "one"),
        (1, "between"),
        (1, "three"),
        (2, "one"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Subtype /Highlight", b"/Subtype /Link"),
        (b"/Subtype /Highlight", b"/Subtype /Popup"),
        (b"/F 4", b"/F 6"),  # hidden
        (b"/F 4", b"/F 4 /IRT 3 0 R"),  # an answer
    ],
)
def test_what_is_no_remark_is_left_out(read: Read, old: bytes, new: bytes) -> None:
    pdf = render_pdf(["one two"], annotations=[Annotated(1, "highlight", "two", "why")])
    assert len(read(pdf).annotations) == 1
    assert read(pdf.replace(old, new)).annotations == ()


def test_a_mark_over_nothing_counts_only_with_a_comment(
    read: Read,
) -> None:
    empty = b"<< /Type /Annot /Subtype /Highlight /Rect [9 9 20 20] %s >>"
    page = PAGE[:-2] + b"/Annots [%s %s] >>" % (empty % b"", empty % b"/Contents (figure!)")
    (found,) = read(pdf_of([CATALOGUE, ONE_KID, page, stream(HELLO)])).annotations
    assert (found.quote, found.comment) == ("", "figure!")


def test_a_mark_without_boxes_covers_its_rectangle(read: Read) -> None:
    pdf = render_pdf(["one two three"], annotations=[Annotated(1, "highlight", "two")])
    (found,) = read(pdf.replace(b"/QuadPoints", b"/NoPoints")).annotations
    assert found.quote == "two"


def test_turned_and_moved_pages_keep_their_quotes(read: Read) -> None:
    pdf = render_pdf(["one two three"], annotations=[Annotated(1, "highlight", "two")])
    for box in (b"/Rotate 90 /MediaBox [0 0", b"/MediaBox [-50 -30", b"/CropBox [60 600 500 800]"):
        turned = pdf.replace(
            b"/MediaBox [0 0", box + (b" /MediaBox [0 0" if b"Crop" in box else b"")
        )
        assert turned != pdf
        assert [one.quote for one in read(turned).annotations] == ["two"]


def test_without_being_asked_annotations_are_not_read(reader: PdfReader, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(render_pdf(["one"], annotations=[Annotated(1, "highlight", "one")]))
    assert reader.read(path).annotations == ()


def test_ids_stay_when_the_file_is_moved_and_the_lines_break_elsewhere(
    read: Read,
) -> None:
    def id_of(text: str, words: str, page: int = 1, comment: str = "c") -> str:
        mark = Annotated(page, "highlight", words, comment)
        (found,) = read(render_pdf([text] * page, annotations=[mark])).annotations
        assert len(found.id) == 10
        assert int(found.id, 16) >= 0
        return found.id

    first = id_of("the attention works", "attention works")
    assert id_of("x y z the attention\nworks", "attention works") == first
    assert id_of("the atten-\ntion works", "atten- tion works") == first
    others = {
        id_of("the attention works", "attention"),
        id_of("the attention works", "attention works", page=2),
        id_of("the attention works", "attention works", comment="d"),
    }
    assert len(others | {first}) == 4


def test_two_alike_have_two_ids(read: Read) -> None:
    once = read(render_pdf(["a"], annotations=[Annotated(1, "note", comment="?")])).annotations
    twice = read(render_pdf(["a"], annotations=[Annotated(1, "note", comment="?")] * 2)).annotations
    assert twice[0].id == once[0].id != twice[1].id

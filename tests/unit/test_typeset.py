"""The tiny PDF writer, looked at as bytes; that other programs read it, test_pdf.py shows."""

from __future__ import annotations

import re

import pytest

from papernotes.demo.typeset import Annotated, render_pdf

TEXT = "The dominant sequence models. " * 12


def test_two_runs_give_the_same_bytes() -> None:
    mark = Annotated(1, "highlight", "sequence models", "why?", "Ada")
    first = render_pdf([TEXT], annotations=[mark])
    assert first == render_pdf([TEXT], annotations=[mark])
    assert first.startswith(b"%PDF-1.4\n")
    assert first.endswith(b"%%EOF\n")


def test_the_table_of_places_points_to_each_object() -> None:
    pdf = render_pdf(["one", "two", TEXT], annotations=[Annotated(3, "underline", "models")])
    table_at = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    head, count, *_ = pdf[table_at:].split(b"\n")
    assert head == b"xref"
    places = re.findall(rb"(\d{10}) \d{5} n \n", pdf[table_at:])
    assert count == b"0 %d" % (len(places) + 1)
    for number, place in enumerate(places, start=1):
        assert pdf[int(place) :].startswith(b"%d 0 obj\n" % number)
    assert b"/Size %d" % (len(places) + 1) in pdf


def test_streams_are_as_long_as_they_say() -> None:
    stream = re.compile(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", re.DOTALL)
    streams = stream.findall(render_pdf([TEXT, ""]))
    assert len(streams) == 2
    assert [len(content) for _, content in streams] == [int(length) for length, _ in streams]


def test_lines_are_wrapped_and_never_cut() -> None:
    shown = re.findall(rb"\((.*?)\) Tj", render_pdf([TEXT]))
    assert len(shown) > 3
    assert b" ".join(shown).decode() == TEXT.strip()


def test_a_page_grows_with_its_text() -> None:
    pdf = render_pdf(["\n".join(map(str, range(200)))])
    baselines = [float(y) for y in re.findall(rb"72 ([\d.]+) Tm", pdf)]
    assert len(baselines) == 200
    assert min(baselines) >= 72
    assert b"/MediaBox [0 0 612 3144]" in pdf


def test_brackets_accents_and_ligatures_are_codes_and_the_rest_question_marks() -> None:
    assert b"(a \\050b\\051 \\134 \\351 \\036 ?) Tj" in render_pdf(["a (b) \\ e\u0301 \ufb01 字"])


def test_a_mark_has_a_box_for_each_line() -> None:
    pdf = render_pdf(["one two\nthree four"], annotations=[Annotated(1, "strikeout", "two three")])
    quads = re.findall(rb"/QuadPoints \[([^]]*)\]", pdf)
    assert [len(quad.split()) for quad in quads] == [16]


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        (Annotated(2, "note"), "no page 2 of 1"),
        (Annotated(0, "note"), "no page 0 of 1"),
        (Annotated(1, "highlight", "absent"), "does not have these words: absent"),
        (Annotated(1, "highlight"), "none are given"),
        (Annotated(1, "stamp", "one"), "no kind of annotation: stamp"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(mark: Annotated, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render_pdf(["one"], annotations=[mark])


def test_no_pages_is_still_a_file() -> None:
    assert b"/Count 0 /Kids []" in render_pdf([])

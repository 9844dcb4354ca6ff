"""Raw text of pdfium → text to read."""

from __future__ import annotations

import time

import pytest

from papernotes.pdf.text import clean, has_break, one_line, words_of


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        (
            "e\ufb03cient \ufb01rst \ufb02ow o\ufb00 \ufb04e \ufb05 \ufb06",
            "efficient first flow off ffle st st",
        ),
        ("cafe\u0301", "café"),
        ("a\x00b\x07c\x1b[31m\x7f\x9b", "abc[31m"),
        ("a\u202eb\u2066c\ufeffd", "abcd"),
        ("a\ud800b\ufdd0\uffff", "ab"),
        ("a\u00a0 \tb  \r\n  c ", "a b\n c"),
        ("\U0001d44b and \U0001f600", "\U0001d44b and \U0001f600"),
        ("soft\u00adhyphen soft\u00ad\r\nline", "softhyphen softline"),
        ("", ""),
    ],
)
def test_characters(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize("mark", ["\x02", "\ufffe", "\ufffe\r\n", "-\r\n", "\u2010\n"])
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("atten", "tion", "attention"),
        ("self", "supervised", "self-supervised"),
        ("Self", "attention", "Self-attention"),
        ("state-of-the", "art", "state-of-the-art"),
        ("end-to", "end", "end-to-end"),
        ("cross-atten", "tion", "cross-attention"),
        ("GPT", "4", "GPT-4"),
        ("4", "bit", "4-bit"),
        ("Hewlett", "Packard", "Hewlett-Packard"),
        ("Über", "tragung", "Übertragung"),
        ("to", "gether", "together"),
    ],
)
def test_a_broken_word_is_made_whole(mark: str, before: str, after: str, expected: str) -> None:
    raw = f"x {before}{mark}{after} y"
    assert has_break(raw)
    assert clean(raw) == f"x {expected} y"


def test_the_document_itself_knows_its_hyphens() -> None:
    raw = "a pre\x02training run and a multi\x02head layer"
    assert clean(raw, words_of(["Pre-training is multi-head"])) == (
        "a pre-training run and a multi-head layer"
    )
    assert clean(raw, words_of(["pretraining"])) == "a pretraining run and a multihead layer"
    assert clean("self\x02ish", words_of(["selfish"])) == "selfish"


def test_a_broken_word_is_no_evidence_for_itself() -> None:
    words = words_of(["a multi\x02head, multi-\r\nhead layer"])
    assert "multi-head" not in words
    assert "multihead" not in words
    assert "layer" in words


@pytest.mark.parametrize("raw", ["a -\r\nb", "(\x02)", "\x02a", "a\x02", "x –\r\ny"])
def test_a_dash_is_no_break(raw: str) -> None:
    assert not has_break(raw)
    assert clean(raw) == raw.replace("\r", "").replace("\x02", "")


def test_a_quote_is_one_line() -> None:
    assert one_line(" the atten\x02tion\r\nmechanism  ") == "the attention mechanism"


@pytest.mark.parametrize(
    "raw",
    [
        "a" + "\u0300" * 200_000 + "\u0327" * 200_000,  # NFC alone needs minutes
        "\u0f73" * 400_000,  # no mark by its class, two marks by its parts
        "a\x02" * 500_000,
        "a-" * 500_000 + "\x02a",
        " \n" * 500_000,
        "a" * 1_000_000,
    ],
)
def test_the_worst_text_takes_a_moment(raw: str) -> None:
    begin = time.process_time()
    clean(raw, words_of([raw]))
    assert time.process_time() - begin < 10


def test_a_few_marks_in_a_row_stay() -> None:
    assert clean("a" + "\u0327" * 30) == "a" + "\u0327" * 30
    assert clean("a" + "\u0327" * 31 + "b") == "a" + "\u0327" * 30 + "b"

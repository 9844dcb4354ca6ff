"""Lines and marks as Pandoc and kramdown need them where CommonMark reads them otherwise."""

from __future__ import annotations

import pytest

from papernotes.export.dialects.emphasis import ESCAPE, escape_unpaired, settle_emphasis
from papernotes.export.dialects.standing import Kept, stand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n+ b", "- a\n\n<!-- -->\n\n+ b"),
        ("- a\n  - x\n  + y\n- b", "- a\n  - x\n\n  <!-- -->\n\n  + y\n- b"),
        ("> - a\n> * b", "> - a\n>\n> <!-- -->\n>\n> * b"),
        ("one\ntwo\n---", "## one two\n"),
        ('"a "b" c"', r"\"a \"b\" c\""),
    ],
)
def test_what_commonmark_reads_is_written_for_pandoc(text: str, expected: str) -> None:
    assert stand(text, Kept()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "- a\n  + x\n- b\n  + y",
        "- a\n\ntext\n\n+ b",
        "one\n---",
        '"a" and "b" (and "c")',
    ],
)
def test_what_pandoc_reads_alike_stays(text: str) -> None:
    assert stand(text, Kept()) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a _b_ c*", "*a <em>b</em> c*"),
        ("*a **b *c*** d*", "*a **b <em>c</em>** d*"),
        ("**a *b* c**", "**a *b* c**"),
        ("case-_in_ and case-*in*", "case-<em>in</em> and case-*in*"),
        ("*a* *b*", "*a* *b*"),
        ("a *b", f"a {ESCAPE}*b"),
    ],
)
def test_emphasis_that_kramdown_does_not_know_is_html(text: str, expected: str) -> None:
    assert settle_emphasis(text) == expected


def test_pairs_are_found_once_however_many_there_are() -> None:
    text = "*a _b_ c* " * 5_000
    assert settle_emphasis(text).count("<em>") == 5_000
    assert escape_unpaired(text) == text
    assert settle_emphasis("*a **b " * 5_000).count("<em>") == 0
    deep = "*a " * 3_000 + " ".join(["b*"] * 3_000)
    assert settle_emphasis(deep).count("<em>") == 2_999

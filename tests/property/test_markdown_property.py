"""Laws of the Markdown scanner that hold for any text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import markdown

if TYPE_CHECKING:
    from papernotes.markdown import Citation, Heading, Span, Tag
    from papernotes.models import Link

MARKS = (
    "[ ] [[ ]] ![ ![[ | \\| ( ) ]( ` `` ``` ~~~ $ $$ %% <!-- --> > - + * 1. # ## === --- @a -@b ; "
    "#t ^b ^[ [^1] [^1]: [r]: <b> </b> <script> </script> https://x.org \\ & &amp; _ ** {#a} |- "
    "[!note] [x]"
)
SPACES = (" ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "word", "é", "\u2028", "\x85", "7")
PIECES = st.sampled_from((*MARKS.split(), *SPACES))
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80)
NEWLINE = re.compile(r"\r\n|\r|\n")


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_every_span_lies_in_the_body_and_knows_its_line(head: str, body: str) -> None:
    head += "\n"
    text = head + body
    first = 1 + len(NEWLINE.findall(head))
    document = markdown.parse(text, start=len(head), line=first)
    found: list[Link | Tag | Citation | Heading | Span] = [
        *document.links,
        *document.tags,
        *document.citations,
        *document.headings,
        *document.spans,
    ]
    for item in found:
        assert len(head) <= item.start <= item.end <= len(text)
        if not body.startswith("\n"):  # else a CR that ends the head would join it to one line end
            assert item.line == first + len(NEWLINE.findall(text, len(head), item.start))
    for span in document.spans:
        assert span.start <= span.inner_start <= span.inner_end <= span.end
    for stretches in (document.marks, document.verbatim):
        assert all(a[1] <= b[0] for a, b in pairwise(stretches))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(0, 3))
def test_plain_text_has_a_line_for_every_line(body: str, start: int) -> None:
    start = min(start, len(body))
    plain = markdown.plain_text(markdown.parse(body, start=start))
    assert plain.count("\n") == len(NEWLINE.findall(body, start))
    assert len(plain.splitlines()) in {plain.count("\n"), plain.count("\n") + 1}


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(0, 200))
def test_sentences_are_short_and_on_one_line(body: str, offset: int) -> None:
    document = markdown.parse(body)
    sentence = markdown.sentence_at(document, offset)
    assert len(sentence.splitlines()) <= 1
    assert len(sentence) <= 310
    for link in document.links:
        assert markdown.sentence_at(document, link.start) == markdown.sentence_at(
            document, link.start
        )
    assert len(markdown.heading_path(document, offset)) <= 6


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_what_a_link_or_tag_says_is_where_it_says(body: str) -> None:
    document = markdown.parse(body)
    for tag in document.tags:
        assert body[tag.start : tag.end] == f"#{tag.name}"
    for link in document.links:
        written = body[link.start : link.end]
        if link.kind == "citation":
            assert written in {f"@{link.target}", f"@{{{link.target}}}"}
        if link.kind in {"wiki", "embed"}:
            assert written.startswith("[[" if link.kind == "wiki" else "![[")
            assert written.endswith("]]")
            assert "\n" not in written


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_slugs_are_unique(body: str) -> None:
    slugs = [heading.slug for heading in markdown.parse(body).headings]
    assert len(slugs) == len(set(slugs))

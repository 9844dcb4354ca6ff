"""Laws of the leak search: what is copied is found however it is dressed, and nothing breaks it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from papernotes.export.post import OutFile
from papernotes.export.privacy.ignoring import parse_ignore
from papernotes.export.privacy.leaks import PHRASE, find_leaks
from papernotes.export.privacy.saying import Published
from papernotes.export.privacy.secrets import Private, Secrets

if TYPE_CHECKING:
    from collections.abc import Callable

COMMON = "owl tower plan zebra leave monday cold nine gate river seven ladder"
WORDS = st.lists(
    st.sampled_from(COMMON.split()) | st.text("abcdefgé", min_size=3, max_size=9),
    min_size=PHRASE + 4,
    max_size=40,
).filter(lambda words: all(len(set(words[at:][:PHRASE])) > 4 for at in range(len(words))[:-7]))
GAPS = st.sampled_from(
    [" ", "\n", "  ", " **", "** ", "_", "\\_", ", ", ". ", "-", "<br>", " <em class=x>", "</em> "]
)
DRESSES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    [str, str.upper, quote, html.escape, "<p>{}</p>".format, "x\n\n{}".format]
)


def search(data: bytes, text: str, said: str = "") -> set[str]:
    secrets = Secrets((Private("x", text=lambda: text),))
    files = [OutFile("p.html", data)]
    published = Published(lambda: [said], lambda: (), lambda: ())
    return {leak.kind for leak in find_leaks(files, published, secrets)}


@given(WORDS, st.data())
def test_eight_words_that_are_copied_are_found(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(words) - PHRASE))
    gaps = data.draw(st.lists(GAPS, min_size=PHRASE, max_size=PHRASE))
    copied = "".join(map("".join, zip(words[start:], gaps, strict=False)))
    dressed = data.draw(DRESSES)(copied)
    assert search(dressed.encode(), text) == {"phrase"}
    assert search(dressed.encode(), text, said=text) == set()


@given(WORDS, st.integers(1, PHRASE - 1), st.integers(0, 4))
def test_fewer_words_are_no_phrase(words: list[str], count: int, start: int) -> None:
    copied = " ".join(words[start : start + count])
    assert search(f"qqq {copied} qqq".encode(), f"{' '.join(words)}.") == set()


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x1f\x8b", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"]),
)
def test_no_file_breaks_it(data: bytes, start: bytes) -> None:
    assert "phrase" not in search(start + data, "some words")


@given(st.text(max_size=80), st.text(min_size=1, max_size=40))
def test_no_pattern_breaks_it(text: str, path: str) -> None:
    assert parse_ignore(text).covers(path) in range(len(text.splitlines()) + 1)
    assert parse_ignore(f"{text}\n**\n").covers(path)

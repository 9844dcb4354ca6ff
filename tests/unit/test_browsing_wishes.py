"""Addresses of pages of the library, and what stands on them, from values alone."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.browsing.wishes import (
    Alike,
    Listing,
    Moved,
    Pdf,
    Pictured,
    Shown,
    Wish,
    is_part,
    listing_query,
    page_place,
    parse_target,
    pdf_place,
)

pytest.importorskip("markdown_it", reason="the extra html is not installed")

REFS = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["..", "a//b", "../../x", "/etc", "~61", "index.html", "a/index.html", "a?b#c", "100%", "a\\b",
     "x.png", "a/x.png/b", "\ud800", "Über ähnliches", "DBLP:conf/nips/X", "a.pdf", " "]
)  # fmt: skip


def browsed(place: str) -> str:
    """Return the target that a browser asks for when it follows a link to a place."""
    quoted = quote(place, safe="/~")
    return re.sub(r"^http://h", "", urljoin("http://h/page/here/", f"/{quoted}"))


@given(REFS)
def test_every_ref_has_a_page_and_a_pdf_that_a_browser_comes_to(ref: str) -> None:
    for target in (browsed(page_place(ref)), browsed(page_place(ref)).removesuffix("index.html")):
        assert parse_target(target) == Shown(ref)
        assert parse_target(f"{target}?beside=pdf") == Shown(ref, is_beside=True)
    assert parse_target(browsed(pdf_place(ref))) == Pdf(ref)
    folder = unquote(browsed(page_place(ref))).removesuffix("index.html")
    assert parse_target(quote(f"{folder}fig 1.PNG")) == Pictured(ref, "fig 1.PNG")


@given(st.text(), st.sampled_from(["", "year", "title"]), st.integers(1, 9000))
def test_the_address_of_a_list_says_which(text: str, sort: str, page: int) -> None:
    found = parse_target(f"/{listing_query(text, sort, page)}")
    words = " ".join(text.encode("utf-8", "replace").decode().split())
    assert found == Listing(words, sort, page)


@given(st.text())
def test_any_target_is_a_wish_or_none(text: str) -> None:
    for target in (text, f"/{text}"):
        wish = parse_target(target)
        assert wish is None or isinstance(wish, Wish)


@pytest.mark.parametrize(
    ("target", "wish"),
    [
        ("/?q=+a++b+&sort=nothing&page=-3", Listing("a b")),
        ("/?part=everything&typed=", Listing()),
        ("/page/a", Moved("page/a/")),
        ("/page/a/?like=1", Alike("a")),
        ("/page/../x", None),
        ("/page//evil.example", None),
        ("/page/~61/", Shown("a")),
        ("/page/~6/", None),
        ("/page/~ff/", None),
        ("/page/", None),
        ("/pdf/.pdf", None),
        ("//evil.example/", None),
        ("/" + "?a=b" * 3, Listing()),
    ],
)
def test_what_an_address_means(target: str, wish: object) -> None:
    assert parse_target(target) == wish


def test_parts_of_a_page_are_of_the_library_as_the_page_was() -> None:
    parts = ("/?q=a&typed=1", "/?part=facets", "/page/a/?like=1", "/page/a/b.png", "/pdf/a.pdf",
             "/events?ref=a&version=b")  # fmt: skip
    pages = ("/", "/?q=a", "/page/a/", "/page/a/?beside=pdf", "/tags/", "/next/")
    for target in (*parts, *pages):
        wish = parse_target(target)
        assert wish is not None
        assert is_part(wish) == (target in parts), target

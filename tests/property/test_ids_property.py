from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.errors import ArxivIdError
from papernotes.ids import find_arxiv_ids, parse_arxiv_id, portable_slug, slugify
from papernotes.models import ArxivId

versions = st.none() | st.integers(1, 999)
months = st.integers(1, 12).map("{:02d}".format)
four_digits = st.builds("{:02d}{}.{:04d}".format, st.integers(8, 14), months, st.integers(1, 9999))
five_digits = st.builds(
    "{:02d}{}.{:05d}".format, st.integers(15, 30), months, st.integers(1, 99_999)
)
old = st.builds(
    "{}/{:02d}{}{:03d}".format,
    st.sampled_from(["hep-th", "math", "cs", "cond-mat", "q-bio"]),
    st.integers(92, 99) | st.integers(0, 6),
    months,
    st.integers(1, 999),
)
ids = st.builds(ArxivId, four_digits | five_digits | old, versions)
forms = st.sampled_from(
    [
        "{}",
        "arXiv:{}",
        "https://arxiv.org/abs/{}",
        "https://arxiv.org/pdf/{}.pdf",
        "http://export.arxiv.org/e-print/{}?x=1#y",
        "https://doi.org/10.48550/arXiv.{}",
        " <{}>, ",
    ]
)
SAFE = re.compile(r"[a-z0-9_][a-z0-9._+-]{0,99}")
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


@given(ids, forms)
@settings(max_examples=200)
def test_every_form_of_every_id_is_read_back(arxiv_id: ArxivId, form: str) -> None:
    text = form.format(arxiv_id)
    assert parse_arxiv_id(text) == arxiv_id
    assert parse_arxiv_id(str(parse_arxiv_id(text))) == arxiv_id
    assert find_arxiv_ids(f"see {text} there") == (arxiv_id,)


@given(st.text() | st.text(alphabet="0123456789v./-:arxivhept \u2010"))
@settings(max_examples=200)
def test_any_text_is_an_id_or_refused_and_never_both(text: str) -> None:
    find_arxiv_ids(text)
    try:
        found = parse_arxiv_id(text)
    except ArxivIdError:
        return
    assert parse_arxiv_id(str(found)) == found


keys = (
    st.text() | st.text(alphabet="aAbB/\\.-_ :con0") | st.sampled_from(["CON", "nul.x", "..", ""])
)


@given(keys, keys)
@settings(max_examples=200)
def test_slugs_are_safe_and_no_two_keys_share_one(first: str, second: str) -> None:
    slug = portable_slug(first)
    assert SAFE.fullmatch(slug)
    assert not RESERVED.fullmatch(slug)
    assert not slug.endswith((".", "-"))
    assert portable_slug(slug) == slug or slug != first
    if first != second:
        assert slug != portable_slug(second)


@given(st.text())
@settings(max_examples=200)
def test_slugs_of_titles_are_words_and_hyphens(title: str) -> None:
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slugify(title))
    assert len(slugify(title)) <= 65

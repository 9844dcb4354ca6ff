"""The laws of LaTeX ⇄ Unicode, and names that are written and read back."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes.latex import escape, is_balanced, to_ascii, to_unicode
from papernotes.models import Author
from papernotes.names import parse_names, render_names, tidy_author

PIECES = st.sampled_from(
    [*"ab Z1\\{}$&%#_^~-'`\"@,=()[]<>;!?/\nüéøßıŁế–—“”‘’„²₂α≤−×é中Й\u00a0\u0301\u0323", "e\u0301",
     "\\'", "\\c ", "\\o ", "\\foo", "\\emph{", "\\url{", "\\href{", "\\ensuremath{", "\\vphantom",
     "\\textsuperscript{", "\\enquote{", "\\enquote*", "\\alpha ", "\\(", "\\)", "&amp;",
     "&eacute;", "{\\&}amp;", "<i>", "</i>", "<sub>", "</sub>", "<p class=x>", "</p>", "--", "``",
     "''", "?`"]
)  # fmt: skip
LATEX = st.lists(PIECES, max_size=16).map("".join) | st.text(max_size=40)


def seen(text: str) -> str:
    """A text but for what :func:`to_ascii` may change: the kind of a space, composed letters."""
    return re.sub(r"\s", " ", unicodedata.normalize("NFC", text))


def depths(text: str) -> tuple[int, int]:
    return text.count("{") - text.count("}"), min(
        (text[:i].count("{") - text[:i].count("}") for i in range(len(text) + 1)), default=0
    )


@given(LATEX)
@settings(max_examples=500)
@example("\\'é \\foo é {é} [é]")
@example("–- -“` !“ ”'’")
@example("e\u0301\u0323 \\e\u0301")
def test_ascii_reads_as_what_it_was(text: str) -> None:
    if "$" in text:
        text = text.replace("$", "")
    spelled = to_ascii(text)
    assert seen(to_unicode(spelled)) == seen(to_unicode(text))
    assert depths(spelled) == depths(text)


@given(LATEX)
@settings(max_examples=300)
def test_ascii_keeps_braces_and_is_settled(text: str) -> None:
    spelled = to_ascii(text)
    assert depths(spelled) == depths(text)
    assert to_ascii(spelled) == spelled
    assert is_balanced(spelled) or not is_balanced(text)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_ascii_stays(text: str) -> None:
    assert to_ascii(text) == text


@given(LATEX, st.booleans())
@settings(max_examples=500)
@example("a <i>b</i> {\\&}amp; &amp; <i x=$y$>$</i>", False)
def test_what_is_escaped_reads_back(text: str, keep_capitals: bool) -> None:
    latex = escape(text, keep_capitals=keep_capitals)
    assert to_unicode(latex) == text
    assert is_balanced(latex)
    spelled = to_ascii(latex)
    if "$" not in text:
        assert seen(to_unicode(spelled)) == seen(text)


@pytest.mark.parametrize("script", ["中文", "Иван", "Περὶ", "한국"])
def test_what_has_no_command_stays(script: str) -> None:
    assert to_ascii(f"{script} é") == f"{script} {{\\'e}}"


WORD = st.sampled_from(
    ["Jr.", "III", "Jr", "et al.", "et al", "al", "A. Foo", "B. Bar", "others", "Others", "and",
     "Collaboration", "CMS Collaboration", "Team", "University of", "van", "der", "de", "d'Arc",
     "Foo", "É", "é", "哲轩", "陶", "김", ";", ",", "&", "&amp;", "=", '"', "family=Foo", "{", "}",
     "{\\'e}", "{A}b", "\\", "~", "$", "-", "'", "<i>", "</i>", "{van}", "Foo, Bar"]
)  # fmt: skip
PART = st.lists(WORD, max_size=4).map(" ".join) | st.text(max_size=12) | st.just("")
AUTHORS = st.lists(st.builds(Author, PART, PART, PART, PART, st.booleans()), max_size=4)


@given(AUTHORS.map(tuple))
@settings(max_examples=500)
@example((Author("Sherry", "Jr.", "", "John F."),))
@example((Author("A. Foo", "B. Bar"), Author("哲轩 陶")))
def test_people_read_back(authors: tuple[Author, ...]) -> None:
    tidy = tuple(author for author in map(tidy_author, authors) if author.family)
    assert parse_names(render_names(authors)) == tidy


@given(st.lists(WORD | st.just(" and "), max_size=14).map(" ".join) | st.text(max_size=40))
@settings(max_examples=500)
def test_a_field_means_the_same_people_when_written_anew(field: str) -> None:
    people = parse_names(field)
    tidy = tuple(author for author in map(tidy_author, people) if author.family)
    assert parse_names(render_names(people)) == tidy

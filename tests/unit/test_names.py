"""Names of authors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.models import Author
from papernotes.names import is_others, parse_names, render_names, split_name, tidy_author

GOLDEN = Path(__file__).parents[2].parent / "shared/corpora/golden/arxiv_parse_and_bibtex.jsonl"
PART = st.text(st.sampled_from("Ab cdé,.{}\\\"'~-&%=$and "), max_size=14)
AUTHORS = st.builds(Author, PART, PART, PART | st.just("van der"), PART, st.booleans())


@pytest.mark.parametrize(
    ("field", "authors"),
    [
        ("Laurens van der Maaten", [Author("Maaten", "Laurens", "van der")]),
        ("van der Maaten, Laurens", [Author("Maaten", "Laurens", "van der")]),
        ("De la Cruz, Juan", [Author("Cruz", "Juan", "De la")]),
        ("King, Jr., Martin Luther", [Author("King", "Martin Luther", "", "Jr.")]),
        ("Martin Luther King, Jr.", [Author("King", "Martin Luther", "", "Jr.")]),
        ("{Barnes and Noble}", [Author("Barnes and Noble", is_literal=True)]),
        ("{The {BERT} Team}", [Author("The BERT Team", is_literal=True)]),
        (r"Schr{\"o}dinger, Erwin", [Author("Schrödinger", "Erwin")]),
        (r"{\'E}lie Cartan", [Author("Cartan", "Élie")]),
        ("J.~M. Smith", [Author("Smith", "J. M.")]),
        ("Plato", [Author("Plato")]),
        (r"Ke\ifmmode \check{z}\else \v{z}\fi{}ar, R.", [Author("Kežar", "R.")]),
        ("王小明", [Author("王小明")]),
        ("{von Neumann}, John", [Author("von Neumann", "John")]),
        ("A. Foo\n  AND B. Bar", [Author("Foo", "A."), Author("Bar", "B.")]),
        ("Anderson, A. and Brandt, B.", [Author("Anderson", "A."), Author("Brandt", "B.")]),
        ("A. Foo, B. Bar, C. Baz, D. Qux", [Author(f, g) for f, g in
         [("Foo", "A."), ("Bar", "B."), ("Baz", "C."), ("Qux", "D.")]]),
        ("family=Cruz, given=Juan, prefix=de la", [Author("Cruz", "Juan", "de la")]),
        (" and ,, and ", []),
        ("", []),
    ],
)  # fmt: skip
def test_parse_names(field: str, authors: list[Author]) -> None:
    assert parse_names(field) == tuple(authors)
    assert parse_names(render_names(tuple(authors))) == tuple(authors)


def test_and_others_is_kept() -> None:
    authors = parse_names("Foo, A. and others")
    assert is_others(authors[-1])
    assert render_names(authors) == "Foo, A. and others"


@pytest.mark.parametrize(
    ("author", "field"),
    [
        (Author("Maaten", "Laurens", "van der"), "van der Maaten, Laurens"),
        (Author("King", "Martin Luther", "", "Jr."), "King, Jr., Martin Luther"),
        (Author("ATLAS Collaboration", is_literal=True), "{ATLAS Collaboration}"),
        (Author("Ibn Sina"), "Ibn Sina,"),
        (Author("Foo, Bar", "A and B"), "{Foo, Bar}, {A and B}"),
        (Author("Foo", "V"), "Foo, , V"),
    ],
)
def test_render_names(author: Author, field: str) -> None:
    assert render_names((author,)) == field
    assert parse_names(field) == (author,)


@given(st.lists(AUTHORS, max_size=4).map(tuple))
@settings(max_examples=200)
def test_names_read_back(authors: tuple[Author, ...]) -> None:
    tidy = tuple(a for a in map(tidy_author, authors) if a.family)
    assert parse_names(render_names(authors)) == tidy


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Laurens van der Maaten", Author("Maaten", "Laurens", "van der")),
        ("Martin Luther King Jr.", Author("King", "Martin Luther", "", "Jr.")),
        ("J. Smith III", Author("Smith", "J.", "", "III")),
        ("ATLAS Collaboration", Author("ATLAS Collaboration", is_literal=True)),
        ("the PHOBOS Collaboration", Author("the PHOBOS Collaboration", is_literal=True)),
        ("Plato", Author("Plato")),
        ("王小明", Author("王小明")),
        ("王 小明", Author("王", "小明")),
        ("Alessandro De Angelis", Author("De Angelis", "Alessandro")),
        ("M. Finger, Jr.", Author("Finger", "M.", "", "Jr.")),
        (r"J. Er\"o", Author("Erö", "J.")),
        ("J. D. Finley,", Author("Finley", "J. D.")),
        ("", Author("")),
    ],
)
def test_split_name(name: str, author: Author) -> None:
    assert split_name(name) == author


def test_split_name_agrees_with_arxiv() -> None:
    """The rest is mostly arXiv's: 'Bosch, Frank C. van den', 'Collaboration, the PHOBOS'."""
    if not GOLDEN.exists():
        pytest.skip("arXiv's own parse of authors is not on this machine")
    parsed = [
        name
        for line in GOLDEN.read_text("utf-8").splitlines()
        for name in json.loads(line)["authors_parsed"]
    ]
    agreed = 0
    for family, given_name, suffix, *_ in parsed:
        author = split_name(" ".join(filter(None, (given_name, family, suffix))))
        ours = (f"{author.particle} {author.family}".strip(), author.given, author.suffix)
        agreed += ours == (family, given_name, suffix)
    assert agreed / len(parsed) >= 0.997, f"{agreed} of {len(parsed)}"

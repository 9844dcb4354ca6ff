"""Names of authors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.models import Author
from papernotes.names import (
    OTHERS,
    is_others,
    parse_names,
    render_names,
    split_name,
    tidy_author,
)

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
        ("陶哲轩 and 陶 哲轩 and Tao, 哲轩 and 김 철수", [Author(f, g) for f, g in
         [("陶哲轩", ""), ("陶", "哲轩"), ("Tao", "哲轩"), ("김", "철수")]]),
        ("Cullis, A.G.; Hutchison, J.L.", [Author("Cullis", "A.G."), Author("Hutchison", "J.L.")]),
        ("M&uuml;ller, A.; Bo, C.;", [Author("Müller", "A."), Author("Bo", "C.")]),
        ("Born, L. et al.", [Author("Born", "L."), OTHERS]),
        ("A. Foo, B. Bar", [Author("Foo", "A."), Author("Bar", "B.")]),
        ("Alfred O. Hero III and Hero III, Alfred O. and Jr", [
            Author("Hero", "Alfred O.", "", "III"), Author("Hero", "Alfred O.", "", "III"),
            Author("Jr")]),
        ("Ann Foo, Bo de Bar, Cy Baz", [
            Author("Foo", "Ann"), Author("Bar", "Bo", "de"), Author("Baz", "Cy")]),
        ("de la Foo, S. J., Ann Bo", [Author("Foo", "Ann Bo", "de la", "S. J.")]),
        ("王小明,李华,陶哲轩", [Author("王小明"), Author("李华"), Author("陶哲轩")]),
        ("Vapnik, V. and de Boer, V and Arnold, VI and Smith, JR and Foo, II", [
            Author("Vapnik", "V."), Author("Boer", "V", "de"), Author("Arnold", "VI"),
            Author("Smith", "JR"), Author("Foo", "II")]),
        ("King, Jr. and Martin Luther King, III", [
            Author("King", suffix="Jr."), Author("King", "Martin Luther", "", "III")]),
        (r"Mu\~noz, A. and G. Pe\~na and R. Q.\ Foo and Foo,\ B.", [
            Author("Muñoz", "A."), Author("Peña", "G."), Author("Foo", "R. Q."),
            Author("Foo", "B.")]),
        ("Sherry, John F., Jr.", [Author("Sherry", "John F.", "", "Jr.")]),
        ("May, Keith,", [Author("May", "Keith")]),
        ("CMS Collaboration and Collaboration, ATLAS and University of Oxford", [
            Author(f, is_literal=True) for f in
            ("CMS Collaboration", "ATLAS Collaboration", "University of Oxford")]),
        ("Ernst & Young and {Simon \\& Schuster}", [
            Author("Young", "Ernst &"), Author("Simon & Schuster", is_literal=True)]),
        ("family={Smith}, middle={Simon}, given={John}, useprefix=true", [
            Author("Smith", "John Simon")]),
        ("bell hooks and jean de la fontaine", [
            Author("hooks", "", "bell"), Author("fontaine", "", "jean de la")]),
        ("Gabriel García Márquez and Suharto and García Márquez, Gabriel", [
            Author("Márquez", "Gabriel García"), Author("Suharto"),
            Author("García Márquez", "Gabriel")]),
        (r"Charles d'Orl\'eans and {\'e}mile de {\O}rsted and Ibn al-Haytham", [
            Author("d'Orléans", "Charles"), Author("Ørsted", "", "émile de"),
            Author("al-Haytham", "Ibn")]),
        ("{The}odor x Foo and A {B}c Foo and A {Bc} Foo and Jean-pierre Foo", [
            Author("Foo", "", "Theodor x"), Author("Foo", "A", "Bc"), Author("Foo", "A Bc"),
            Author("Foo", "Jean-pierre")]),
        (" and ,, and ", []),
        ("", []),
    ],
)  # fmt: skip
def test_parse_names(field: str, authors: list[Author]) -> None:
    assert parse_names(field) == tuple(authors)
    assert parse_names(render_names(tuple(authors))) == tuple(map(tidy_author, authors))


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
        (Author("Foo", "V"), "Foo, V"),
        (Author("Foo", "Jr"), "Foo, , Jr"),
        (Author("Foo Bar", "Ann Bo", "", "Duke of X"), "Foo Bar, {Duke of X}, Ann Bo"),
        (Author("Foo Bar", "JR"), "Foo Bar, , JR"),
    ],
)
def test_render_names(author: Author, field: str) -> None:
    assert render_names((author,)) == field
    assert parse_names(field) == (author,)


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "}",
        "\\'",
        "$",
        " and ",
        ",",
        ";",
        "; a",
        "A. B, ",
        "{\\o}",
        "van ",
        "et al.",
        "=",
        "&a;",
    ],
)
def test_hostile_fields_end(piece: str) -> None:
    authors = parse_names(piece * 20_000)
    tidy = tuple(author for author in map(tidy_author, authors) if author.family)
    assert parse_names(render_names(authors)) == tidy


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

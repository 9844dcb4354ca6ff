"""Citations: what they read as in the text, and the list they lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from papernotes import markdown
from papernotes.export.making import citations
from papernotes.export.pieces import Link, Math, Piece, Plain, Text
from papernotes.models import Author, Paper
from tests.exporting import ADAM, ATTENTION, PAPERS, TSNE


def words(pieces: tuple[Piece, ...]) -> str:
    """The pieces as a reader sees them."""
    shown = []
    for piece in pieces:
        match piece:
            case Plain():
                shown.append(piece.text)
            case Text():
                shown.append(piece.source.strip("*"))
            case Link():
                shown.append(words(piece.label))
            case Math():
                shown.append(f"${piece.tex}$")
            case _:
                raise AssertionError(piece)
    return "".join(shown)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[@vaswani2017attention]", "(Vaswani et al., 2017)"),
        ("@vaswani2017attention", "Vaswani et al. (2017)"),
        ("@kingma2014adam [p. 3]", "Kingma and Ba (2014, p. 3)"),
        ("[-@kingma2014adam]", "(2014)"),
        (
            "[see @kingma2014adam, pp. 3-5; -@vaswani2017attention]",
            "(see Kingma & Ba, 2014, pp. 3-5; 2017)",
        ),
        ("[@maaten2008visualizing]", "(van der Maaten & Hinton, 2008)"),
        ("[@nobody]", "(@nobody)"),
        ("@nobody", "@nobody"),
    ],
)
def test_in_text(source: str, expected: str) -> None:
    (citation,) = markdown.parse(source).citations
    assert words(citations.cite(citation, PAPERS, {})) == expected


def test_links_lead_to_the_entry() -> None:
    (citation,) = markdown.parse("[@kingma2014adam]").citations
    linked = [p for p in citations.cite(citation, PAPERS, {}) if isinstance(p, Link)]
    (entry,) = citations.references([ADAM], {"kingma2014adam": "2014"})
    assert [link.href.anchor for link in linked] == [entry.anchor] == ["ref-kingma2014adam"]


def test_same_names_and_year_get_letters_by_title() -> None:
    later = replace(ADAM, citekey="kingma2014zebra", title="Zebra")
    labels = citations.year_labels([later, ADAM, ATTENTION])
    assert labels == {
        "kingma2014adam": "2014a",
        "kingma2014zebra": "2014b",
        "vaswani2017attention": "2017",
    }


def test_entries() -> None:
    many = Paper(
        citekey="many",
        title="On $\\alpha$-things?",
        authors=tuple(Author(f"Family{n}", "Jean-Luc") for n in range(12)),
        doi="10.1000/xyz",
        journal_ref="Nature 1, 2-3 (2020)",
    )
    body = Author("LIGO Collaboration", is_literal=True)
    papers = [
        TSNE,
        many,
        ATTENTION,
        Paper(citekey="x", title="Untitled", authors=(body,), year=1999),
    ]
    entries = [
        words(entry.pieces) for entry in citations.references(papers, citations.year_labels(papers))
    ]
    assert entries[0].startswith("Family0, J.-L., Family1, J.-L., Family2, J.-L., ")
    assert entries[0].endswith(
        "Family5, J.-L., et al. (n.d.). On $\\alpha$-things? Nature 1, 2-3 (2020). doi:10.1000/xyz"
    )
    assert entries[1] == "LIGO Collaboration (1999). Untitled."
    assert entries[2].startswith("van der Maaten, L., & Hinton, G. (2008). Visualizing Data")
    assert entries[2].endswith(" Journal of Machine Learning Research. https://example.org/tsne")
    assert entries[3].startswith("Vaswani, A., Shazeer, N., Parmar, N., Uszkoreit, J., Jones, L., ")
    assert entries[3].endswith(
        ", & Polosukhin, I. (2017). Attention Is All You Need. arXiv:1706.03762"
    )


def test_a_paper_without_authors_goes_by_its_title() -> None:
    paper = Paper(
        citekey="anon", title="A Very Long Title That Nobody Would Want To Read In Full", year=2001
    )
    assert citations.names_in_text(paper).startswith("“A Very Long Title")
    (entry,) = citations.references([paper], {"anon": "2001"})
    assert words(entry.pieces) == f"{paper.title}. (2001)."


def test_arxiv_dois_and_unsafe_urls_are_no_links() -> None:
    paper = replace(ATTENTION, doi="10.48550/arXiv.1706.03762")
    assert [label for label, _ in citations.links(paper)] == ["arXiv:1706.03762"]
    assert citations.links(Paper(citekey="x", title="X", url="javascript:alert(1)")) == ()

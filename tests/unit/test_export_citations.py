"""Citations: what they read as in the text, and the list they lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from papernotes import bib, markdown
from papernotes.errors import UsageError
from papernotes.export import plan
from papernotes.export.making import authoryear, citations
from papernotes.export.making.build import build_post
from papernotes.export.making.draft import Shelf
from papernotes.export.making.entries import public_entry
from papernotes.export.making.own import with_own_citation
from papernotes.export.making.styles import AUTHOR_YEAR, NUMERIC, open_style
from papernotes.export.pieces import Cited, Fence, Html, Link, Math, Piece, Plain, Text
from papernotes.export.post import Placement, Site
from papernotes.models import Author, Paper
from papernotes.names import parse_names
from tests.exporting import ADAM, ATTENTION, PAPERS, SETTINGS, TSNE, make_note, make_source
from tests.programs import require

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.export.making.styles import Style, Styled
    from papernotes.export.post import Post


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
            case Html():
                shown.append(piece.source)
            case _:
                raise AssertionError(piece)
    return "".join(shown)


def styled(style: Style, *sources: str, papers: tuple[Paper, ...]) -> Styled:
    found = [markdown.parse(source).citations[0] for source in sources]
    cited = [Cited("", (), one.cites, one.is_bracketed) for one in found]
    return style.styled(cited, {paper.citekey: paper for paper in papers})


def read(style: Style, *sources: str, papers: tuple[Paper, ...]) -> list[str]:
    return [words(text) for text in styled(style, *sources, papers=papers)[0]]


def paper(key: str, *people: str, year: int = 2019, title: str = "") -> Paper:
    """A paper of people named ``Family, Given``."""
    return Paper(key, title or key, parse_names(" and ".join(people)), year=year)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[@vaswani2017attention]", "(Vaswani et al., 2017)"),
        ("@vaswani2017attention", "Vaswani et al. (2017)"),
        ("@kingma2014adam [p. 3]", "Kingma and Ba (2014, p. 3)"),
        ("[-@kingma2014adam]", "(2014)"),
        ("-@kingma2014adam", "(2014)"),
        (
            "[see @kingma2014adam, pp. 3-5; -@vaswani2017attention]",
            "(see Kingma & Ba, 2014, pp. 3-5; 2017)",
        ),
        ("[@maaten2008visualizing]", "(van der Maaten & Hinton, 2008)"),
        ("[@nobody]", "(@nobody)"),
        ("@nobody", "@nobody"),
    ],
)
def test_author_and_year(source: str, expected: str) -> None:
    assert read(AUTHOR_YEAR, source, papers=tuple(PAPERS.values())) == [expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[@a]", "[1]"),
        ("[@d; @b]", "[2, 4]"),
        ("[@e; @c; @d; @a; @c]", "[1, 3–5]"),
        ("[see @a, p. 3; @b]", "[see 1, p. 3; 2]"),
        ("[-@b]", "[2]"),
        ("@c", "Vaswani and Ba [3]"),
        ("@c [p. 9]", "Vaswani and Ba [3, p. 9]"),
        ("[@a; @nobody]", "[1; @nobody]"),
        ("@nobody", "@nobody"),
    ],
)
def test_numbers(source: str, expected: str) -> None:
    five = tuple(paper(key, "Vaswani, A", "Ba, J") for key in "abcde")
    first = "[@a; @b; @c; @d; @e]"
    texts, references, _ = styled(NUMERIC, first, source, papers=five[::-1])
    assert words(texts[1]) == expected
    assert [(one.key, one.label) for one in references] == [
        (key, str(number)) for number, key in enumerate("abcde", start=1)
    ]


def test_numbers_follow_the_first_citation_and_then_what_is_only_linked() -> None:
    three = (ADAM, ATTENTION, TSNE)
    _, references, _ = styled(NUMERIC, "@maaten2008visualizing", "[@kingma2014adam]", papers=three)
    assert [one.key for one in references] == [TSNE.citekey, ADAM.citekey, ATTENTION.citekey]


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        # the same people and year: letters, in the order of the list
        (
            [paper("b", "Ho, J", title="Zebra"), paper("a", "Ho, J", title="Ape")],
            ["Ho, 2019b", "Ho, 2019a"],
        ),
        # first authors of one name: initials, whatever the year and the other authors
        (
            [paper("a", "Ho, Jon"), paper("b", "Ho, Nora", "Ba, J", year=2020)],
            ["J. Ho, 2019", "N. Ho & Ba, 2020"],
        ),
        # one person, spelled in two ways
        (
            [paper("a", "Kingma, Diederik"), paper("b", "Kingma, D. P.", year=2014)],
            ["Kingma, 2019", "Kingma, 2014"],
        ),
        # what "et al." would make alike: names until they differ
        (
            [
                paper("a", "A, X", "B, X", "C, X", "D, X", "F, X"),
                paper("b", "A, X", "B, X", "E, X", "D, X", "F, X"),
            ],
            ["A, B, C, et al., 2019", "A, B, E, et al., 2019"],
        ),
        # only one name would be left for "et al.", so all are named
        (
            [paper("a", "A, X", "B, X", "C, X"), paper("b", "A, X", "B, X", "E, X")],
            ["A, B, & C, 2019", "A, B, & E, 2019"],
        ),
        # the same people, others in another order
        (
            [paper(key, "A, X", "B, X", "C, X", title=key) for key in "ab"]
            + [paper("c", "A, X", "C, X", "B, X", "D, X")],
            ["A, B, & C, 2019a", "A, B, & C, 2019b", "A, C, et al., 2019"],
        ),
        (
            [paper("a", "A, X", "others", year=0), paper("b", year=0)],
            ["A et al., n.d.", "“b”, n.d."],
        ),
    ],
)
def test_papers_are_told_apart(papers: list[Paper], expected: list[str]) -> None:
    called = authoryear.in_text(papers)
    assert [
        f"{called[one.citekey].names}, {called[one.citekey].year}" for one in papers
    ] == expected


def test_papers_of_the_same_names_share_them() -> None:
    papers = tuple(paper(key, "Ho, J", year=2018 + n) for n, key in enumerate("abc"))
    assert read(AUTHOR_YEAR, "[@a; @b; see @c; @a, p. 1; @b]", papers=papers) == [
        "(Ho, 2018, 2019; see Ho, 2020, 2018, p. 1; Ho, 2019)"
    ]


def test_links_lead_to_the_entry() -> None:
    for style in (AUTHOR_YEAR, NUMERIC):
        texts, (entry,), _ = styled(style, "[@kingma2014adam]", papers=(ADAM,))
        linked = [one.href.anchor for one in texts[0] if isinstance(one, Link)]
        assert linked == [entry.anchor] == ["ref-kingma2014adam"]


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
    entries = [words(entry.pieces) for entry in styled(AUTHOR_YEAR, papers=tuple(papers))[1]]
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
    one = Paper(
        citekey="anon", title="A Very Long Title That Nobody Would Want To Read In Full", year=2001
    )
    assert authoryear.names_in_text(one).startswith("“A Very Long Title")
    (entry,) = styled(AUTHOR_YEAR, papers=(one,))[1]
    assert words(entry.pieces) == f"{one.title}. (2001)."


def test_arxiv_dois_and_unsafe_urls_are_no_links() -> None:
    one = replace(ATTENTION, doi="10.48550/arXiv.1706.03762")
    assert [label for label, _ in citations.links(one)] == ["arXiv:1706.03762"]
    assert citations.links(Paper(citekey="x", title="X", url="javascript:alert(1)")) == ()


# --- a CSL file --------------------------------------------------------------------------------

CSL = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="{kind}" version="1.0">
  <info><title>Ours</title><id>ours</id><updated>2026-01-01T00:00:00+00:00</updated></info>
  <citation>
    <layout prefix="{open}" suffix="{close}" delimiter="; ">
      <group delimiter=" "><names variable="author"><name form="short" and="text"/></names>
      <date variable="issued" form="text" date-parts="year"/><text variable="locator"/></group>
    </layout>
  </citation>
  <bibliography>{margin}
    <sort><key variable="title"/></sort>
    <layout><text variable="citation-number" prefix="[" suffix="]"/>
      <text variable="title" font-style="italic" prefix=" "/>
      <text variable="DOI" prefix=" https://doi.org/"/></layout>
  </bibliography>
</style>
"""


def csl_file(folder: Path, kind: str = "in-text", open_: str = "&lt;", close: str = "&gt;") -> str:
    path = folder / f"{kind}.csl"
    path.write_text(CSL.format(kind=kind, open=open_, close=close, margin=""))
    return str(path)


def built(root: Path, text: str, style: Style = AUTHOR_YEAR, papers: object = PAPERS) -> Post:
    note = make_note("notes/a.md", text)
    source = make_source(root, [note], papers=papers)  # type: ignore[arg-type]
    return build_post(Shelf(source, {"a": Placement("a", date(2026, 1, 2), "/a/")}), note, style)[0]


def test_a_csl_style_is_what_pandoc_makes_of_it(tmp_path: Path) -> None:
    require("pandoc")
    math = replace(ADAM, title="On $x^2$ & <b>", doi="10.1000/a_b")
    with open_style(csl_file(tmp_path)) as style:
        texts, references, notes = styled(
            style,
            "[see @kingma2014adam, p. 3; @nobody]",
            "@maaten2008visualizing",
            "[-@kingma2014adam]",
            "[@nobody]",
            papers=(math, TSNE),
        )
        again = styled(style, "[@kingma2014adam]", papers=(ADAM,))
    assert [words(text) for text in texts] == [
        "<see Kingma and Ba 2014 3> (@nobody)",
        "van der Maaten and Hinton <2008>",
        "<2014>",
        "(@nobody)",
    ]
    assert not notes
    assert [(one.key, one.anchor) for one in references] == [
        (key, f"ref-{key}") for key in ("kingma2014adam", "maaten2008visualizing")
    ]
    assert words(references[0].pieces) == "[1] On $x^2$ & <b> https://doi.org/10.1000/a_b"
    assert Text("*") in references[0].pieces
    assert Math("x^2") in references[0].pieces
    (link,) = (one for one in references[0].pieces if isinstance(one, Link))
    assert link.href.url == "https://doi.org/10.1000/a_b"
    assert words(again[1][0].pieces).startswith("[1] Adam")


def test_citations_in_notes_become_footnotes_but_not_inside_of_one(tmp_path: Path) -> None:
    require("pandoc")
    text = "A [@kingma2014adam] b[^1].\n\n[^1]: In [@kingma2014adam] a note.\n"
    with open_style(csl_file(tmp_path, "note", "", "")) as style:
        post = built(tmp_path, text, style)
    cited = [words(one.pieces) for one in post.body if isinstance(one, Cited)]
    assert cited == ["[^aside-1]", "(Kingma and Ba 2014)"]
    tail = words(tuple(one for one in post.body[-4:] if isinstance(one, Plain | Text | Link)))
    assert tail.startswith("[^aside-1]: Kingma and Ba 2014")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("<html></html>", "no CSL style"),
        (
            CSL.replace("<id>", '<link rel="independent-parent" href="x"/><id>'),
            "only names another",
        ),
        ("<style xmlns='http://purl.org/net/xbiblio/csl'>", "pandoc cannot format"),
    ],
)
def test_what_is_no_style_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    require("pandoc")
    path = tmp_path / "x.csl"
    if text is not None:
        path.write_text(text)
    note = make_note("notes/a.md", "[@kingma2014adam]\n")
    with pytest.raises(UsageError, match=said):
        plan(
            make_source(tmp_path, [note]),
            target="fastpages",
            directory=tmp_path / "blog",
            settings=replace(SETTINGS, style=str(path)),
        )


def test_without_pandoc_a_csl_style_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("papernotes.export.making.pandoc.find_spec", lambda _: None)
    with open_style(csl_file(tmp_path)) as style:
        assert built(tmp_path, "No citations.", style).references == ()
        with pytest.raises(UsageError, match="needs pandoc") as caught:
            built(tmp_path, "[@kingma2014adam]", style)
    assert "pypandoc-binary" in caught.value.hint


# --- the note's own paper, and what is public of any -------------------------------------------


def test_the_notes_own_paper_is_a_reference_only_if_cited(tmp_path: Path) -> None:
    front = "---\npaper: kingma2014adam\n---\n"
    assert built(tmp_path, front + "Nothing.").references == ()
    assert built(tmp_path, front + "Nothing.").card is not None
    post = built(tmp_path, front + "As [@kingma2014adam] says; [[vaswani2017attention]].")
    assert [one.key for one in post.references] == ["kingma2014adam"]
    assert post.cited == (ADAM,)


def test_a_public_entry_has_nothing_private() -> None:
    (one,), _ = bib.parse(
        "@article{k, title={A {BERT} for $x^2$}, author={van der Maaten, L. and {The Team}},"
        " journal={J. of X}, year=2008, doi={10.1000/x}, abstract={planted}, keywords={planted},"
        " file={:/home/planted/a.pdf:PDF}, note={planted}, annote={planted}, owner={planted},"
        " howpublished={\\url{file:///home/planted}}, url={file:///planted}, timestamp={planted},"
        " series={~/planted}, pages={1--3}, primaryclass={cs.LG}, comment={planted}}\n",
        "bib/k.bib",
    )
    entry = public_entry(one)
    assert "planted" not in entry
    (again,), problems = bib.parse(entry, "")
    assert not problems
    assert (again.title, again.journal_ref, again.doi) == (one.title, "J. of X", "10.1000/x")
    assert dict(again.extra) == {"pages": "1--3", "options": "useprefix=true"}
    assert public_entry(one, "other").startswith("@article{other,")


# --- how to cite the post ----------------------------------------------------------------------


def own(post: Post, **settings: object) -> Post:
    placements = {"a": Placement("a", date(2026, 1, 2), "/notes/a/")}
    return with_own_citation(post, Site(placements, replace(SETTINGS, **settings)))  # type: ignore[arg-type]


def test_how_to_cite_the_post_is_at_its_end_on_request(tmp_path: Path) -> None:
    plain = built(tmp_path, "---\ntitle: The $x$ of AI & all\n---\nText.\n")
    assert own(plain) is plain
    asked = own(plain, cites_post=True, base_url="https://example.org/blog", title="A Blog")
    (fence,) = (one for one in asked.body if isinstance(one, Fence))
    assert fence.language == "bibtex"
    entry = "\n".join(fence.lines)
    assert entry.startswith("@misc{blogger2026x,")
    (paper,), problems = bib.parse(entry + "\n", "")
    assert not problems
    assert (paper.title, paper.year, paper.month) == ("The $x$ of AI & all", 2026, 1)
    assert [author.family for author in paper.authors] == ["Blogger"]
    assert paper.url == "https://example.org/blog/notes/a/"
    noted = built(tmp_path, "---\ntitle: T\ncite: true\n---\nText.\n")
    assert any(isinstance(one, Fence) for one in own(noted).body)


@pytest.mark.parametrize("heading", ["## References", "Bibliography\n---"])
def test_it_stands_before_the_heading_of_the_references(tmp_path: Path, heading: str) -> None:
    post = own(built(tmp_path, f"A [@kingma2014adam].\n\n{heading}\n"), cites_post=True)
    sources = [one.source for one in post.body if isinstance(one, Text)]
    assert not post.needs_heading
    assert sources[-1].strip() == heading
    assert "## Cite this post\n" in sources[:-1]


def test_works_of_one_first_author_go_by_the_second() -> None:
    def work(key: str, *names: str) -> Paper:
        people = tuple(Author(family=name, given="Jo") for name in names)
        return Paper(citekey=key, title=key, authors=people, year=2020)

    papers = (work("a", "Ho", "Salimans"), work("b", "Ho", "Jain", "Abbeel"), work("c", "Ho"))
    cited = tuple(f"[@{one.citekey}]" for one in papers)
    _, references, _ = styled(AUTHOR_YEAR, *cited, papers=papers)
    assert [one.key for one in references] == ["c", "b", "a"]


def test_an_old_doi_is_a_url() -> None:
    doi = '10.1002/(SICI)1097(19960816)61:7<1173::AID>3.0.CO;2-"x'
    (_, url), *_ = citations.links(Paper("a", "A", doi=doi))
    assert url == "https://doi.org/10.1002/(SICI)1097(19960816)61:7%3C1173::AID%3E3.0.CO;2-%22x"

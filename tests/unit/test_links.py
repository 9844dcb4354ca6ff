from __future__ import annotations

import pytest

from papernotes.links import Address, address, heading_of, note_names, paper_names, shortest_name
from papernotes.models import Link, Note, Paper


def link(kind: str, target: str) -> Link:
    return Link(kind=kind, target=target, start=0, end=0, line=1)


@pytest.mark.parametrize(
    ("kind", "target", "scheme", "key"),
    [
        ("wiki", "Vaswani2017Attention", "name", "vaswani2017attention"),
        ("wiki", "@he2015deep", "name", "he2015deep"),
        ("wiki", "sub/Idea.md", "name", "sub/idea"),
        ("wiki", "note.yo", "name", "note.yo"),
        ("wiki", "../top", "path", "notes/top"),
        ("wiki", "/Idea", "path", "notes/idea"),
        ("wiki", "/notes/Idea.md", "path", "notes/idea"),
        ("wiki", "/../../../Idea", "outside", "/notes/../../../Idea"),
        ("wiki", "sub/", "name", "sub"),
        ("wiki", "Figure 1.png", "file", "Figure 1.png"),
        ("wiki", "arXiv:1706.03762v2", "arxiv", "1706.03762"),
        ("wiki", "doi:10.1000/ABC", "doi", "10.1000/abc"),
        ("wiki", "https://arxiv.org/abs/1706.03762", "arxiv", "1706.03762"),
        ("wiki", "%2e%2e/%2e%2e/x", "name", "%2e%2e/%2e%2e/x"),
        ("wiki", "../../../../etc/passwd", "outside", "../../../../etc/passwd"),
        ("link", "../../../outside.md", "outside", "../../../outside.md"),
        ("link", "%2e%2e/%2e%2e/%2e%2e/x.md", "outside", "../../../x.md"),
        ("link", "/etc/passwd", "path", "etc/passwd"),
        ("link", "data.csv", "path", "notes/sub/data.csv"),
        ("link", "v1.2", "path", "notes/sub/v1.2"),
        ("link", "c%23.md#part", "path", "notes/sub/c#"),
        ("link", "a: b.md", "path", "notes/sub/a: b"),
        ("link", "#part", "here", ""),
        ("wiki", "E\u0301tude", "name", "étude"),
        ("embed", "./other", "path", "notes/sub/other"),
        ("citation", "he2015deep", "citekey", "he2015deep"),
        ("citation", "arXiv:1706.03762v2", "arxiv", "1706.03762"),
        ("citation", "doi:10.1000/ABC", "doi", "10.1000/abc"),
        ("url", "https://arxiv.org/abs/hep-th/9901001v2", "arxiv", "hep-th/9901001"),
        ("url", "https://doi.org/10.48550/arXiv.1412.6980", "arxiv", "1412.6980"),
        ("link", "https://doi.org/10.1000/Xyz", "doi", "10.1000/xyz"),
        ("citation", "doi:10.48550/arXiv.1706.03762v2", "arxiv", "1706.03762"),
        ("link", "https://doi.org/10.1000/Xyz?source=feed#part", "doi", "10.1000/xyz"),
        ("link", "other%20note.md#part", "path", "notes/sub/other note"),
        ("link", "../top.md", "path", "notes/top"),
        ("link", "/notes/top.md", "path", "notes/top"),
    ],
)
def test_where_a_link_points(kind: str, target: str, scheme: str, key: str) -> None:
    assert address(link(kind, target), "notes/sub/here.md") == Address(scheme, key)


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://dl.acm.org/doi/10.1145/359545.359563", "10.1145/359545.359563"),
        ("https://dl.acm.org/doi/pdf/10.1145/359545.359563?x=1", "10.1145/359545.359563"),
        ("https://dl.acm.org/doi/fullHtml/10.1145/3.4#sec-1", "10.1145/3.4"),
        ("http://link.springer.com/chapter/10.1007%2F978-3-642_6", "10.1007/978-3-642_6"),
        ("https://link.springer.com/content/pdf/10.1007/s10589.pdf", "10.1007/s10589"),
        ("http://onlinelibrary.wiley.com/doi/10.1002/978.ch2/summary", "10.1002/978.ch2"),
        ("https://www.frontiersin.org/articles/10.3389/fnins.2019.9/full", "10.3389/fnins.2019.9"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.92v2.full.pdf", "10.1101/2020.01.92"),
        ("https://journals.plos.org/plosone/article?id=10.1371/j.pone.01", "10.1371/j.pone.01"),
        ("https://doi-org.proxy.example.edu/10.1145/3.4", "10.1145/3.4"),
        ("https://web.archive.org/web/2020/https://doi.org/10.1145/3.4", "10.1145/3.4"),
        ("https://www.nature.com/articles/s41557-021-00677-3.pdf", "10.1038/s41557-021-00677-3"),
        ("http://www.nature.com/nature/journal/v5/n7/abs/nature14236.html", "10.1038/nature14236"),
        ("https://aclweb.org/anthology/D18-1009", "10.18653/v1/d18-1009"),
        ("https://aclanthology.org/2020.coling-main.64.pdf", "10.18653/v1/2020.coling-main.64"),
    ],
)
def test_a_page_of_a_publisher_leads_to_its_doi(url: str, doi: str) -> None:
    assert address(link("url", url), "notes/here.md") == Address("doi", doi)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/10.1145/",
        "https://example.org/v/10.12.1/x",
        "https://example.org/?id=10",
        "https://www.nature.com/",
        "https://aclanthology.org/P12-1001",
        "https://[bad/10.1145/3.4",
        "https://example.org/" + "/" * 100_000 + "10.1145",
    ],
)
def test_a_page_of_something_else_leads_to_no_paper(url: str) -> None:
    assert address(link("url", url), "notes/here.md") is None


@pytest.mark.parametrize(
    ("kind", "target", "spelled"),
    [
        ("wiki", "Sub/Idea.md", "Sub/Idea"),
        ("wiki", "../Top", "notes/Top"),
        ("link", "Other%20note.md#part", "notes/sub/Other note"),
        ("citation", "Ho2020", "Ho2020"),
    ],
)
def test_an_address_keeps_the_spelling_that_tells_case_twins_apart(
    kind: str, target: str, spelled: str
) -> None:
    found = address(link(kind, target), "notes/sub/here.md")
    assert found is not None
    assert found.spelled == spelled


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("wiki", ""),
        ("wiki", "https://example.org"),
        ("embed", "figure.png"),
        ("image", "figure.png"),
        ("image", "https://arxiv.org/abs/1706.03762"),
        ("link", "//example.org/a"),
        ("link", "{{ site.baseurl }}/a"),
        ("link", "?page=2"),
        ("url", "https://example.org/1706.03762"),
        ("url", "http://[broken"),
        ("link", "mailto:me@example.org"),
    ],
)
def test_what_leads_to_no_paper_or_note(kind: str, target: str) -> None:
    assert address(link(kind, target), "notes/sub/here.md") is None


def test_a_link_to_a_heading_asks_for_it_however_it_is_written() -> None:
    wiki = Link("wiki", "", 0, 0, 1, heading="Part")
    assert (address(wiki, "notes/a.md"), heading_of(wiki)) == (Address("here", ""), "Part")
    assert heading_of(link("link", "b.md#part-%C3%A9")) == "part-é"
    assert heading_of(link("link", "https://example.org/b.md#part")) == ""


def ranks(names: tuple[object, ...]) -> dict[tuple[str, str], int]:
    return {(name.scheme, name.key): name.rank for name in names}  # type: ignore[attr-defined]


def test_a_note_is_called_by_path_name_end_alias_and_title() -> None:
    note = Note(path="notes/a/b/Idea.md", title="The Idea", body="", aliases=("Einfall",))
    assert ranks(note_names(note)) == {
        ("path", "notes/a/b/idea"): 0,
        ("name", "notes/a/b/idea"): 0,
        ("name", "a/b/idea"): 0,
        ("name", "b/idea"): 3,
        ("name", "idea"): 2,
        ("name", "einfall"): 5,
        ("name", "the idea"): 6,
    }


def test_a_folder_is_called_by_its_index() -> None:
    names = ranks(note_names(Note(path="notes/a/bar/Index.md", title="Bars", body="")))
    assert names["name", "bar"] == names["name", "a/bar"] == names["path", "notes/a/bar"] == 3
    top = ranks(note_names(Note(path="notes/index.md", title="Top", body="")))
    assert set(top) == {
        ("path", "notes/index"),
        ("name", "notes/index"),
        ("name", "index"),
        ("name", "top"),
    }


def test_a_paper_is_called_by_the_doi_of_its_page_but_less_than_by_its_own() -> None:
    page = "https://link.springer.com/article/10.1007/S10.pdf"
    names = ranks(paper_names(Paper("a", "A", url=page)))
    assert names["doi", "10.1007/s10"] == 1
    names = ranks(paper_names(Paper("a", "A", url=page, doi="10.1007/s10")))
    assert names["doi", "10.1007/s10"] == 0
    assert not any(scheme == "doi" for scheme, _ in ranks(paper_names(Paper("a", "A", url="x"))))


def test_the_shortest_name_of_a_note_is_its_own() -> None:
    refs = ["todo", "a/todo", "b/a/Todo", "c/x", "xtodo"]
    assert [shortest_name(ref, refs) for ref in refs] == [
        "/todo",
        "a/todo",
        "b/a/Todo",
        "x",
        "xtodo",
    ]


def test_a_paper_is_called_by_key_id_doi_and_title() -> None:
    paper = Paper(citekey="Ho2020", title="DDPM", arxiv_id="2006.11239", doi="10.1/AB")
    assert ranks(paper_names(paper)) == {
        ("citekey", "Ho2020"): 0,
        ("name", "ho2020"): 1,
        ("arxiv", "2006.11239"): 0,
        ("name", "2006.11239"): 4,
        ("doi", "10.1/ab"): 0,
        ("name", "ddpm"): 6,
    }

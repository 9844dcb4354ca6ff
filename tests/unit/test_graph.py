"""Graphs: what is in them, what must not be, and the forms they are written in."""

from __future__ import annotations

import json
import os
import subprocess
from math import dist
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from papernotes.errors import ConflictError, NotFoundError, UsageError
from papernotes.graph import forces, layout, rendering
from papernotes.graph.drawn import draw
from papernotes.graph.layout import place
from papernotes.library import Library
from papernotes.reports.surveying import Edge, Graph, Node
from tests.factories import entry, open_library, write
from tests.programs import require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOSTILE = 'T "q" \\N & <b>é</b> %%x%% ]]> </script><script>alert(1)</script> \u202e{{7*7}} \x07'


@pytest.fixture
def library(tmp_path: Path) -> Library:
    root = tmp_path / "library"
    library = open_library(root)
    write(
        root,
        "bib/all.bib",
        entry("one", "First Paper", eprint="2001.00001", archivePrefix="arXiv", year="2020")
        + entry("two", "Second Paper", doi="10.1000/x(1)", year="2021")
        + entry("three", "Third Paper", url="javascript:alert(1)")
        + entry("four", "Unread and Unlinked"),
    )
    write(
        root, "notes/one.md", "---\npaper: one\nstatus: read\ntags: [hidden-tag]\n---\n@two @two\n"
    )
    write(
        root,
        "notes/posts/public.md",
        "---\ntitle: Seen %%not this%%\npublish: true\nstatus: reading\ntags: [open]\n"
        'up: "[[other]]"\n---\n[@one] %%[[diary]]%% [[diary]] [[gone]]\n',
    )
    write(root, "notes/other.md", "---\ntitle: Another\npublish: true\n---\n[[three]]\n")
    write(
        root, "notes/diary.md", "---\ntitle: Secret Plan\nprivate: true\n---\n[[public]] [[four]]\n"
    )
    write(root, "notes/more.md", "---\ntitle: More on it\npaper: one\n---\n[[more]]\n")
    return library


def shown(graph: Graph) -> dict[str, str]:
    """Return the edges as text."""
    names = [node.id for node in graph.nodes]
    return {f"{names[e.source]} > {names[e.target]}": f"{e.kind} {e.count}" for e in graph.edges}


def test_what_leads_where_and_how_often(library: Library) -> None:
    graph = library.graph().graph
    assert shown(graph) == {
        "one > two": "cites 2",
        "diary > four": "links 1",
        "diary > posts/public": "links 1",
        "more > one": "about 1",
        "other > three": "links 1",
        "posts/public > diary": "links 1",
        "posts/public > one": "cites 1",
        "posts/public > other": "links 1",
    }
    assert [node.is_paper for node in graph.nodes] == [True] * 4 + [False] * 4
    assert (graph.alone, graph.is_public, max(graph.degrees())) == (0, False, 3)
    urls = {node.id: node.url for node in graph.nodes if node.is_paper}
    assert urls["one"] == "https://arxiv.org/abs/2001.00001"
    assert urls["two"] == "https://doi.org/10.1000/x(1)"
    assert urls["three"] is None


def test_around_one_thing_only_what_is_near(library: Library) -> None:
    def near(ref: str, depth: int) -> set[str]:
        return {node.id for node in library.graph(around=ref, depth=depth).graph.nodes}

    assert near("two", 0) == {"two"}
    assert near("two", 1) == {"one", "two"}
    assert near("two", 2) == {"one", "two", "more", "posts/public"}
    narrow = library.graph("is:paper", around="posts/public").graph
    assert {node.id for node in narrow.nodes} == {"posts/public", "one", "two"}
    with pytest.raises(NotFoundError):
        library.graph(around="nothing")
    with pytest.raises(NotFoundError, match="not published"):
        library.graph(around="diary", is_published=True)


def test_what_has_no_link_is_left_out_unless_it_is_wanted(library: Library) -> None:
    found = library.graph("is:paper").graph
    assert ([node.id for node in found.nodes], found.alone) == (["one", "two"], 2)
    assert len(library.graph("is:paper", has_alone=True).graph.nodes) == 4
    assert library.graph("nosuchword").graph == Graph((), ())


@pytest.mark.parametrize("form", rendering.FORMS)
def test_a_public_picture_says_nothing_private(library: Library, form: str) -> None:
    report = library.graph(is_published=True, to=form)
    assert shown(report.graph) == {"another > three": "links 1", "seen > one": "cites 1"}
    assert report.graph.is_public
    for private in ("Secret", "diary", "hidden-tag", "not this", "reading", "posts", ".md", "More"):
        assert private not in report.text
    for public in ("Seen", "Another", "Doe" if form in ("svg", "dot") else "Third Paper"):
        assert public in report.text


def test_a_query_for_what_is_published_is_public_too_and_exportignore_counts(
    library: Library,
) -> None:
    found = library.graph("is:published", has_alone=True).graph
    assert found.is_public
    assert {(node.id, node.status, node.path) for node in found.nodes} == {
        ("another", None, None),
        ("seen", None, None),
    }
    assert found.edges == ()  # the one between them stands in front matter
    write(library.root, ".exportignore", "posts/\n")
    assert [node.id for node in library.graph("is:published", has_alone=True).graph.nodes] == [
        "another"
    ]
    hidden = library.graph(is_published=True).graph
    assert {node.id for node in hidden.nodes} == {"another", "three"}


def test_a_cited_paper_brings_no_link_of_its_private_note(library: Library) -> None:
    """The note on ``one`` is private and cites ``two``; a published one cites both."""
    write(library.root, "notes/both.md", "---\ntitle: Both\npublish: true\n---\n@one @two\n")
    found = shown(library.graph(is_published=True).graph)
    assert found["both > two"] == "cites 1"
    assert "one > two" not in found


def test_published_notes_have_names_of_their_own(library: Library) -> None:
    write(library.root, "bib/more.bib", entry("seen-2", "Called like a Number"))
    for name, title in (("x", "Seen"), ("y", "Seen 2"), ("z", "Seen")):
        text = f"---\ntitle: {title}\npublish: true\n---\n@seen-2 [[other]]\n"
        write(library.root, f"notes/{name}.md", text)
    names = [node.id for node in library.graph(is_published=True).graph.nodes]
    assert sorted(names) == sorted(set(names))
    assert {"seen", "seen-2", "seen-3", "seen-2-2"} < set(names)


def test_where_a_picture_may_lie_and_what_it_leads_to(library: Library, tmp_path: Path) -> None:
    page = library.root / "pictures/a b.html"
    page.parent.mkdir()
    assert library.graph(output=page).outcome == "new"
    assert library.graph(output=page).outcome == "unchanged"
    assert 'href="../notes/diary.md"' in page.read_text("utf-8")
    assert library.graph("is:paper", output=page).outcome == "changed"
    assert 'href="notes/diary.md"' in library.graph(to="svg").text
    other = tmp_path / "thesis.svg"
    other.write_text("<svg/>")
    with pytest.raises(ConflictError, match="left as it is"):
        library.graph(output=other)
    assert library.graph(output=other, is_forced=True).outcome == "changed"
    with pytest.raises(ConflictError, match="library's own"):
        library.graph(output=library.root / "notes/x.html")
    with pytest.raises(UsageError):
        library.graph(to="png")
    with pytest.raises(UsageError, match=r"picture\.png: no form"):
        library.graph(output=tmp_path / "picture.png")
    assert library.graph(output=tmp_path / "picture.png", to="svg").outcome == "new"


@pytest.mark.parametrize("name", ["papernotes.toml", ".exportignore", "bib/x.svg"])
def test_nothing_of_the_librarys_own_is_ever_replaced(library: Library, name: str) -> None:
    write(library.root, name, "# mine\n")
    path = library.root / name
    with pytest.raises(ConflictError, match="library's own"):
        library.graph(output=path, to="svg", is_forced=True)
    assert path.read_text() == "# mine\n"


def test_only_a_file_can_make_way_for_a_picture(library: Library, tmp_path: Path) -> None:
    """A folder stays, and so does a device: who writes to the null device gets no file there."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(ConflictError, match="is no file"):
            library.graph(output=path, to="svg", is_forced=True)
    assert pipe.is_fifo()


def test_a_text_about_pictures_is_none(library: Library, tmp_path: Path) -> None:
    howto = tmp_path / "howto.html"
    howto.write_text("<!doctype html>\n<p>Run <code>papernotes graph -o x.html</code>.</p>\n")
    with pytest.raises(ConflictError, match="left as it is"):
        library.graph(output=howto)
    for form in rendering.FORMS:
        head = library.graph(to=form).text.encode()[: rendering.HEAD]
        assert rendering.is_picture(head)
        assert rendering.is_picture(head.replace(b"\n", b"\r\n"))


def test_the_same_library_gives_the_same_bytes(library: Library) -> None:
    first = [library.graph(to=form, has_alone=True).text for form in rendering.FORMS]
    library.sync(rebuild=True)
    assert [library.graph(to=form, has_alone=True).text for form in rendering.FORMS] == first


def test_how_far_it_is_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    edges = [(n, n + 1) for n in range(150)] + [(n, n + 1) for n in range(200, 230)]
    place([5.0] * 250, edges, lambda done, of: told.append((done, of)))
    assert told == sorted(set(told))
    assert told[-1] == (250, 250)
    assert 20 < len(told) <= 101
    doings: list[str] = []
    Library.init(tmp_path / "l")
    write(tmp_path / "l", "notes/a.md", "[[b]]\n")
    write(tmp_path / "l", "notes/b.md", "b\n")
    with Library(
        tmp_path / "l",
        progress=lambda doing, _done, _of: doings.append(doing),
        state_dir=tmp_path / "state",
    ) as library:
        library.graph(to="svg")
        library.graph(to="json")
    assert doings.count("drawing") == 2


def test_places_do_not_depend_on_how_python_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    """``sum`` of floats is exact to the last digit from 3.12 on, and was not before."""
    edges = [(n, (n * 7) % 90) for n in range(90)]
    before = place([5.0] * 90, edges)
    for module in (forces, layout):
        monkeypatch.setattr(module, "sum", _summed_as_by_others, raising=False)
    assert place([5.0] * 90, edges) == before


def _summed_as_by_others(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) if all(isinstance(each, int) for each in found) else sum(reversed(found))


def test_a_label_covers_no_node_of_a_sparse_picture_and_stays_in_it() -> None:
    names = ["Short", "A title that is as long as it may be here", "日本語の題名" * 5] * 12
    nodes = tuple(Node(f"n{n:02}", f"{name} {n}", "note", False) for n, name in enumerate(names))
    edges = tuple(Edge(n, (n * 5 + 1) % 36, "links") for n in range(36) if n != (n * 5 + 1) % 36)
    drawn = draw(Graph(nodes, edges), layout.untold)
    assert len(drawn.labels) > 8
    left, _, wide, _ = drawn.box
    for label in drawn.labels:
        columns = sum(1 if ord(char) < 0x1100 else 2 for char in label.text)
        half = 0.29 * drawn.letter * columns
        middle = label.x + half * {"start": 1, "middle": 0, "end": -1}[label.anchor]
        assert left - 0.1 <= middle - half
        assert middle + half <= left + wide + 0.1
        for (x, y), far in zip(drawn.places, drawn.radii, strict=True):
            is_apart = abs(x - middle) >= half + far - 0.2
            high, low = label.y - 0.9 * drawn.letter, label.y + 0.3 * drawn.letter
            assert is_apart or y + far <= high + 0.2 or y - far >= low - 0.2


def hostile() -> Graph:
    nodes = [
        Node("a\\", HOSTILE, "paper", True, (HOSTILE,), 2020, "cs.LG", "read", (HOSTILE,), "https://x/?a=1&b=2"),
        Node('b"', HOSTILE, HOSTILE, False, path='notes/b" onload="x'),
        Node("名前", "日本語の題名" * 20, "note", False),
    ]  # fmt: skip
    return Graph(tuple(nodes), (Edge(1, 0, "about"), Edge(2, 0, "cites", 3), Edge(2, 1, "links")))


def test_no_title_gets_out_of_its_place() -> None:
    page = rendering.render(hostile(), "html", by="kind", to_root="..")
    assert page.count("<script") == 2
    assert "onload=" not in page.replace("%22%20onload%3D", "")
    picture = etree.fromstring(rendering.render(hostile(), "svg", by="status", to_root="").encode())
    assert not picture.xpath("//*[local-name()='script' or @onload]")
    data = json.loads(rendering.render(hostile(), "json", by="kind", to_root=""))
    assert data["nodes"][0]["title"] == HOSTILE
    assert data["edges"][1] == {"source": "名前", "target": "a\\", "kind": "cites", "count": 3}


@pytest.mark.parametrize("by", rendering.BY)
def test_graphviz_reads_it(by: str) -> None:
    text = rendering.render(hostile(), "dot", by=by, to_root="")
    done = subprocess.run(
        [require("dot"), "-Tjson"], input=text.encode(), capture_output=True, check=True
    )
    assert done.stderr == b""
    read = json.loads(done.stdout)
    assert [one["name"] for one in read["objects"]][2] == "名前"
    assert [(one["tail"], one["head"], one["class"]) for one in read["edges"]] == [
        (1, 0, "about"), (2, 0, "cites"), (2, 1, "links"),
    ]  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 40).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=90),
        )
    )
)
def test_nodes_have_places_of_their_own(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = graph
    places = place([5.0] * count, edges)
    assert places == place([5.0] * count, list(reversed(edges)))
    near = [
        (one, other)
        for one in range(count)
        for other in range(one)
        if dist(places[one], places[other]) < 9
    ]
    assert not near


def test_what_is_linked_lies_together() -> None:
    """Two clubs of thirty with one link between them are seen as two."""
    club = [(a, b) for a in range(30) for b in range(a) if (a * 7 + b) % 3 == 0 or b == 0]
    edges = [*club, *((a + 30, b + 30) for a, b in club), (3, 33)]
    places = place([5.0] * 60, edges)
    inside = sum(dist(places[a], places[b]) for a, b in edges[:-1]) / (len(edges) - 1)
    across = sum(dist(places[a], places[a + 30]) for a in range(30)) / 30
    assert across > 1.7 * inside


@pytest.mark.slow
def test_a_star_a_path_and_many_parts_are_drawn_too() -> None:
    star = place([5.0] * 600, [(0, n) for n in range(1, 600)])
    assert max(dist(star[0], each) for each in star) < 3000
    path = place([5.0] * 400, [(n, n + 1) for n in range(399)])
    assert max(dist(path[n], path[n + 1]) for n in range(399)) < 400
    parts = place([5.0] * 1500, [(n, n + 1) for n in range(0, 600, 2)])
    assert len({(round(x), round(y)) for x, y in parts}) == 1500

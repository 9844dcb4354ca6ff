"""The page of a graph in a real browser: nothing asked for, nothing run, found by eye and ear."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.graph import rendering
from papernotes.reports.surveying import Edge, Graph, Node
from tests.programs import require
from tests.site.chromium import Chromium
from tests.unit.test_graph import HOSTILE, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

_AXE = """
axe.run(document, {resultTypes: ["violations"], preload: false}).then(found =>
  JSON.stringify(found.violations.map(one => [one.id, one.help, one.nodes.map(node => node.html)])))
"""
_NEAR = "document.querySelectorAll('.nodes .near').length"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "graph.html"
    path.write_text(rendering.render(hostile(), "html", by="kind", to_root=".."), "utf-8")
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_vnu_finds_no_error(page: Path) -> None:
    picture = page.with_name("graph.svg")
    picture.write_text(rendering.render(hostile(), "svg", by="kind", to_root=".."), "utf-8")
    vnu = [require("java"), "-jar", require("vnu-jar/build/dist/vnu.jar"), "--errors-only"]
    for command in ([*vnu, str(page)], [*vnu, "--svg", str(picture)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("is_dark", "width"),
    [(False, 1280), (True, 390)],
    ids=["light", "dark and small"],
)
def test_axe_finds_nothing_and_nothing_is_asked_for(
    page: Path, chromium: Chromium, is_dark: bool, width: int
) -> None:
    loaded = chromium.open(page.as_uri(), is_dark=is_dark, width=width)
    assert loaded.complaints == []
    assert loaded.requests == [page.as_uri()]
    assert chromium.run("document.body.className") == "live"
    assert chromium.run("document.documentElement.scrollWidth") <= width
    assert chromium.run("getComputedStyle(document.body).margin") == "0px"
    chromium.run(f"{Path(require('axe-core/axe.min.js')).read_text()}; 0")
    assert json.loads(chromium.run(_AXE)) == []


def test_a_node_is_found_chosen_and_filtered(page: Path, chromium: Chromium) -> None:
    loaded = chromium.open(page.as_uri())
    chromium.run("document.getElementById('search').focus()")
    chromium.write("題名")
    assert chromium.run("document.getElementById('hits').textContent") == "1 found"
    chromium.run("document.querySelector('#found button').click()")
    assert chromium.run("document.getElementById('title').textContent").startswith("日本語")
    assert chromium.run("document.querySelectorAll('#out li').length") == 2
    assert chromium.run(_NEAR) == 3
    chromium.run("document.querySelectorAll('#out button')[0].click()")
    assert chromium.run("document.getElementById('title').textContent") == HOSTILE
    links = "[...document.querySelectorAll('#places a')].map(link => link.getAttribute('href'))"
    assert chromium.run(links) == ["https://x/?a=1&b=2"]
    chromium.run("document.querySelector('#kinds input[value=note]').click()")
    assert chromium.run("document.querySelectorAll('.nodes .off').length") == 1
    assert chromium.run("document.querySelector('.links').getAttribute('d')") == ""
    chromium.run("document.getElementById('by').value = 'category'")
    chromium.run("document.getElementById('by').dispatchEvent(new Event('change'))")
    assert chromium.run("document.getElementById('key').textContent").startswith("cs.LG 1")
    assert loaded.complaints == []


def test_names_are_those_of_what_was_looked_for(tmp_path: Path, chromium: Chromium) -> None:
    """Of a picture with many nodes; and it is moved as it is, where it is large, until a rest."""
    nodes = tuple(Node(f"n{n:04}", f"Name {n}", "note", False) for n in range(2_100))
    edges = tuple(Edge(n, n + 1, "links") for n in range(0, 2_100, 2))
    path = tmp_path / "large.html"
    path.write_text(rendering.render(Graph(nodes, edges), "html", by="kind", to_root=""))
    chromium.open(path.as_uri())
    chromium.run("document.getElementById('search').focus()")
    chromium.write("name 77")
    chromium.run("document.querySelector('#found button').click()")
    names = chromium.run("[...document.querySelectorAll('.labels text')].map(t => t.textContent)")
    picked = chromium.run("document.getElementById('title').textContent")
    assert picked in names
    other = f"Name {int(picked[5:]) ^ 1}"
    assert {name for name in names if "77" not in name} <= {other}
    moved = """
      const svg = document.getElementById("graph"), before = svg.getAttribute("viewBox");
      document.getElementById("in").click();
      const now = [svg.getAttribute("viewBox") === before, svg.style.transform];
      new Promise(done => new MutationObserver(() => done(
        [...now, svg.getAttribute("viewBox") === before, svg.style.transform]
      )).observe(svg, {attributeFilter: ["viewBox"]}))"""
    is_same, shift, is_still_same, rest = chromium.run(moved)
    assert (is_same, is_still_same, rest) == (True, False, "")
    assert "scale(1.3" in shift


def test_the_keyboard_goes_from_node_to_node(page: Path, chromium: Chromium) -> None:
    chromium.open(page.as_uri())
    chromium.run("document.querySelector('.nodes [tabindex=\"0\"]').focus()")
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        chromium.press(key)
    assert not chromium.run("document.getElementById('chosen').hidden")
    assert chromium.run("document.activeElement.closest('.nodes') !== null")
    before = chromium.run("document.getElementById('graph').getAttribute('viewBox')")
    chromium.press("+")
    assert chromium.run("document.getElementById('graph').getAttribute('viewBox')") != before
    chromium.press("Escape")
    assert chromium.run("document.getElementById('chosen').hidden")


def test_the_policy_is_at_work(page: Path, chromium: Chromium) -> None:
    bad = page.with_name("bad.html")
    text = page.read_text("utf-8")
    bad.write_text(text.replace("</main>", "<script>document.title = 'run'</script></main>"))
    loaded = chromium.open(bad.as_uri())
    assert chromium.run("document.title") != "run"
    assert any("Content Security Policy" in each for each in loaded.complaints)

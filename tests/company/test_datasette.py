"""The real Datasette shows the store as docs/other-tools.md says, also while it is written to."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from papernotes.store.datasette import read_metadata
from tests.factories import entry, open_library, write
from tests.programs import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library

NOTE = "---\npaper: {key}\nstatus: {status}\ncreated: 2026-01-02\ntags: [rl]\n---\n"


class Shown:
    """A Datasette that is running, and the library it shows."""

    def __init__(self, url: str, library: Library) -> None:
        self.url = url
        self.library = library

    def page(self, path: str) -> str:
        with urlopen(self.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def rows(self, path: str, **more: str) -> list[dict[str, Any]]:
        given = "".join(f"&{name}={quote(value)}" for name, value in more.items())
        rows: list[dict[str, Any]] = json.loads(self.page(f"{path}.json?_shape=array{given}"))
        return rows


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    root: Path = tmp_path_factory.mktemp("datasette") / "library"
    arxiv = {"eprint": "1412.6980", "archiveprefix": "arXiv", "year": "2014"}
    first = entry("kingma2014adam", "Adam <b>", "Kingma, D. P.", keywords="cs.LG, stat.ML", **arxiv)
    write(root, "bib/a.bib", first + entry("roe2020", doi="10.1000/xyz", year="2020"))
    write(root, "notes/kingma2014adam.md", NOTE.format(key="kingma2014adam", status="read"))
    write(root, "notes/roe2020.md", NOTE.format(key="roe2020", status="reading"))
    write(
        root, "notes/x.md", "---\ncreated: 2026-02-03\n---\nAs [@kingma2014adam] says. [[gone]]\n"
    )
    command = [require("datasette"), str(root / "index/papernotes.db")]
    with open_library(root) as library:
        library.sync()
        server = subprocess.Popen(
            [*command, "--metadata", "-", "--port", "0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert server.stdin is not None
        assert server.stderr is not None
        with server:
            try:
                server.stdin.write(read_metadata())
                server.stdin.close()
                told = iter(server.stderr.readline, "")
                url = next(
                    filter(None, (re.search(r"http://127\.0\.0\.1:\d+", each) for each in told))
                )
                yield Shown(url[0], library)
            finally:
                server.terminate()
                server.stderr.read()


def test_titles_facets_and_queries_are_there_and_what_is_ours_alone_is_not(shown: Shown) -> None:
    home = shown.page("/")
    assert "A library of papers and notes" in home
    described = json.loads(read_metadata())["databases"]["papernotes"]
    page = shown.page("/papernotes")
    for query in described["queries"].values():
        assert query["title"] in page
    told = json.loads(shown.page("/papernotes.json"))
    hidden = {table["name"] for table in told["tables"] if table["hidden"]}
    assert hidden >= {"state", "stale", "names", "files", "documents"}
    views = {view["name"] for view in told["views"]}
    there = {table["name"] for table in told["tables"]} | views
    assert described["tables"].keys() <= there
    assert there - described["tables"].keys() == set(), "every table and view is described"


def test_every_described_column_and_facet_exists(shown: Shown) -> None:
    described = json.loads(read_metadata())["databases"]["papernotes"]["tables"]
    for name, table in described.items():
        told = json.loads(shown.page(f"/papernotes/{name}.json?_size=1"))
        facets = {
            each if isinstance(each, str) else each["array"] for each in table.get("facets", ())
        }
        assert {*table.get("columns", ()), *facets} <= set(told["columns"]), name
        assert set(told["facet_results"]) == facets, name


def test_the_catalogue_has_facets_and_links(shown: Shown) -> None:
    told = json.loads(shown.page("/papernotes/catalogue.json"))
    counts = {
        name: {each["value"]: each["count"] for each in facet["results"]}
        for name, facet in told["facet_results"].items()
    }
    assert counts["tags"] == {"rl": 2}
    assert counts["kind"].items() >= {"paper": 2, "note": 1}.items()  # a rant may be there too
    assert counts["status"] == {"read": 1, "reading": 1}
    assert counts["year"] == {2014: 1, 2020: 1}
    assert counts["category"] == {"cs.LG": 1}
    page = shown.page("/papernotes/catalogue?tags__arraycontains=rl")
    assert '<a href="https://arxiv.org/abs/1412.6980">' in page
    assert '<a href="https://doi.org/10.1000/xyz">' in page
    assert "Adam &lt;b&gt;" in page


def test_foreign_keys_are_shown_by_titles(shown: Shown) -> None:
    assert re.search(
        r'<a href="/papernotes/papers/\d+">Adam &lt;b&gt;</a>', shown.page("/papernotes/authors")
    )
    assert re.search(
        r'<a href="/papernotes/notes/\d+">[^<]*x[^<]*</a>', shown.page("/papernotes/links")
    )
    assert re.search(
        r'<a href="/papernotes/files/\d+">bib/a\.bib</a>', shown.page("/papernotes/papers")
    )


def test_every_query_answers(shown: Shown) -> None:
    assert [row["ref"] for row in shown.rows("/papernotes/reading_queue")] == ["roe2020"]
    (most,) = shown.rows("/papernotes/most_cited")
    assert (most["ref"], most["notes"]) == ("kingma2014adam", 1)
    (said,) = shown.rows("/papernotes/said_about", ref="kingma2014adam")
    assert said["sentence"].startswith("As ")
    assert [row["target"] for row in shown.rows("/papernotes/dangling_links")] == ["gone"]
    months = {row["month"]: row["notes"] for row in shown.rows("/papernotes/notes_per_month")}
    assert months == {"2026-02": 1, "2026-01": 2}
    assert [row["year"] for row in shown.rows("/papernotes/papers_per_year")] == [2020, 2014]
    assert shown.rows("/papernotes/words_in_pdfs", text="x") == []


def test_what_is_written_meanwhile_shows_and_writing_is_not_hindered(shown: Shown) -> None:
    shown.rows("/papernotes/catalogue")
    shown.library.new("Written meanwhile", kind="rant")
    shown.library.sync(rebuild=True)
    (row,) = shown.rows("/papernotes/catalogue", kind="rant")
    assert row["title"] == "Written meanwhile"

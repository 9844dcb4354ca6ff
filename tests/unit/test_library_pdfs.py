"""PDFs as files of the library: read once, kept when the machine fails, forgotten when gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import pdf
from papernotes.demo.typeset import render_pdf
from papernotes.errors import PapernotesError
from papernotes.ids import portable_slug
from papernotes.store.connect import connect
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library

PAGES = ("The first page is about apples.", "The second page is about pears.")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    root = tmp_path / "lib"
    write(root, "bib/mine.bib", entry("doe2020", "On Fruit") + entry("Roe:2021", "On Bread"))
    write(root, "pdf/doe2020-v1.pdf", render_pdf(PAGES))
    with open_library(root) as opened:
        yield opened


def refs(library: Library, query: str) -> list[str]:
    return [hit.ref for hit in library.search(query)]


def test_a_hit_names_its_page(library: Library) -> None:
    (hit,) = library.search("pears")
    assert [(each.field, each.page, each.line) for each in hit.fragments] == [("pdf", 2, None)]


def test_a_pdf_belongs_to_the_key_whose_slug_it_is_named_by(library: Library) -> None:
    assert library.show("Roe:2021").pdf == ""
    path = f"pdf/{portable_slug('Roe:2021')}.pdf"
    write(library.root, path, render_pdf(["Bread and butter."]))
    assert refs(library, "butter") == ["Roe:2021"]
    assert library.show("Roe:2021").pdf == path


def test_the_newest_version_is_the_one_searched(library: Library) -> None:
    write(library.root, "pdf/doe2020-v10.pdf", render_pdf(["Only plums are left."]))
    write(library.root, "pdf/doe2020-v9.pdf", render_pdf(["Cherries."]))
    assert refs(library, "plums") == ["doe2020"]
    assert refs(library, "pears") == refs(library, "cherries") == []
    (library.root / "pdf/doe2020-v10.pdf").unlink()
    assert refs(library, "cherries") == ["doe2020"]


def test_what_was_read_is_kept_while_the_reader_fails(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refs(library, "pears") == ["doe2020"]
    with monkeypatch.context() as broken:
        broken.setattr(pdf, "_start", fail_to_start)
        write(library.root, "pdf/doe2020-v1.pdf", render_pdf(["Only plums are left."]))
        report = library.sync()
        assert [problem.code for problem in report.problems] == ["pdf-unreadable"]
        assert refs(library, "pears") == ["doe2020"]
    assert library.sync().problems == ()
    assert refs(library, "plums") == ["doe2020"]
    assert refs(library, "pears") == []


def fail_to_start(_megabytes: int) -> None:
    raise PapernotesError("the reader of PDFs does not start: no memory")


def test_one_deleted_before_it_could_be_read_is_forgotten(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(library.root, "pdf/roe.pdf", render_pdf(["x"]))
    with monkeypatch.context() as without:
        without.setattr("papernotes.sync.pdfs.is_available", lambda: False)
        library.sync(rebuild=True)
        assert library.list("has:pdf").total == 1
    (library.root / "pdf/doe2020-v1.pdf").unlink()
    library.sync()
    assert library.list("has:pdf").total == 0
    assert library.show("doe2020").pdf == ""


def test_a_page_is_found_without_looking_at_all_pages(library: Library) -> None:
    library.sync()
    connection = connect(library.root / "index/papernotes.db")
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT page, text FROM pages WHERE pdf_id ="
        " (SELECT id FROM pdfs WHERE path = (SELECT pdf FROM library WHERE id = 1)) ORDER BY page"
    ).fetchall()
    connection.close()
    steps = [row[3] for row in plan]
    assert any("SEARCH pages" in step for step in steps)
    assert not any(step.startswith(("SCAN pages", "SCAN pdfs", "SCAN papers")) for step in steps)


def test_a_pdf_that_an_entry_names_is_copied_when_asked_for(
    library: Library, tmp_path: Path
) -> None:
    attached = tmp_path / "storage/Doe - Wine.pdf"
    attached.parent.mkdir()
    attached.write_bytes(render_pdf(["A page about wine."]))
    write(library.root, "bib/mine.bib", entry("doe2022", "On Wine", file=f":{attached}:PDF"))
    assert library.show("doe2022").pdf == str(attached)
    assert refs(library, "pdf:wine") == []
    (result,) = library.pdf(["doe2022"], is_dry_run=True).results
    assert (result.outcome, (library.root / "pdf/doe2022.pdf").exists()) == ("wanted", False)
    (result,) = library.pdf(["doe2022"]).results
    assert (result.outcome, result.path) == ("copied", "pdf/doe2022.pdf")
    assert refs(library, "pdf:wine") == ["doe2022"]
    assert attached.exists()
    assert library.show("doe2022").pdf == "pdf/doe2022.pdf"
    (result,) = library.pdf(["doe2022"]).results
    assert result.outcome == "known"

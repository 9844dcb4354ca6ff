"""All keys are made anew by a template, each file and note once, or nothing is done."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import ConfigError, ConflictError, PapernotesError
from papernotes.models import Author
from tests.factories import entry, open_library, write
from tests.renaming import outcomes, own, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.reports.changing import RenameReport


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lib"


@pytest.fixture
def library(root: Path) -> Iterator[Library]:
    with open_library(root) as library:
        yield library


def shelf(root: Path) -> None:
    for key, family, year in (
        ("doe2020apples", "Doe", 2020),
        ("roe2019pears", "Roe", 2019),
        ("x", "Doe", 2020),
        ("poe2018", "Poe", 2018),
    ):
        own(
            root,
            key,
            note=f"---\npaper: {key}\n---\n",
            authors=(Author(family),),
            year=year,
            published=None,
        )
    write(root, "bib/zotero.bib", entry("zot", author="Zot, A.", year="2000"))
    write(root, "notes/a.md", "[@doe2020apples; @x; @roe2019pears; @zot; @poe2018]\n")


def test_all_keys_are_made_anew_and_stay(root: Path, library: Library) -> None:
    shelf(root)
    report = library.rename_all(template="{auth}{year}")
    assert outcomes(report) == {
        "doe2020apples": ("doe2020", "renamed"),
        "roe2019pears": ("roe2019", "renamed"),
        "x": ("doe2020a", "renamed"),
        "poe2018": ("poe2018", "kept"),
        "zot": ("zot", "foreign"),
    }
    text = "[@doe2020; @doe2020a; @roe2019; @zot; @poe2018]\n"
    assert (root / "notes/a.md").read_text() == text
    before = tree(root)
    again = library.rename_all(template="{auth}{year}")
    assert {each.outcome for each in again.results} == {"kept", "foreign"}
    assert tree(root) == before


def test_only_what_matches_is_renamed(root: Path, library: Library) -> None:
    shelf(root)
    report = library.rename_all("year:2019", template="{auth}{year}")
    assert outcomes(report) == {"roe2019pears": ("roe2019", "renamed")}
    assert library.show("doe2020apples").paper is not None


def test_swapped_keys_swap_everything(root: Path, library: Library) -> None:
    for key, other in (("ann", "ben"), ("ben", "cid"), ("cid", "ann")):
        own(root, key, note=f"---\npaper: {key}\n---\nI am {other}.\n", authors=(Author(other),))
        write(root, f"pdf/{key}.pdf", f"%PDF-1.4 {other}".encode())
        os.utime(root / f"pdf/{key}.pdf", (10**9 + ord(key[0]), 10**9 + ord(key[0])))
    write(root, "notes/a.md", "@ann @ben @cid")
    before = tree(root)
    library.rename_all(template="{auth}")
    assert (root / "notes/a.md").read_text() == "@ben @cid @ann"
    for key in ("ann", "ben", "cid"):
        assert (root / f"notes/{key}.md").read_text() == f"---\npaper: {key}\n---\nI am {key}.\n"
        assert (root / f"pdf/{key}.pdf").read_text() == f"%PDF-1.4 {key}"
        card = library.show(key)
        assert card.paper is not None
        assert card.paper.authors == (Author(key),)
        assert card.pdf == f"pdf/{key}.pdf"
    assert len(tree(root)) == len(before)


def test_what_cannot_be_renamed_is_accounted_for_and_the_rest_is_done(
    root: Path, library: Library
) -> None:
    shelf(root)
    write(root, "notes/bad.md", b"\xff [[doe2020apples]]")
    report = library.rename_all(template="{auth}{year}")
    found = outcomes(report)
    assert found["doe2020apples"] == ("doe2020", "failed")
    assert found["roe2019pears"] == ("roe2019", "renamed")
    assert found["x"] == ("doe2020", "renamed")
    (failed,) = [each for each in report.results if each.outcome == "failed"]
    assert "notes/bad.md:1: is not UTF-8" in failed.message
    assert (
        root / "notes/a.md"
    ).read_text() == "[@doe2020apples; @doe2020; @roe2019; @zot; @poe2018]\n"


def test_links_by_a_title_go_on_leading_where_they_did(root: Path, library: Library) -> None:
    own(root, "ann", title="Apples", arxiv_id="2001.00001")
    own(root, "ben", title="Pears", arxiv_id="2001.00002", authors=(Author("Apples"),))
    write(root, "notes/a.md", "[[apples]] [[pears]]\n")
    assert outcomes(library.rename_all(template="{auth|title}")) == {
        "ann": ("doe", "renamed"),
        "ben": ("applesa", "renamed"),
    }
    assert outcomes(library.rename_all(template="{shorttitle}")) == {
        "applesa": ("pears", "renamed"),
        "doe": ("apples", "renamed"),
    }
    assert (root / "notes/a.md").read_text() == "[[apples]] [[pears]]\n"


@pytest.mark.parametrize("template", ["{auth}.md", "arXiv:{arxiv}", "{auth}.pdf"])
def test_a_key_that_no_link_could_hold_is_refused(
    root: Path, library: Library, template: str
) -> None:
    own(root, "doe", arxiv_id="2001.00001")
    before = tree(root)
    (result,) = library.rename_all(template=template).results
    assert (result.outcome, result.exit_status) == ("failed", 2)
    assert "cannot be a citation key" in result.message
    assert tree(root) == before


def test_it_is_asked_before_anything_is_done(root: Path, library: Library) -> None:
    shelf(root)
    before = tree(root)
    seen: list[RenameReport] = []

    def agree(plan: RenameReport) -> bool:
        seen.append(plan)
        assert tree(root) == before
        return len(seen) > 1

    refused = library.rename_all(template="{auth}{year}", agree=agree)
    assert refused.is_dry_run
    assert tree(root) == before
    done = library.rename_all(template="{auth}{year}", agree=agree)
    assert not done.is_dry_run
    assert (done.results, done.files) == (seen[1].results, seen[1].files)
    library.rename_all(template="{auth}{year}", agree=lambda _: pytest.fail("nothing to ask"))


def test_a_library_that_changed_while_it_was_asked_is_left_alone(
    root: Path, library: Library
) -> None:
    shelf(root)
    library.sync()

    def agree(_plan: RenameReport) -> bool:
        write(root, "notes/new.md", "[[x]]")
        return True

    with pytest.raises(ConflictError, match="changed since the plan was made"):
        library.rename_all(template="{auth}{year}", agree=agree)
    assert (root / "bib/x.bib").exists()


def test_a_template_that_is_none_is_refused_first(root: Path, library: Library) -> None:
    own(root, "doe2020")
    with pytest.raises(ConfigError):
        library.rename_all(template="{nonsense}")


def test_a_renaming_that_died_is_finished_and_nothing_is_held_back(
    root: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        own(root, f"k{number}", note=f"---\npaper: k{number}\n---\n", authors=(Author("Doe"),))
    library.sync()

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("papernotes.files.changes.carry_out_move", die)
    monkeypatch.setattr("papernotes.files.changes.flush_folder", die)
    with pytest.raises(KeyboardInterrupt):
        library.rename_all(template="{auth}")
    monkeypatch.undo()
    notices: list[str] = []
    with open_library(root, notify=notices.append) as other:
        report = other.sync()
        assert report.held_back == ()
        assert {hit.ref[:3] for hit in other.list(limit=0)} == {"doe"}
    assert not any("vanished" in notice for notice in notices)


def test_refusals_are_errors_of_ours(root: Path, library: Library) -> None:
    own(root, "doe2020")
    for ref, new in (("nobody", "x"), ("doe2020", "a b")):
        with pytest.raises(PapernotesError) as error:
            library.rename(ref, new)
        assert error.value.hint

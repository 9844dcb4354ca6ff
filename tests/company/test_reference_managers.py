"""What docs/other-tools.md says of Zotero and JabRef, on files that they wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import ConflictError
from papernotes.library.ownership import own_path
from tests.factories import open_library, write

if TYPE_CHECKING:
    from papernotes.library import Library

SHARED = Path(__file__).parents[3] / "shared/corpora/bib/fixtures"
EXPORTS = SHARED / "retorquere-bibtex-parser"
ZOTERO = EXPORTS / "export/auto-export.before.biblatex"
WITH_FILES = EXPORTS / "export/Better BibTeX.027.bibtex"
JABREF = EXPORTS / "input/Jabref groups import does not work #717.3.8.bib"
WISDOM = "files/BaltesStaudinger2000/Baltes_Staudinger_2000_Wisdom.pdf"
SAVED_BY_JABREF = """\
@Misc{vaswani2017attention,
  author          = {Vaswani, Ashish and Shazeer, Noam},
  title           = {Attention Is All You Need},
  arxiv_published = {2017-06-12T17:57:34Z},
  comment         = {written in JabRef},
  eprint          = {1706.03762},
  groups          = {favourites},
  year            = {2017},
}

@Comment{jabref-meta: databaseType:bibtex;}

@Comment{jabref-meta: grouping:
0 AllEntriesGroup:;
1 StaticGroup:favourites\\;0\\;1\\;0x8a8a8aff\\;\\;\\;;
}
"""

pytestmark = pytest.mark.skipif(
    not EXPORTS.is_dir(), reason="the files of Zotero and JabRef are not on this machine"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a library into whose bib/ Zotero and JabRef write."""
    root = tmp_path / "library"
    write(root, "bib/zotero.bib", ZOTERO.read_bytes())
    write(root, "bib/jabref.bib", JABREF.read_bytes())
    return root


def kept(root: Path) -> dict[str, tuple[bytes, int]]:
    """Return the files that other programs keep: their bytes and times."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted((root / "bib").glob("*.bib"))
    }


def codes(library: Library) -> set[tuple[str, str]]:
    found = library.doctor().findings
    return {(each.code, each.path) for each in found if not each.is_hint}


def test_nothing_that_papernotes_does_touches_their_files(root: Path) -> None:
    before = kept(root)
    with open_library(root) as library:
        assert len(library.list(limit=0).hits) == 7
        library.set_status(["CapEA11", "Doe-2017"], "reading", rating=4)
        library.tag(["CapEA11"], add=["storage"])
        library.rename_tag("storage", "disks")
        write(root, "notes/mine.md", "As [@CapEA11] and [[Doe-2017]] say.\n")
        for key in ("CapEA11", "Doe-2017"):
            (renamed,) = library.rename(key, "other").results
            assert renamed.outcome == "foreign"
            with pytest.raises(ConflictError):
                library.remove([key])
        library.doctor(fix=True)
        library.rename_all()
        assert library.add_bib([str(ZOTERO)]).results[0].outcome == "known"
        assert codes(library) == set()
    assert kept(root) == before


def test_what_changes_there_is_seen_and_notes_stay(root: Path) -> None:
    text = ZOTERO.read_text(encoding="utf-8")
    with open_library(root) as library:
        library.set_status(["CapEA11", "CumEA14", "TayEA11"], "read")
        write(root, "notes/mine.md", "As [@CapEA11] and [@TayEA11] say.\n")
        notes = {path: path.read_bytes() for path in (root / "notes").glob("*.md")}
        changed = text.replace("{CapEA11,", "{cappello2011,\n  ids = {CapEA11},")
        changed = changed.replace("An Overview of CMIP5", "A View")
        start, end = changed.index("@inproceedings{CumEA14"), changed.index("@article{TayEA11")
        write(root, "bib/zotero.bib", changed[:start] + changed[end:])
        assert codes(library) == {("no-paper", f"notes/{key}.md") for key in ("capea11", "cumea14")}
        assert {path: path.read_bytes() for path in notes} == notes
        assert library.show("TayEA11").title.startswith("An Overview")
        assert library.show("CapEA11").ref == "cappello2011"
        library.doctor(fix=True)
        note = library.show("cappello2011").note
        assert note is not None
        assert note.status == "read"
        assert codes(library) == {("no-paper", "notes/cumea14.md")}


@pytest.mark.parametrize("data", [b"", None])
def test_a_file_that_is_gone_for_a_while_loses_nothing(root: Path, data: bytes | None) -> None:
    whole = ZOTERO.read_bytes()
    with open_library(root) as library:
        library.set_status(["CapEA11"], "read")
        before = library.list(limit=0).hits
        if data is None:
            (root / "bib/zotero.bib").unlink()
        else:
            write(root, "bib/zotero.bib", data)
        assert {hit.ref for hit in library.list(limit=0).hits} >= {"capea11", "Doe-2017"}
        assert "TayEA11" not in {hit.ref for hit in library.list(limit=0).hits}
        write(root, "bib/zotero.bib", whole)
        assert library.list(limit=0).hits == before


def test_keywords_and_groups_become_tags_and_entries_stay_as_they_are(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        files = [str(ZOTERO), str(JABREF)]
        report = library.add_bib(files, has_note=True, has_keywords=True)
        assert {each.outcome for each in report.results} == {"added"}
        counts = {each.tag: each.count for each in library.tags().tags}
        assert counts["bdec15"] == 3
        assert counts["my-subgroup-3"] == counts["my-other-subgroup-3"] == 2
        copied = (library.root / own_path("CapEA11")).read_text(encoding="utf-8")
        fields = ZOTERO.read_text(encoding="utf-8").split("\n\n@")[0].strip().splitlines()
        assert [line.rstrip(",") for line in copied.splitlines()[1:]] == [
            line.rstrip(",") for line in fields
        ]
        before = kept(library.root)
        again = library.add_bib(files, has_note=True, has_keywords=True)
        assert {each.outcome for each in again.results} == {"known"}
        assert kept(library.root) == before


def test_a_pdf_is_looked_for_from_the_file_that_names_it(root: Path) -> None:
    write(root, "bib/files.bib", WITH_FILES.read_bytes())
    with open_library(root) as library:
        assert library.show("BaltesStaudinger2000").pdf == ""
        write(root, f"bib/{WISDOM}", b"%PDF-1.4\n%%EOF\n")
        assert library.show("BaltesStaudinger2000").pdf == str(root.resolve() / "bib" / WISDOM)


def test_an_entry_of_ours_that_jabref_saved_stays_ours(root: Path) -> None:
    write(root, "bib/vaswani2017attention.bib", SAVED_BY_JABREF)
    with open_library(root) as library:
        (renamed,) = library.rename("vaswani2017attention", "attention").results
        assert renamed.outcome == "renamed"
    after = (root / "bib/attention.bib").read_text(encoding="utf-8")
    assert after == SAVED_BY_JABREF.replace("vaswani2017attention", "attention")

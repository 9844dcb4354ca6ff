"""A paper or note gets another name: its files, all notes, store and index follow, or nothing."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.errors import (
    ConflictError,
    FormatError,
    NotFoundError,
    UsageError,
)
from papernotes.models import Author
from tests.factories import entry, open_library, write
from tests.renaming import outcomes, own, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lib"


@pytest.fixture
def library(root: Path) -> Iterator[Library]:
    with open_library(root) as library:
        yield library


def test_everything_follows_a_key_and_comes_back(root: Path, library: Library) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\n---\nMine, see [[other#doe2020]].\n")
    write(
        root, "notes/other.md", "# Other\n\n[@doe2020, p. 3] [[doe2020|D]] [x](doe2020.md) doe2020"
    )
    write(root, "notes/deep/second.md", "---\r\npaper: '@doe2020'\r\n---\r\n![[notes/doe2020]]\r\n")
    write(root, "notes/quiet.md", "doe2020 and `@doe2020`\n")
    for name in ("doe2020.pdf", "doe2020-v2.pdf"):
        write(root, f"pdf/{name}", b"%PDF-1.4 nothing")
    (root / "notes/doe2020.md").chmod(0o600)
    library.sync()
    before, quiet = tree(root), (root / "notes/quiet.md").stat()
    report = library.rename("doe2020", "roe2021")
    assert outcomes(report) == {"doe2020": ("roe2021", "renamed")}
    assert {(each.path, each.new_path, each.lines) for each in report.files} == {
        ("bib/doe2020.bib", "bib/roe2021.bib", (1,)),
        ("notes/doe2020.md", "notes/roe2021.md", (2,)),
        ("notes/other.md", "", (3,)),
        ("notes/deep/second.md", "", (2, 4)),
        ("pdf/doe2020.pdf", "pdf/roe2021.pdf", ()),
        ("pdf/doe2020-v2.pdf", "pdf/roe2021-v2.pdf", ()),
    }
    text = (root / "notes/other.md").read_text()
    assert text == "# Other\n\n[@roe2021, p. 3] [[roe2021|D]] [x](roe2021.md) doe2020"
    assert (root / "notes/quiet.md").stat() == quiet
    assert stat.S_IMODE((root / "notes/roe2021.md").stat().st_mode) == 0o600
    card = library.show("roe2021")
    assert card.paper is not None
    assert card.note is not None
    assert card.note.path == "notes/roe2021.md"
    assert card.pdf == "pdf/roe2021-v2.pdf"
    assert card.other_notes == ("deep/second",)
    assert {each.ref for each in card.backlinks} == {"other", "deep/second"}
    assert next(iter(library.search("roe2021"))).ref == "roe2021"
    with pytest.raises(NotFoundError):
        library.show("doe2020")
    library.rename("roe2021", "doe2020")
    assert tree(root) == before
    assert stat.S_IMODE((root / "notes/doe2020.md").stat().st_mode) == 0o600


def test_the_store_is_what_a_rebuild_makes(root: Path, library: Library) -> None:
    for number in range(12):
        own(root, f"k{number}", note=f"---\npaper: k{number}\n---\n[[k{number + 1}]]\n", year=2020)
    library.sync()
    done = library.rename_all(template="new{year}")
    assert {each.outcome for each in done.results} == {"renamed"}
    listed = library.list(sort="title", limit=0)
    cards = [library.show(hit.ref) for hit in listed]
    library.sync(rebuild=True)
    assert library.list(sort="title", limit=0) == listed
    assert [library.show(hit.ref) for hit in listed] == cards
    assert len(listed) == 12
    assert all(hit.ref.startswith("new2020") for hit in listed)


def test_links_to_pdfs_follow(root: Path, library: Library) -> None:
    own(root, "doe2020")
    for name in ("doe2020.pdf", "doe2020-v2.pdf", "doe2020x.pdf", "deep/doe2020.pdf"):
        write(root, f"pdf/{name}", f"%PDF-1.4 {name}".encode())
    text = (
        "![[doe2020.pdf]] [[doe2020-v2.pdf#page=3|p. 3]] [[pdf/doe2020.pdf]] "
        "[x](../pdf/doe2020-v2.pdf#page=2) ![y](../pdf/deep/doe2020.pdf) "
    )
    others = "[[doe2020x.pdf]] [z](doe2020.pdf) [w](https://x.org/doe2020.pdf) `doe2020.pdf`"
    write(root, "notes/a.md", text + others)
    before = tree(root)
    library.rename("doe2020", "roe2021")
    assert (root / "notes/a.md").read_text() == text.replace("doe2020", "roe2021") + others
    library.rename("roe2021", "doe2020")
    assert tree(root) == before


def test_entries_that_refer_to_it_follow(root: Path, library: Library) -> None:
    own(root, "doe2020")
    own(root, "roe2021", extra=(("related", "doe2020"),))
    write(root, "bib/zotero.bib", entry("zot", related="doe2020"))
    before = tree(root)
    report = library.rename("doe2020", "new", is_dry_run=True)
    assert [each.path for each in report.files] == ["bib/doe2020.bib", "bib/roe2021.bib"]
    library.rename("doe2020", "new")
    assert b"related = {new}" in (root / "bib/roe2021.bib").read_bytes()
    assert (root / "bib/zotero.bib").read_bytes() == before["bib/zotero.bib"]
    library.rename("roe2021", "other")
    library.rename("other", "roe2021")
    library.rename("new", "doe2020")
    assert tree(root) == before


def test_entries_that_refer_to_each_other_change_keys(root: Path, library: Library) -> None:
    own(root, "ann", authors=(Author("ben"),), extra=(("related", "ben"),))
    own(root, "ben", authors=(Author("ann"),), extra=(("related", "ann"),))
    library.rename_all(template="{auth}")
    for key, other in (("ann", "ben"), ("ben", "ann")):
        text = (root / f"bib/{key}.bib").read_text()
        assert f"@misc{{{key},\n" in text
        assert f"related = {{{other}}}" in text


def test_links_to_pdfs_follow_however_they_are_spelled(root: Path, library: Library) -> None:
    own(root, "doe+2020")
    for name in ("doe+2020.PDF", "Doe+2020-v2.pdf"):
        write(root, f"pdf/{name}", f"%PDF-1.4 {name}".encode())
    text = "[x](../pdf/doe%2B2020.PDF) [[Doe+2020-v2.pdf]]"
    write(root, "notes/a.md", text)
    write(root, "notes/b.md", "[x](../pdf/doe%2B2020.PDF)")
    library.rename("doe+2020", "roe")
    assert (root / "notes/a.md").read_text() == "[x](../pdf/roe.PDF) [[roe-v2.pdf]]"
    assert (root / "notes/b.md").read_text() == "[x](../pdf/roe.PDF)"


def test_a_key_that_ends_like_a_file_is_a_key(root: Path, library: Library) -> None:
    own(root, "doe.pdf", note="---\npaper: doe.pdf\n---\n")
    write(root, "notes/a.md", "@doe.pdf [[doe.pdf]] [x](doe.pdf.md)")
    library.rename("doe.pdf", "roe")
    assert (root / "notes/a.md").read_text() == "@roe [[roe]] [x](roe.md)"


def test_links_by_title_alias_or_id_stay(root: Path, library: Library) -> None:
    own(root, "doe2020", title="On Apples", arxiv_id="2001.00001")
    text = (
        "[[On Apples]] [[fruit]] [@arxiv:2001.00001] https://arxiv.org/abs/2001.00001 [[doe2020]]"
    )
    write(root, "notes/a.md", text)
    write(root, "notes/doe2020.md", "---\npaper: doe2020\naliases: [fruit]\n---\n")
    library.rename("doe2020", "roe")
    assert (root / "notes/a.md").read_text() == text.replace("[[doe2020]]", "[[roe]]")


def test_links_to_another_thing_of_that_name_stay(root: Path, library: Library) -> None:
    own(root, "doe2020")
    write(root, "notes/deep/doe2020.md", "# Not about it\n")
    text = "[[doe2020]] [[deep/doe2020]] [x](deep/doe2020.md) @doe2020"
    write(root, "notes/a.md", text)
    library.rename("doe2020", "roe")
    assert (root / "notes/a.md").read_text() == (
        "[[roe]] [[deep/doe2020]] [x](deep/doe2020.md) @roe"
    )


def test_a_free_note_is_renamed_in_its_folder(root: Path, library: Library) -> None:
    write(root, "notes/deep/apples.md", "# Apples\n")
    write(root, "notes/a.md", "[[apples]] [[deep/apples#x|y]] [z](deep/apples.md#x) [[Apples]]\n")
    before = tree(root)
    report = library.rename("apples", "Green pears")
    assert outcomes(report) == {"deep/apples": ("deep/Green pears", "renamed")}
    assert (root / "notes/deep/Green pears.md").read_text() == "# Apples\n"
    text = (root / "notes/a.md").read_text()
    assert "[[Green pears]] [[deep/Green pears#x|y]] [z](deep/Green%20pears.md#x)" in text
    library.rename("Green pears", "deep/apples")
    assert tree(root)["notes/deep/apples.md"] == before["notes/deep/apples.md"]


def test_a_key_is_no_name_of_a_free_note(root: Path, library: Library) -> None:
    own(root, "doe2020")
    write(root, "notes/a.md", "# A\n")
    with pytest.raises(ConflictError, match=r"doe2020 stands in bib/doe2020\.bib:1"):
        library.rename("a", "doe2020")


CONFLICTS = {
    "roe2021": "bib/roe2021.bib:1",
    "ROE2021": "bib/roe2021.bib:1",
    "taken": "notes/taken.md",
    "file": "bib/file.bib",
    "print": "pdf/print.pdf",
    "zotero": "bib/lib.bib:1",
}


@pytest.mark.parametrize("new", CONFLICTS)
def test_names_that_are_taken_are_refused(root: Path, library: Library, new: str) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\n---\n")
    own(root, "roe2021")
    write(root, "notes/taken.md", "# Taken\n")
    write(root, "bib/file.bib", "% nothing\n")
    write(root, "pdf/print.pdf", b"%PDF-1.4")
    write(root, "bib/lib.bib", entry("zotero"))
    before = tree(root)
    with pytest.raises(ConflictError, match=CONFLICTS[new]):
        library.rename("doe2020", new)
    assert tree(root) == before


@pytest.mark.parametrize("new", ["sub/a", "Notes/sub/A"])
def test_a_key_is_no_path_of_a_note(root: Path, library: Library, new: str) -> None:
    own(root, "doe2020")
    write(root, "notes/sub/a.md", "[[doe2020]]\n")
    with pytest.raises(ConflictError, match=r"is taken: notes/sub/a\.md has this name"):
        library.rename("doe2020", new)


@pytest.mark.parametrize("new", ["Adam", "optimisers", "apples", "sub/opt", "2001.00001"])
def test_a_name_by_which_links_lead_elsewhere_is_taken(
    root: Path, library: Library, new: str
) -> None:
    own(root, "doe2020", title="On Doe", note="---\npaper: doe2020\naliases: [mine]\n---\n")
    own(root, "roe2021", title="Apples", arxiv_id="2001.00001")
    write(root, "notes/deep/sub/opt.md", "---\naliases: [adam]\ntitle: Optimisers\n---\n")
    write(root, "notes/a.md", "[[mine]] [[On Doe]]\n")
    assert outcomes(library.rename("doe2020", new)) == {"doe2020": (new, "renamed")}
    library.rename(new, "doe2020")
    write(root, "notes/a.md", f"[[mine]] [[On Doe]] [[{new}]]\n")
    before = tree(root)
    with pytest.raises(ConflictError, match=r"is taken: links lead to .* by this name"):
        library.rename("doe2020", new)
    assert tree(root) == before
    assert outcomes(library.rename("doe2020", "mine")) == {"doe2020": ("mine", "renamed")}


def test_a_hidden_file_in_the_way_is_seen_at_last(root: Path, library: Library) -> None:
    own(root, "doe2020")
    library.sync()
    (root / "bib/roe.bib").mkdir()
    before = tree(root)
    with pytest.raises(ConflictError, match=r"bib/roe\.bib: exists already"):
        library.rename("doe2020", "roe")
    assert tree(root) == before


def test_only_the_case_may_change(root: Path, library: Library) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\n---\n")
    write(root, "notes/a.md", "@doe2020 [[doe2020]] [x](doe2020.md)")
    before = tree(root)
    library.rename("doe2020", "Doe2020")
    assert sorted(tree(root)) == sorted(before)
    assert (root / "notes/a.md").read_text() == "@Doe2020 [[Doe2020]] [x](doe2020.md)"
    library.rename("Doe2020", "doe2020")
    assert tree(root) == before


def test_the_same_name_changes_nothing(root: Path, library: Library) -> None:
    own(root, "doe2020")
    before = tree(root)
    assert outcomes(library.rename("doe2020", "doe2020")) == {"doe2020": ("doe2020", "kept")}
    assert tree(root) == before


@pytest.mark.parametrize("new", ["a b", "a,b", "a@b", "a]", "{a}", "", "../x"])
def test_a_key_that_cannot_be_is_a_wrong_request(root: Path, library: Library, new: str) -> None:
    own(root, "doe2020")
    with pytest.raises(UsageError):
        library.rename("doe2020", new)


def test_an_entry_of_another_program_is_only_told_of(root: Path, library: Library) -> None:
    write(root, "bib/zotero.bib", "\n" + entry("doe2020"))
    write(root, "notes/doe2020.md", "---\npaper: doe2020\n---\n")
    write(root, "notes/a.md", "x\n[[doe2020]]\n")
    before = tree(root)
    report = library.rename("doe2020", "roe")
    (result,) = report.results
    assert (result.outcome, result.exit_status) == ("foreign", 4)
    assert "bib/zotero.bib:2, which papernotes did not make" in result.message
    assert {(each.path, each.lines) for each in report.files} == {
        ("bib/zotero.bib", (2,)),
        ("notes/a.md", (2,)),
        ("notes/doe2020.md", (2,)),
    }
    assert tree(root) == before


def test_a_key_that_stands_twice_is_only_told_of(root: Path, library: Library) -> None:
    own(root, "doe2020")
    write(root, "bib/zotero.bib", entry("doe2020"))
    before = tree(root)
    (result,) = library.rename("doe2020", "roe").results
    assert result.outcome == "foreign"
    assert "bib/doe2020.bib:1, bib/zotero.bib:1" in result.message
    assert tree(root) == before


def test_an_imported_entry_is_ours(root: Path, library: Library) -> None:
    text = f"% papernotes: imported from x.bib on 2026-11-22\r\n{entry('doe', ids='old')}"
    write(root, "bib/doe.bib", text)
    library.rename("doe", "roe")
    assert (root / "bib/roe.bib").read_bytes().decode() == text.replace("{doe,", "{roe,")


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "a.md": ("---\npaper: doe2020\ntitle: a: b\n---\n", r"notes/a\.md:3: the front matter is not"),
    "b.md": ("---\nx: &a 1\npaper: doe2020\n---\n", r"notes/b\.md:\d: "),
    "c.md": ("---\npaper: doe2020\n[[doe2020]]\n", r"notes/c\.md:1: its front matter"),
    "d.md": (b"\xff [[doe2020]]\n", r"notes/d\.md:1: is not UTF-8"),
    "e.md": (b"\0 [[doe2020]]\n", r"notes/e\.md:1: has a NUL byte"),
    "f.md": ("\ufeff[[doe2020]]\n".encode("utf-16-le"), r"notes/f\.md:1: is not UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_note_that_cannot_be_changed_stops_the_renaming(
    root: Path, library: Library, name: str
) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\n---\n")
    write(root, f"notes/{name}", BROKEN[name][0])
    write(root, "notes/z.md", "[[doe2020]]")
    before = tree(root)
    with pytest.raises(FormatError, match=BROKEN[name][1]):
        library.rename("doe2020", "roe")
    assert tree(root) == before


def test_broken_notes_about_something_else_are_in_nobodys_way(root: Path, library: Library) -> None:
    own(root, "doe2020")
    write(root, "notes/a.md", "---\npaper: other\nx: &a 1\n---\n")
    write(root, "notes/b.md", b"\xff\n")
    write(root, "notes/c.md", "---\nx: &a 1\n---\n[[doe2020]]\n")
    library.rename("doe2020", "roe")
    assert (root / "notes/c.md").read_text() == "---\nx: &a 1\n---\n[[roe]]\n"


def test_a_dry_run_says_what_would_be_done(root: Path, library: Library) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\n---\n")
    before = tree(root)
    planned = library.rename("doe2020", "roe", is_dry_run=True)
    assert planned.is_dry_run
    assert tree(root) == before
    done = library.rename("doe2020", "roe")
    assert (done.results, done.files) == (planned.results, planned.files)


def test_an_editor_that_was_quicker_stops_all(
    root: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\n---\n")
    write(root, "notes/a.md", "[[doe2020]]")
    library.sync()
    real = files.change

    def change(*args: Any, **options: Any) -> None:
        write(root, "notes/a.md", "[[doe2020]] and more")
        real(*args, **options)

    monkeypatch.setattr(files, "change", change)
    before = tree(root)
    with pytest.raises(ConflictError, match=r"notes/a\.md: was changed by another program"):
        library.rename("doe2020", "roe")
    assert tree(root) == before | {"notes/a.md": b"[[doe2020]] and more"}
    monkeypatch.undo()
    library.rename("doe2020", "roe")
    assert (root / "notes/a.md").read_text() == "[[roe]] and more"


def test_a_stub_waits_until_it_is_completed(root: Path, library: Library) -> None:
    library.add(["1706.03762"], is_offline=True)
    with pytest.raises(ConflictError, match=r"arxiv-1706\.03762 is a stub"):
        library.rename("1706.03762", "vaswani")
    assert outcomes(library.rename_all()) == {"arxiv-1706.03762": ("arxiv-1706.03762", "stub")}

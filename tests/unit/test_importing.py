"""Importing .bib files: what is new is copied as it stands, what is known is told more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes import bib
from papernotes.errors import NotFoundError
from papernotes.library.importing import Source
from tests.factories import open_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.reports.gathering import Added


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "lib") as library:
        yield library


def add(library: Library, text: str, **options: Any) -> tuple[Added, ...]:
    return library.add_bib([Source("refs.bib", text.encode())], **options).results


def outcomes(results: tuple[Added, ...]) -> list[tuple[str, str, str | None]]:
    return [(each.asked, each.outcome, each.citekey) for each in results]


def tree(library: Library) -> dict[str, bytes]:
    places = (library.root / "bib", library.root / "notes")
    return {
        str(path.relative_to(library.root)): path.read_bytes()
        for place in places
        for path in place.rglob("*")
        if path.is_file()
    }


BOOK = """@book{Knuth1997,
  author = "Donald E. Knuth",
  title = {The {A}rt of {\\TeX}nical Programming},
  publisher = {Addison--Wesley},
  year = 1997, month = feb,
}
"""


def test_an_entry_is_copied_as_it_stands_to_a_file_of_its_own(library: Library) -> None:
    assert outcomes(add(library, BOOK)) == [("Knuth1997", "added", "Knuth1997")]
    text = (library.root / "bib/knuth1997.bib").read_text()
    assert text.startswith("% papernotes: imported from refs.bib on 2026-11-22\n@book{Knuth1997,\n")
    assert "  title = {The {A}rt of {\\TeX}nical Programming},\n" in text
    assert "  month = feb,\n" in text
    card = library.show("Knuth1997")
    assert card.paper is not None
    assert (card.paper.entry_type, card.paper.year, card.note) == ("book", 1997, None)


def test_importing_again_changes_nothing(library: Library) -> None:
    add(library, BOOK)
    before = tree(library)
    assert outcomes(add(library, BOOK)) == [("Knuth1997", "known", "Knuth1997")]
    assert tree(library) == before


def test_volumes_of_a_set_are_kept_apart_once_one_has_filled_it(library: Library) -> None:
    text = "@book{{{}, title={{Sketches of a Beast}}, author={{Doe, J.}}, year=2002, {}}}\n"
    volumes = (("all", ""), ("one", "volume=1"), ("two", "volume=2"))
    refs = "".join(text.format(key, volume) for key, volume in volumes)
    assert outcomes(add(library, refs)) == [
        ("all", "added", "all"),
        ("one", "filled", "all"),
        ("two", "added", "two"),
    ]
    assert [each.outcome for each in add(library, refs)] == ["known"] * 3
    more = text.format("three", "volume=3, edition=2") + text.format("four", "volume=4")
    assert [each.outcome for each in add(library, more)] == ["added"] * 2


def test_of_several_works_with_one_doi_each_is_known_again(library: Library) -> None:
    refs = "@book{z, title={First of All}, author={Doe, J.}, doi={10.1000/a}}\n" + "".join(
        f"@inbook{{{key}, title={{The Rather Long Title of a Book {number}}}, doi={{10.1000/a}}}}\n"
        for key, number in (("b", "One"), ("c", "Two"))
    )
    once = [each.citekey for each in add(library, refs)]
    assert [(each.outcome, each.citekey) for each in add(library, refs)] == [
        ("known", key) for key in once
    ]


def test_strings_and_parents_are_resolved(library: Library) -> None:
    add(
        library,
        "@string{acm = {ACM Press}}\n@inproceedings{c, title={A Talk on Things}, crossref={P},"
        " author={Bee, Ann}}\n@proceedings{P, title={Proc. of Things}, year=2001, publisher=acm}\n",
    )
    (entry,), problems = bib.parse_entries((library.root / "bib/c.bib").read_text(), "")
    assert entry.fields["booktitle"] == "Proc. of Things"
    assert entry.fields["publisher"] == "ACM Press"
    assert "crossref" not in entry.fields
    assert problems == []


def test_a_parent_that_is_not_there_stays_named(library: Library) -> None:
    add(library, "@inproceedings{c, title={A Talk on Things}, crossref={P}}\n")
    assert "crossref = {P}" in (library.root / "bib/c.bib").read_text()


SAME = [
    ("eprint = {1706.03762}", "eprint = {1706.03762v5}", "same arXiv id 1706.03762"),
    ("doi = {10.1000/XYZ}", "doi = {https://doi.org/10.1000/xyz}", "same DOI 10.1000/xyz"),
    ("year = 2019", "year = {2019}", "same title, first author and year"),
]


@pytest.mark.parametrize(("one", "other", "reason"), SAME)
def test_the_same_paper_is_recognised_and_the_reason_shown(
    library: Library, one: str, other: str, reason: str
) -> None:
    add(
        library, f"@misc{{a, title={{On {{L}}earning Things}}, author={{J. M{{\\'u}}ller}}, {one}}}"
    )
    text = f"@article{{b, title={{On learning things}}, author={{Muller, Jan}}, {other}, pages=3}}"
    (result,) = add(library, text)
    assert (result.outcome, result.citekey) == ("filled", "a")
    assert result.message.startswith(reason)


DIFFERENT = [
    # another volume, edition, pages; two DOIs; two arXiv ids; a talk and an article; other years
    (
        "@book{%s, title={The Art of Things}, author={A B}, year=2000, volume=1}",
        "volume=1",
        "volume=2",
    ),
    (
        "@book{%s, title={The Art of Things}, author={A B}, year=2000, edition=1}",
        "edition=1",
        "edition=2",
    ),
    (
        "@misc{%s, title={The Art of Things}, author={A B}, doi={10.1000/a}}",
        "10.1000/a",
        "10.1000/b",
    ),
    ("@misc{%s, title={The Art of Things}, author={A B}, eprint={1706.03762}}", "03762", "03763"),
    (
        "@article{%s, title={The Art of Things}, author={A B}, year=2000}",
        "article",
        "inproceedings",
    ),
    ("@article{%s, title={The Art of Things}, author={A B}, year=2000}", "2000", "2001"),
    ("@article{%s, title={The Art of Things}, author={A B}, year=2000}", "A B", "A C"),
    ("@article{%s, title={Introduction}, author={A B}, year=2000, pages=1}", "pages=1", "pages=9"),
]


@pytest.mark.parametrize(("text", "before", "after"), DIFFERENT)
def test_different_papers_are_both_kept(
    library: Library, text: str, before: str, after: str
) -> None:
    assert before in text
    results = add(library, text % "one" + "\n" + (text % "two").replace(before, after))
    assert outcomes(results) == [("one", "added", "one"), ("two", "added", "two")]


def test_one_doi_for_two_works_merges_nothing(library: Library) -> None:
    results = add(
        library,
        "@inbook{a, title={First Chapter of All}, author={A B}, doi={10.1000/book}, pages={1-9}}\n"
        "@inbook{b, title={Second Chapter}, author={C D}, doi={10.1000/book}, pages={10-19}}\n",
    )
    assert outcomes(results) == [("a", "added", "a"), ("b", "added", "b")]
    assert (
        "looks like a (same DOI 10.1000/book, another title): both are kept" in results[1].message
    )


def test_empty_fields_are_filled_and_nothing_else_changes(library: Library) -> None:
    add(library, "@article{a, title={On Learning Things}, author={Doe, J}, year=2019, note={mine}}")
    path = library.root / "bib/a.bib"
    path.write_text(path.read_text().replace("note = {mine}", "note =   {mine}"))
    before = path.read_text()
    (result,) = add(
        library,
        "@article{a, title={On learning THINGS}, author={Doe, Jane}, year=2019, note={theirs},"
        " pages={1--9}, doi={10.1000/x}, keywords={k}, owner={me}}",
    )
    assert result.message == "same title, first author and year; filled pages, doi"
    after = path.read_text()
    assert "  note =   {mine},\n" in after
    kept = [line for line in after.splitlines() if line in before.splitlines()]
    assert kept == before.splitlines()
    assert len(after.splitlines()) == len(before.splitlines()) + 2


def test_a_preprint_that_is_published_the_same_year_gets_its_type(library: Library) -> None:
    add(
        library,
        "@misc{a, title={On Learning Things}, author={Doe, J}, year=2019, eprint={1901.00001}}",
    )
    add(
        library,
        "@inproceedings{b, title={On Learning Things}, author={Doe, J}, year=2019,"
        " booktitle={Proc. of Things}, pages={3-4}}",
    )
    card = library.show("a")
    assert card.paper is not None
    assert card.paper.entry_type == "inproceedings"
    assert dict(card.paper.extra)["booktitle"] == "Proc. of Things"


def test_the_key_of_a_merged_entry_leads_to_the_paper(library: Library) -> None:
    add(library, "@article{a, title={On Learning Things}, author={Doe, J}, year=2019}")
    (result,) = add(library, "@article{b, title={On Learning Things}, author={Doe, J}, year=2019}")
    assert "b leads to it too" in result.message
    (library.root / "notes/n.md").write_text("As [@b] says.\n")
    assert [each.path for each in library.show("a").backlinks] == ["notes/n.md"]
    assert library.show("b").ref == "a"
    (again,) = add(library, "@article{b, title={On Learning Things}, author={Doe, J}, year=2019}")
    assert again.outcome == "known"
    results = add(library, "@article{b, title={Another Thing at All}, author={Roe, J}, year=2001}")
    assert outcomes(results) == [("b", "added", "ba")]


def test_a_key_of_another_paper_gets_a_letter_and_says_so(library: Library) -> None:
    add(library, "@misc{Smith2020, title={One Thing or Other}, author={Smith, A}, year=2020}")
    other = "@misc{smith2020, title={Quite Another Matter}, author={Smith, B}, year=2020}"
    (result,) = add(library, other)
    assert (result.citekey, result.message) == (
        "smith2020a",
        "another paper has the key smith2020: it is smith2020a here",
    )
    (again,) = add(library, other)
    assert (again.outcome, again.citekey) == ("known", "smith2020a")


def test_two_entries_of_one_paper_in_one_file_become_one(library: Library) -> None:
    results = add(
        library,
        "@article{a, title={On Learning Things}, author={Doe, J}, year=2019}\n"
        "@article{a2, title={On Learning Things}, author={Doe, J}, year=2019, volume=3}\n",
    )
    assert outcomes(results) == [("a", "added", "a"), ("a2", "filled", "a")]
    (entry,), _ = bib.parse_entries((library.root / "bib/a.bib").read_text(), "")
    assert (entry.fields["volume"], entry.fields["ids"]) == ("3", "a2")


def test_an_entry_in_a_file_of_another_program_is_not_changed(library: Library) -> None:
    path = library.root / "bib/zotero.bib"
    path.write_text("@article{a, title={On Learning Things}, author={Doe, J}, year=2019}\n")
    (result,) = add(
        library, "@article{a, title={On Learning Things}, author={Doe, J}, year=2019, volume=3}"
    )
    assert result.outcome == "known"
    assert "bib/zotero.bib is not ours to change" in result.message
    assert tree(library) == {
        "bib/zotero.bib": b"@article{a, title={On Learning Things}, author={Doe, J}, year=2019}\n"
    }


def test_a_dry_run_tells_all_and_writes_nothing(library: Library) -> None:
    add(library, "@article{a, title={On Learning Things}, author={Doe, J}, year=2019}")
    before = tree(library)
    results = add(
        library,
        BOOK + "@article{b, title={On Learning Things}, author={Doe, J}, year=2019, volume=3}",
        is_dry_run=True,
    )
    assert [(each.outcome, each.paths) for each in results] == [
        ("added", ("bib/knuth1997.bib",)),
        ("filled", ("bib/a.bib",)),
    ]
    assert tree(library) == before


def test_pdfs_that_an_entry_names_are_found_from_its_new_place(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    pdf = tmp_path / "files/a paper; of mine.pdf"
    pdf.write_bytes(b"%PDF-1.4\n")
    (tmp_path / "refs.bib").write_text(
        r"@misc{a, title={One Thing or Other}, file={Full Text:files/a paper\; of mine.pdf:PDF}}"
        "\n@misc{b, title={Another Thing at All}, file={:gone.pdf:PDF}}\n"
    )
    library.add_bib([tmp_path / "refs.bib"])
    assert library.show("a").pdf == str(pdf)
    assert library.show("b").pdf == ""
    assert [hit.ref for hit in library.list("has:pdf")] == ["a", "b"]


def test_keywords_and_groups_become_tags_when_asked(library: Library) -> None:
    text = "@misc{a, title={One Thing}, keywords={deep learning; C++, 2020}, groups={Read > Now}}"
    add(library, text, has_note=True, has_keywords=True)
    note = library.show("a").note
    assert note is not None
    assert note.tags == ("deep-learning", "C++-2020", "Read/Now")


def test_what_cannot_be_read_is_named_and_the_rest_is_there(library: Library) -> None:
    text = "@misc{a, title={One Thing}}\n@misc{b, title={x\n@misc{c, title={Another Thing}}\n"
    report = library.add_bib([Source("refs.bib", text.encode())])
    assert [each.citekey for each in report.results] == ["a", "c"]
    assert [(each.code, each.line) for each in report.unread] == [("bib-syntax", 2)]


def test_a_file_without_an_entry_is_named(library: Library) -> None:
    empty = Source("readme.bib", b"Some text, and no entry.\n")
    with pytest.raises(NotFoundError, match=r"^readme\.bib: no entry in it$"):
        library.add_bib([empty])
    report = library.add_bib([empty, Source("refs.bib", BOOK.encode())])
    assert [each.citekey for each in report.results] == ["Knuth1997"]
    assert [(each.code, each.path) for each in report.unread] == [("bib-empty", "readme.bib")]


def test_a_note_that_is_there_already_is_left_and_named(library: Library) -> None:
    (library.root / "notes/knuth1997.md").write_text("Mine.\n")
    (result,) = add(library, BOOK, has_note=True, is_dry_run=True)
    assert result.message == "notes/knuth1997.md is there already: left as it is"
    assert add(library, BOOK, has_note=True) == (result,)
    assert (library.root / "notes/knuth1997.md").read_text() == "Mine.\n"


def test_an_entry_corrected_by_hand_is_still_known(library: Library) -> None:
    text = "@article{a, title={On Lerning Things}, author={Doe, J}, year=2019, pages={1-9}}"
    add(library, text)
    path = library.root / "bib/a.bib"
    path.write_text(path.read_text().replace("Lerning", "Learning").replace("1-9", "2-9"))
    assert outcomes(add(library, text)) == [("a", "known", "a")]


def test_entries_that_differ_in_what_the_store_knows_besides_are_both_kept(
    library: Library,
) -> None:
    one = (
        "@article{a, title={Editorial}, author={Doe, J. and Roe, R.}, journal={Nature}, month=jan}"
    )
    others = (
        one.replace("{a,", "{b,").replace("Nature", "Science"),
        one.replace("{a,", "{c,").replace("jan", "feb"),
        one.replace("{a,", "{d,").replace("Roe", "Poe"),
    )
    for text in (one, *others):
        (result,) = add(library, text)
        assert result.outcome == "added"
    again = add(library, "\n".join((one, *others)))
    assert outcomes(again) == [(key, "known", key) for key in "abcd"]


def test_a_preprint_in_the_library_becomes_its_publication_by_splices(library: Library) -> None:
    add(
        library,
        "@article{a, title={On Learning Things}, author={Doe, J}, year=2017,"
        " journal={arXiv preprint arXiv:1706.03762}}",
    )
    (result,) = add(
        library,
        "@article{b, title={On Learning Things}, author={Doe, J}, year=2017, journal={Nature},"
        " volume=5}",
    )
    assert "filled journal, volume" in result.message
    paper = library.show("a").paper
    assert paper is not None
    assert (paper.arxiv_id, paper.journal_ref) == ("1706.03762", "Nature")


def test_a_key_that_cannot_be_cited_is_made_anew(library: Library) -> None:
    (result,) = add(
        library, "@misc{my key, title={Hello to the World}, author={Doe, J}, year=2001}"
    )
    assert (result.citekey, result.message) == (
        "doe2001hello",
        "the key 'my key' cannot be cited: it is doe2001hello here",
    )


def test_other_encodings_become_utf8(library: Library) -> None:
    text = "@misc{a, title={Über Dinge aller Art}, author={Müller, J}}"
    library.add_bib([Source("refs.bib", text.encode("latin-1"))])
    assert "Über" in (library.root / "bib/a.bib").read_text(encoding="utf-8")


def test_a_slice_that_cannot_be_written_is_told_and_leaves_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sync()
    (library.root / "bib").rmdir()
    (library.root / "bib").symlink_to(library.root / "notes")
    results = add(library, BOOK + BOOK.replace("{Knuth1997", "{TAOCP"))  # one work, twice
    assert [(each.asked, each.outcome, each.exit_status) for each in results] == [
        ("Knuth1997", "failed", 4),
        ("TAOCP", "failed", 4),
    ]
    assert list((library.root / "notes").iterdir()) == []


def test_a_book_is_found_shown_linked_and_cited_like_a_paper_of_arxiv(
    library: Library, tmp_path: Path
) -> None:
    add(library, BOOK + "@book{eds, editor={Doe, Jane and Roe, R.}, title={Essays on Things}}")
    (library.root / "notes/n.md").write_text(
        "---\ntitle: On type\npublish: true\n---\nSee [@Knuth1997, p. 3; @eds] and [[Knuth1997]].\n"
    )
    assert [hit.ref for hit in library.search("author:knuth programming")] == ["Knuth1997"]
    assert [hit.ref for hit in library.search("title:essays")] == ["eds"]
    card = library.show("knuth")
    assert (card.title, [each.path for each in card.backlinks]) == (
        "The Art of TeXnical Programming",
        ["notes/n.md"] * len(card.backlinks),
    )
    assert len(card.backlinks) >= 1
    library.export(tmp_path / "blog")
    (post,) = (tmp_path / "blog").rglob("*-on-type.md")
    text = post.read_text()
    assert "[Knuth, 1997](#ref-knuth1997), p. 3; [Doe &amp; Roe, n.d.](#ref-eds)" in text
    assert "Knuth, D. E. (1997). The Art of TeXnical Programming. Addison–Wesley." in text
    assert "Doe, J., &amp; Roe, R. (Eds.) (n.d.). Essays on Things." in text


def test_an_entry_without_a_key_gets_one(library: Library) -> None:
    text = "@book{,\n author={Doe, Jane}, title={On Learning Things}, year=2001}\n"
    report = library.add_bib([Source("refs.bib", text.encode())])
    (result,) = report.results
    assert (result.asked, result.citekey) == ("the entry of line 1", "doe2001learning")
    assert result.message == "it has no key: it is doe2001learning here"
    assert report.unread == ()
    (again,) = add(library, text)
    assert (again.outcome, again.citekey) == ("known", "doe2001learning")

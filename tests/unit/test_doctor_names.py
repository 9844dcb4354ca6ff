"""Checks of names, links and papers: pure, on values."""

from __future__ import annotations

import unicodedata

import pytest

from papernotes.doctor import conflicts, naming, papers, pointing
from papernotes.doctor.derived import wrong_whoosh
from papernotes.doctor.text import NoteText
from papernotes.identity import identify
from papernotes.store.checks import HeadingLink
from tests.factories import paper


@pytest.mark.fault(37, 38)
def test_names_that_are_one_elsewhere_clash_once() -> None:
    nfd = unicodedata.normalize("NFD", "notes/café.md")
    paths = ["notes/A.md", "notes/a.md", "notes/café.md", nfd, "notes/b.md", "bib/a.bib"]
    paths += ["notes/Sub/x.md", "notes/sub/x.md", "notes/sub/y.md"]
    found = list(naming.file_clashes(paths))
    assert sorted(each.path for each in found) == sorted(
        ["notes/a.md", "notes/sub", "notes/café.md"]
    )
    assert sum("capitals" in each.message for each in found) == 2
    assert sum("NFC" in each.message for each in found) == 1


def test_keys_clash_by_case_and_by_file() -> None:
    entries = [("Doe2020", "doe2020", "bib/a.bib", 1), ("doe2020", "doe2020", "bib/b.bib", 4)]
    entries += [("a+b", "a-b", "bib/c.bib", 1), ("a-b", "a-b", "bib/c.bib", 9)]
    found = list(naming.key_clashes(entries))
    assert [(each.path, each.line) for each in found] == [("bib/b.bib", 4), ("bib/c.bib", 9)]
    assert "but for capitals" in found[0].message
    assert "a-b.md" in found[1].message


@pytest.mark.fault(64)
def test_copies_of_programs_for_synchronising_are_told_from_names_people_give() -> None:
    sure = [
        "notes/x (conflicted copy 2026-01-01).md",
        "notes/x (Jane's conflicted copy 2026-01-01).md",
        "notes/x (Conflicted copy laptop 202601011200).md",
        "notes/x.sync-conflict-20260101-120000-ABCDEFG.md",
        "bib/x_conflict-20260101-120000.bib",
        "notes/x (Case Conflict 1).md",
        "notes/x (Jane's conflicted copy 2026-01-01 (1)).md",
        "notes/x (In Konflikt stehende Kopie von Jane 2026-01-01).md",
        "notes/x (Unicode Encoding Conflict).md",
        "notes/x (Selective Sync Conflict 1).md",
        "notes/x [conflict].md",
        "notes/x (SFConflict jane@x.org 2026-01-01-12-00-00).md",
        "notes/x_DiskStation_May-17-1439-2026_Conflict.md",
    ]
    found = list(conflicts.conflict_copies([*sure, "notes/x.md"], {}))
    assert [each.path for each in found] == sure
    assert sum("notes/x.md" in each.message for each in found) == 12
    paths = ["notes/week.md", "notes/week 2.md", "notes/x.md", "notes/x 2.md", "notes/x (1).md"]
    titles = {"notes/week.md": "Week", "notes/week 2.md": "Week 2"}
    titles |= dict.fromkeys(paths[2:], "The Same Title")
    found = list(conflicts.conflict_copies(paths, titles))
    assert [each.path for each in found] == ["notes/x 2.md", "notes/x (1).md"]
    machines = ["notes/x-DESKTOP-AB12CD3.md", "notes/x-ANNA-PC.md", "notes/x-Annas-MacBook-Pro.md"]
    machines += ["notes/x_LOCAL_4711.md", "notes/x-draft.md"]
    titles = dict.fromkeys(["notes/x.md", *machines], "The Same Title")
    found = list(conflicts.conflict_copies(titles, titles))
    assert [each.path for each in found] == machines[:-1]
    plain = ["notes/on_a_merge_conflict.md", "notes/x_base_2023.md"]
    plain += ["notes/conflicted copy.md", "notes/A Review of Conflict (2020).md", "notes/Part 2.md"]
    assert list(conflicts.conflict_copies(plain, {})) == []


def test_one_paper_twice_is_found_and_a_likeness_is_a_hint() -> None:
    known = [
        paper("a2020"),
        paper("b2020", title="Another Title of the Same"),
        paper("c2021", arxiv_id=None, doi="10.1/x", year=2021, entry_type="article"),
        paper("d2022", arxiv_id="2201.00001", title="Something Else Entirely"),
    ]
    places = {each.citekey: (f"bib/{each.citekey}.bib", 1) for each in known}
    found = list(papers.duplicates(map(identify, known), places))
    assert [(each.code, each.path) for each in found] == [
        ("duplicate-paper", "bib/b2020.bib"),
        ("alike-papers", "bib/c2021.bib"),
    ]
    assert [each.is_hint for each in found] == [False, True]


def heading(wanted: str, target: str = "b") -> HeadingLink:
    stored = '[[1, 1, "Big Idea"], [3, 2, "1. Results & *More*"]]'
    return HeadingLink("notes/a.md", 7, target, wanted, f"[[b#{wanted}]]", "notes/b.md", stored)


def test_headings_are_found_in_any_spelling_of_a_link() -> None:
    text = "# Big Idea\n\n## 1. Results & *More*\n\nword ^block-1\n\n<a id='here'></a> {#there}\n"
    text += "## Twice\n## Twice\n## Named {.unnumbered #id}\n"

    def read(path: str) -> NoteText:
        return NoteText(path, text)

    there = ["Big Idea", "big-idea", "Big Idea#1 Results More", "1-results--more", "results-more"]
    there += ["^block-1", "^BLOCK-1", "here", "there", "top", "fn1"]
    there += ["twice-1", "id", "Named", "user-content-fn-1"]
    assert list(pointing.missing_headings(map(heading, there), read)) == []
    gone = ["Small Idea", "^block-2", "1 Results More#Big Idea", "twice-2"]
    found = list(pointing.missing_headings(map(heading, gone), read))
    assert [each.code for each in found] == ["missing-heading"] * 4
    (found_by_slug,) = pointing.missing_headings([heading("", "b.md#no%20such")], read)
    assert found_by_slug.line == 7


def test_only_one_whoosh_may_be_there() -> None:
    assert list(wrong_whoosh(("whoosh3",))) == []
    assert list(wrong_whoosh(("whoosh-reloaded",))) == []
    assert len(list(wrong_whoosh(("whoosh",)))) == 1
    assert len(list(wrong_whoosh(("whoosh", "whoosh3")))) == 1

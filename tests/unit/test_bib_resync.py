"""A file of many entries in bib/: what changed in it is indexed, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.library import Library

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = 400


def entry(number: int, title: str = "") -> str:
    return (
        f"@article{{key{number},\n  title = {{{title or f'Paper {number}'}}},\n"
        f"  author = {{Name{number}, First}},\n  year = {{2020}},\n}}\n\n"
    )


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPERNOTES_STATE_DIR", str(tmp_path / "state"))
    root = tmp_path / "library"
    Library.init(root)
    write(root, [entry(number) for number in range(ENTRIES)])
    assert sync(root) == (ENTRIES, ENTRIES)
    return root


def write(root: Path, entries: list[str]) -> None:
    (root / "bib" / "zotero.bib").write_text("".join(entries), encoding="utf-8")


def sync(root: Path) -> tuple[int, int]:
    """Return how many papers there are and how many documents were indexed."""
    with Library.open(root) as opened:
        report = opened.sync()
    return report.papers, report.documents_indexed


def titles(root: Path, query: str) -> list[str]:
    with Library.open(root) as opened:
        return [hit.title for hit in opened.search(query).hits]


def test_one_changed_entry_is_indexed_alone(library: Path) -> None:
    entries = [entry(number) for number in range(ENTRIES)]
    write(library, [*entries[:200], entry(200, "Something else"), *entries[201:]])
    assert sync(library) == (ENTRIES, 1)
    assert titles(library, "something") == ["Something else"]


def test_lines_that_move_change_nothing(library: Path) -> None:
    entries = [entry(number) for number in range(ENTRIES)]
    write(library, ["% exported by Zotero\n\n", *reversed(entries)])
    assert sync(library) == (ENTRIES, 0)


def test_renamed_and_removed_entries_are_followed(library: Path) -> None:
    entries = [entry(number) for number in range(ENTRIES)]
    renamed = entries[3].replace("key3,", "other3,")
    write(library, [*entries[:3], renamed, *entries[5:]])
    assert sync(library) == (ENTRIES - 1, 3)
    assert titles(library, "key:other3") == ["Paper 3"]
    assert titles(library, "key:key3") == []


def test_a_broken_entry_costs_itself(library: Path) -> None:
    entries = [entry(number) for number in range(ENTRIES)]
    write(library, [*entries[:7], entries[7].replace("title =", "title"), *entries[8:]])
    with Library.open(library) as opened:
        report = opened.sync()
    assert report.papers == ENTRIES - 1
    assert [(p.code, p.path, p.line) for p in report.problems] == [
        ("bib-syntax", "bib/zotero.bib", 7 * 6 + 1)
    ]

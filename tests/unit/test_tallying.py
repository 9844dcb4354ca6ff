"""Facets: each row counts what its query finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes import analysis
from papernotes.errors import QueryError, UsageError
from papernotes.library import FACETS
from papernotes.library.tallying import name_words
from papernotes.store import facets
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library

ENTRIES = {
    "a": {"author": 'Schr{\\"o}dinger, E.', "year": "2001"},
    "b": {"author": 'Schrodinger, E and M{\\"u}ller, Jean-Pierre', "year": "2001"},
    "c": {"author": "{The Group of 17} and Muller, Jean Pierre", "year": "1999"},
    "d": {"author": "Schrödinger, E. and SCHRÖDINGER, E", "year": "999"},
    "e": {"author": "???"},
}
NOTES = {
    "notes/a.md": "paper: a\ntags: [NLP/mt, nlp]\nstatus: read\nrating: 4\ncreated: 2026-11-02\n",
    "notes/b.md": "paper: b\ntags: [nlp/mt/old]\nstatus: reading\ncreated: 2026-10-31\n",
    "notes/c.md": "tags: ['x y', nlp/parsing, 'c#']\nkind: rant\npriority: high\n",
    "notes/d.md": "tags: [a/b]\nkind: paper\nstatus: someday\nrating: 2\n",
    "notes/e.md": "kind: Tutorial\n",
}
CATEGORIES = {"a": "quant-ph math", "b": "math.AG cs.LG", "c": "math.AG"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("tally") / "lib"
    for key, fields in ENTRIES.items():
        kept = {"year": fields["year"]} if "year" in fields else {}
        if key in CATEGORIES:
            kept |= {"archiveprefix": "arXiv", "keywords": CATEGORIES[key].replace(" ", ", ")}
            kept |= {"eprint": f"2001.0000{ord(key) - 96}"}
            kept |= {"primaryclass": CATEGORIES[key].split()[0]}
        write(root, f"bib/{key}.bib", entry(key, f"Paper {key}", fields["author"], **kept))
    for path, front in NOTES.items():
        write(root, path, f"---\n{front}---\nSome {path[6]} words.\n")
    write(root, "notes/plain.md", "# Nothing said\n")
    with open_library(root) as library:
        yield library


@pytest.mark.parametrize("text", ["", "words", "kind:paper OR words", "-status:read"])
@pytest.mark.parametrize("by", FACETS)
def test_each_row_counts_what_its_query_finds(filled: Library, by: str, text: str) -> None:
    report = filled.count(text, by=by)
    assert report.total == filled.list(text, limit=0).total
    assert report.values == len(report.counts)
    for row in report.counts:
        assert row.count > 0
        if row.query:
            found = filled.list(row.query, limit=0).total
            assert found >= row.count if by == "author" else found == row.count, row


def rows(library: Library, by: str) -> dict[str | None, int]:
    return {row.value: row.count for row in library.count(by=by).counts}


def test_a_tag_counts_those_below_it_once_a_document(filled: Library) -> None:
    found = rows(filled, "tag")
    assert next(iter(found.items())) == ("nlp", 3)
    assert {name.casefold() for name in found if name} >= {"nlp/mt", "nlp/mt/old", "a", "a/b"}
    assert found[None] == 5


def test_an_archive_is_a_row_only_where_an_entry_says_so(filled: Library) -> None:
    found = {str(name).lower(): count for name, count in rows(filled, "cat").items()}
    assert found["math.ag"] == 2
    assert found["math"] == 3
    assert "cs" not in found


def test_spellings_of_one_author_are_one_row(filled: Library) -> None:
    found = rows(filled, "author")
    assert [count for name, count in found.items() if name and "dinger" in name.lower()] == [3]
    assert [count for name, count in found.items() if name and "ller" in name] == [2]


def test_the_latest_year_comes_first_and_a_limit_says_how_many_more(filled: Library) -> None:
    years = [row.value for row in filled.count(by="year").counts]
    assert years == ["2001", "1999", "999", None]
    cut = filled.count(by="year", limit=2)
    assert [row.value for row in cut.counts] == years[:2]
    assert (cut.values, cut.total) == (4, filled.list(limit=0).total)


def test_what_no_query_can_say_has_none(filled: Library) -> None:
    queries = {row.value: row.query for row in filled.count(by="status").counts}
    assert queries["someday"] == ""
    assert queries[None] == ""
    assert queries["read"] == "status:read"
    assert filled.count(by="year").counts[-1].query == ""  # for a year of three digits


def test_what_is_counted_is_known(filled: Library) -> None:
    assert tuple(facets.FACETS) == FACETS
    with pytest.raises(UsageError, match="'moon'"):
        filled.count(by="moon")
    with pytest.raises(QueryError):
        filled.count("year:soon", by="tag")


def test_an_empty_library_has_no_rows(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        assert all(library.count(by=by).counts == () for by in FACETS)


@given(st.text("abcXYZ .,-", max_size=20))
def test_plain_names_are_read_as_the_analyzer_reads_them(name: str) -> None:
    words = [word for raw in analysis.cut(name) for word in analysis.meaning(raw).words]
    assert set(name_words(name).split()) <= set(words)
    assert sorted(name_words(name + "é").split()) == sorted(
        name_words(f"{name}\u0065\u0301").split()
    )


def test_names_are_one_whatever_the_order_accents_case_and_points() -> None:
    assert name_words("Schrödinger, E.") == name_words("E SCHRODINGER") == "e schrodinger"
    assert name_words("Jean-Pierre Müller") == name_words("Jean Pierre Muller")
    assert name_words("O'Brien") == "brien o"
    assert name_words("???") == ""
    assert name_words("山田太郎") != name_words("山田花子")

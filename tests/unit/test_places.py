"""The places that a search shows of a document, through the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library

NOTE = """\
---
title: "Of trees"
paper: doe2020
aliases: ["Deep Q-network", "DQN"]
tags: [rl/offline]
---
An oak is old. Nobody knows how old. Oaks are trees.

## Of birches

A birch is white.
- item on oaks
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        fields = {
            "abstract": "Bees live in an oak. They make wax near birches and oaks.",
            "journal": "Journal of Oaks",
            "year": "2020",
        }
        text = entry("doe2020", "A Wood", "Doe, Jane and Oaks, Ann", **fields)
        write(library.root, "bib/doe2020.bib", text)
        write(library.root, "notes/doe2020.md", NOTE.replace("\n", "\r\n"))
        yield library


def shown(library: Library, query: str) -> list[tuple[str, int | None, str]]:
    (hit,) = library.search(query)
    return [(each.field, each.line, each.text) for each in hit.fragments]


def test_the_note_comes_first_with_lines_of_its_file(library: Library) -> None:
    assert shown(library, "oak") == [
        ("note", 7, "An oak is old."),
        ("note", 7, "Oaks are trees."),
        ("note", 12, "item on oaks"),
    ]


def test_what_has_most_of_the_query_is_shown_wherever_it_stands(library: Library) -> None:
    assert shown(library, "oak birch") == [
        ("abstract", None, "They make wax near birches and oaks.")
    ]
    assert shown(library, "bees white oak") == [
        ("note", 11, "A birch is white."),
        ("abstract", None, "Bees live in an oak."),
    ]
    assert shown(library, "journal") == [("comment", None, "Journal of Oaks")]


def test_headings_stand_above_and_not_beside_themselves(library: Library) -> None:
    (hit,) = library.search("note:(birch white)")
    assert [each.heading for each in hit.fragments] == ["Of birches"]
    (hit,) = library.search("note:birches", sort="title")
    assert [(each.line, each.heading) for each in hit.fragments] == [(9, ""), (11, "Of birches")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("dqn", "DQN"), ("deep q-network", "Deep Q-network"), ("offline 2020", "2020 offline")],
)
def test_what_names_a_document_says_why(library: Library, query: str, expected: str) -> None:
    assert shown(library, query) == [("key", None, expected)]


def test_sentences_around_come_with_each(library: Library) -> None:
    (hit,) = library.search("nobody", context=1)
    assert [(each.before, each.after) for each in hit.fragments] == [
        ("An oak is old.", "Oaks are trees.")
    ]
    (hit,) = library.search("wax", context=3)
    assert [(each.before, each.after) for each in hit.fragments] == [("Bees live in an oak.", "")]
    assert all(not hit.fragments for hit in library.list("nobody"))

"""The words that ``is:`` and ``has:`` take are the ones that are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.filters import CHOICES
from papernotes.store import select

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

OF_THE_LIBRARY = {"pdf"}


def test_choices_agree_with_the_tables_of_the_store() -> None:
    assert set(CHOICES["is"]) == set(select._IS)
    assert set(CHOICES["has"]) == set(select._HAS) | OF_THE_LIBRARY
    assert all(list(words) == sorted(words) for name, words in CHOICES.items() if name != "status")


@pytest.mark.parametrize("field", ["is", "has", "status"])
def test_every_choice_is_answered(library: Shell, field: str) -> None:
    (library.folder / "notes/a.md").write_text("# Apples\n")
    query = " OR ".join(f"{field}:{word}" for word in CHOICES[field])
    ended = library("list", *query.split())
    assert ended.status == 0, ended.err
    assert library("list", "is:note").out == "a\t\t\tApples\n"


def test_there_is_one_word_for_free_notes(library: Shell) -> None:
    ended = library("list", "is:free")
    assert ended.status == 2
    assert "is: takes note, outdated, paper" in ended.err

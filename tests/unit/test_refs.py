"""What a REF on the command line means, against a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import AmbiguousRefError, NotFoundError
from papernotes.refs import find_document
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.store.read import Store

NOTES = {
    "notes/a.md": "# Lower\n",
    "notes/A.md": "# Upper\n",
    "notes/Größe.md": "# Élan vital of things\n",
    "notes/notes/deep.md": "# Deep\n",
    "notes/link.md": "# Linking\n\nThe [small](a.md) one. And [[a]]. Or [[./a]].\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    root: Path = tmp_path_factory.mktemp("refs") / "lib"
    for path, text in NOTES.items():
        write(root, path, text)
    if (root / "notes/a.md").samefile(root / "notes/A.md"):
        pytest.skip("this file system knows no case")
    write(root, "bib/x.bib", entry("Müller2020", "Über Größen", eprint="2002.01234"))
    with open_library(root) as library:
        library.sync()
        yield library._upkeep.store()


def meant(store: Store, ref: str) -> str:
    document = find_document(store, ref)
    return store.rows([document])[document].title


@pytest.mark.parametrize(
    ("ref", "title"),
    [
        ("a", "Lower"),
        ("A", "Upper"),
        ("a.md", "Lower"),
        ("A.md", "Upper"),
        ("notes/a.md", "Lower"),
        ("notes/A.md", "Upper"),
        ("notes/a", "Lower"),
        ("notes/notes/deep.md", "Deep"),
        ("notes/deep", "Deep"),
        ("deep", "Deep"),
        ("Élan", "Élan vital of things"),
        ("élan VITAL", "Élan vital of things"),
        ("GRÖSSE", "Élan vital of things"),
        ("größ", "Élan vital of things"),
        ("gro\u0308ße.md", "Élan vital of things"),
        ("MÜLLER2020", "Über Größen"),
        ("mülle", "Über Größen"),
        ("arXiv:2002.01234v1", "Über Größen"),
        ("über", "Über Größen"),
    ],
)
def test_what_a_ref_means(store: Store, ref: str, title: str) -> None:
    assert meant(store, ref) == title


@pytest.mark.parametrize("ref", ["", " ", "nothing", "\udcff", ".md", "[[]]", "a\x00"])
def test_what_means_nothing(store: Store, ref: str) -> None:
    with pytest.raises(NotFoundError):
        find_document(store, ref)


def test_words_of_several_titles_are_ambiguous(store: Store) -> None:
    with pytest.raises(AmbiguousRefError) as caught:
        find_document(store, "e")
    assert len(caught.value.candidates) > 1


def test_a_key_is_taken_in_any_case_of_any_letter(store: Store) -> None:
    assert store.has_citekey("MÜLLER2020")
    assert store.has_citekey("müller2020")
    assert not store.has_citekey("müller")
    assert not store.has_citekey("Über Größen")


def test_a_link_to_a_file_leads_to_the_one_of_its_exact_name(store: Store) -> None:
    ids = [find_document(store, "a"), find_document(store, "A")]
    lower, upper = (store.rows(ids)[each] for each in ids)
    assert len(store.backlinks(lower.paper_id, lower.note_id)) == 3
    assert store.backlinks(upper.paper_id, upper.note_id) == ()

"""What a REF on the command line means, against a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import AmbiguousRefError, NotFoundError
from papernotes.refs import find_document
from papernotes.store.pointing import pointers_to
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
    write(
        root,
        "bib/x.bib",
        entry("Müller2020", "Über Größen", eprint="2002.01234", doi="10.1145/3.4"),
    )
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
        ("https://dl.acm.org/doi/abs/10.1145/3.4", "Über Größen"),
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
    assert len(pointers_to(store, lower.paper_id, lower.note_id)) == 3
    assert pointers_to(store, upper.paper_id, upper.note_id) == []


def test_a_name_of_several_is_ambiguous_but_for_the_one_whose_whole_ref_it_is(
    tmp_path: Path,
) -> None:
    root = tmp_path / "lib"
    for path in ("notes/b/todo.md", "notes/a/todo.md", "notes/idea.md", "notes/b/Idea.md"):
        write(root, path, "# Same title\n")
    with open_library(root) as library:
        library.sync()
        store = library._upkeep.store()
        for ref, several in (("TODO", ("a/todo", "b/todo")), ("same title", None)):
            with pytest.raises(AmbiguousRefError) as caught:
                find_document(store, ref)
            assert several in {None, caught.value.candidates}
        for ref, whole in (("b/todo", "b/todo"), ("idea", "idea"), ("Idea", "b/Idea")):
            document = find_document(store, ref)
            assert store.rows([document])[document].ref == whole

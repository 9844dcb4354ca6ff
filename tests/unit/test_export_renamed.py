"""A post stays where it is when its note or paper gets another name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from papernotes import bib
from tests.factories import open_library, paper, write

if TYPE_CHECKING:
    from pathlib import Path


def posts(blog: Path) -> set[str]:
    return {path.name for path in (blog / "_posts").iterdir()}


def test_posts_keep_names_and_dates(tmp_path: Path) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    write(blog, "_config.yml", "title: x\n")
    write(root, "bib/doe2020.bib", bib.render(paper("doe2020")))
    write(root, "notes/doe2020.md", "---\ntitle: My view\npaper: doe2020\npublish: true\n---\nA\n")
    write(root, "notes/free.md", "---\ntitle: Free\npublish: true\n---\n[[doe2020]] @doe2020\n")
    with open_library(root, today=date(2026, 1, 1)) as library:
        library.export(blog)
        before = posts(blog)
        assert before == {"2026-01-01-my-view.md", "2026-01-01-free.md"}
        library.rename("doe2020", "roe2021")
        library.rename("free", "loose")
    with open_library(root, today=date(2026, 5, 5)) as library:
        again = library.export(blog)
        assert {each.outcome for each in again.files} <= {"changed", "unchanged"}
        assert posts(blog) == before
        third = library.export(blog)
        assert {each.outcome for each in third.files} == {"unchanged"}


def test_a_new_note_takes_no_place_that_somebody_has(tmp_path: Path) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    write(blog, "_config.yml", "title: x\n")
    write(root, "notes/a.md", "---\ntitle: Same\npublish: true\n---\nA\n")
    with open_library(root, today=date(2026, 1, 1)) as library:
        library.export(blog)
    write(root, "notes/b.md", "---\ntitle: Same\npublish: true\n---\nB\n")
    with open_library(root, today=date(2026, 5, 5)) as library:
        library.export(blog)
    assert posts(blog) == {"2026-01-01-same.md", "2026-05-05-same-2.md"}


def test_a_renamed_post_keeps_the_number_it_has(tmp_path: Path) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    write(blog, "_config.yml", "title: x\n")
    for name in ("a", "b"):
        write(root, f"notes/{name}.md", "---\ntitle: Same\npublish: true\n---\nA\n")
    with open_library(root, today=date(2026, 1, 1)) as library:
        library.export(blog)
        before = posts(blog)
        library.rename("b", "c")
    with open_library(root, today=date(2026, 5, 5)) as library:
        library.export(blog)
    assert posts(blog) == before == {"2026-01-01-same.md", "2026-01-01-same-2.md"}

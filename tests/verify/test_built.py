"""What the real programs make of posts equals the posts: words, links, images, code, formulas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.export import find_target
from papernotes.export.verify import verify_post
from papernotes.export.verify.building import build, find_program
from papernotes.notes import read
from papernotes.reports.writing import TARGETS
from tests.exporting import SETTINGS
from tests.programs import require
from tests.verify.exported import Exported, constructs, export_notes

if TYPE_CHECKING:
    from papernotes.models import Note, Problem

pytestmark = pytest.mark.slow

POSTS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "posts"
FEWEST = 60
# The last part of a post's ref and a target → why its page reads otherwise.
_INSIDE = "a formula in a line that begins with HTML, where GitHub shows none"
REASONS = {
    ("2020-03-27-Linear-Regression-Scratch", "markdown"): _INSIDE,
    ("2020-11-16-DCGAN", "markdown"): _INSIDE,
}
_OF_ITSELF = {"html", "markdown-it-py"}


def corpus() -> list[Note]:
    """Return the real posts, read as notes."""
    if not POSTS.is_dir():
        return []
    files = [
        each for each in sorted(POSTS.rglob("*")) if each.suffix in {".md", ".markdown", ".qmd"}
    ]
    return [
        read(
            file.read_bytes().decode("utf-8", "replace"),
            f"notes/corpus/{file.relative_to(POSTS).as_posix()}",
        ).note
        for file in files
    ]


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_the_built_pages_say_what_the_notes_say(target: str, tmp_path: Path) -> None:
    program = find_program(target)
    if program.name not in _OF_ITSELF:
        require(program.name)
    real = corpus()
    exported = export_notes([*constructs(tmp_path), *real], target, tmp_path)
    built = build(target, tmp_path / "no blog", exported.files, exported.posts, exported.site)
    own, theirs = parted([*written(exported), *built.problems])
    assert own == []
    assert built.is_bare
    assert set(built.compared) == {"words", "links", "images", "codes", "formulas", "headings"}
    if not real:
        pytest.skip("only the note of our own: the real posts are not on this machine")
    assert len(real) >= FEWEST
    differing = {problem.path for problem in theirs if problem.code != "verify-dead"}
    assert differing == {path for path in differing if reason(path, target)}


@pytest.mark.parametrize("theme", find_target("jekyll").themes[1:])
def test_every_theme_says_the_same(theme: str, tmp_path: Path) -> None:
    require("jekyll")
    settings = replace(SETTINGS, theme=theme)
    exported = export_notes(constructs(tmp_path), "jekyll", tmp_path, settings)
    built = build("jekyll", tmp_path / "no blog", exported.files, exported.posts, exported.site)
    assert [*written(exported), *built.problems] == []


def parted(problems: list[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return the problems of our own notes and the build, and those of the real posts."""
    theirs = [problem for problem in problems if problem.path.startswith("corpus/")]
    return [problem for problem in problems if problem not in theirs], theirs


def reason(path: str, target: str) -> str:
    """Return why a real post may read otherwise in a target; empty where it may not."""
    name = path.rpartition("/")[2]
    return REASONS.get((name, target), "")


def written(exported: Exported) -> list[Problem]:
    """Return what the cheap check finds."""
    return [
        replace(problem, path=post.ref)
        for post in exported.posts
        for problem in verify_post(
            post,
            exported.written[post.ref],
            exported.site,
            target=exported.target,
            is_there=exported.files.__contains__,
        )
    ]

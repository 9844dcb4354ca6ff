"""What the real programs make of posts equals the posts: words, links, images, code, formulas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.export.verify import verify_post
from papernotes.export.verify.building import build, find_program
from papernotes.notes import read
from papernotes.reports.writing import TARGETS
from tests.programs import require
from tests.verify.exported import Exported, constructs, export_notes

if TYPE_CHECKING:
    from papernotes.models import Note, Problem

pytestmark = pytest.mark.slow

POSTS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "posts"
FEWEST = 60
# The end of a post's ref and a target (or none: all of them) → why its page reads otherwise.
REASONS: dict[tuple[str, str], str] = {}
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


def parted(problems: list[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return the problems of our own notes and the build, and those of the real posts."""
    theirs = [problem for problem in problems if problem.path.startswith("corpus/")]
    return [problem for problem in problems if problem not in theirs], theirs


def reason(path: str, target: str) -> str:
    """Return why a real post may read otherwise in a target; empty where it may not."""
    name = path.rpartition("/")[2]
    return REASONS.get((name, target)) or REASONS.get((name, "")) or ""


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

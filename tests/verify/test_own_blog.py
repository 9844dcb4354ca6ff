"""Posts are built with the blog's own settings where these build; the blog stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import UsageError
from papernotes.export.verify.building import build
from tests.programs import require
from tests.verify.exported import Exported, constructs, export_notes

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.export.verify.building import Built

pytestmark = pytest.mark.slow


@pytest.fixture
def exported(tmp_path: Path) -> Exported:
    constructs(tmp_path)
    return export_notes(constructs(tmp_path)[1:], "fastpages", tmp_path)


def built(exported: Exported, blog: Path) -> Built:
    return build("fastpages", blog, exported.files, exported.posts, exported.site)


def test_the_blogs_own_settings_are_built_with_and_stay(exported: Exported, tmp_path: Path) -> None:
    require("jekyll")
    blog = tmp_path / "blog"
    (blog / "_posts").mkdir(parents=True)
    (blog / "_config.yml").write_text("title: Mine\ntheme: minima\nbaseurl: /mine\n")
    (blog / "index.md").write_text("---\nlayout: home\n---\n")
    (blog / "_posts/2026-01-03-the-second-note.md").write_text("---\ntitle: Old\n---\nOld.\n")
    before = {path: path.read_bytes() for path in blog.rglob("*") if path.is_file()}
    found = built(exported, blog)
    assert not found.is_bare
    assert [one for one in found.problems if "constructs" not in one.message] == []
    assert found.compared["words"] > 5
    assert {path: path.read_bytes() for path in blog.rglob("*") if path.is_file()} == before


def test_a_blog_that_does_not_build_gives_way_to_a_bare_one(
    exported: Exported, tmp_path: Path
) -> None:
    require("jekyll")
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "_config.yml").write_text("plugins: [there-is-no-such-plugin]\n")
    found = built(exported, blog)
    assert found.is_bare
    assert found.compared["words"] > 5
    assert not any(one.code == "verify-build" for one in found.problems)


def test_a_program_that_is_not_installed_is_named(
    exported: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="jekyll"):
        built(exported, tmp_path)

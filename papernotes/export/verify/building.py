"""Builds the posts with the program of their target, and compares the pages with the posts.

The blog stands in a temporary folder meanwhile, with the files of the export laid over it. That a
program ends with status 0 proves nothing, so its words and its pages are read.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from papernotes.errors import UsageError
from papernotes.export.verify.pages import Pages
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.export.post import Post, Site
    from papernotes.export.verify.programs import Program

_PROGRAMS = {
    "fastpages": "jekyll",
    "jekyll": "jekyll",
    "hugo": "hugo",
    "quarto": "pandoc",
    "markdown": "gfm",
    "html": "itself",
}
_CONFIGS = {
    "jekyll": ("_config.yml",),
    "hugo": ("hugo.yaml", "hugo.toml", "config.toml", "config.yaml", "hugo.json"),
}
_NOT_COPIED = shutil.ignore_patterns(
    ".git", "_site", "public", "node_modules", ".jekyll-cache", "vendor", "_freeze", ".quarto"
)


@dataclass(frozen=True, slots=True)
class Built:
    """What building showed: ``compared`` counts what of all posts was looked for, by its kind.

    ``is_bare``: the blog's own settings and layouts did not build, or there are none; the posts
    were built in a plain blog instead.
    """

    program: str
    version: str
    problems: tuple[Problem, ...] = ()
    compared: Mapping[str, int] = field(default_factory=Counter)
    is_bare: bool = False


def find_program(target: str) -> Program:
    """Return the program that builds the posts of a target."""
    module = import_module(f"papernotes.export.verify.programs.{_PROGRAMS[target]}")
    return cast("Program", module.PROGRAM)


def build(
    target: str, blog: Path, files: Mapping[str, bytes], posts: Sequence[Post], site: Site
) -> Built:
    """Build ``posts`` and return what is wrong with their pages.

    ``files`` are all files of the export, by their paths below the blog. The blog itself is
    only read. Raises UsageError where the program is not installed.
    """
    program = find_program(target)
    path = program.find()
    if not path:
        raise UsageError(
            f"{program.name} is not installed, and builds the posts of {target}",
            hint=f"install {program.name}, or leave --build out",
        )
    with tempfile.TemporaryDirectory(prefix="papernotes-build-") as name:
        room = Path(name)
        is_bare = not any((blog / one).is_file() for one in _CONFIGS.get(program.name, ()))
        complaints = _built(program, path, None if is_bare else blog, files, room)
        if not is_bare and complaints:
            is_bare = True
            complaints = _built(program, path, None, files, room)
        problems = [Problem("verify-build", program.name, line) for line in complaints]
        pages = Pages(room / "out", program, site, posts, files)
        compared: Counter[str] = Counter()
        for post in posts:
            found, counts = pages.compare(post)
            problems += found
            compared += counts
        return Built(program.name, program.version(path), tuple(problems), compared, is_bare)


def _built(
    program: Program, path: str, blog: Path | None, files: Mapping[str, bytes], room: Path
) -> tuple[str, ...]:
    """Build the files in a copy of ``blog`` (None: in a bare one) into ``room/out``."""
    source, out = room / "blog", room / "out"
    for folder in (source, out):
        shutil.rmtree(folder, ignore_errors=True)
    if blog is None:
        source.mkdir()
        program.furnish(source)
    else:
        shutil.copytree(blog, source, copy_function=_linked, ignore=_NOT_COPIED, symlinks=True)
    for name, data in files.items():
        place = source / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(data)
    out.mkdir()
    return program.build(path, source, out)


def _linked(source: str, destination: str) -> str:
    try:
        os.link(source, destination)
    except OSError:
        shutil.copy2(source, destination)
    return destination

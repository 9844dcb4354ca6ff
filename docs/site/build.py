"""Makes the pages of docs/ into a site, by papernotes itself: each page is a note, exported.

Usage: python docs/site/build.py FOLDER    (`make site` writes it to dist/site)
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parents[1]
HERE = Path(__file__).parent

CHAPTERS = {
    "Guide": (
        "README",
        "first-post",
        "tour",
        "finding",
        "templates",
        "publishing",
        "browsing",
        "graph",
    ),
    "With other programs": ("terminal", "citekeys", "other-tools"),
    "Promises": ("doctor", "reliability", "reliability-crash", "security"),
    "Reference": ("reference", "json", "CHANGELOG"),
    "Performance": (
        "performance",
        "performance-peers",
        "performance-search",
        "performance-finding",
        "performance-building",
        "performance-bibtex",
        "performance-links",
        "performance-export",
    ),
    "Taking part": ("design", "contributing", "releasing"),
}
"""The pages in the order they are read in; those at the top of the repository in capitals."""

_SETTINGS = """
[export.site]
to = "html"
dir = {}
title = "papernotes"
description = "Research notes in plain text, from arXiv to your blog."
"""
_LAST_DAY = date(2026, 12, 31)  # dates put the pages in order, and are not shown
_TITLE = re.compile(r"\A# (.+)\n")
_MADE = re.compile(r"^<!-- (?:\[\[\[cog.*?\]\]\]|\[\[\[end\]\]\]) -->\n?", re.MULTILINE | re.DOTALL)
_TO_PAGE = re.compile(r"\]\((?:docs/|\.\./)?([\w-]+)\.md(#[^)]*)?\)")
_TO_FILE = re.compile(r"\[([^\]]*)\]\((?!https?:|#|images/)[^)]*?(?<!\.md)\)")
_IMAGE = re.compile(r"\]\((?:docs/)?images/")


def main() -> None:
    """Build the site in the folder that is named."""
    (folder,) = sys.argv[1:]
    build(Path(folder))


def build(folder: Path) -> None:
    """Write the site to ``folder``; raises what an export raises, and for pages left out."""
    there = {path.stem for path in DOCS.glob("*.md")}
    if lost := there - {name for names in CHAPTERS.values() for name in names}:
        raise SystemExit(f"no chapter of docs/site/build.py has {', '.join(sorted(lost))}")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "library"
        shutil.copytree(HERE, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        settings = _SETTINGS.format(json.dumps(str(folder.resolve())))
        (root / "papernotes.toml").write_text(settings, encoding="utf-8")
        (root / "notes").mkdir()
        if (DOCS / "images").is_dir():
            shutil.copytree(DOCS / "images", root / "notes" / "images")
        for name, text in _notes():
            (root / "notes" / f"{name}.md").write_text(text, encoding="utf-8")
        with Library.open(root) as library:
            report = library.export("site", is_verified=True)
    if report.problems:
        lines = (f"{one.path}:{one.line}: {one.message}" for one in report.problems)
        raise SystemExit("\n".join(lines))


def _notes() -> Iterator[tuple[str, str]]:
    """Yield each page as a note: its name and its text."""
    pages = [(kind, name) for kind, names in CHAPTERS.items() for name in names]
    known = {name.lower() for _, name in pages}
    for number, (kind, name) in enumerate(pages):
        place = (DOCS.parent if name.isupper() else DOCS) / f"{name}.md"
        if not place.is_file():
            continue
        text = _MADE.sub("", place.read_text(encoding="utf-8"))
        match = _TITLE.match(text)
        assert match, f"{place}: has no title"
        day = _LAST_DAY - timedelta(days=number)
        head = (
            f'---\ntitle: "{match[1]}"\nkind: {kind}\ndate: {day}\n'
            f"permalink: /pages/{name.lower()}/\npublish: true\n---\n"
        )
        yield name.lower(), head + _relinked(text[match.end() :], known)


def _relinked(text: str, known: set[str]) -> str:
    """Return a page whose links lead to pages of the site; to other files they become words."""

    def page(match: re.Match[str]) -> str:
        name = match[1].lower()
        return f"]({name}.md{match[2] or ''})" if name in known else match[0]

    return _TO_FILE.sub(r"\1", _IMAGE.sub("](images/", _TO_PAGE.sub(page, text)))


if __name__ == "__main__":
    main()

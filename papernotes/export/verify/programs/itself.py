"""Pages that are finished as they are written: those of the target html."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from papernotes.export.verify.programs import page_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lxml.html import HtmlElement

    from papernotes.export.verify.programs import Program


class Itself:
    """Runs nothing: the files are the pages."""

    name = "html"
    base = ""
    cites = False
    plays = False

    def find(self) -> str:
        """Return what is no path: nothing is run."""
        return self.name

    def version(self, path: str) -> str:
        """Return that nothing was run."""
        del path
        return "pages as they are written"

    def furnish(self, blog: Path) -> None:
        """Write nothing."""

    def build(self, path: str, blog: Path, out: Path) -> tuple[str, ...]:
        """Copy the files to ``out``."""
        del path
        shutil.copytree(blog, out, dirs_exist_ok=True)
        return ()

    def places(self, files: Iterable[str]) -> Mapping[str, str]:
        """Return nothing: a post stands at its URL."""
        del files
        return {}

    def page(self, url: str) -> str:
        """Return the path below ``out`` of the page that stands at ``url``."""
        return page_at(url)

    def neaten(self, article: HtmlElement) -> None:
        """Change nothing."""


PROGRAM: Program = Itself()

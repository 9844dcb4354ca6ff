"""Puts the manual into a wheel, under share/man/man1, while hatchling builds it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Manual(BuildHookInterface):  # type: ignore[type-arg] # the config is none of our business
    """Makes the pages aside, in a process of its own, and names them to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the pages, but not for the installation that leads to this checkout."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="papernotes-man-")
        pages = Path(self.root, "docs", "man", "pages.py")
        subprocess.run([sys.executable, str(pages), self._folder.name], check=True)
        for page in sorted(Path(self._folder.name).iterdir()):
            build_data["shared_data"][str(page)] = f"share/man/man1/{page.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's
        """Take the pages away again."""
        if version != "editable":
            self._folder.cleanup()

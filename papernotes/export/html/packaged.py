"""What the package carries for the html target, and a person's own templates. Needs no extra."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "templates/html"
PACKAGE = "papernotes.export.html"
_LARGEST = 1_000_000


def read_templates(root: Path) -> dict[str, str]:
    """Return a person's own templates by file name: those of the library's ``templates/html/``.

    Raises FormatError for a file that is no template of ours or is not UTF-8, FileError for one
    that cannot be read.
    """
    folder = root / FOLDER
    found = {}
    for path in sorted(folder.glob("*.html")) if folder.is_dir() else ():
        if path.name not in template_names():
            raise FormatError(
                f"{FOLDER}/{path.name}: the html target has no template of this name",
                hint=f"one of: {', '.join(template_names())}",
            )
        try:
            found[path.name] = files.read(path, limit=_LARGEST).decode("utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(f"{FOLDER}/{path.name}: not UTF-8 text") from error
    return found


@lru_cache(maxsize=1)
def template_names() -> tuple[str, ...]:
    """Return the names of the templates there are, sorted."""
    folder = resources.files(PACKAGE) / "templates"
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".html")))


def read_asset(name: str) -> bytes:
    """Return the bytes of a file that every site carries along."""
    return (resources.files(PACKAGE) / "assets" / name).read_bytes()

"""Finds and reads the images notes refer to: only real files inside the library."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.export.images.metadata import ImageError, strip_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_LARGEST = 30_000_000


def _nothing(_path: str) -> bool:
    return False


class ImageFinder:
    """The images of one library; folders are listed once, and only when a bare name asks for it."""

    def __init__(self, root: Path, is_ignored: Callable[[str], bool] = _nothing) -> None:
        self._root = root.resolve()
        self._is_ignored = is_ignored
        self._by_name: dict[str, Path] | None = None

    def read(self, target: str, note_path: str, *, is_embed: bool) -> tuple[Path, bytes]:
        """Return path and bytes, without metadata, of the image a note means.

        A Markdown image is looked for beside the note, then from the root and from ``notes/``; an
        embed (``![[x.png]]``) also by its bare name anywhere in ``notes/``. Raises ImageError,
        saying why there is none.
        """
        path = self.find(target, note_path, is_embed=is_embed)
        try:
            return path, strip_metadata(files.read(path, limit=_LARGEST))
        except PapernotesError as error:
            raise ImageError(f"it cannot be read ({error})") from error

    def find(self, target: str, note_path: str, *, is_embed: bool) -> Path:
        """Return the path of the image a note means, like :meth:`read`. Raises ImageError."""
        path = self._find(
            target if is_embed else unquote(target.split("?", maxsplit=1)[0]), note_path, is_embed
        )
        if path.suffix.lower() not in ENDINGS:
            raise ImageError("only PNG, JPEG, GIF, WebP and SVG images are carried along")
        return path

    def _find(self, target: str, note_path: str, is_embed: bool) -> Path:  # noqa: FBT001 - private
        name = target.lstrip("/")
        beside = (self._root / note_path).parent
        folders = (self._root, self._root / "notes")
        for folder in folders if target.startswith("/") else (beside, *folders):
            path = folder / name
            if name and "\0" not in name and os.path.lexists(path):
                return self._checked(path)
        if is_embed and "/" not in name and (found := self._named().get(_key(name))):
            return self._checked(found)
        raise ImageError("there is no such file")

    def _checked(self, path: Path) -> Path:
        plain = type(path)(os.path.normpath(path))
        if not plain.is_relative_to(self._root):
            raise ImageError("it lies outside the library")
        inside = plain.relative_to(self._root)
        if any(part.startswith(".") for part in inside.parts):
            raise ImageError("it lies in a hidden folder")
        if not _is_plain(plain):
            raise ImageError("it is, or lies behind, a symbolic link")
        if self._is_ignored(inside.as_posix()):
            raise ImageError("it is kept home by .exportignore")
        return plain

    def _named(self) -> dict[str, Path]:
        if self._by_name is None:
            self._by_name = {}
            for path in self._walk():
                self._by_name.setdefault(_key(path.name), path)
        return self._by_name

    def _walk(self) -> Iterator[Path]:
        for folder, subfolders, names in os.walk(self._root / "notes"):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(ENDINGS):
                    yield type(self._root)(folder) / name


def _is_plain(path: Path) -> bool:
    """Whether no part of a path is a link."""
    try:
        return files.resolved(path) == path
    except files.FileError:
        return False


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()

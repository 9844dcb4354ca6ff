"""The images of a post: which files of its blog they are, and where they go in the library."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.export.images.finding import ENDINGS
from papernotes.ids import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library.adopting.locating import Place

_LARGEST = 30_000_000  # bytes of an image that exports carry along


class Images:
    """The images of the post at the path ``post`` of a blog, which becomes the note ``note``.

    ``found`` are files of the blog and where they go below ``notes/``; ``notices`` say of others
    why they do not.
    """

    def __init__(self, place: Place, post: str, *, url: str, note: str, root: Path) -> None:
        self._place = place
        self._blog = place.blog.resolve()
        self._post = post
        self._url = url
        self._note = note
        self._notes = root / "notes"
        self.found: dict[str, str] = {}
        self.notices: list[str] = []

    def take(self, path: str, destination: str) -> str | None:
        """Return where an image goes, None where it stays; ``destination`` is how the post says."""
        source = self._file(path)
        if source is None:
            self.notices.append(f"the image {destination} is not in the blog")
        elif not source.lower().endswith(ENDINGS):
            self.notices.append(f"the image {destination} is of a kind that exports leave behind")
        elif source in self.found:
            return self.found[source]
        else:
            try:
                data = files.read(self._blog / source, limit=_LARGEST)
            except PapernotesError as error:
                self.notices.append(f"the image {destination} cannot be copied: {error}")
            else:
                self.found[source] = self._name(source, data)
                return self.found[source]
        return None

    def _file(self, path: str) -> str | None:
        """Return the file of the blog that a path of the post means, as a path below the blog."""
        for each in self._tried(path):
            try:
                file = files.resolved(self._blog / each)
            except (files.FileError, ValueError):  # links in a circle; what no path can hold
                continue
            if file.is_relative_to(self._blog) and file.is_file():
                return file.relative_to(self._blog).as_posix()
        return None

    def _tried(self, path: str) -> Iterator[str]:
        if path.startswith("/"):
            inside = path.lstrip("/")
            yield from (inside, f"static/{inside}", f"assets/{inside}", f"content/{inside}")
            return
        page = PurePosixPath(self._url.lstrip("/"))
        page = page if self._url.endswith("/") else page.parent
        beside = PurePosixPath(self._post).parent
        yield from (f"{beside}/{path}", path, f"{page}/{path}", f"static/{path}")

    def _name(self, source: str, data: bytes) -> str:
        """Return a name that is free, or is that of the same image already."""
        file = Path(source)
        stem, ending, number = slugify(file.stem) or "image", file.suffix.lower(), 1
        name = f"images/{self._note}/{stem}{ending}"
        while name in self.found.values() or not self._may_be(name, data):
            number += 1
            name = f"images/{self._note}/{stem}-{number}{ending}"
        return name

    def _may_be(self, name: str, data: bytes) -> bool:
        path = self._notes / name
        try:
            return files.read(path, limit=_LARGEST) == data if path.exists() else True
        except PapernotesError:
            return False

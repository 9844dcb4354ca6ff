"""Images that notes show and that are not there, or not in the library."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.ids import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from papernotes.doctor.text import NoteText
    from papernotes.reports.checking import Finding

_FILMS = (".mp4", ".webm", ".mp3")
# Of embeds, those that are no links to notes; what else leads nowhere is a dangling link.
_EMBEDDED = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", *_FILMS)
_SHOWN_AS_CODE = "<code>"
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\{\{|\{%|\$\{|<%")
_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|file:", re.IGNORECASE)
_IMG = re.compile(
    r"""<img(?=[\s/])(?:[^<>"']|"[^"]*"|'[^']*'){0,2000}?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]+))""",
    re.IGNORECASE,
)
_MAYBE_IMAGE = re.compile(r"!\[|<img\b", re.IGNORECASE)


class Shelf:
    """The files of a library: ``paths`` are those below ``notes/``, ``exists`` looks for any."""

    def __init__(self, paths: Iterable[str], exists: Callable[[str], bool]) -> None:
        self._exists = exists
        self._folded: dict[str, str] = {}
        self._named: dict[str, str] = {}
        for path in sorted(paths, reverse=True):
            self._folded[name_key(path)] = path
            self._named[name_key(posixpath.basename(path))] = path

    def has(self, path: str) -> bool:
        """Whether there is a file of just this name, relative to the library."""
        return self._exists(path)

    def near(self, path: str) -> str | None:
        """Return the file whose name differs in case or accents only."""
        return self._folded.get(name_key(path))

    def named(self, name: str) -> str | None:
        """Return the file below ``notes/`` that is so called, in whatever folder."""
        return self._named.get(name_key(name))


def missing_images(note: NoteText, shelf: Shelf) -> Iterator[Finding]:
    """Yield a finding for each image that is not there, or lies outside the library.

    It is looked for beside the note, from the root and from ``notes/``, and an embed by its bare
    name in any folder, as an export does.
    """
    if not _MAYBE_IMAGE.search(note.text, note.parts.body_start):
        return
    for target, at, is_embed in _images(note):
        if _ABSOLUTE.match(target):
            yield note.found("image-outside", f"{target}: {_OUTSIDE}", at=at)
        elif target and not _ELSEWHERE.match(target) and "\0" not in target:
            yield from _missing(note, target, at, shelf, is_embed=is_embed)


_OUTSIDE = "lies outside the library: no other machine has it; copy it to notes/images/"


def _images(note: NoteText) -> Iterator[tuple[str, int, bool]]:
    """Yield target, offset and whether it is an embed of all images."""
    for link in note.document.links:
        if link.kind == "embed" and not link.target.lower().endswith(_EMBEDDED):
            continue
        is_code = note.text.startswith(_SHOWN_AS_CODE, max(link.start - len(_SHOWN_AS_CODE), 0))
        if link.kind in {"image", "embed"} and not is_code:
            yield link.target, link.start, link.kind == "embed"
    for span in note.document.spans:
        if span.kind == "html":
            for match in _IMG.finditer(note.text, span.start, span.end):
                yield match[1] or match[2] or match[3] or "", match.start(), False


def _missing(
    note: NoteText, target: str, at: int, shelf: Shelf, *, is_embed: bool
) -> Iterator[Finding]:
    name = target if is_embed else unquote(target.partition("?")[0].partition("#")[0])
    places = _places(name, note.path)
    if any(shelf.has(place) for place in places):
        return
    bare = shelf.named(posixpath.basename(name))
    if is_embed and "/" not in name and bare:
        return
    if places[0].startswith("../"):
        yield note.found("image-outside", f"{target}: {_OUTSIDE}", at=at)
        return
    near = next((found for place in places if (found := shelf.near(place))), None)
    if near:
        more = f": {near} is there, which is another name on Linux and on the web"
    else:
        more = f"; there is {bare}" if bare else ""
    what = "file" if name.lower().endswith(_FILMS) else "image"
    yield note.found("missing-image", f"{target}: there is no such {what}{more}", at=at)


def _places(name: str, note_path: str) -> list[str]:
    """Return where an image may stand, relative to the library; outside it only by ``..``."""
    plain = name.lstrip("/")
    beside = posixpath.dirname(note_path)
    folders = ("", "notes") if name.startswith("/") else (beside, "", "notes")
    joined = [posixpath.normpath(posixpath.join(folder, plain)) for folder in folders]
    inside = [path for path in joined if not path.startswith("../")]
    return list(dict.fromkeys(inside)) or joined[:1]

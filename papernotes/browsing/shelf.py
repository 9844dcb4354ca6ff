"""The body of a note as the html target renders it, its links leading to pages of the library.

A post is made of a note alone: what its links lead to is looked up one by one, the text of another
note is only read where this one embeds it or links to a heading of it. As in a post, comments
(``%%…%%``) do not show. Pictures from elsewhere are named, not loaded: to open a note must not
tell anybody.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from papernotes.browsing.wishes import INDEX, page_place
from papernotes.export.html.body import render_body
from papernotes.export.images.finding import ImageFinder
from papernotes.export.making.build import build_post
from papernotes.export.making.draft import Shelf
from papernotes.export.pieces import Href, Link, Plain
from papernotes.export.post import Placement, Settings, Site
from papernotes.export.privacy.comments import tidied
from papernotes.export.source import Source
from papernotes.models import Link as NoteLink
from papernotes.models import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from papernotes.export.html.body import Heading
    from papernotes.export.post import Reference
    from papernotes.markdown import Document
    from papernotes.models import Paper

V = TypeVar("V")
_DAY = date(2000, 1, 1)  # a placement wants one; no page shows it
_ELSEWHERE = re.compile(
    r"<img\b[^>]*?\ssrc=\"(?:https?:)?//([^/\"?#]+)[^\"]*\"[^>]*>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Known:
    """A paper or note that a link may lead to: its ref, its title, and its note's path, if any."""

    ref: str
    title: str
    path: str = ""

    @property
    def note(self) -> Note:
        """The note without its body; of a paper without a note, one that says nothing."""
        return Note(path=self.path or f"notes/{self.ref}.md", title=self.title, body="")


@dataclass(frozen=True, slots=True)
class Sources:
    """What is asked of the library while a body is made.

    ``resolve`` returns what a link in a note leads to, ``load`` a note in full by its path, and
    ``see`` is told of every file that is about to be read.
    """

    root: Path
    papers: Mapping[str, Paper]
    resolve: Callable[[Note, NoteLink], Known | None]
    load: Callable[[str], Note]
    see: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NoteBody:
    """A note's body as HTML, its headings, and by name the pictures it shows (absolute paths)."""

    html: str
    headings: tuple[Heading, ...] = ()
    pictures: Mapping[str, Path] = field(default_factory=dict)


def render_note(note: Note, own: Known, sources: Sources) -> NoteBody:
    """Return the body of a note, whose page is that of ``own``."""
    pictures = _Pictures(sources)
    shelf = _Library(tidied(note), own, sources, pictures)
    post, _ = build_post(shelf, shelf.notes[note.ref])
    post = replace(post, references=tuple(_with_page(one, shelf) for one in post.references))
    settings = Settings(today=_DAY)
    body = render_body(post, Site(shelf.placements, settings))
    paths = {
        image.name: path for image in post.images for path, data in pictures.seen
        if data is image.data
    }  # fmt: skip
    return NoteBody(_ELSEWHERE.sub(_named, body.html), body.headings, paths)


def _named(picture: re.Match[str]) -> str:
    host = html.escape(html.unescape(picture[1]))
    return f'<span class="elsewhere">a picture at {host}, not loaded</span>'


def _with_page(one: Reference, shelf: _Library) -> Reference:
    """Return an entry of the references with a way to the paper's page."""
    ref = shelf.page_of(one.key)
    pieces = (*one.pieces, Plain(" "), Link((Plain("In the library"),), Href(ref=ref)))
    return replace(one, pieces=pieces) if ref else one


class _Pictures(ImageFinder):
    """The pictures of the library, with a memory of which were shown."""

    def __init__(self, sources: Sources) -> None:
        super().__init__(sources.root)
        self._see = sources.see
        self.seen: list[tuple[Path, bytes]] = []

    def read(self, target: str, note_path: str, *, is_embed: bool) -> tuple[Path, bytes]:
        """Return path and bytes of a picture, as the export would have them."""
        self._see(str(self.find(target, note_path, is_embed=is_embed)))
        path, data = super().read(target, note_path, is_embed=is_embed)
        self.seen.append((path, data))
        return path, data


class _Library(Shelf):
    """A shelf that holds one note, and finds others when they are asked for.

    What a link leads to has a page here, whether it is a note or a paper without one.
    """

    def __init__(self, note: Note, own: Known, sources: Sources, pictures: ImageFinder) -> None:
        self._sources = sources
        self._known: dict[str, Known] = {}  # by ref of the page, and by ref of the note on it
        self._full = {note.ref: note}
        source = Source((), sources.papers, self._resolve, sources.root)
        super().__init__(source, _Lookup(self._known, _placement))
        self.notes = _Lookup(self._known, lambda known: self._full.get(known.note.ref, known.note))
        self.images = pictures
        self._remember(own)

    def _remember(self, known: Known) -> None:
        self._known[known.ref] = self._known[known.note.ref] = known

    def _resolve(self, note: Note, link: NoteLink) -> str | None:
        known = self._sources.resolve(note, link)
        if known is None:
            return None
        self._remember(known)
        return known.ref

    def post_of(self, name: str) -> str | None:
        """Return what the page of a resolved name is called among notes."""
        known = self._known.get(name)
        return known.note.ref if known else None

    def page_of(self, citekey: str) -> str:
        """Return what the page of a cited paper is called; empty where none was found."""
        link = NoteLink("citation", citekey, 0, 0, 1)
        name = self._resolve(next(iter(self._full.values())), link)
        return (self.post_of(name) or "") if name else ""

    def document(self, ref: str) -> Document:
        """Return the body of a note, read now if it was not yet."""
        known = self._known.get(ref)
        if known is not None and known.path and known.note.ref not in self._full:
            self._full[known.note.ref] = tidied(self._sources.load(known.path))
        return super().document(ref)


class _Lookup(Mapping[str, V]):
    """What is made of each that is known, when it is asked for."""

    def __init__(self, known: Mapping[str, Known], make: Callable[[Known], V]) -> None:
        self._known = known
        self._make = make

    def __getitem__(self, name: str) -> V:
        return self._make(self._known[name])

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _placement(known: Known) -> Placement:
    return Placement(known.ref, _DAY, "/" + quote(page_place(known.ref).removesuffix(INDEX)))

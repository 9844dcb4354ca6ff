"""A post in the making: what its parts share while a note is read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from papernotes import markdown
from papernotes.export.images.finding import ImageFinder
from papernotes.export.making.citations import anchor
from papernotes.export.making.citations import links as paper_links
from papernotes.export.pieces import Href
from papernotes.export.post import Image
from papernotes.ids import slugify
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.pieces import Piece
    from papernotes.export.post import Placement
    from papernotes.export.source import Source
    from papernotes.markdown import Citation, Document, Span
    from papernotes.models import Link, Note, Paper

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MASKS = frozenset(
    ["fence", "code_block", "code", "math", "math_block", "comment", "html", "reference"]
)


class Edit(NamedTuple):
    """Pieces that stand for ``text[start:end]`` of a document."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


class Shelf:
    """The source as the making of posts needs it: by ref, parsed once, with where posts stand."""

    def __init__(self, source: Source, placements: Mapping[str, Placement]) -> None:
        self.source = source
        self.placements = placements
        public = (*source.published, *source.notes)
        self.notes: Mapping[str, Note] = {
            note.ref: note for note in public if note.ref in placements
        }
        self.images = ImageFinder(source.root, source.is_ignored)
        self._documents: dict[str, Document] = {}
        self._paper_posts: dict[str, str] = {}
        for note in sorted(
            self.notes.values(), key=lambda note: (note.name != note.paper, note.ref)
        ):
            if note.paper:
                self._paper_posts.setdefault(note.paper, note.ref)

    def document(self, ref: str) -> Document:
        """Return the body of a note that has a post, parsed.

        Its text has no control characters, and spaces where comments stand.
        """
        if ref not in self._documents:
            note = self.notes[ref]
            document = markdown.parse(cleaned(note.body), line=note.body_line)
            blanked = markdown.blank_comments(document)
            self._documents[ref] = replace(document, text=blanked)
        return self._documents[ref]

    def post_of(self, name: str) -> str | None:
        """Return the ref of the post a resolved name (ref or citation key) has, if any."""
        return name if name in self.placements else self._paper_posts.get(name)


class Ranges:
    """Stretches of a text, merged where they overlap."""

    def __init__(self, stretches: Iterable[Span | Link | Citation]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for one in sorted(stretches, key=lambda stretch: stretch.start):
            if self._ends and one.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], one.end)
            else:
                self._starts.append(one.start)
                self._ends.append(one.end)

    def has(self, offset: int) -> bool:
        """Whether ``offset`` lies in one of them."""
        number = bisect_right(self._starts, offset) - 1
        return number >= 0 and offset < self._ends[number]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose text is being read: a note's, one embedded in it, or a part (a callout) of either.

    ``embedded`` are the refs from the post's own note down to this one; ``footnotes`` is put
    before the names of an embedded note's footnotes, to keep them apart; ``depth`` is how many
    callouts the part lies in. ``closings`` says, once asked for, where elements of HTML end.
    """

    note: Note
    document: Document
    embedded: tuple[str, ...] = ()
    footnotes: str = ""
    depth: int = 0
    tables: Ranges = field(init=False)
    masks: Ranges = field(init=False)
    footnoted: Ranges = field(init=False)
    referred: frozenset[str] = field(init=False)
    closings: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        document = self.document
        tables = (span for span in document.spans if span.kind == "table")
        masks = (span for span in document.spans if span.kind in _MASKS)
        footnotes = (span for span in document.spans if span.kind == "footnote")
        object.__setattr__(self, "tables", Ranges(tables))
        object.__setattr__(self, "footnoted", Ranges(footnotes))
        marks = (span for span in document.spans if span.kind == "footnote_ref")
        object.__setattr__(self, "referred", frozenset(mark.detail.casefold() for mark in marks))
        object.__setattr__(self, "masks", Ranges((*masks, *document.links, *document.citations)))

    @property
    def text(self) -> str:
        """The text all offsets count in."""
        return self.document.text

    def is_in_footnote(self, offset: int) -> bool:
        """Whether an offset lies in the definition of a footnote."""
        return self.footnoted.has(offset)

    def links_between(self, start: int, end: int) -> Sequence[Link]:
        """Return the links that begin in a stretch."""
        links = self.document.links
        first = bisect_left(links, start, key=lambda link: link.start)
        return links[first : bisect_left(links, end, key=lambda link: link.start)]

    def is_in_table(self, offset: int) -> bool:
        """Whether an offset lies in a table, where a bar parts cells."""
        return self.tables.has(offset)

    def is_masked(self, offset: int) -> bool:
        """Whether an offset lies in code, math, HTML, a comment, a link or a citation."""
        return self.masks.has(offset)


@dataclass(slots=True)
class Draft:
    """What one post gathers while its note is read."""

    shelf: Shelf
    note: Note
    problems: list[Problem] = field(default_factory=list)
    cited: dict[str, Paper] = field(default_factory=dict)
    endnotes: list[tuple[Piece, ...]] = field(default_factory=list)
    footnote_names: set[str] = field(default_factory=set)
    embedded: list[int] = field(default_factory=list)  # characters of each
    _images: dict[Path, Image] = field(default_factory=dict)

    @property
    def images(self) -> tuple[Image, ...]:
        """The images gathered so far, by name."""
        return tuple(sorted(self._images.values(), key=lambda image: image.name))

    def warn(self, scope: Scope, line: int, code: str, message: str) -> None:
        """Note something a reader of the post would miss."""
        self.problems.append(Problem(code, scope.note.path, message, line))

    def add_image(self, scope: Scope, target: str, *, is_embed: bool) -> str:
        """Carry an image along and return its name. Raises ImageError."""
        path, data = self.shelf.images.read(target, scope.note.path, is_embed=is_embed)
        if path not in self._images:
            stem = slugify(path.stem) or "image"
            taken = {image.name for image in self._images.values()}
            name, number = f"{stem}{path.suffix.lower()}", 1
            while name in taken:
                number += 1
                name = f"{stem}-{number}{path.suffix.lower()}"
            self._images[path] = Image(name, data)
        return self._images[path].name

    def new_footnote(self) -> str:
        """Return a footnote name nobody uses."""
        number = len(self.endnotes) + 1
        while f"aside-{number}" in self.footnote_names:
            number += 1
        self.footnote_names.add(f"aside-{number}")
        return f"aside-{number}"

    def paper_href(self, paper: Paper) -> Href:
        """Return where a link to a paper leads: arXiv, its DOI, or its entry in the references."""
        places = paper_links(paper)
        if places:
            return Href(url=places[0][1])
        self.cited[paper.citekey] = paper
        return Href(anchor=anchor(paper.citekey))


def cleaned(text: str) -> str:
    """Return ``text`` with LF line ends and without characters no page can show."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def stem_words(target: str) -> str:
    """Return what an image without a description may be called, from its file name."""
    return PurePosixPath(target).stem.replace("_", " ").replace("-", " ")

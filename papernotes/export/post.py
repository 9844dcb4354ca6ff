"""A post and a site as values, and the protocol of a target that turns them into files.

Building them is :mod:`papernotes.export.making`, writing files is :mod:`papernotes.export.blog`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from papernotes.export.pieces import Piece
    from papernotes.models import Paper


FEED_LENGTH = 20
"""How many posts, the newest, stand in a feed with their whole text."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How posts are made, the same for every post of an export.

    ``today`` dates the first export of a note that has no date itself. ``base_url`` is where the
    blog stands on the web, without a slash at its end, or empty. ``style`` is that of citations:
    ``author-year``, ``numeric``, or the path of a CSL file, whose text is ``csl`` then;
    ``cites_post`` asks for a BibTeX entry of the post itself at its end. ``allow`` are texts that
    may leave though they look as if they should not, ``templates`` a person's own of the html
    target by file name.
    """

    today: date
    author: str = ""
    toc: bool = True
    base_url: str = ""
    title: str = ""
    description: str = ""
    language: str = "en"
    theme: str = ""
    style: str = "author-year"
    csl: str = ""
    cites_post: bool = False
    allow: tuple[str, ...] = ()
    templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """An image a post carries along; ``name`` is safe and unique within the post."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a post's list of references; ``anchor`` is its id on the page.

    ``label`` is what citations call it in a numeric style, else empty.
    """

    key: str
    anchor: str
    pieces: tuple[Piece, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The paper a note is about; ``version`` is the arXiv version that was read, if known."""

    paper: Paper
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a note's post stands, fixed at its first export; ``aliases`` are its older URLs.

    ``modified_on`` is when what the post shows last changed; None before it ever did.
    """

    slug: str
    published_on: date
    url: str
    aliases: tuple[str, ...] = ()
    modified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A note made ready for any target.

    ``needs_heading`` says that the references want a heading of their own, because the note does
    not end with one for them. ``cited`` are the papers of the references, in their order, and
    ``links_to`` the refs of the posts the body links to. ``words`` counts those a reader reads.
    ``is_cited``: it ends with how to cite it, whatever the settings say.
    ``extra`` is front matter of the target's own that the note carries along for it.
    """

    ref: str
    title: str
    body: tuple[Piece, ...]
    description: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    needs_heading: bool = True
    images: tuple[Image, ...] = ()
    kind: str = "note"
    words: int = 0
    card: Card | None = None
    cited: tuple[Paper, ...] = ()
    links_to: tuple[str, ...] = ()
    is_cited: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """How long reading takes, at 220 words a minute, at least one."""
        return max(1, round(self.words / 220))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another post, as one that mentions it needs it."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Around:
    """The posts around one: the one before it and behind it in time, and those that link to it."""

    older: Neighbour | None = None
    newer: Neighbour | None = None
    backlinks: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What a target may know besides the post: where all posts stand, and settings."""

    placements: Mapping[str, Placement]
    settings: Settings
    around: Mapping[str, Around] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """A post without its body, as lists, feeds and indexes show it.

    ``extract`` is what the target's own ``render`` kept of the post for its ``shared``, and
    ``content`` its whole text for a feed; only the newest :data:`FEED_LENGTH` have it.
    """

    ref: str
    title: str
    placement: Placement
    description: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kind: str = "note"
    words: int = 0
    card: Card | None = None
    cited: tuple[Paper, ...] = ()
    links_to: tuple[str, ...] = ()
    has_math: bool = False
    extract: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class OutFile:
    """One file of an export; ``path`` is relative to the blog, with ``/`` between its parts."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a target cannot show as it is meant: the note's own words for it, and why."""

    source: str
    why: str


@dataclass(frozen=True)
class LateFile:
    """A file that is made when its bytes are asked for.

    ``token`` is a digest of everything that they depend on but settings, target and program: as
    long as it stays, so do they.
    """

    path: str
    token: str
    make: Callable[[], bytes]

    @cached_property
    def data(self) -> bytes:
        """The bytes, made once."""
        return self.make()


@dataclass(frozen=True, slots=True)
class Written:
    """What a target makes of one post: the post's own file first, then what it carries along.

    ``flaws`` are formulas that show as their TeX.
    """

    files: tuple[OutFile, ...]
    extract: str = ""
    content: str = ""
    flaws: tuple[Flaw, ...] = ()


class Target(Protocol):
    """An export target: pure, posts in, files out."""

    name: str
    permalink: str
    """The URL of a post, with ``{slug}`` in it."""
    folder: str
    """The folder of the posts below the blog."""

    config: str
    """The blog's own settings file: its name, or names with spaces between, of which one counts."""
    themes: tuple[str, ...]
    """What ``theme`` may be, the default first; empty where there is no choice."""

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:
        """Return what that file (None: there is none) should say for these posts to look right."""
        ...

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the files of one post."""
        ...

    def shared(
        self, posts: Sequence[Summary], site: Site, /, *, folder: str
    ) -> tuple[OutFile | LateFile, ...]:
        """Return the files that are about several posts (newest first): lists, feeds, styles."""
        ...

"""The values papernotes is about, all frozen. No I/O, no third-party import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ArxivId:
    """An arXiv identifier: canonical ``id`` (``1706.03762``, ``hep-th/9901001``) and version."""

    id: str
    version: int | None = None

    def __str__(self) -> str:
        return self.id if self.version is None else f"{self.id}v{self.version}"


@dataclass(frozen=True, slots=True)
class Author:
    """A person, in BibTeX's four parts, or a body whose whole name is ``family``.

    All parts are plain Unicode. ``is_literal`` marks a corporate author or collaboration.
    """

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    is_literal: bool = False
    affiliations: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name as it is said: ``Laurens van der Maaten``, ``John Smith Jr.``."""
        return " ".join(
            part for part in (self.given, self.particle, self.family, self.suffix) if part
        )

    @property
    def surname(self) -> str:
        """What stands for the person in short: ``van der Maaten``."""
        return f"{self.particle} {self.family}" if self.particle else self.family


def in_short(authors: Sequence[Author]) -> str:
    """Return who wrote something in few words: ``Vaswani et al.``, ``Kingma & Ba``."""
    if len(authors) > 2:
        return f"{authors[0].surname} et al."
    return " & ".join(author.surname for author in authors)


@dataclass(frozen=True, slots=True)
class Paper:
    """One entry of ``bib/``: an arXiv paper, or any other thing BibTeX can describe.

    Text is plain Unicode with TeX math kept between dollar signs. ``published`` is the date of
    version 1 and ``updated`` that of ``arxiv_version``, both UTC-aware. ``path`` and ``line``
    say where the entry stands (relative to the library, ``/`` between parts; empty when new).
    ``arxiv_latest`` is the newest version known, where the entry is about an older one;
    ``other_dois`` are those arXiv gives besides ``doi``. ``extra`` holds the BibTeX fields that
    have no attribute here, in their order, names in lower case, values as they stand in the file
    without their outer braces or quotes.
    """

    citekey: str
    title: str
    authors: tuple[Author, ...] = ()
    year: int | None = None
    month: int | None = None
    entry_type: str = "misc"
    abstract: str = ""
    arxiv_id: str | None = None
    arxiv_version: int | None = None
    arxiv_latest: int | None = None
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    doi: str | None = None
    other_dois: tuple[str, ...] = ()
    journal_ref: str | None = None
    comment: str | None = None
    url: str | None = None
    is_withdrawn: bool = False
    extra: tuple[tuple[str, str], ...] = ()
    path: str = ""
    line: int = 0

    @property
    def primary_category(self) -> str | None:
        """The first category, which arXiv calls primary."""
        return self.categories[0] if self.categories else None


@dataclass(frozen=True, slots=True)
class Link:
    """Something a note points at, as a span of the note's text.

    ``kind`` is ``wiki`` (``[[x]]``), ``embed`` (``![[x]]``), ``link`` (``[t](u)``), ``image``
    (``![t](u)``), ``url`` (bare or ``<u>``) or ``citation`` (one key of ``[@a; @b]`` or ``@a``).
    ``target`` is the name, path, URL or citation key as written, trimmed; ``start`` and ``end``
    are offsets into the whole text of the note, ``line`` counts from 1.
    """

    kind: str
    target: str
    start: int
    end: int
    line: int
    heading: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One Markdown file below ``notes/``.

    ``path`` is relative to the library; ``body`` is the text after the front matter and
    ``body_start`` its offset in the file's text. ``publish`` is False, True, or the export
    targets it is limited to. ``rating`` is 1 to 5 and ``priority`` ``high``, ``normal`` or ``low``.
    ``meta`` is the whole front matter, unknown keys included.
    """

    path: str
    title: str
    body: str
    body_start: int = 0
    body_line: int = 1
    kind: str = "note"
    paper: str | None = None
    arxiv: ArxivId | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    status: str | None = None
    rating: int | None = None
    priority: str | None = None
    created: date | None = None
    publish: bool | tuple[str, ...] = False
    is_private: bool = False
    date: date | None = None
    description: str = ""
    categories: tuple[str, ...] = ()
    slug: str | None = None
    links: tuple[Link, ...] = ()
    meta: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name without folder and ending: what ``[[name]]`` points at."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".md")

    @property
    def ref(self) -> str:
        """The path below ``notes/`` without its ending: what commands take and print."""
        return self.path.removeprefix("notes/").removesuffix(".md")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong that did not stop the rest: ``code`` is stable, ``line`` counts from 1."""

    code: str
    path: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text that matched. ``marks`` are (start, end) of the matched words in ``text``.

    ``field`` is ``title``, ``author``, ``key``, ``abstract``, ``note``, ``pdf`` or ``comment``; for
    a note, ``heading`` is the path of headings above it (joined by `` › ``) and ``line`` counts
    from 1 in its file; for a PDF, ``page`` counts from 1. ``before`` and ``after`` are the
    sentences around it, where some were asked for.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    field: str = ""
    heading: str = ""
    line: int | None = None
    page: int | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of list or search. ``kind`` is ``paper`` or the kind of a free note.

    ``version`` is the arXiv version that the note, else the entry, is about, and ``latest`` the
    newest one known. ``status`` is that of the note; a paper that says nothing is ``unread``.
    ``reasons`` say why it was found, where no query does. ``by`` names the authors in short.
    """

    ref: str
    kind: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv: str | None = None
    score: float | None = None
    path: str = ""
    fragments: tuple[Fragment, ...] = ()
    version: int | None = None
    latest: int | None = None
    is_withdrawn: bool = False
    status: str | None = None
    rating: int | None = None
    reasons: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of answers. ``total`` counts all that match, whatever the limit.

    ``suggestion`` is the query that was answered instead, where nothing matched what was asked:
    words mended, or left out, which then stand in ``dropped``. ``notices`` say how a query was
    taken that is not quite one.
    """

    hits: tuple[Hit, ...]
    total: int
    problems: tuple[Problem, ...] = ()
    suggestion: str = ""
    dropped: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync saw and did; the tuples hold paths relative to the library.

    ``held_back`` are files that vanished in such numbers that they are kept until confirmed.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    papers: int = 0
    notes: int = 0
    files_read: int = 0
    documents_indexed: int = 0


@dataclass(frozen=True, slots=True)
class Backlink:
    """A sentence in a note that says something about a paper or another note.

    ``ref`` and ``title`` are the note's, ``heading`` the headings above the sentence. ``kind`` and
    ``target`` are those of the first link in it (see :class:`Link`); ``marks`` are (start, end) of
    the words in ``sentence`` that name what it is about, where they could be told.
    """

    ref: str
    title: str
    path: str
    line: int
    sentence: str
    kind: str
    target: str = ""
    heading: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of one ref: its paper, its note, and who points at it.

    For a free note, ``paper`` is the one its front matter names; ``other_notes`` are the refs of
    further notes about the paper. ``version`` is the arXiv version that the note, else the entry,
    is about; ``pdf`` is where its PDF stands, relative to the library, or the absolute path of one
    that its entry names. ``cites`` are the papers and notes that the note links to, as they first
    come in it; ``backlinks`` come newest note first.
    """

    ref: str
    kind: str
    title: str
    paper: Paper | None = None
    note: Note | None = None
    other_notes: tuple[str, ...] = ()
    cites: tuple[Hit, ...] = ()
    backlinks: tuple[Backlink, ...] = ()
    version: int | None = None
    pdf: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def page(self) -> str:
        """The address of the paper's page: at arXiv, of its DOI, or what its entry says."""
        paper = self.paper
        if paper is None:
            return ""
        if paper.arxiv_id:
            return f"https://arxiv.org/abs/{paper.arxiv_id}"
        if paper.doi:
            return f"https://doi.org/{paper.doi}"
        url = paper.url or ""
        return url if url.startswith(("https://", "http://")) else ""

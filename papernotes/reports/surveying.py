"""What the verbs that look at all of a library answer with: a graph of it, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Problem
    from papernotes.reports.connecting import Tally


@dataclass(frozen=True, slots=True)
class Node:
    """A paper with its own note, or a free note. ``id`` is its ref, or a path where two share it.

    ``url`` is its page on the web; ``path`` its note, or the .bib file of a paper that has none.
    ``status`` and ``path`` are None in a graph that is public. ``by`` names the authors in short.
    """

    id: str
    title: str
    kind: str
    is_paper: bool
    authors: tuple[str, ...] = ()
    year: int | None = None
    category: str | None = None
    status: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    path: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What the note of ``source`` says of ``target``, both numbers of nodes.

    ``kind`` is ``cites`` (with a citation), ``links``, or ``about``: it is a note on that paper.
    ``count`` is how many links and citations there are.
    """

    source: int
    target: int
    kind: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Graph:
    """Papers and notes by id, and what leads from one to another.

    ``is_public``: it holds nothing but published notes and public facts of the papers these are
    about or cite. ``alone`` are how many were left out because nothing leads to or from them;
    ``around`` is the id of the node in the middle, if one was asked for.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    is_public: bool = False
    alone: int = 0
    around: str | None = None

    def degrees(self) -> list[int]:
        """Return of each node how many others it has to do with."""
        others: list[set[int]] = [set() for _ in self.nodes]
        for edge in self.edges:
            others[edge.source].add(edge.target)
            others[edge.target].add(edge.source)
        return [len(each) for each in others]


@dataclass(frozen=True, slots=True)
class GraphReport:
    """A graph, as ``text`` in the form asked for, and what became of the file at ``path``.

    ``outcome`` is empty where no file was asked for, else ``new``, ``changed`` or ``unchanged``.
    """

    graph: Graph
    text: str = ""
    path: str = ""
    outcome: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is. ``notes`` are all notes, ``free`` those that are no paper's own.

    ``words`` are those of notes, as a reader sees them (``markdown.counting``); ``links`` ask for
    papers and notes, citations included; ``pdf_bytes`` is the size of the PDFs, ``file_bytes`` of
    notes and .bib files.
    """

    papers: int
    notes: int
    free: int
    words: int
    links: int
    tags: int
    pdfs: int
    file_bytes: int
    pdf_bytes: int


@dataclass(frozen=True, slots=True)
class Month:
    """The notes begun in a month (``2026-11``), and how many of them are of papers read by now."""

    month: str
    notes: int
    read: int


@dataclass(frozen=True, slots=True)
class Favourite:
    """A paper or note that ``notes`` other notes link to or cite."""

    ref: str
    title: str
    notes: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The numbers of a library, or of what matches ``query``.

    Years, categories and tags are the most frequent ones first, but years the latest first;
    months are the latest first, too. ``cited`` are papers, ``linked`` notes.
    """

    query: str
    totals: Totals
    statuses: tuple[Tally, ...]
    kinds: tuple[Tally, ...]
    years: tuple[Tally, ...]
    categories: tuple[Tally, ...]
    tags: tuple[Tally, ...]
    months: tuple[Month, ...]
    cited: tuple[Favourite, ...]
    linked: tuple[Favourite, ...]
    problems: tuple[Problem, ...] = ()

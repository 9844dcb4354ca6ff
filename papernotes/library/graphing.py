"""What the store knows of papers, notes and links → a graph of those that are asked for.

A graph of what is public says nothing else of it: no state of reading, no path, no name of a file,
no tag of a note that stays home, no link that stands in front matter.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.errors import NotFoundError
from papernotes.filters import Filter
from papernotes.ids import slugify
from papernotes.markdown import without_comments
from papernotes.query import And
from papernotes.refs import find_document
from papernotes.reports.surveying import Edge, Graph, Node
from papernotes.store import drawing
from papernotes.store.texts import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from papernotes.query import Node as Query
    from papernotes.store.drawing import Thing, Tie
    from papernotes.store.read import Store

_OF_ARXIV = "10.48550/arxiv."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a graph is asked to show: documents ``among`` these (None: all), those near one, alone.

    ``depth`` is how many links away from ``around`` something may be. ``is_public``: only published
    notes, and nothing of them that stays home; ``has_cited``: with the papers they are about or
    cite.
    """

    among: Collection[int] | None = None
    around: str | None = None
    depth: int = 2
    has_alone: bool = False
    is_public: bool = False
    has_cited: bool = False


def asks_for_published(node: Query) -> bool:
    """Whether a query can find nothing but what asks to be published."""
    if isinstance(node, And):
        return any(map(asks_for_published, node.children))
    return isinstance(node, Filter) and (node.field, node.value) == ("is", "published")


def make_graph(store: Store, root: Path, wish: Wish) -> Graph:
    """Return the graph that a wish is for.

    Raises NotFoundError and AmbiguousRefError for what is to stand in the middle, FormatError and
    FileError for an ``.exportignore`` that cannot be read.
    """
    centre = None if wish.around is None else find_document(store, wish.around)
    things, ties = drawing.things(store), drawing.ties(store)
    shown = {thing.id for thing in things} if wish.among is None else set(wish.among)
    published = _published(things, root) if wish.is_public else None
    if published is not None:
        shown &= published
        ties = [
            tie._replace(links=tie.in_text)
            for tie in ties
            if tie.in_text and tie.source in published
        ]
        if wish.has_cited:
            shown |= _cited(things, ties, shown)
        if centre is not None and centre not in shown:
            raise NotFoundError(f"{wish.around}: is not published, so it is not shown")
    if centre is not None:
        shown = _near(centre, wish.depth, ties, shown | {centre})
    ties = [tie for tie in ties if tie.source in shown and tie.target in shown]
    linked = {end for tie in ties for end in (tie.source, tie.target)}
    kept = [
        thing
        for thing in things
        if thing.id in shown and (wish.has_alone or thing.id in linked or thing.id == centre)
    ]
    graph = _graph(_named(store, kept, published), ties, centre=centre)
    return replace(graph, is_public=wish.is_public, alone=len(shown) - len(kept))


def _published(things: Iterable[Thing], root: Path) -> set[int]:
    """Return the documents whose notes may leave, as an export sees it."""
    from papernotes.library.withholding import read_ignore  # noqa: PLC0415 - public pictures only

    marked = [thing for thing in things if thing.is_marked]
    ignore = read_ignore(root)
    return {thing.id for thing in marked if not ignore.covers(thing.path)}


def _cited(things: Iterable[Thing], ties: Iterable[Tie], published: Collection[int]) -> set[int]:
    """Return the papers that published notes are about or say something of."""
    papers = {thing.id for thing in things if thing.is_paper}
    return {tie.target for tie in ties if tie.source in published and tie.target in papers}


def _near(centre: int, depth: int, ties: Iterable[Tie], among: Collection[int]) -> set[int]:
    """Return what is so many links away from a document at most, in either direction."""
    others: dict[int, list[int]] = {}
    for tie in ties:
        if tie.source in among and tie.target in among:
            others.setdefault(tie.source, []).append(tie.target)
            others.setdefault(tie.target, []).append(tie.source)
    near, edge = {centre}, [centre]
    for _ in range(depth):
        edge = list({other for each in edge for other in others.get(each, ())} - near)
        near.update(edge)
    return near


def _named(
    store: Store, things: Sequence[Thing], published: Collection[int] | None
) -> list[tuple[int, Node]]:
    """Return (document, node), papers first, by id; only what is public where some are published.

    Published notes are called by their titles then, since names of files are nobody's business.
    """
    tags, authors = drawing.tags_by_document(store), drawing.authors_by_document(store)
    papers = {thing.ref for thing in things if thing.is_paper}
    found = []
    for thing in things:
        title = thing.paper_title or thing.note_title or thing.ref
        is_own = published is None or thing.id in published
        node = Node(
            id=thing.ref if thing.is_paper or thing.ref not in papers else thing.path,
            title=title,
            kind=thing.kind,
            is_paper=bool(thing.is_paper),
            authors=authors.get(thing.id, NOBODY).names,
            by=authors.get(thing.id, NOBODY).by,
            year=thing.year,
            category=thing.category,
            status=thing.status,
            tags=tags.get(thing.id, ()) if is_own else (),
            url=_page(thing),
            path=thing.path,
        )
        found.append((thing.id, node))
    if published is not None:
        found = list(_public(found))
    return sorted(found, key=lambda each: (not each[1].is_paper, each[1].id))


def _public(nodes: Iterable[tuple[int, Node]]) -> Iterator[tuple[int, Node]]:
    """Yield nodes as the public may see them: no state, no path, no comments in what is said."""
    taken: Counter[str] = Counter()
    for document, node in sorted(nodes, key=lambda each: (not each[1].is_paper, each[1].title)):
        name, title = node.id, node.title
        if not node.is_paper:
            title = without_comments(title)
            name = _free(slugify(title) or "note", taken)
        taken[name] = 1
        tags = tuple(filter(None, map(without_comments, node.tags)))
        yield (
            document,
            replace(node, id=name, title=title, tags=tags, status=None, path=None),
        )


def _free(name: str, taken: Counter[str]) -> str:
    """Return a name that nothing is called yet, itself or with a number; count that it is asked."""
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name}-{taken[name]}"
    return free


def _graph(named: Sequence[tuple[int, Node]], ties: Iterable[Tie], *, centre: int | None) -> Graph:
    """Return nodes with one edge for all that leads from one to another."""
    number = {document: each for each, (document, _) in enumerate(named)}
    kinds: dict[tuple[int, int], set[str]] = {}
    counts: Counter[tuple[int, int]] = Counter()
    for tie in ties:
        ends = (number[tie.source], number[tie.target])
        kinds.setdefault(ends, set()).add(tie.kind)
        counts[ends] += tie.links
    edges = tuple(
        Edge(source, target, _strongest(kinds[source, target]), counts[source, target])
        for source, target in sorted(kinds)
    )
    nodes = tuple(node for _, node in named)
    around = None if centre is None else nodes[number[centre]].id
    return Graph(nodes, edges, around=around)


def _strongest(kinds: Collection[str]) -> str:
    if "about" in kinds:
        return "about"
    return "cites" if "citation" in kinds else "links"


def _page(thing: Thing) -> str | None:
    """Return where a paper can be read."""
    if thing.arxiv:
        return f"https://arxiv.org/abs/{thing.arxiv}"
    if thing.doi and not thing.doi.lower().startswith(_OF_ARXIV):
        return f"https://doi.org/{quote(thing.doi, safe='/:;()!$&*+,=@~.-_%')}"
    url = thing.url or ""
    return url if url.lower().startswith(("http://", "https://")) else None

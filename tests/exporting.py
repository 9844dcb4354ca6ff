"""Notes, papers and sources for the tests of export, made from text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from papernotes import markdown
from papernotes.export import Settings, Source
from papernotes.ids import parse_arxiv_id
from papernotes.links import address, note_names, paper_names
from papernotes.models import Author, Link, Note, Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

TODAY = date(2026, 11, 22)
SETTINGS = Settings(today=TODAY, author="Ada Blogger")

ATTENTION = Paper(
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=tuple(
        Author(family, given)
        for given, family in (
            ("Ashish", "Vaswani"),
            ("Noam", "Shazeer"),
            ("Niki", "Parmar"),
            ("Jakob", "Uszkoreit"),
            ("Llion", "Jones"),
            ("Aidan N.", "Gomez"),
            ("Lukasz", "Kaiser"),
            ("Illia", "Polosukhin"),
        )
    ),
    year=2017,
    arxiv_id="1706.03762",
)
ADAM = Paper(
    citekey="kingma2014adam",
    title="Adam: A Method for Stochastic Optimization",
    authors=(Author("Kingma", "Diederik P."), Author("Ba", "Jimmy")),
    year=2014,
    arxiv_id="1412.6980",
)
TSNE = Paper(
    citekey="maaten2008visualizing",
    title="Visualizing Data using t-SNE",
    authors=(Author("Maaten", "Laurens", "van der"), Author("Hinton", "Geoffrey")),
    year=2008,
    entry_type="article",
    url="https://example.org/tsne",
    extra=(("journal", "Journal of Machine Learning Research"),),
)
PAPERS = {paper.citekey: paper for paper in (ATTENTION, ADAM, TSNE)}


def make_note(path: str, text: str) -> Note:
    """Return the note a file at ``path`` with that text is."""
    meta: dict[str, Any] = {}
    body, start = text, 0
    if text.startswith("---\n"):
        end = text.index("\n---\n", 3)
        meta = yaml.safe_load(text[4:end]) or {}
        start = end + len("\n---\n")
        body = text[start:]
    asked = meta.get("publish", False)
    return Note(
        path=path,
        title=str(
            meta.get("title") or _heading(body) or path.rsplit("/", 1)[-1].removesuffix(".md")
        ),
        body=body,
        body_start=start,
        body_line=text.count("\n", 0, start) + 1,
        kind=str(meta.get("kind", "note")),
        paper=meta.get("paper"),
        arxiv=parse_arxiv_id(meta["arxiv"]) if meta.get("arxiv") else None,
        aliases=tuple(meta.get("aliases", ())),
        tags=tuple(meta.get("tags", ())),
        created=meta.get("created"),
        publish=tuple(asked) if isinstance(asked, list) else asked is True,
        is_private=meta.get("private") is True,
        date=meta.get("date"),
        description=str(meta.get("description", "")),
        categories=tuple(meta.get("categories", ())),
        slug=meta.get("slug"),
        links=markdown.parse(body, line=1).links,
        meta=meta,
    )


def _heading(body: str) -> str:
    headings = markdown.parse(body).headings
    return headings[0].text if headings and headings[0].level == 1 else ""


def make_source(
    root: Path,
    notes: Iterable[Note],
    *,
    others: Iterable[Note] = (),
    papers: Mapping[str, Paper] = PAPERS,
    published: Iterable[Note] = (),
) -> Source:
    """Return a source of ``notes``; ``others`` exist in the library and are not exported."""
    chosen, others, published = tuple(notes), tuple(others), tuple(published)
    found: dict[tuple[str, str], tuple[int, str]] = {}
    named = [
        (name, note.ref) for note in (*chosen, *others, *published) for name in note_names(note)
    ]
    named += [(name, paper.citekey) for paper in papers.values() for name in paper_names(paper)]
    for name, ref in named:
        place = (name.scheme, name.key)
        if place not in found or name.rank < found[place][0]:
            found[place] = (name.rank, ref)

    def resolve(note: Note, link: Link) -> str | None:
        asked = address(link, note.path)
        return found.get((asked.scheme, asked.key), (0, None))[1] if asked else None

    return Source(
        notes=chosen,
        papers=papers,
        resolve=resolve,
        root=root,
        published=published,
        private_titles={note.ref: note.title for note in others},
    )

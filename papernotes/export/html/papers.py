"""Every paper that posts cite, with these posts, and all of them as a .bib file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.export.html.views import make_paper
from papernotes.export.making.entries import public_entry
from papernotes.ids import ascii_fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.html.views import Entry, PaperView
    from papernotes.export.post import Summary
    from papernotes.models import Paper


@dataclass(frozen=True, slots=True)
class Shelved:
    """A paper with the posts that are about it or cite it, newest first."""

    paper: PaperView
    entries: tuple[Entry, ...]
    source: Paper

    @property
    def bibtex(self) -> str:
        """Its entry for everybody; empty where it has none."""
        return public_entry(self.source)


def shelve(posts: Sequence[Summary], entries: Sequence[Entry]) -> tuple[Shelved, ...]:
    """Return the papers of all posts, by authors, year and title. ``entries`` go by ``posts``."""
    papers: dict[str, Paper] = {}
    cited_by: dict[str, dict[str, Entry]] = {}
    for post, entry in zip(posts, entries, strict=True):
        own = (post.card.paper,) if post.card else ()
        for paper in (*own, *post.cited):
            papers.setdefault(paper.citekey, paper)
            cited_by.setdefault(paper.citekey, {})[entry.path] = entry
    shelved = [
        Shelved(make_paper(paper), tuple(cited_by[key].values()), paper)
        for key, paper in papers.items()
    ]
    return tuple(sorted(shelved, key=_order))


def _order(one: Shelved) -> tuple[str, str, str, str]:
    paper = one.paper
    title = str(paper.title.striptags())
    who = ascii_fold(paper.authors.replace("& ", "") or title).casefold()
    return (who, paper.year, title.casefold(), paper.key)

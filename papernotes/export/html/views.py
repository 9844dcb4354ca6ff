"""What templates see of posts and papers: plain values, links as paths of files of the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.export.html.excerpts import shorten
from papernotes.export.html.extracts import excerpt_in
from papernotes.export.html.inline import render_title
from papernotes.export.html.paths import kind_path, page_path, paper_path, tag_path
from papernotes.export.making.citations import authors_in_list, links, plain_year
from papernotes.venues import find_venue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from markupsafe import Markup

    from papernotes.export.post import Card, Neighbour, Placement, Summary
    from papernotes.models import Paper

_KINDS = {
    "paper": ("Paper note", "Paper notes"),
    "experiment": ("Experiment", "Experiments"),
    "tutorial": ("Tutorial", "Tutorials"),
    "resources": ("Resources", "Resources"),
    "rant": ("Rant", "Rants"),
    "note": ("Note", "Notes"),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WORDS_A_MINUTE = 220
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A name with the page it leads to, and how many posts there are behind it."""

    name: str
    path: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A date: as machines read it, and as people of the blog's language do."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper as references show it; ``version`` is what was read, where a card says so."""

    key: str
    path: str
    title: Markup
    authors: str
    short_authors: str
    year: str
    venue: str
    links: tuple[tuple[str, str], ...]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as lists show it; ``kinds`` is what several of its kind are called.

    ``summary`` is its description, or how it begins, as plain text.
    """

    title: Markup
    path: str
    day: Day
    kind: Named
    kinds: str
    tags: tuple[Named, ...]
    description: Markup
    summary: str
    minutes: int
    year: int
    paper: PaperView | None = None


def make_day(day: date, language: str) -> Day:
    """Return a date; months have names where the blog is in English, else numbers."""
    iso = day.isoformat()
    if language.lower().split("-")[0] != "en":
        return Day(iso, iso)
    return Day(iso, f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def make_paper(paper: Paper, version: int | None = None) -> PaperView:
    """Return what pages show of a paper."""
    names = [author.family for author in paper.authors]
    short = ", ".join(names[:_NAMED]) + (" et al." if len(names) > _NAMED else "")
    return PaperView(
        key=paper.citekey,
        path=paper_path(paper),
        title=render_title(paper.title or paper.citekey),
        authors=authors_in_list(paper),
        short_authors=short,
        year=plain_year(paper),
        venue=str(find_venue(paper) or ""),
        links=_links(paper, version),
        version=version,
    )


def _links(paper: Paper, version: int | None) -> tuple[tuple[str, str], ...]:
    """Return (label, URL) of where a paper can be read; on arXiv the version that was read."""
    tail = f"v{version}" if version else ""
    return tuple(
        (f"{label}{tail}", f"{url}{tail}") if label.startswith("arXiv:") else (label, url)
        for label, url in links(paper)
    )


def make_card(card: Card | None) -> PaperView | None:
    """Return the paper a post is about."""
    return make_paper(card.paper, card.version) if card else None


def make_kind(kind: str) -> Named:
    """Return what a post of a kind is called, with the page of all posts like it."""
    return Named(_kind_names(kind)[0], kind_path(kind))


def _kind_names(kind: str) -> tuple[str, str]:
    return _KINDS.get(kind, (kind.capitalize(), kind.capitalize()))


def make_tags(tags: Iterable[str]) -> tuple[Named, ...]:
    """Return tags with their pages, each page once."""
    pages = {tag_path(tag): tag for tag in reversed(tuple(tags))}
    return tuple(Named(tag, path) for path, tag in reversed(pages.items()))


def make_entry(post: Summary, language: str) -> Entry:
    """Return a post as lists show it."""
    summary = shorten(post.description) or excerpt_of(post)
    return Entry(
        title=render_title(post.title),
        path=page_path(post.placement.url),
        day=make_day(post.placement.published_on, language),
        kind=make_kind(post.kind),
        kinds=_kind_names(post.kind)[1],
        tags=make_tags(post.tags),
        description=render_title(summary),
        summary=summary,
        minutes=max(1, round(post.words / _WORDS_A_MINUTE)),
        year=post.placement.published_on.year,
        paper=make_card(post.card),
    )


def excerpt_of(post: Summary) -> str:
    """Return how a post begins."""
    return excerpt_in(post.extract)


def make_neighbour(other: Neighbour | None) -> tuple[Markup, str] | None:
    """Return title and page of another post."""
    return (render_title(other.title), page_path(other.url)) if other else None


def revised_on(placement: Placement) -> date:
    """Return when a post last changed: the day it was published, or later."""
    modified = placement.modified_on
    return max(modified, placement.published_on) if modified else placement.published_on

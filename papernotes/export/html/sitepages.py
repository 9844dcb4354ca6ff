"""The pages about several posts: front page, archive, tags, kinds, papers, search, and the rest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from papernotes.export.html.extracts import terms_in
from papernotes.export.html.feed import render_feed, render_sitemap
from papernotes.export.html.formulas import MATH_STYLES
from papernotes.export.html.frame import FEED, INDEX, Frame, Page
from papernotes.export.html.numbers import STATS, make_charts
from papernotes.export.html.packaged import read_asset
from papernotes.export.html.papers import shelve
from papernotes.export.html.paths import page_path, tag_slug
from papernotes.export.html.search import render_index
from papernotes.export.html.views import Named, make_entry, revised_on
from papernotes.export.post import FEED_LENGTH, LateFile, OutFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papernotes.export.html.papers import Shelved
    from papernotes.export.html.views import Entry
    from papernotes.export.post import Settings, Site, Summary

ARCHIVE = "archive/index.html"
TAGS = "tags/index.html"
KINDS = "kinds/index.html"
PAPERS = "papers/index.html"
BIBLIOGRAPHY = "bibliography/index.html"
SEARCH = "search/index.html"
MISSING = "404.html"
_NEWEST = 20
_FAVOURITE_TAGS = 12
_ASSETS = ("search.js", "icon.svg")
_FONT = ("math.woff2", "math-font-license.txt")


def render_site(posts: Sequence[Summary], site: Site) -> tuple[OutFile | LateFile, ...]:
    """Return every file that is about several posts. ``posts`` are all of them, newest first.

    A post or an alias that has one of these places of its own keeps it.
    """
    frame = Frame(site.settings)
    entries = tuple(make_entry(post, frame.blog.language) for post in posts)
    papers = shelve(posts, entries)
    numbers = make_charts([post.placement.published_on for post in posts], _tags(entries), papers)
    pages = (
        *_lists(frame, entries),
        *_paper_pages(frame, papers),
        frame.later("stats.html", Page(STATS, "In numbers"), charts=numbers),
    )
    made: tuple[OutFile | LateFile, ...] = (
        *pages,
        _bibliography(frame, papers),
        *_assets(has_math=_has_math(posts, entries, papers, site.settings)),
        _index(frame, posts, entries),
        _feed(frame, posts),
    )
    urls = (url for post in posts for url in (post.placement.url, *post.placement.aliases))
    taken = {page_path(url).casefold() for url in urls}
    files = tuple(file for file in made if file.path.casefold() not in taken)
    return (*files, *_for_machines(posts, files, frame))


def _lists(frame: Frame, entries: Sequence[Entry]) -> Iterator[LateFile]:
    blog = frame.blog
    tags, kinds = _tags(entries), _kinds(entries)
    by_size = sorted(tags, key=lambda tag: (-tag[0].count, tag[0].name.casefold()))
    yield frame.later(
        "index.html",
        Page(INDEX, blog.title, blog.description),
        entries=entries,
        newest=_NEWEST,
        kinds=[kind for kind, _ in kinds],
        tags=[tag for tag, _ in by_size[:_FAVOURITE_TAGS]],
    )
    yield frame.later("archive.html", Page(ARCHIVE, "All posts"), years=_years(entries))
    yield frame.later("names.html", Page(TAGS, "Tags"), names=[tag for tag, _ in tags])
    yield frame.later("names.html", Page(KINDS, "Kinds"), names=[kind for kind, _ in kinds])
    for tag, found in tags:
        page = Page(tag.path, f"Posts tagged {tag.name}")
        yield frame.later("list.html", page, heading=tag.name, label="Tag", entries=found)
    for kind, found in kinds:
        page = Page(kind.path, kind.name)
        yield frame.later("list.html", page, heading=kind.name, label="", entries=found)
    yield frame.later("search.html", Page(SEARCH, "Search", runs_script=True))
    lost = Page(MISSING, "Page not found", is_listed=False, is_anywhere=True)
    yield frame.later("404.html", lost)


def _tags(entries: Sequence[Entry]) -> list[tuple[Named, list[Entry]]]:
    """Return the tags by name, each spelt as most posts do, with their posts."""
    spellings: dict[str, Counter[str]] = {}
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        for tag in entry.tags:
            spellings.setdefault(tag.path, Counter())[tag.name] += 1
            found.setdefault(tag.path, []).append(entry)
    names = [
        Named(min(counts, key=lambda name: (-counts[name], name)), path, len(found[path]))
        for path, counts in spellings.items()
    ]
    names.sort(key=lambda name: (tag_slug(name.name), name.path))
    return [(name, found[name.path]) for name in names]


def _kinds(entries: Sequence[Entry]) -> list[tuple[Named, list[Entry]]]:
    """Return the kinds, the most frequent first, with their posts."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.kind.path, []).append(entry)
    named = [(Named(group[0].kinds, path, len(group)), group) for path, group in found.items()]
    return sorted(named, key=lambda one: (-one[0].count, one[0].path))


def _years(entries: Sequence[Entry]) -> list[tuple[int, list[Entry]]]:
    years: dict[int, list[Entry]] = {}
    for entry in entries:
        years.setdefault(entry.year, []).append(entry)
    return sorted(years.items(), reverse=True)


def _paper_pages(frame: Frame, papers: Sequence[Shelved]) -> Iterator[LateFile]:
    yield frame.later("papers.html", Page(PAPERS, "Papers"), papers=papers)
    yield frame.later("bibliography.html", Page(BIBLIOGRAPHY, "Bibliography"), papers=papers)
    for one in papers:
        page = Page(one.paper.path, str(one.paper.title.striptags()))
        yield frame.later("paper.html", page, one=one, paper=one.paper)


def _assets(*, has_math: bool) -> Iterator[OutFile]:
    yield OutFile("assets/style.css", read_asset("style.css") + MATH_STYLES.encode())
    for name in (*_ASSETS, *(_FONT if has_math else ())):
        yield OutFile(f"assets/{name}", read_asset(name))


def _has_math(
    posts: Iterable[Summary],
    entries: Iterable[Entry],
    papers: Iterable[Shelved],
    settings: Settings,
) -> bool:
    """Whether a formula may stand on a page."""
    if any(post.has_math for post in posts):
        return True
    titles = (text for entry in entries for text in (entry.title, entry.description))
    texts = (*titles, *(one.paper.title for one in papers), *settings.templates.values())
    return any("<math" in text for text in texts)


def _bibliography(frame: Frame, papers: Sequence[Shelved]) -> LateFile:
    def make() -> bytes:
        return "\n".join(one.bibtex for one in papers).encode()

    token = frame.token([one.source for one in papers])
    return LateFile("bibliography.bib", token, make)


def _feed(frame: Frame, posts: Sequence[Summary]) -> LateFile:
    shown = posts[:FEED_LENGTH]
    return LateFile(FEED, frame.token(shown), lambda: render_feed(shown, frame))


def _index(frame: Frame, posts: Sequence[Summary], entries: Sequence[Entry]) -> LateFile:
    token = frame.token(entries, [post.extract for post in posts])
    return LateFile("search/index.js", token, lambda: _render_index(posts, entries))


def _render_index(posts: Sequence[Summary], entries: Sequence[Entry]) -> bytes:
    terms = [terms_in(post.extract) for post in posts]
    extra = [
        f"{entry.paper.authors} {entry.paper.title.striptags()}" if entry.paper else ""
        for entry in entries
    ]
    return render_index(entries, terms, extra)


def _for_machines(
    posts: Sequence[Summary], files: Iterable[OutFile | LateFile], frame: Frame
) -> Iterator[OutFile]:
    """Yield robots.txt and, where the blog has a URL, its sitemap."""
    robots = "User-agent: *\nAllow: /\n"
    if frame.blog.base_url:
        days = {page_path(post.placement.url): revised_on(post.placement) for post in posts}
        pages = [(path, day.isoformat()) for path, day in days.items()]
        pages += [
            (file.path, "")
            for file in files
            if file.path.endswith(".html") and file.path != MISSING
        ]
        yield OutFile("sitemap.xml", render_sitemap(sorted(pages), frame))
        robots += f"Sitemap: {frame.url('sitemap.xml')}\n"
    yield OutFile("robots.txt", robots.encode())

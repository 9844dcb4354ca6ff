"""The page of a post, the pages its older URLs lead on from, and what lists need to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from papernotes.export.html.body import render_body
from papernotes.export.html.excerpts import first_words, shorten
from papernotes.export.html.extracts import render_extract
from papernotes.export.html.frame import Frame, Page, picture_origins
from papernotes.export.html.inline import plain_title, render_title
from papernotes.export.html.meta import describe
from papernotes.export.html.paths import files_folder, page_path
from papernotes.export.html.search import count_terms
from papernotes.export.html.views import (
    make_card,
    make_day,
    make_kind,
    make_neighbour,
    make_tags,
    revised_on,
)
from papernotes.export.post import Around, OutFile, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papernotes.export.html.body import Heading
    from papernotes.export.post import Post, Site

_FEWEST_HEADINGS = 3
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A heading in the table of contents, with those below it."""

    text: str
    anchor: str
    parts: tuple[Part, ...] = ()


def render_post(post: Post, site: Site) -> Written:
    """Return a post's page, its images, a page for each older URL, and its extract."""
    placement = site.placements[post.ref]
    frame = Frame(site.settings)
    path = page_path(placement.url)
    body = render_body(post, site)
    excerpt = shorten(first_words(body.html))
    around = site.around.get(post.ref) or Around()
    language = frame.blog.language
    metas, properties, data = describe(post, placement, frame)
    page = Page(
        path,
        plain_title(post.title),
        post.description or excerpt,
        metas=metas,
        properties=properties,
        data=data,
        pictures=picture_origins(body.html),
    )
    revised = revised_on(placement)
    file = frame.render(
        "post.html",
        page,
        title=render_title(post.title),
        lede=render_title(post.description),
        day=make_day(placement.published_on, language),
        revised=make_day(revised, language) if revised != placement.published_on else None,
        minutes=post.minutes,
        kind=make_kind(post.kind),
        tags=make_tags(post.tags),
        card=make_card(post.card),
        contents=make_contents(body.headings) if site.settings.toc else (),
        body=Markup(body.html),  # noqa: S704 - render_body returns safe HTML
        older=make_neighbour(around.older),
        newer=make_neighbour(around.newer),
        backlinks=tuple(filter(None, map(make_neighbour, around.backlinks))),
    )
    folder = files_folder(placement.url)
    images = (OutFile(f"{folder}/{image.name}", image.data) for image in post.images)
    led_on = (_redirect(frame, alias, page) for alias in placement.aliases)
    extract = render_extract(excerpt, count_terms(body.text))
    files = (file, *images, *(file for file in led_on if file))
    return Written(files, extract, body.html, body.flaws)


def _redirect(frame: Frame, alias: str, page: Page) -> OutFile | None:
    path = page_path(alias)
    if path == page.path:
        return None
    moved = Page(path, page.title, canonical=frame.url(page.path), is_listed=False)
    return frame.render("redirect.html", moved, target=page.path)


def make_contents(headings: Sequence[Heading]) -> tuple[Part, ...]:
    """Return the table of contents: two levels of headings, none where there are few."""
    shown = [heading for heading in headings if heading.level <= _DEEPEST]
    if len(shown) < _FEWEST_HEADINGS:
        return ()
    return tuple(_parts(shown))


def _parts(headings: Iterable[Heading]) -> list[Part]:
    parts: list[Part] = []
    for heading in headings:
        part = Part(heading.text, heading.id)
        if heading.level > 2 and parts:
            above = parts[-1]
            parts[-1] = Part(above.text, above.anchor, (*above.parts, part))
        else:
            parts.append(part)
    return parts

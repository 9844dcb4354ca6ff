"""The hugo target: a page bundle for each post, for any theme.

Front matter as gohugo.io's reference has it; ``url`` and ``lastmod`` fix what the site's own
settings could move. How long a post takes to read is the theme's to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.export.dialects.goldmark import Goldmark, shortcodes
from papernotes.export.making.counting import has_math
from papernotes.export.pieces import Html, Picture, Plain, iter_pieces, render_pieces
from papernotes.export.post import OutFile, Written
from papernotes.export.targets.frontmatter import render_front_matter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.post import Post, Site, Summary, Target
    from papernotes.export.targets.frontmatter import Value

_CONFIGS = [
    f"{folder}{name}.{ending}"
    for folder, names in (("", ("hugo", "config")), ("config/_default/", ("markup", "hugo")))
    for name in names
    for ending in ("toml", "yaml", "yml", "json")
]
# What an export decides itself, and the dates Hugo knows by other names: ``published`` of a Jekyll
# blog is one of them, and ends the build.
_DATES = ("date", "lastmod", "modified", "pubdate", "publishdate", "published", "expirydate")
_PLACES = ("url", "slug", "path", "permalink", "aliases", "redirect_from")
_LABELS = ("title", "description", "categories", "category", "tags")
_DECIDED = frozenset([*_DATES, "unpublishdate", *_PLACES, *_LABELS, "draft", "markup"])
_WITH_HTML = "html"
_REMARK = re.compile(r"(?m)^[ \t]*#.*$")
_UNSAFE = re.compile(r"\bunsafe[\"']?[ \t]*[:=][ \t]*true\b")
_PASSES = re.compile(
    r"\bpassthrough\b(?:(?!\benable\b).){0,2000}\benable[\"']?[ \t]*[:=][ \t]*true\b", re.DOTALL
)
_PARENTHESIS = re.compile(r"\\\(")


class Hugo:
    """One folder ``content/posts/slug/`` a note, with ``index.md`` and its images."""

    name = "hugo"
    permalink = "/posts/{slug}/"
    folder = "content/posts"
    config = " ".join(_CONFIGS)
    themes: tuple[str, ...] = ("any", "alerts")

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the post and its images. The extract says whether there is HTML in it."""
        placement = site.placements[post.ref]
        dialect = Goldmark(site, placement.url, has_alerts=site.settings.theme == "alerts")
        body = render_pieces(post.body, dialect).strip("\n")
        parts = (dialect.card(post).strip("\n"), body, dialect.references(post))
        text = dialect.finish("\n\n".join(part for part in parts if part))
        page = render_front_matter(_front_matter(post, site, dialect))
        page += shortcodes(f"{text}\n" if text else "")
        beside = f"{folder}/{placement.slug}"
        carried = (OutFile(f"{beside}/{image.name}", image.data) for image in post.images)
        extract = _WITH_HTML if _has_html(post) else ""
        return Written((OutFile(f"{beside}/index.md", page.encode()), *carried), extract)

    def shared(self, _posts: Sequence[Summary], _site: Site, *, folder: str) -> tuple[OutFile, ...]:  # noqa: ARG002
        """Return nothing: Hugo makes its lists itself."""
        return ()

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:
        """Return what the site's settings should say for these posts to look right."""
        if config is None:
            return ()
        said = _REMARK.sub("", config)
        found = []
        is_shown = _PASSES.search(said) and _PARENTHESIS.search(said)
        if any(post.has_math for post in posts) and not is_shown:
            found.append(
                "posts have formulas; enable markup.goldmark.extensions.passthrough with the"
                r" delimiters \( \) and $$ $$, and let the theme load MathJax or KaTeX"
            )
        if any(post.extract for post in posts) and not _UNSAFE.search(said):
            found.append(
                "posts have HTML, such as the places that citations lead to;"
                " set markup.goldmark.renderer.unsafe: true, or Hugo leaves it out"
            )
        return tuple(found)


def _has_html(post: Post) -> bool:
    return bool(post.references) or any(isinstance(one, Html) for one in iter_pieces(post.body))


def _front_matter(post: Post, site: Site, dialect: Goldmark) -> dict[str, Value]:
    """Return the keys that Hugo and most themes read, with those the note carries for its blog."""
    placement = site.placements[post.ref]
    pictures = (piece for piece in iter_pieces(post.body) if isinstance(piece, Picture))
    image = next((picture.name for picture in pictures if picture.name), "")
    found: dict[str, Value] = {
        "title": post.title,
        "description": post.description,
        "date": placement.published_on,
        "lastmod": placement.modified_on,
        "url": unquote(placement.url),  # Hugo names files by it as it stands
        "aliases": tuple(map(unquote, placement.aliases)),
        "categories": post.categories if post.categories != post.tags else (),
        "tags": post.tags,
        "author": site.settings.author,
        "images": (image,) if image else (),
        "toc": site.settings.toc,
        "math": has_math(post.body) or None,
        # read as Markdown; without it the summary would be the paper
        "summary": dialect.plain(Plain(post.description)) if post.card else "",
    }
    carried = {key: value for key, value in post.extra.items() if key.lower() not in _DECIDED}
    taken = {key.lower() for key in carried}
    return {key: value for key, value in found.items() if key not in taken} | carried


TARGET: Target = Hugo()

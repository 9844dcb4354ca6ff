"""The fastpages target: a Jekyll blog with fastpages' front matter; plain minima shows it well."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from papernotes.export.pieces import render_pieces
from papernotes.export.post import OutFile, Written
from papernotes.export.targets.frontmatter import render_front_matter
from papernotes.export.targets.kramdown import Kramdown
from papernotes.export.targets.liquid import escape_liquid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.pieces import Dialect
    from papernotes.export.post import Placement, Post, Site, Summary, Target

IMAGES = "images/papernotes"
_MATH_ON = re.compile(
    r"^(?:use_math:[ \t]*true\b"
    r"|(?:kramdown:[ \t]*\{.*|[ \t]+)math_engine:[ \t]*(?!null\b|nil\b)\w)",
    re.MULTILINE,
)


class Fastpages:
    """One ``_posts/DATE-slug.md`` a note; its images in ``images/papernotes/slug/``."""

    name = "fastpages"
    permalink = "/notes/{slug}/"
    config = "_config.yml"
    folder = "_posts"
    themes: tuple[str, ...] = ()

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the post and its images."""
        placement = site.placements[post.ref]
        images = f"{IMAGES}/{placement.slug}"
        dialect = Kramdown(site, images)
        text = self._front_matter(post, site, placement) + escape_liquid(_body(post, dialect))
        path = f"{folder}/{placement.published_on.isoformat()}-{placement.slug}.md"
        carried = (OutFile(f"{images}/{image.name}", image.data) for image in post.images)
        return Written((OutFile(path, text.encode()), *carried))

    def shared(self, _posts: Sequence[Summary], _site: Site, *, folder: str) -> tuple[OutFile, ...]:  # noqa: ARG002
        """Return nothing: the theme makes its lists itself."""
        return ()

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:
        """Return what the blog's ``_config.yml`` should say for these posts to look right."""
        if config is None or _MATH_ON.search(config) or not any(post.has_math for post in posts):
            return ()
        return ("posts have formulas; set use_math: true, or they show as TeX",)

    def _front_matter(self, post: Post, site: Site, placement: Placement) -> str:
        return render_front_matter(
            {
                "layout": "post",
                "title": post.title,
                # fastpages prints it into its pages as HTML
                "description": html.escape(post.description, quote=False),
                "date": placement.published_on,
                "permalink": placement.url,
                "redirect_from": placement.aliases,
                "categories": post.categories,
                "tags": post.tags,
                "author": site.settings.author,
                "toc": site.settings.toc,
            }
        )


def _body(post: Post, dialect: Dialect) -> str:
    body = render_pieces(post.body, dialect).strip("\n")
    if post.references:
        heading = "\n\n## References" if post.needs_heading else ""
        entries = (
            f"- {{: #{entry.anchor}}}{render_pieces(entry.pieces, dialect)}\n"
            for entry in post.references
        )
        body = f"{body}{heading}\n\n{''.join(entries)}".strip("\n")
    return f"{body}\n" if body else ""


TARGET: Target = Fastpages()

"""The fastpages target: a Jekyll blog with fastpages' front matter; plain minima shows it well.

The theme itself says how long a post takes to read, and makes captions of the titles of images.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from papernotes.export.dialects.kramdown import Kramdown
from papernotes.export.targets.posting import (
    card_block,
    images_folder,
    lacks_math,
    render_jekyll_post,
    with_carried,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.post import OutFile, Post, Site, Summary, Target, Written
    from papernotes.export.targets.frontmatter import Value


class Fastpages:
    """One ``_posts/DATE-slug.md`` a note; its images in ``images/papernotes/slug/``."""

    name = "fastpages"
    permalink = "/notes/{slug}/"
    config = "_config.yml"
    folder = "_posts"
    themes: tuple[str, ...] = ()

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the post and its images."""
        images = images_folder("images", site.placements[post.ref].slug)
        dialect = Kramdown(site, images)
        head = card_block(post, dialect)
        front = with_carried(_front_matter(post, site), post, head=head)
        return render_jekyll_post(
            post, site, dialect, front, head=head, folder=folder, images=images
        )

    def shared(self, _posts: Sequence[Summary], _site: Site, *, folder: str) -> tuple[OutFile, ...]:  # noqa: ARG002
        """Return nothing: the theme makes its lists itself."""
        return ()

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:
        """Return what the blog's ``_config.yml`` should say for these posts to look right."""
        if not lacks_math(config, has_math=any(post.has_math for post in posts)):
            return ()
        return ("posts have formulas; set use_math: true, or they show as TeX",)


def _front_matter(post: Post, site: Site) -> dict[str, Value]:
    placement = site.placements[post.ref]
    return {
        "layout": "post",
        "title": post.title,
        # fastpages prints it into its pages as HTML
        "description": html.escape(post.description, quote=False),
        "date": placement.published_on,
        "modified_date": placement.modified_on,  # read by the theme
        "last_modified_at": placement.modified_on,  # read by its feed and its sitemap
        "permalink": placement.url,
        "redirect_from": placement.aliases,
        "categories": post.categories,
        "tags": post.tags,
        "author": site.settings.author,
        "toc": site.settings.toc,
    }


TARGET: Target = Fastpages()

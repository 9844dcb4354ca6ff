"""The html target: a whole blog of plain pages, to be read from a folder or any web server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.export.html.paths import PERMALINK
from papernotes.export.html.sitepages import render_site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.post import LateFile, OutFile, Post, Site, Summary, Target, Written


class HtmlSite:
    """One folder with an ``index.html`` a post, its images beside it; lists, feed and search."""

    name = "html"
    permalink = PERMALINK
    folder = ""
    config = ""
    themes: tuple[str, ...] = ()

    def render(self, post: Post, site: Site, *, folder: str) -> Written:  # noqa: ARG002
        """Return the page of one post and what it carries along."""
        from papernotes.export.html.postpage import render_post  # noqa: PLC0415 - parses Markdown

        return render_post(post, site)

    def shared(
        self,
        posts: Sequence[Summary],
        site: Site,
        *,
        folder: str,  # noqa: ARG002
    ) -> tuple[OutFile | LateFile, ...]:
        """Return the pages about several posts, the feed, the search index and the styles."""
        return render_site(posts, site)

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:  # noqa: ARG002
        """Return nothing: there are no settings but the export's own."""
        return ()


TARGET: Target = HtmlSite()

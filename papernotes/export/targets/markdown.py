r"""The markdown target: plain Markdown as GitHub shows it, to be posted again elsewhere.

With a base URL, links and images lead to the blog that stands there, and ``canonical_url`` says
that it is the original; paths are those of the targets fastpages and jekyll, so it may be one of
these. The only HTML of ours are the places that citations lead to; the author's stays, and shows
as far as the reader lets it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.pieces import render_pieces
from papernotes.export.post import OutFile, Written
from papernotes.export.targets.frontmatter import render_front_matter
from papernotes.export.targets.gfm import Gfm, heading_id
from papernotes.export.targets.pandoc import escape_url
from papernotes.export.targets.posting import images_folder
from papernotes.markdown import callout_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.pieces import Callout
    from papernotes.export.post import Post, Site, Summary, Target

_IMAGES = "images"
_ALERT = "\x04"  # a character no note can hold
_ALERTS = {
    "tip": "TIP",
    "success": "TIP",
    "question": "IMPORTANT",
    "important": "IMPORTANT",
    "warning": "WARNING",
    "danger": "CAUTION",
    "failure": "CAUTION",
    "bug": "CAUTION",
    "caution": "CAUTION",
}
_WORDS = frozenset(["L", "M", "Nd", "Pc"])
# What GitHub's Markdown would change in a formula before it is read as one.
_SPOILED = re.compile(r"\\[^A-Za-z\s]|[*`<>&~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9{\\])")


class Github(Gfm):
    """The table of escapes for one post, whose images stand at ``images``."""

    dollar = "&#36;"  # GitHub looks for formulas before it reads escapes

    def __init__(self, site: Site, images: str) -> None:
        super().__init__()
        self._site = site
        self._images = images

    def finish(self, text: str) -> str:
        """Return rendered text without our own marks."""
        return text.replace(_ALERT, "")

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write one of GitHub's five alerts, which may not be in anything else, or a quote."""
        body = "\n".join(line for line in body.split("\n") if _ALERT not in line)
        if piece.lead or piece.prefix:
            return self.quote(piece, title, body)
        name = _ALERTS.get(piece.kind) or _ALERTS.get(callout_type(piece.kind), "NOTE")
        title = "" if title.strip().upper() == name else title
        return self.quote(piece, title, body, head=f"[!{name}]{_ALERT}")

    def _language(self, language: str) -> str:
        return "latex" if language == "math" else language

    def _formula(self, tex: str) -> str:
        if _SPOILED.search(tex) and "`" not in tex:
            return f"$`{tex}`$"
        return f"${tex}$"

    def _id(self, heading: str, repeat: int) -> str:
        return heading_id(heading, repeat, kept=_WORDS)

    def _image(self, name: str) -> str:
        return f"{self._images}/{quote(name)}"

    def _post(self, ref: str) -> str:
        place = self._site.placements[ref]
        base = self._site.settings.base_url
        return f"{base}{escape_url(place.url)}" if base else f"{quote(place.slug)}.md"


class Markdown:
    """One ``notes/slug.md`` a note; its images in ``images/papernotes/slug/``."""

    name = "markdown"
    permalink = "/notes/{slug}/"
    folder = "notes"
    config = ""
    themes: tuple[str, ...] = ()

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the post and its images."""
        placement = site.placements[post.ref]
        base = site.settings.base_url
        images = images_folder(_IMAGES, placement.slug)
        way = "/".join(".." for part in folder.split("/") if part)
        dialect = Github(site, f"{base}/{images}" if base else f"{way}/{images}")
        body = dialect.finish(render_pieces(post.body, dialect)).strip("\n")
        parts = (dialect.card(post).strip("\n"), body, dialect.references(post))
        text = "\n\n".join(part for part in parts if part)
        front = render_front_matter(
            {
                "title": post.title,
                "description": post.description,
                "date": placement.published_on,
                "author": site.settings.author,
                "tags": tuple(dict.fromkeys((*post.categories, *post.tags))),
                "canonical_url": f"{base}{placement.url}" if base else "",
            }
        )
        page = OutFile(f"{folder}/{placement.slug}.md", f"{front}{text}\n".encode())
        carried = (OutFile(f"{images}/{image.name}", image.data) for image in post.images)
        return Written((page, *carried))

    def shared(self, _posts: Sequence[Summary], _site: Site, *, folder: str) -> tuple[OutFile, ...]:  # noqa: ARG002
        """Return nothing: these are single posts."""
        return ()

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:  # noqa: ARG002
        """Return nothing: there are no settings."""
        return ()


TARGET: Target = Markdown()

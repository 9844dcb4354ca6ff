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

from papernotes.export.dialects.gfm import Gfm, heading_id, text_pattern
from papernotes.export.dialects.pandoc import escape_url
from papernotes.export.pieces import render_pieces
from papernotes.export.post import OutFile, Written
from papernotes.export.targets.frontmatter import render_front_matter
from papernotes.export.targets.posting import images_folder
from papernotes.markdown import callout_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.export.pieces import Callout
    from papernotes.export.post import Post, Site, Summary, Target

_IMAGES = "images"
_ALERT, _START, _END, _ID = "\x04", "\x02", "\x0e", "\x0f"  # characters no note can hold
_DOLLAR = re.compile(r"(?<!\\)\$(?![^{}]{0,200}\})")  # but not that of \text{$x$}
_HIDDEN = re.compile("\x04.*")
# The head of an alert inside of another, with the title that it shows.
_NESTED = re.compile(r"^((?:[ ]*>)+[ ]?)\[!\w+\]\x04(.*)\n", re.MULTILINE)
_FORMULA = re.compile(r"(?P<before>(?<=\w))?\x02(?P<tex>[^\x02\x0e]*)\x0e(?P<after>(?=\w))?")
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
_SPOILED = re.compile(r"\\[^A-Za-z\s$]|[*`<>&~]|(?<!\\)\$|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9{\\])")


# The id a heading ends with, whether it is one of number signs or one that is underlined.
_HEADING = re.compile(
    "^([ \t>]*)(#{1,6}[ \t]+)?([^\n\x0f]*)\x0f([^\x0f]*)\x0f$(?(2)|(?=\n[ \t>]*(?:-+|=+)[ \t]*$))",
    re.MULTILINE,
)
_NO_HEADING = re.compile("\x0f([^\x0f]*)\x0f")


class Github(Gfm):
    """The table of escapes for one post, whose images stand at ``images``."""

    pattern = text_pattern(r"(?P<id>[ \t]*\{\#[\w.:-]+\}[ \t]*$) |")

    def __init__(self, site: Site, images: str) -> None:
        super().__init__()
        self._site = site
        self._images = images

    def finish(self, text: str) -> str:
        """Return rendered text without our own marks; formulas beside letters get backticks.

        A heading's own id, of which GitHub knows nothing, is a place in it that a link can lead to.

        GitHub, which looks for formulas before it reads escapes, takes ``64$x$`` for money.
        """
        text = _HEADING.sub(r'\1\2<a id="\4"></a>\3', _HIDDEN.sub("", text))
        return super().finish(_FORMULA.sub(_formula, _NO_HEADING.sub(r" {#\1}", text)))

    def _swap(self, name: str, match: re.Match[str]) -> str:
        if name == "id":
            return f"{_ID}{match[0].strip()[2:-1]}{_ID}"
        return super()._swap(name, match)

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write one of GitHub's five alerts, which may not be in anything else, or a quote."""
        body = _NESTED.sub(_title, body)
        if piece.lead or piece.prefix:
            return super().callout(piece, title, body)
        name = _ALERTS.get(piece.kind) or _ALERTS.get(callout_type(piece.kind), "NOTE")
        is_said = title.strip().upper() == name
        head = f"[!{name}]{_ALERT}{title.strip() if is_said else ''}"
        return self.quote(piece, "" if is_said else title, body, head=head)

    def _language(self, language: str) -> str:
        return "latex" if language == "math" else language

    def _formula(self, tex: str) -> str:
        return f"{_START}{tex}{_END}"

    def _id(self, heading: str, repeat: int) -> str:
        return heading_id(heading, repeat, kept=_WORDS)

    def _image(self, name: str) -> str:
        return f"{self._images}/{quote(name)}"

    def _post(self, ref: str) -> str:
        place = self._site.placements[ref]
        base = self._site.settings.base_url
        return f"{base}{escape_url(place.url)}" if base else f"{quote(place.slug)}.md"


def _title(match: re.Match[str]) -> str:
    marks, title = match.groups()
    return f"{marks}**{title}**\n{marks.rstrip()}\n" if title else ""


def _formula(match: re.Match[str]) -> str:
    tex = _DOLLAR.sub(r"\\$", match["tex"])
    is_plain = match["before"] is None and match["after"] is None and not _SPOILED.search(tex)
    return f"${tex}$" if is_plain or "`" in tex else f"$`{tex}`$"


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
        body = render_pieces(post.body, dialect).strip("\n")
        parts = (dialect.card(post).strip("\n"), body, dialect.references(post))
        text = dialect.finish("\n\n".join(part for part in parts if part)).strip("\n")
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

"""What the posts of all Jekyll blogs have in common: file names, front matter, head, references.

A post is ``_posts/DATE-slug.md``, its images stand in ``images/papernotes/slug/``.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.export.dialects.liquid import escape_liquid
from papernotes.export.making.card import card_pieces
from papernotes.export.pieces import (
    Code,
    Link,
    LinkEnd,
    Math,
    Plain,
    Text,
    iter_pieces,
    render_pieces,
)
from papernotes.export.post import OutFile, Written
from papernotes.export.targets.frontmatter import render_front_matter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.export.dialects.kramdown import Kramdown
    from papernotes.export.pieces import Piece
    from papernotes.export.post import Post, Reference, Site
    from papernotes.export.targets.frontmatter import Value

# What an export decides itself. Text of a note goes through Liquid escaped, so the switch that
# turns Liquid off would show the escapes.
_DECIDED = frozenset(
    [
        *("title", "description", "date", "permalink", "redirect_from", "slug"),
        *("categories", "category", "tags", "render_with_liquid"),
    ]
)
_MATH_ON = re.compile(
    r"^(?:(?:use|enable)_math:[ \t]*true\b|theme:[ \t]*[\"']?jekyll-theme-chirpy"
    r"|(?:kramdown:[ \t]*\{.*|[ \t]+)math_engine:[ \t]*(?!null\b|nil\b)\w)",
    re.MULTILINE,
)
_HEADINGS = re.compile(r"^ {0,3}#{1,6}[ \t].*$", re.MULTILINE)
_MOST_CHARACTERS = 200


def images_folder(images: str, slug: str) -> str:
    """Return where the images of a post stand, below the blog."""
    return f"{images}/papernotes/{slug}"


def render_jekyll_post(
    post: Post,
    site: Site,
    dialect: Kramdown,
    front: Mapping[str, Value],
    *,
    head: str,
    folder: str,
    images: str,
) -> Written:
    """Return a post and its images; ``head`` is Markdown to stand before the body."""
    placement = site.placements[post.ref]
    body = "\n\n".join(part for part in (head, _body(post, dialect)) if part)
    text = render_front_matter(front) + escape_liquid(f"{body}\n" if body else "")
    path = f"{folder}/{placement.published_on.isoformat()}-{placement.slug}.md"
    carried = (OutFile(f"{images}/{image.name}", image.data) for image in post.images)
    return Written((OutFile(path, text.encode()), *carried))


def with_carried(front: Mapping[str, Value], post: Post, *, head: str) -> dict[str, Value]:
    """Return front matter with what the note carries for its blog, which wins where it may.

    Jekyll shows a post's first paragraph in lists; if that is our ``head``, another is named.
    """
    found = dict(front)
    if head:
        found["excerpt"] = html.escape(post.description or opening(post.body), quote=False)
    found |= {key: value for key, value in post.extra.items() if key not in _DECIDED}
    for key in ("modified_date", "last_modified_at", "last_updated"):
        if front.get(key):
            found[key] = front[key]
    return found


def card_block(post: Post, dialect: Kramdown) -> str:
    """Return the paper that the note is about, in a box; empty if there is none."""
    if post.card is None:
        return ""
    return dialect.card(dialect.finish(render_pieces(card_pieces(post.card), dialect)))


def lacks_math(config: str | None, *, has_math: bool) -> bool:
    """Whether a blog of these settings would show the formulas of its posts as TeX."""
    return has_math and config is not None and not _MATH_ON.search(config)


def opening(body: Sequence[Piece]) -> str:
    """Return the words of the first paragraph, cut at a word after about 200 characters."""
    source = ""
    for piece in iter_pieces(body):
        match piece:
            case Text(source=text):
                source += _HEADINGS.sub("", text)
            case Plain(text=text) | Code(text=text) | Math(tex=text):
                source += text
            case LinkEnd():
                source += "](#)"
            case Link():
                pass
            case _:
                source += "\n\n"
        source = source.lstrip()
        if "\n\n" in source:
            break
    paragraph = markdown.plain_text(markdown.parse(source.split("\n\n", 1)[0]))
    words = " ".join(paragraph.split())
    if len(words) <= _MOST_CHARACTERS:
        return words
    return f"{words[:_MOST_CHARACTERS].rpartition(' ')[0] or words[:_MOST_CHARACTERS]} …"


def _body(post: Post, dialect: Kramdown) -> str:
    body = dialect.finish(render_pieces(post.body, dialect)).strip("\n")
    if not post.references:
        return body
    heading = "## References\n\n" if post.needs_heading else ""
    entries = "".join(_entry(one, dialect) for one in post.references).rstrip("\n")
    return f"{body}\n\n{heading}{entries}".lstrip("\n")


def _entry(entry: Reference, dialect: Kramdown) -> str:
    """Return an entry of the references: numbered where its label is a number."""
    number = entry.label.strip("[]().")
    text = dialect.finish(render_pieces(entry.pieces, dialect))
    if number.isdecimal():
        return f"{number}. {{: #{entry.anchor}}}{text}\n"
    label = dialect.plain(Plain(f"{entry.label} ")) if entry.label else ""
    return f"- {{: #{entry.anchor}}}{label}{text}\n"

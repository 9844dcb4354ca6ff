"""How to cite the post itself: a BibTeX entry at its end. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.errors import FormatError
from papernotes.export.pieces import Fence, Gap, Text
from papernotes.ids import ascii_fold
from papernotes.models import Paper
from papernotes.names import parse_names

if TYPE_CHECKING:
    from papernotes.export.pieces import Piece
    from papernotes.export.post import Placement, Post, Settings, Site

_LAST_HEADING = re.compile(
    r"^(?:#{1,6}[ \t]+(?:references|bibliography|literature)\b[^\n]*\n?"
    r"|(?:references|bibliography|literature)[ \t]*\n(?:=+|-+)[ \t]*\n?)\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"[a-z]+")
_SHORT_WORDS = frozenset(["the", "a", "an", "on", "of", "in", "to", "and", "how", "why", "what"])


def with_own_citation(post: Post, site: Site) -> Post:
    """Return the post with how to cite it at its end, before the references, if that is asked."""
    if not (site.settings.cites_post or post.is_cited):
        return post
    entry = own_entry(post, site.placements[post.ref], site.settings)
    if not entry:
        return post
    lines = tuple(entry.rstrip("\n").split("\n"))
    block: tuple[Piece, ...] = (
        Gap(),
        Text("## Cite this post\n", starts_line=True),
        Gap(),
        Fence(lines, "bibtex"),
        Gap(),
    )
    at, before, after = _place(post)
    return replace(post, body=(*post.body[:at], *before, *block, *after))


def own_entry(post: Post, placement: Placement, settings: Settings) -> str:
    """Return the post's BibTeX entry, ending in a newline: ``@misc`` with title, author, date, url.

    Empty for what BibTeX cannot hold.
    """
    authors = parse_names(settings.author.replace(", ", " and ")) if settings.author else ()
    url = f"{settings.base_url}{placement.url}" if settings.base_url else ""
    blog = (("howpublished", settings.title),) if settings.title else ()
    paper = Paper(
        citekey=_key(authors[0].family if authors else "", post.title, placement),
        title=post.title,
        authors=authors,
        year=placement.published_on.year,
        month=placement.published_on.month,
        url=url or None,
        extra=blog,
    )
    from papernotes import bib  # noqa: PLC0415 - imports bibtexparser, which few exports need

    try:
        return bib.render(paper)
    except FormatError:
        return ""


def _key(family: str, title: str, placement: Placement) -> str:
    """Return a citation key of author, year and the first telling word, as papers have."""
    words = _WORD.findall(ascii_fold(title).lower())
    telling = next((word for word in words if word not in _SHORT_WORDS), "")
    name = "".join(_WORD.findall(ascii_fold(family).lower()))
    return f"{name or 'post'}{placement.published_on.year}{telling or placement.slug}"


def _place(post: Post) -> tuple[int, tuple[Piece, ...], tuple[Piece, ...]]:
    """Return where in the body the block goes: a piece's number, and that piece cut in two.

    At the very end; where the note ends with a heading for the references, before that.
    """
    for number in range(len(post.body) - 1, -1, -1) if not post.needs_heading else ():
        piece = post.body[number]
        if isinstance(piece, Text) and (match := _LAST_HEADING.search(piece.source)):
            before = replace(piece, source=piece.source[: match.start()])
            heading = replace(piece, source=piece.source[match.start() :], starts_line=True)
            return number, (before,), (heading, *post.body[number + 1 :])
    return len(post.body), (), ()

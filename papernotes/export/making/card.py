"""The paper a note is about, as a line of its post. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.export.making.citations import authors_in_list, links, with_math
from papernotes.export.pieces import Href, Link, Plain, Text

if TYPE_CHECKING:
    from papernotes.export.pieces import Piece
    from papernotes.export.post import Card


def card_pieces(card: Card) -> tuple[Piece, ...]:
    """Return the line: the title, linked to the version that was read, authors, year, version.

    It has no line end and no block of its own; a target puts it into the box it likes.
    """
    paper = card.paper
    title = with_math(paper.title or paper.citekey)
    found = links(paper)
    url = found[0][1] if found else ""
    if paper.arxiv_id and card.version:
        url += f"v{card.version}"
    shown = (Link(title, Href(url=url)),) if url else title
    said = [
        authors_in_list(paper),
        str(paper.year or ""),
        f"version {card.version} read" if card.version else "",
    ]
    return (Text("**Paper:** "), *shown, *(Plain(f" · {one}") for one in said if one))

"""What every style of citations is made of: entries of the list, names, links, titles. Pure.

An entry has authors, year, title, venue, and links to arXiv and the DOI, as the American
Psychological Association's manual (7th edition) has it, with what arXiv adds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes import markdown
from papernotes.export.pieces import (
    Code,
    Href,
    Link,
    Math,
    Piece,
    Plain,
    Text,
)
from papernotes.ids import portable_slug
from papernotes.names import is_others
from papernotes.venues import editors, find_venue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.models import Author, Paper

_MOST_AUTHORS = 8
_SHOWN_AUTHORS = 6
_TITLE_IN_TEXT = 40


def anchor(citekey: str) -> str:
    """Return the id of a paper's entry on a page."""
    return f"ref-{portable_slug(citekey)}"


def plain_year(paper: Paper) -> str:
    """Return the year as it is printed when no other paper claims it."""
    return str(paper.year) if paper.year else "n.d."


def entry(paper: Paper, year: str) -> tuple[Piece, ...]:
    """Return the entry of a paper in a list; ``year`` is printed after the authors."""
    title = with_math(_ended(paper.title or paper.citekey))
    authors = authors_in_list(paper)
    head: list[Piece] = (
        [Plain(f"{authors} ({year}). "), *title] if authors else [*title, Plain(f" ({year}).")]
    )
    if venue := find_venue(paper):
        shown = venue.name if venue.after else venue.name.rstrip(".")
        name: list[Piece] = [Text("*"), Plain(shown), Text("*")] if shown else []
        after = _ended(venue.after) if venue.after or venue.name else ""
        head += [Plain(f" {venue.before}"), *name, Plain(after)]
    for label, url in links(paper):
        head += [Plain(" "), Link((Plain(label),), Href(url=url))]
    return tuple(head)


def links(paper: Paper) -> tuple[tuple[str, str], ...]:
    """Return (label, URL) of the places a paper can be read at, the best first."""
    found = []
    if paper.arxiv_id:
        found.append((f"arXiv:{paper.arxiv_id}", f"https://arxiv.org/abs/{paper.arxiv_id}"))
    if paper.doi and not paper.doi.lower().startswith("10.48550/arxiv."):
        found.append((f"doi:{paper.doi}", f"https://doi.org/{_url_part(paper.doi)}"))
    if not found and paper.url and re.match(r"https?://", paper.url, re.IGNORECASE):
        found.append((paper.url, paper.url))
    return tuple(found)


def _url_part(doi: str) -> str:
    """Return a DOI as it stands in a URL: older ones have angle brackets and the like."""
    return quote(doi, safe="/:;()!$&'*+,=@~.-_%")


def authors_in_list(paper: Paper) -> str:
    """Return the authors as a list of references has them: ``Kingma, D. P., & Ba, J.``."""
    if not paper.authors:
        people = editors(paper)
        return f"{_listed(people)} ({'Ed.' if len(people) == 1 else 'Eds.'})" if people else ""
    return _listed(paper.authors)


def _listed(people: Sequence[Author]) -> str:
    names = [_inverted(author) for author in people if not is_others(author)]
    if len(names) > _MOST_AUTHORS:
        return ", ".join(names[:_SHOWN_AUTHORS]) + ", et al."
    if len(names) < len(people):
        return f"{', '.join(names)}, et al."
    if len(names) > 1:
        return f"{', '.join(names[:-1])}, & {names[-1]}"
    return names[0] if names else ""


def with_math(text: str) -> tuple[Piece, ...]:
    """Return a title as plain text with its ``$…$`` as formulas and its backticks as code."""
    pieces: list[Piece] = []
    done = 0
    for span in markdown.parse(text).spans if "$" in text or "`" in text else ():
        if span.kind in {"math", "code"} and span.start >= done:
            inner = text[span.inner_start : span.inner_end]
            pieces += [Plain(text[done : span.start])] if span.start > done else []
            pieces.append(Math(inner) if span.kind == "math" else Code(inner.strip()))
            done = span.end
    return (*pieces, *([Plain(text[done:])] if text[done:] else []))


def short_title(paper: Paper) -> str:
    """Return what a paper without authors is called in the text."""
    title = paper.title or paper.citekey
    is_long = len(title) > _TITLE_IN_TEXT
    return f"“{title[: _TITLE_IN_TEXT - 1].rstrip()}…”" if is_long else f"“{title}”"


def family(author: Author) -> str:
    """Return the family name with its particle."""
    return " ".join(part for part in (author.particle, author.family) if part)


def _inverted(author: Author) -> str:
    if author.is_literal or not author.given:
        return family(author)
    return ", ".join(part for part in (family(author), initials(author), author.suffix) if part)


def initials(author: Author) -> str:
    """Return the initials of the given names: ``D. P.``, ``J.-L.``; none of a body."""
    if author.is_literal:
        return ""
    return " ".join(
        "-".join(f"{part[0]}." for part in word.split("-") if part)
        for word in re.split(r"[\s.]+", author.given)
        if word
    )


def _ended(title: str) -> str:
    return title if title.endswith((".", "?", "!")) else f"{title}."

"""Citations and references in the author-year style: papers → pieces. Pure.

In the text ``[see @a, p. 3; -@b]`` reads "(see Kingma & Ba, 2014, p. 3; 2017)" and ``@a`` reads
"Kingma and Ba (2014)". Two papers of the same names and year get a, b … by title. An entry of the
list has authors, year, title, venue, and links to arXiv and the DOI.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.export.pieces import (
    Href,
    Link,
    Math,
    Piece,
    Plain,
    Text,
)
from papernotes.export.post import Reference
from papernotes.ids import ascii_fold, portable_slug
from papernotes.names import is_others
from papernotes.venues import editors, find_venue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.markdown import Citation, Cite
    from papernotes.models import Author, Paper

_MOST_AUTHORS = 8
_SHOWN_AUTHORS = 6
_NAMED_IN_TEXT = 2
_LATEST_LETTER = 26
_TITLE_IN_TEXT = 40


def anchor(citekey: str) -> str:
    """Return the id of a paper's entry on a page."""
    return f"ref-{portable_slug(citekey)}"


def year_labels(papers: Iterable[Paper]) -> dict[str, str]:
    """Return for each citation key the year to print: ``2017``, ``2017a``, ``n.d.``."""
    groups: dict[tuple[str, str], list[Paper]] = {}
    for paper in papers:
        groups.setdefault((names_in_text(paper), plain_year(paper)), []).append(paper)
    labels = {}
    for (_, year), group in groups.items():
        ordered = sorted(group, key=lambda paper: (paper.title.casefold(), paper.citekey))
        for number, paper in enumerate(ordered):
            letter = _letter(number) if len(group) > 1 else ""
            dash = "-" if letter and not paper.year else ""
            labels[paper.citekey] = f"{year}{dash}{letter}"
    return labels


def plain_year(paper: Paper) -> str:
    """Return the year as it is printed when no other paper claims it."""
    return str(paper.year) if paper.year else "n.d."


def names_in_text(paper: Paper, *, joint: str = "&") -> str:
    """Return whose paper it is: ``Kingma & Ba``, ``Vaswani et al.``, or its title."""
    people = paper.authors or editors(paper)
    families = [_family(author) for author in people if not is_others(author)]
    if not families:
        title = paper.title or paper.citekey
        is_long = len(title) > _TITLE_IN_TEXT
        return f"“{title[: _TITLE_IN_TEXT - 1].rstrip()}…”" if is_long else f"“{title}”"
    if len(families) > _NAMED_IN_TEXT or len(families) < len(people):
        return f"{families[0]} et al."
    return f" {joint} ".join(families)


def cite(
    citation: Citation, papers: Mapping[str, Paper], labels: Mapping[str, str]
) -> tuple[Piece, ...]:
    """Return what a citation reads as; a key without a paper stays visible as ``@key``.

    ``papers`` go by the keys as written; ``labels`` are the years, by citation key, that need
    more than their number.
    """
    if not citation.is_bracketed:
        return _in_text(citation.cites[0], papers, labels)
    pieces: list[Piece] = [Plain("(")]
    for number, one in enumerate(citation.cites):
        pieces += [Plain("; ")] if number else []
        pieces += [Plain(one.prefix + " ")] if one.prefix else []
        pieces += [_bracketed(one, papers.get(one.key), labels), *_locator(one)]
    return (*pieces, Plain(")"))


def _in_text(
    one: Cite, papers: Mapping[str, Paper], labels: Mapping[str, str]
) -> tuple[Piece, ...]:
    paper = papers.get(one.key)
    if paper is None:
        return (Plain(f"@{one.key}"), *([Plain(f" ({one.locator})")] if one.locator else []))
    name = "" if one.hides_author else names_in_text(paper, joint="and") + " "
    year = f"{_year(paper, labels)}{_after_comma(one)}"
    return (Link((Plain(f"{name}({year})"),), Href(anchor=anchor(paper.citekey))),)


def _bracketed(one: Cite, paper: Paper | None, labels: Mapping[str, str]) -> Piece:
    if paper is None:
        return Plain(f"@{one.key}")
    name = "" if one.hides_author else f"{names_in_text(paper)}, "
    return Link((Plain(f"{name}{_year(paper, labels)}"),), Href(anchor=anchor(paper.citekey)))


def _year(paper: Paper, labels: Mapping[str, str]) -> str:
    return labels.get(paper.citekey) or plain_year(paper)


def _locator(one: Cite) -> list[Piece]:
    return [Plain(_after_comma(one))] if one.locator else []


def _after_comma(one: Cite) -> str:
    return f", {one.locator}" if one.locator else ""


def references(papers: Iterable[Paper], labels: Mapping[str, str]) -> tuple[Reference, ...]:
    """Return the entries of the papers, sorted by authors, year and title."""
    ordered = sorted(
        papers,
        key=lambda paper: (
            ascii_fold(authors_in_list(paper) or paper.title).casefold(),
            labels[paper.citekey],
            paper.title.casefold(),
            paper.citekey,
        ),
    )
    return tuple(
        Reference(paper.citekey, anchor(paper.citekey), _entry(paper, labels[paper.citekey]))
        for paper in ordered
    )


def _entry(paper: Paper, year: str) -> tuple[Piece, ...]:
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
        found.append((f"doi:{paper.doi}", f"https://doi.org/{paper.doi}"))
    if not found and paper.url and re.match(r"https?://", paper.url, re.IGNORECASE):
        found.append((paper.url, paper.url))
    return tuple(found)


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
    """Return a title as plain text with its ``$…$`` as formulas."""
    pieces: list[Piece] = []
    done = 0
    for span in markdown.parse(text).spans if "$" in text else ():
        if span.kind == "math" and span.start >= done:
            pieces += [Plain(text[done : span.start])] if span.start > done else []
            pieces.append(Math(text[span.inner_start : span.inner_end]))
            done = span.end
    return (*pieces, *([Plain(text[done:])] if text[done:] else []))


def _family(author: Author) -> str:
    return " ".join(part for part in (author.particle, author.family) if part)


def _inverted(author: Author) -> str:
    if author.is_literal or not author.given:
        return _family(author)
    initials = " ".join(
        "-".join(f"{part[0]}." for part in word.split("-") if part)
        for word in re.split(r"[\s.]+", author.given)
        if word
    )
    return ", ".join(part for part in (_family(author), initials, author.suffix) if part)


def _ended(title: str) -> str:
    return title if title.endswith((".", "?", "!")) else f"{title}."


def _letter(number: int) -> str:
    first, second = divmod(number, _LATEST_LETTER)
    return (chr(96 + first) if first else "") + chr(97 + second)

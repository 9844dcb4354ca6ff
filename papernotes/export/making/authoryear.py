"""The author-year style: ``(Kingma & Ba, 2014, p. 3)``. Pure.

The rules are those of the American Psychological Association (7th edition, 8.10–8.22): three
authors or more are the first and "et al."; works that would then read alike name as many authors
as tells them apart; first authors of one family name have their initials; what still reads alike
gets a, b … behind the year, in the order of the list. In the text ``@a`` reads "Kingma and Ba
(2014)".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.export.making.citations import (
    anchor,
    authors_in_list,
    entry,
    family,
    initials,
    plain_year,
    short_title,
)
from papernotes.export.pieces import Cited, Href, Link, Plain
from papernotes.export.post import Reference
from papernotes.ids import ascii_fold
from papernotes.names import is_others
from papernotes.venues import editors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.pieces import Piece
    from papernotes.markdown import Cite
    from papernotes.models import Author, Paper

_LATEST_LETTER = 26
_ALL_NAMED = 2


@dataclass(frozen=True, slots=True)
class InText:
    """What a paper is called in the text: between brackets, in a sentence, and its year."""

    names: str
    names_in_sentence: str
    year: str


def in_text(papers: Iterable[Paper]) -> dict[str, InText]:
    """Return by citation key what each paper is called among these."""
    papers = tuple(papers)
    people = {paper.citekey: _families(paper, _with_initials(papers)) for paper in papers}
    named = {key: _ALL_NAMED if len(who) <= _ALL_NAMED else 1 for key, who in people.items()}
    for group in _alike(papers, people, named):
        for paper in group:
            named[paper.citekey] = _telling(paper.citekey, [one.citekey for one in group], people)
    years = {paper.citekey: plain_year(paper) for paper in papers}
    for group in _alike(papers, people, named):
        for number, paper in enumerate(sorted(group, key=_order)):
            dash = "" if paper.year else "-"
            years[paper.citekey] += f"{dash}{_letter(number)}"
    return {
        key: InText(_joined(who, named[key], "&"), _joined(who, named[key], "and"), years[key])
        for key, who in people.items()
    }


def names_in_text(paper: Paper) -> str:
    """Return what the paper is called between brackets, seen alone."""
    return in_text([paper])[paper.citekey].names


def cite(cited: Cited, called: Mapping[str, InText]) -> tuple[Piece, ...]:
    """Return what a citation reads as; a key without a paper stays visible as ``@key``.

    Works of the same names in a row share them: "(Ho, 2019, 2020)".
    """
    if not cited.is_bracketed:
        return _in_sentence(cited.cites[0], called)
    pieces: list[Piece] = [Plain("(")]
    for number, one in enumerate(cited.cites):
        before = cited.cites[number - 1] if number else None
        shares = before is not None and _shares_names(before, one, called)
        pieces += [Plain(", " if shares else "; ")] if number else []
        pieces += [Plain(f"{one.prefix} ")] if one.prefix else []
        pieces.append(_between_brackets(one, called, shares_names=shares))
        pieces += [Plain(f", {one.locator}")] if one.locator else []
    return (*pieces, Plain(")"))


def references(papers: Iterable[Paper], called: Mapping[str, InText]) -> tuple[Reference, ...]:
    """Return the entries of the papers, sorted by authors, year and title."""
    ordered = sorted(papers, key=lambda paper: (*_order(paper)[:1], called[paper.citekey].year))
    return tuple(
        Reference(key, anchor(key), entry(paper, called[key].year))
        for key, paper in ((paper.citekey, paper) for paper in ordered)
    )


def _in_sentence(one: Cite, called: Mapping[str, InText]) -> tuple[Piece, ...]:
    paper = called.get(one.key)
    if paper is None:
        return (Plain(f"@{one.key}"), *([Plain(f" ({one.locator})")] if one.locator else []))
    name = "" if one.hides_author else f"{paper.names_in_sentence} "
    locator = f", {one.locator}" if one.locator else ""
    return (Link((Plain(f"{name}({paper.year}{locator})"),), Href(anchor=anchor(one.key))),)


def _between_brackets(one: Cite, called: Mapping[str, InText], *, shares_names: bool) -> Piece:
    paper = called.get(one.key)
    if paper is None:
        return Plain(f"@{one.key}")
    name = "" if one.hides_author or shares_names else f"{paper.names}, "
    return Link((Plain(f"{name}{paper.year}"),), Href(anchor=anchor(one.key)))


def _shares_names(before: Cite, one: Cite, called: Mapping[str, InText]) -> bool:
    if before.locator or one.prefix or before.hides_author or one.hides_author:
        return False
    first, second = called.get(before.key), called.get(one.key)
    return first is not None and second is not None and first.names == second.names


# --- names that tell papers apart --------------------------------------------------------------


def _people(paper: Paper) -> tuple[Author, ...]:
    return paper.authors or editors(paper)


def _families(paper: Paper, with_initials: frozenset[str]) -> tuple[str, ...]:
    """Return the family names, an empty one at the end for "and others"; the title if nobody."""
    people = _people(paper)
    named = [author for author in people if not is_others(author)]
    if not named:
        return (short_title(paper),)
    first = family(named[0])
    if first in with_initials and (letters := initials(named[0])):
        first = f"{letters} {first}"
    rest = [family(author) for author in named[1:]]
    return (first, *rest, *([""] if len(named) < len(people) else []))


def _with_initials(papers: Sequence[Paper]) -> frozenset[str]:
    """Return the family names that first authors of different initials share.

    ``Diederik Kingma`` and ``D. P. Kingma`` may be one person, and are taken for it.
    """
    seen: dict[str, list[list[str]]] = {}
    for paper in papers:
        if (people := _people(paper)) and not is_others(people[0]):
            seen.setdefault(family(people[0]), []).append(initials(people[0]).split())
    return frozenset(
        name
        for name, every in seen.items()
        if any(a != b for other in every for a, b in zip(every[0], other, strict=False))
    )


def _alike(
    papers: Iterable[Paper], people: Mapping[str, tuple[str, ...]], named: Mapping[str, int]
) -> list[list[Paper]]:
    """Return the groups of papers that read the same."""
    groups: dict[tuple[str, str], list[Paper]] = {}
    for paper in papers:
        names = _joined(people[paper.citekey], named[paper.citekey], "&")
        groups.setdefault((names, plain_year(paper)), []).append(paper)
    return [group for group in groups.values() if len(group) > 1]


def _telling(key: str, group: Sequence[str], people: Mapping[str, tuple[str, ...]]) -> int:
    """Return how many authors tell a paper apart from the others of the group that differ."""
    own = people[key]
    others = [people[other] for other in group if people[other] != own]
    least = _ALL_NAMED if len(own) <= _ALL_NAMED else 1
    if not others:
        return least
    shared = max(_shared_start(own, other) for other in others)
    return max(least, shared + 1) if shared + 1 < len(own) - 1 else len(own)


def _shared_start(one: Sequence[str], other: Sequence[str]) -> int:
    for number, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return number
    return min(len(one), len(other))


def _joined(people: Sequence[str], number: int, joint: str) -> str:
    """Return the first ``number`` names as one text, and "et al." for the others."""
    whole = [name for name in people if name]
    if number >= len(people) == len(whole):
        if len(whole) <= _ALL_NAMED:
            return f" {joint} ".join(whole)
        return f"{', '.join(whole[:-1])}, {joint} {whole[-1]}"
    shown = whole[: max(1, number)] if len(people) > _ALL_NAMED else whole[:1]
    return f"{', '.join(shown)}{',' if len(shown) > 1 else ''} et al."


def _order(paper: Paper) -> tuple[str, str, str]:
    who = ascii_fold(authors_in_list(paper).replace("& ", "") or paper.title).casefold()
    return (who, paper.title.casefold(), paper.citekey)


def _letter(number: int) -> str:
    first, second = divmod(number, _LATEST_LETTER)
    return (chr(96 + first) if first else "") + chr(97 + second)

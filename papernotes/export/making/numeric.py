"""The numeric style: ``[1]``, ``[2, 5]``, ``[3–5]``, in the order of first citation. Pure.

As the IEEE's reference guide has it, but with one bracket round all numbers of a citation, as most
venues of the field print it. In the text ``@a`` reads "Vaswani et al. [3]".
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from papernotes.export.making.authoryear import names_in_text
from papernotes.export.making.citations import anchor, entry, plain_year
from papernotes.export.pieces import Cited, Href, Link, Plain
from papernotes.export.post import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.pieces import Piece
    from papernotes.markdown import Cite
    from papernotes.models import Paper

_SHORTEST_RANGE = 3


def numbers(citations: Iterable[Cited], papers: Mapping[str, Paper]) -> dict[str, int]:
    """Return the number of each paper: first those that are cited, in their order."""
    cited = (one.key for citation in citations for one in citation.cites if one.key in papers)
    return {key: number for number, key in enumerate(dict.fromkeys([*cited, *papers]), start=1)}


def cite(
    cited: Cited, papers: Mapping[str, Paper], numbered: Mapping[str, int]
) -> tuple[Piece, ...]:
    """Return what a citation reads as; a key without a paper stays visible as ``@key``."""
    if not cited.is_bracketed:
        one = cited.cites[0]
        if one.key not in numbered:
            return (Plain(f"@{one.key}"), *([Plain(f" ({one.locator})")] if one.locator else []))
        name = (
            "" if one.hides_author else f"{names_in_text(papers[one.key])} ".replace(" & ", " and ")
        )
        locator = f", {one.locator}" if one.locator else ""
        return (_link(f"{name}[{numbered[one.key]}{locator}]", one.key),)
    if any(one.prefix or one.locator or one.key not in numbered for one in cited.cites):
        return (Plain("["), *_one_by_one(cited.cites, numbered), Plain("]"))
    return (Plain("["), *_collected([one.key for one in cited.cites], numbered), Plain("]"))


def references(papers: Mapping[str, Paper], numbered: Mapping[str, int]) -> tuple[Reference, ...]:
    """Return the entries in the order of their numbers, which are their labels."""
    return tuple(
        Reference(key, anchor(key), entry(papers[key], plain_year(papers[key])), str(number))
        for key, number in numbered.items()
    )


def _one_by_one(cites: Sequence[Cite], numbered: Mapping[str, int]) -> list[Piece]:
    """Return cites with words around them: ``see 1, p. 3; 2``."""
    pieces: list[Piece] = []
    for number, one in enumerate(cites):
        pieces += [Plain("; ")] if number else []
        pieces += [Plain(f"{one.prefix} ")] if one.prefix else []
        known = numbered.get(one.key)
        pieces.append(_link(str(known), one.key) if known else Plain(f"@{one.key}"))
        pieces += [Plain(f", {one.locator}")] if one.locator else []
    return pieces


def _collected(keys: Iterable[str], numbered: Mapping[str, int]) -> list[Piece]:
    """Return bare numbers sorted, three or more in a row as a range."""
    ordered = sorted(dict.fromkeys(keys), key=lambda key: numbered[key])
    runs = [ordered[:1]]
    for before, key in pairwise(ordered):
        if numbered[key] == numbered[before] + 1:
            runs[-1].append(key)
        else:
            runs.append([key])
    pieces: list[Piece] = []
    for run in runs:
        is_range = len(run) >= _SHORTEST_RANGE
        for number, key in enumerate([run[0], run[-1]] if is_range else run):
            between = "–" if number and is_range else ", "
            pieces += [Plain(between)] if pieces else []
            pieces.append(_link(str(numbered[key]), key))
    return pieces


def _link(text: str, key: str) -> Link:
    return Link((Plain(text),), Href(anchor=anchor(key)))

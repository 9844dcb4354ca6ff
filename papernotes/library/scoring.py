"""Evidence around a paper or note → what is like it, with points and reasons, best first. Pure.

Whatever two documents share counts by its rarity: what everything cites or is tagged with says
nothing. Each kind of evidence gives points that saturate, so that none drowns the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum, log, log2
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

_LINKED, _ABOUT, _CITED, _CITING, _STEPS, _TAGS, _WORDS, _AUTHORS, _CATEGORIES = (
    1.6, 2.0, 1.2, 1.2, 0.5, 1.0, 1.6, 0.5, 0.15,
)  # fmt: skip
TELLING = 0.1
"""Of 1: what is less rare than this (four of ten documents in a large library) says nothing."""

_WORTH_SAYING = 0.08  # of all points: a reason that gives less is left out
_MOST_NAMED = 3
_FEWEST_WORDS = 2
_PLURALS = {"tag": "tags", "author": "authors", "category": "categories"}


def rarity(count: int, total: int) -> float:
    """Return how much it says that ``count`` of ``total`` have something in common: 0 to 1."""
    others = max(total - count, 0) + 0.5
    return min(log(1 + others / (count + 0.5)) / log(1 + max(total, 2)), 1.0)


@dataclass(frozen=True, slots=True)
class Shared:
    """Tags, authors or categories of a document: how many have each, and who else has which."""

    counts: Mapping[str, int] = field(default_factory=dict)
    holders: Mapping[int, AbstractSet[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known around ``document``, one of ``total``.

    ``links`` are the documents that it, and those around it, link to; ``popularity`` is how many
    notes link to each. ``about`` has the documents about one paper with it, each with whether it is
    that paper; ``is_paper`` says whether it is itself. ``words`` maps its telling words, and pairs
    of them with a space between, to the score of each document that has them. ``is_partial``: so
    many notes link to it that only some were looked at. ``refs`` has all that are named here.
    """

    document: int
    total: int
    refs: Mapping[int, str]
    is_paper: bool = True
    links: Mapping[int, AbstractSet[int]] = field(default_factory=dict)
    popularity: Mapping[int, int] = field(default_factory=dict)
    about: Mapping[int, bool] = field(default_factory=dict)
    shared: Mapping[str, Shared] = field(default_factory=dict)
    words: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    is_partial: bool = False

    def rarity(self, count: int) -> float:
        """Return how much it says that ``count`` of all have something in common: 0 to 1."""
        return rarity(count, self.total)

    def rarity_of(self, document: int) -> float:
        """Return how much it says that a note links to ``document``: 0 to 1."""
        return self.rarity(self.popularity.get(document, 0))

    def focus(self, document: int) -> float:
        """Return how much it says to be linked to from ``document``: less in long lists."""
        return 1 / log2(2 + len(self.links.get(document, ())) / 4)


class Point(NamedTuple):
    """What speaks for a document: so many points, and why."""

    document: int
    points: float
    reason: str


class Ranked(NamedTuple):
    """A document with its points and the reasons, the weightiest first."""

    document: int
    score: float
    reasons: tuple[str, ...]


def rank(evidence: Evidence, limit: int = 0) -> tuple[Ranked, ...]:
    """Return the documents that are alike, best first; equals by ref. ``limit`` 0 is all."""
    points: dict[int, list[Point]] = {}
    for point in _points(evidence):
        if point.document != evidence.document and point.document in evidence.refs:
            points.setdefault(point.document, []).append(point)
    for point in _sharing(evidence, "category", _CATEGORIES):  # alone it is no reason
        if point.document in points:
            points[point.document].append(point)
    ranked = [_ranked(document, found) for document, found in points.items()]
    ranked.sort(key=lambda each: (-each.score, evidence.refs[each.document]))
    return tuple(ranked[:limit] if limit else ranked)


def _ranked(document: int, found: list[Point]) -> Ranked:
    total = fsum(point.points for point in found)
    found.sort(key=lambda point: -point.points)
    said = (point.reason for point in found if point.points >= _WORTH_SAYING * total)
    return Ranked(document, round(total, 3), tuple(said))


def _points(evidence: Evidence) -> Iterator[Point]:
    yield from _linked(evidence)
    yield from _about(evidence)
    yield from _cited_together(evidence)
    yield from _citing_the_same(evidence)
    yield from _two_steps(evidence)
    yield from _alike_in_words(evidence)
    yield from _sharing(evidence, "tag", _TAGS)
    yield from _sharing(evidence, "author", _AUTHORS)


def _saturated(amount: float, most: float) -> float:
    return most * amount / (amount + 1)


def _sources(evidence: Evidence) -> set[int]:
    """Return the documents whose note links to the one in question."""
    return {each for each, targets in evidence.links.items() if evidence.document in targets}


def _linked(evidence: Evidence) -> Iterator[Point]:
    targets, sources = evidence.links.get(evidence.document, set()), _sources(evidence)
    to_it = 0.2 + 0.8 * evidence.rarity_of(evidence.document)
    for other in targets | sources:
        amount = 0.0
        if other in targets:
            amount += 0.2 + 0.8 * evidence.rarity_of(other)
        if other in sources:
            amount += to_it * (0.4 + 0.6 * evidence.focus(other))
        both = other in targets and other in sources
        way = (
            "linked both ways" if both else "linked from it" if other in targets else "links to it"
        )
        yield Point(other, _LINKED * amount, way)


def _about(evidence: Evidence) -> Iterator[Point]:
    for other, is_paper in evidence.about.items():
        reason = (
            "the paper it is about"
            if is_paper
            else "a note about it"
            if evidence.is_paper
            else "about the same paper"
        )
        yield Point(other, _ABOUT, reason)


def _cited_together(evidence: Evidence) -> Iterator[Point]:
    """Yield what the notes that link to it link to as well."""
    amounts: dict[int, list[float]] = {}
    for source in _sources(evidence):
        for other in evidence.links[source]:
            amounts.setdefault(other, []).append(evidence.focus(source))
    least = "at least " if evidence.is_partial else ""
    for other, found in amounts.items():
        points = (0.2 + 0.8 * evidence.rarity_of(other)) * _saturated(fsum(found), _CITED)
        notes = "1 note" if len(found) == 1 else f"{len(found)} notes"
        yield Point(other, points, f"cited together in {least}{notes}")


def _citing_the_same(evidence: Evidence) -> Iterator[Point]:
    """Yield the documents that link to what it links to."""
    mine = evidence.links.get(evidence.document, set())
    telling = {each: rarity for each in mine if (rarity := evidence.rarity_of(each)) >= TELLING}
    for other, targets in evidence.links.items():
        common = targets & telling.keys()
        if common:
            amount = fsum(telling[each] for each in common)
            points = _saturated(amount, _CITING) * (0.4 + 0.6 * evidence.focus(other))
            named = _named({evidence.refs[each]: telling[each] for each in common})
            yield Point(other, points, f"both cite {named}")


def _two_steps(evidence: Evidence) -> Iterator[Point]:
    """Yield what it links to by way of another, and what so links to it.

    What the other links back to, or is linked to from both, counts as cited together already.
    """
    links, sources = evidence.links, _sources(evidence)
    targets = links.get(evidence.document, frozenset())
    through: dict[int, dict[int, float]] = {}
    paths = [(middle, other) for middle in targets - sources for other in links.get(middle, ())]
    paths += [(middle, other) for other in links for middle in (links[other] & sources) - targets]
    for middle, other in paths:
        if not (middle in links.get(other, ()) and other in links.get(middle, ())):
            amount = evidence.rarity_of(middle) * evidence.focus(middle)
            through.setdefault(other, {})[middle] = amount
    for other, middles in through.items():
        named = _named({evidence.refs[each]: amount for each, amount in middles.items()})
        yield Point(other, _saturated(fsum(middles.values()), _STEPS), f"linked through {named}")


def _alike_in_words(evidence: Evidence) -> Iterator[Point]:
    """Yield the documents that have some of its telling words."""
    own = fsum(scores.get(evidence.document, 0.0) for scores in evidence.words.values())
    found: dict[int, dict[str, float]] = {}
    for word, scores in evidence.words.items():
        for other, score in scores.items():
            found.setdefault(other, {})[word] = score
    for other, words in found.items():
        if len(words) >= _FEWEST_WORDS and own:
            likeness = min(fsum(words.values()) / own, 1.0)
            reason = f"alike in words: {', '.join(named_words(words))}"
            yield Point(other, _WORDS * likeness, reason)


def named_words(words: Mapping[str, float], most: int = _MOST_NAMED) -> list[str]:
    """Return the words and pairs of words with most points; a pair has those of its words too.

    No word is named twice: not beside a pair that has it, nor in two pairs.
    """
    points = {
        name: fsum([own, *(words.get(part, 0.0) for part in name.split() if part != name)])
        for name, own in words.items()
    }
    found: list[str] = []
    named: set[str] = set()
    for name in sorted(points, key=lambda name: (-points[name], name)):
        if len(found) < most and named.isdisjoint(name.split()):
            found.append(name)
            named.update(name.split())
    return found


def _sharing(evidence: Evidence, kind: str, most: float) -> Iterator[Point]:
    shared = evidence.shared.get(kind, Shared())
    telling = {
        value: rarity
        for value, count in shared.counts.items()
        if (rarity := evidence.rarity(count)) >= TELLING
    }
    for other, values in shared.holders.items():
        common = {value: telling[value] for value in values if value in telling}
        if common:
            reason = f"{_PLURALS[kind]}: {_named(common)}"
            yield Point(other, _saturated(fsum(common.values()), most), reason)


def _named(weights: Mapping[str, float]) -> str:
    """Return the weightiest names and how many more there are."""
    names = sorted(weights, key=lambda name: (-weights[name], name))
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

"""What is like a paper or note: what store and index know around it → its likes, with reasons.

The work is bounded: of many notes that link to one thing those with the fewest links are asked,
and what everything links to or shares is not followed.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from papernotes.library import sharing, telling
from papernotes.library.scoring import TELLING, Evidence, Ranked, Shared, rank, rarity
from papernotes.refs import find_document
from papernotes.reports.connecting import Related, RelatedReport
from papernotes.store import related as asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papernotes.index import SearchIndex
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Problem
    from papernotes.store.read import Store
    from papernotes.store.texts import Texts

_MOST_LINKS = 1_500  # followed, of each kind of neighbour
_MOST_TEXT = 30_000  # characters of a note
_TELLING_RARITY = 0.2
_BOOSTS = (("title", 3.0), ("abstract", 1.5), ("note", 1.0))


def related(
    upkeep: Upkeep,
    ref: str,
    *,
    limit: int,
    among: set[int] | None,
    problems: tuple[Problem, ...],
) -> RelatedReport:
    """Return what is like the document that ``ref`` means, best first. Raises NotFoundError.

    Only documents ``among`` these are named, where some are given.
    """

    def within(index: SearchIndex) -> RelatedReport:
        store = upkeep.store()
        with store.snapshot():
            document = find_document(store, ref)
            ranked = rank(gathered(store, index, document), limit if among is None else 0)
            if among is not None:
                ranked = tuple(each for each in ranked if each.document in among)
            return _report(store, document, ranked[: limit or None], problems)

    return upkeep.searched(within)


def _report(
    store: Store, document: int, ranked: Iterable[Ranked], problems: tuple[Problem, ...]
) -> RelatedReport:
    found = list(ranked)
    rows = store.rows([document, *(each.document for each in found)])
    results = tuple(
        Related(row.ref, row.kind, row.title, each.score, each.reasons)
        for each in found
        if (row := rows.get(each.document)) is not None
    )
    return RelatedReport(rows[document].ref, rows[document].title, results, problems)


def gathered(store: Store, index: SearchIndex, document: int) -> Evidence:
    """Return what is known around a document."""
    total = store.document_count()
    sources = asking.askers(store, [document]).get(document, set())
    chosen = affordable(asking.link_counts(store, sources), _MOST_LINKS)
    links = _links_around(store, document, chosen)
    words = _telling_words(store.texts([document])[document], store, index, total)
    about = asking.with_one_paper(store, document)
    shared = {kind: _shared(store, kind, document, total) for kind in asking.KINDS}
    seen = {document, *about, *links, *(each for targets in links.values() for each in targets)}
    popularity = asking.popularity(store, seen)
    for values in (*words.values(), *(each.holders for each in shared.values())):
        seen.update(values)
    return Evidence(
        document=document,
        total=total,
        refs=asking.refs_of(store, seen),
        is_paper=store.rows([document])[document].paper_id is not None,
        links=links,
        popularity=popularity,
        about=about,
        shared=shared,
        words=words,
        is_partial=len(chosen) < len(sources),
    )


def _links_around(store: Store, document: int, sources: list[int]) -> dict[int, frozenset[int]]:
    """Return the links of a document, of those that link to it, and of those one step further."""
    links = asking.links_from(store, [document, *sources])
    near = {*links.get(document, ()), *sources}
    known = affordable(asking.popularity(store, near), _MOST_LINKS)
    further = {each for found in asking.askers(store, known).values() for each in found}
    counts = asking.link_counts(store, (near | further) - links.keys())
    return {**links, **asking.links_from(store, affordable(counts, 2 * _MOST_LINKS))}


def affordable(costs: Mapping[int, int], most: int) -> list[int]:
    """Return the first of some things, as many as together cost no more than ``most``."""
    return [
        each for each, spent in zip(costs, accumulate(costs.values()), strict=True) if spent <= most
    ]


def _shared(store: Store, kind: str, document: int, total: int) -> Shared:
    counts = asking.values_of(store, kind, document)
    telling = [value for value, count in counts.items() if rarity(count, total) >= TELLING]
    return Shared(counts, asking.holders(store, kind, telling) if telling else {})


def _telling_words(text: Texts, store: Store, index: SearchIndex, total: int) -> sharing.Points:
    """Return the words and pairs of words that tell a document, each with the scores of who has it.

    They are frequent in it and rare elsewhere, but there.
    """
    said = telling.said((getattr(text, field)[:_MOST_TEXT], boost) for field, boost in _BOOSTS)
    keys = sharing.ranked_keys(index, said, total)
    known = (key for key in keys if key.frequency > 1 and key.rare >= _TELLING_RARITY)
    return sharing.share(store, index, said, sharing.readable(known), total)

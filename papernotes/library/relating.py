"""What is like a paper or note: what store and index know around it → its likes, with reasons.

The work is bounded: of many notes that link to one thing those with the fewest links are asked,
and what everything links to or shares is not followed.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from math import log2
from typing import TYPE_CHECKING

from papernotes import analysis
from papernotes.library.scoring import TELLING, Evidence, Ranked, Shared, rank, rarity
from papernotes.query import Word
from papernotes.refs import find_document
from papernotes.reports.connecting import Related, RelatedReport
from papernotes.store import related as asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from papernotes.index import SearchIndex
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Problem
    from papernotes.store.read import Store, Texts

_MOST_LINKS = 1_500  # followed, of each kind of neighbour
_MOST_POSTINGS = 4_000  # of the index, read for all telling words
_TELLING_WORDS = 12
_MOST_TERMS = 200
_MOST_TEXT = 30_000  # characters of a note
_SHORTEST = 3
_TELLING_RARITY = 0.2
_BOOSTS = {"title": 3.0, "abstract": 1.5, "note": 1.0}
_EMPTY_WORDS = """\
about above accuracy accurate accurately achieve achieved achieves across add added advantage
advantages after again ago algorithm all allow allowing allows almost along already also
alternative although always among amount analyses analysis analyze analyzed and another answer any
applied apply approach approaches appropriate are around article arxiv ask asked aspect aspects
assess assume average away based because been before begin being below best better between big
both build builds built but call called can cannot capable case cases challenge challenges
challenging change characteristic characteristics characterize com come common comparable compared
comparison complex comprehensive concept concepts consider consist consists corresponding could
crucial current currently def demonstrate demonstrated demonstrates derive derived describe
described describes despite detail detailed details determine determined develop developed
development did different discuss discussed does doi doing done due each easily effective
effectively effectiveness efficiency efficient efficiently eight else enable enables enabling end
enough essential establish evaluate evaluated evaluation even ever every evidence examine example
exhibit exist existing exists experience experiment experimental experiments explain exploit
explore extend extension extensive fact factor factors false far few final find first five focus
following for four framework from full further future gap general get give given goes good got had
has have help here high higher highly how however http https idea implement implementation import
importance important improve improved improvement improvements improves increase increased
increasing increasingly indicate instead interest interesting into introduce introduced introduces
investigate investigated issue issues its itself just keep key kind know known lack large last
later lead leads left less let like limit limitation limitations limited line list little long
look looks lower made main major make manner many matter may maybe mean means method methods might
more most much multiple must necessary need needs never new next nine none not note notes nothing
novel now number obtain obtained occur often one only open order org original other others our out
outperform outperforms over overall own page paper papers part particular particularly pdf per
perform performance performed performs perhaps place point possible potential potentially powerful
practical precise present presented presents previous previously primary print problem produce
proposal propose proposed provide purpose put question quick quickly quite rather read real reason
reasonable recent recently reduce reduced reducing relative relatively relevant remain remains
represents require required requires research respect respectively result results return right
role same say says scenario scenarios second see seen self set seven several shall should show
shown shows side significant significantly similar simple simultaneously since situation six small
solution solutions some sort specific specifically standard start states still studied studies
study successful successfully such suggest suitable take taken takes task tasks technique
techniques tell ten term terms than that the their them then theoretical there thereby these they
thing things this those though three through thus times together told too top towards traditional
true try turn two type typical typically under understand understanding unique until use used
useful uses using usual usually variety various very via want was way well were what when where
whether which while who whole why wide widely will with within without work works would write
written www year years yet you your
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def related(
    upkeep: Upkeep, ref: str, *, limit: int, problems: tuple[Problem, ...]
) -> RelatedReport:
    """Return what is like the document that ``ref`` means, best first. Raises NotFoundError."""

    def within(index: SearchIndex) -> RelatedReport:
        store = upkeep.store()
        with store.snapshot():
            document = find_document(store, ref)
            ranked = rank(gathered(store, index, document), limit)
            return _report(store, document, ranked, problems)

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
    total = len(store.document_ids())
    sources = asking.askers(store, [document]).get(document, set())
    chosen = affordable(asking.link_counts(store, sources), _MOST_LINKS)
    links = _links_around(store, document, chosen)
    words = _telling_words(store.texts([document])[document], index, total)
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


# --- words -----------------------------------------------------------------------------------


def _telling_words(text: Texts, index: SearchIndex, total: int) -> dict[str, dict[int, float]]:
    """Return the words that tell a document from others, each with the scores of who has it."""
    weights, spellings = _words(text)
    kept = sorted(weights, key=lambda term: (-weights[term], term))[:_MOST_TERMS]
    frequencies = index.frequencies(spellings[term] for term in kept)
    scores: dict[str, dict[int, float]] = {}
    read = 0
    for word in telling({spellings[term]: weights[term] for term in kept}, frequencies, total):
        read += frequencies[word]
        if read > _MOST_POSTINGS and scores:
            break
        scores[word] = dict(index.search(Word(word), limit=0).hits)
    return scores


def telling(weights: Mapping[str, float], frequencies: Mapping[str, int], total: int) -> list[str]:
    """Return the words that say most of a document: frequent in it, rare elsewhere, but there."""
    scores = {}
    for word, weight in weights.items():
        rare = rarity(frequencies[word], total)
        if frequencies[word] > 1 and rare >= _TELLING_RARITY:
            scores[word] = log2(1 + weight) * rare
    return sorted(scores, key=lambda word: (-scores[word], word))[:_TELLING_WORDS]


def _words(text: Texts) -> tuple[dict[str, float], dict[str, str]]:
    """Return the weight of each term of a document, and the word it is most often spelled as."""
    weights: dict[str, float] = {}
    spelled: dict[str, Counter[str]] = {}
    for field, boost in _BOOSTS.items():
        for word in _iter_words(getattr(text, field)[:_MOST_TEXT]):
            term = analysis.term_of(word)
            weights[term] = weights.get(term, 0.0) + boost
            spelled.setdefault(term, Counter())[word] += 1
    return weights, {
        term: min(counts, key=lambda word: (-counts[word], word))
        for term, counts in spelled.items()
    }


def _iter_words(text: str) -> Iterator[str]:
    """Yield the words that may say something; of Chinese, Japanese and Korean pairs of letters."""
    for raw in analysis.cut(text):
        found = analysis.meaning(raw)
        if raw[0] == "\\":  # of a formula
            continue
        if not found.words:
            yield from (slot[0] for slot in found.slots)
        elif len(found.words) == 1:
            word = found.words[0]
            if len(word) >= _SHORTEST and word.isalpha() and word not in _EMPTY:
                yield word

"""How much a term counts in a document, from the places where it stands. Pure.

Each part of a document has a band of positions of its own. In a part a term counts ``BOOSTS`` of
it, more where it stands there often, but soon no more, and less where the part is long: BM25 of
that part alone (Robertson, Zaragoza, 2009, *The Probabilistic Relevance Framework*). What it counts
in the parts is added up, and :func:`score_of` saturates the sum once more. No figure is taken from
the other documents, so a weight is worked out once, when a document is written.
docs/performance-finding.md has what else was tried.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BAND_BITS = 27
BANDS = {
    "title": (0,),
    "author": (1, 2),  # the first, the others
    "key": (3,),
    "abstract": (4,),
    "note": (5,),
    "pdf": (6,),
    "comment": (7,),
}
BOOSTS = (16.0, 16.0, 8.0, 8.0, 1.0, 5.0, 0.5, 0.5)
"""What a term counts that stands once in a part of usual length, by band."""

K1 = 0.5

_SATURATION = 2.0
_USUAL = (8, 0, 0, 0, 150, 300, 6_000, 0)  # words; 0: the length says nothing
_LENGTH_COUNTS = 0.75
_MAX_NORM = 2.0
_STEPS = 16
_FEW = 16  # places; the weights of more are not kept


class Weights(dict[tuple[int, ...], float]):
    """The weights of terms in one document, or in all of one kind, by the bands of their places.

    Bands come in ascending order, each once for each place in it. Weights are multiples of 1/16,
    which pack well and add up exactly; they are worked out when they are first asked for.
    ``lengths`` are those of the parts, in words.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        super().__init__()
        self._norms = tuple(map(_norm, lengths, _USUAL))

    def __missing__(self, bands: tuple[int, ...]) -> float:
        parts = [_in_part(band, bands.count(band), self._norms[band]) for band in set(bands)]
        weight = round(sum(parts) * _STEPS) / _STEPS
        if len(bands) <= _FEW:
            self[bands] = weight
        return weight


@cache
def weights_by_title(length: int) -> Weights:
    """Return the weights in documents of which only the title's length, in words, is known."""
    return Weights((length, *_USUAL[1:]))


def least_in(bands: Iterable[int]) -> float:
    """Return what a term counts at least that stands in one of these bands."""
    return min(_LONG[band,] for band in bands)


def score_of(weight: float, gain: float) -> float:
    """Return what a term of that weight adds; ``gain`` is (K1 + 1) times how rare it is."""
    return gain * weight / (weight + K1)


def _norm(length: int, usual: int) -> float:
    if not usual:
        return 1.0
    return min(_MAX_NORM, 1 - _LENGTH_COUNTS + _LENGTH_COUNTS * length / usual)


def _in_part(band: int, count: int, norm: float) -> float:
    return BOOSTS[band] * (_SATURATION + 1) * count / (count + _SATURATION * norm)


_LONG = Weights([1_000_000_000] * len(_USUAL))

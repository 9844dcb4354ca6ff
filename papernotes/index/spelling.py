"""Words that are nearly alike. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def nearest(word: str, candidates: Iterable[str], limit: int) -> Iterator[tuple[int, str]]:
    """Yield (distance, candidate) for the candidates at most ``limit`` edits from ``word``."""
    length = len(word)
    letters = set(word)
    for candidate in candidates:
        if abs(len(candidate) - length) > limit or len(letters.difference(candidate)) > limit:
            continue
        if (distance := edits(word, candidate, limit)) <= limit:
            yield distance, candidate


def edits(first: str, second: str, limit: int) -> int:
    """Return how many letters must be changed, added, dropped or swapped with their neighbour.

    Anything over ``limit`` comes back as ``limit + 1`` (optimal string alignment distance).
    """
    if first == second:
        return 0
    start = 0
    end = min(len(first), len(second))
    while start < end and first[start] == second[start]:
        start += 1
    first, second = first[start:], second[start:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        here = [row]
        for column, other in enumerate(second, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 < column and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        if min(here) > limit and min(above) > limit:
            return limit + 1
        before, above = above, here
    return min(above[-1], limit + 1)

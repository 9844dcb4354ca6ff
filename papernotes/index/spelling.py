"""Words that are nearly alike, and how likely one was typed for the other. Pure."""

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
        if len(set(candidate) - letters) > limit:
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


_VOWELS = frozenset("aeiouy")
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {key: (row, at) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}
_SWAPPED, _DOUBLED, _EXTRA, _NEAR, _WRONG, _FIRST = 0.8, 0.6, 1.0, 0.9, 1.2, 0.6


def slip(typed: str, meant: str) -> float:
    """Return how unlikely ``typed`` is for ``meant``: about 1 for each slip of the pen.

    Letters swapped, doubled or not doubled, vowels and keys taken for their like are the usual
    slips; the first letter is rarely wrong.
    """
    before: list[float] = []
    above = [_EXTRA * column for column in range(len(meant) + 1)]
    for row, letter in enumerate(typed, 1):
        last = typed[row - 2] if row > 1 else ""
        here = [_EXTRA * row]
        for column, other in enumerate(meant, 1):
            previous = meant[column - 2] if column > 1 else ""
            cost = min(
                above[column] + (_DOUBLED if letter == last else _EXTRA),
                here[-1] + (_DOUBLED if other == previous else _EXTRA),
                above[column - 1] + _wrong(letter, other),
            )
            if row > 1 < column and letter == previous and last == other:
                cost = min(cost, before[column - 2] + _SWAPPED)
            here.append(cost)
        before, above = above, here
    return above[-1] + (_FIRST if typed[:1] != meant[:1] else 0.0)


def _wrong(letter: str, other: str) -> float:
    """Return how unlikely one letter is for another."""
    if letter == other:
        return 0.0
    if letter in _VOWELS and other in _VOWELS:
        return _NEAR
    (row, at), (other_row, other_at) = _KEYS.get(letter, (-9, 0)), _KEYS.get(other, (9, 0))
    is_beside = abs(row - other_row) <= 1 and abs(at - other_at) <= 1
    return _NEAR if is_beside else _WRONG

"""Stars and underscores that CommonMark reads as emphasis and others do not, or not so. Pure.

The rules for pairs are those of CommonMark 0.31.2, 6.2; Pandoc asks less of them, and takes
``**Flatten **is`` or the stars behind names (``Li*, Chen*``) for emphasis.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ESCAPE = "\x06"  # a backslash of ours, which no note can hold
_RUN = re.compile(rf"\\.|{ESCAPE}.|(\*+|_+)", re.DOTALL)
_STRIKE = re.compile(rf"\\.|{ESCAPE}.|(?<!~)(~~)(?!~)", re.DOTALL)
_WHITE = frozenset(" \t\n\r\f\v\u00a0")


@dataclass(slots=True)
class _Marks:
    """A run of one kind of mark: where it begins, how many are left, what they may do."""

    start: int
    kind: str
    left: int
    whole: int
    opens: bool
    closes: bool


class _Pair(NamedTuple):
    """Where a pair of marks opens and closes, and how many marks each of the two has."""

    start: int
    end: int
    width: int


def escape_unpaired(text: str) -> str:
    """Return the text of one paragraph with those marks escaped that stand for themselves.

    Marks that nobody reads as emphasis stay as they are: between spaces, ``_`` inside of words.
    """
    return _rewritten(text, lambda _text, _pairs: [])


def settle_emphasis(text: str) -> str:
    """Return the text with marks for kramdown: as ``escape_unpaired`` does, and more.

    It knows no emphasis inside of emphasis, nor ``_`` behind a letter and a hyphen; HTML it knows.
    """
    return _rewritten(text, _unknown_to_kramdown)


def _unknown_to_kramdown(text: str, pairs: Sequence[_Pair]) -> list[_Pair]:
    found: list[_Pair] = []
    around: list[_Pair] = []
    open_ones = Counter[int]()
    for pair in sorted(pairs):
        while around and around[-1].end < pair.start:
            open_ones[around.pop().width] -= 1
        is_inside = open_ones[pair.width] > 0
        before = text[max(0, pair.start - 2) : pair.start]
        is_hyphened = text[pair.start] == "_" and before[:1].isalpha() and before[1:] == "-"
        found += [pair] if is_inside or is_hyphened else []
        around.append(pair)
        open_ones[pair.width] += 1
    return found


def _rewritten(text: str, choose: Callable[[str, Sequence[_Pair]], Iterable[_Pair]]) -> str:
    """Return the text with lone marks escaped, and the pairs that ``choose`` picks as HTML."""
    if "*" not in text and "_" not in text and "~~" not in text:
        return text
    text = _strike_unpaired(text)
    runs = [_read(text, match) for match in _RUN.finditer(text) if match[1]]
    if not any(run.opens or run.closes for run in runs):
        return text
    pairs = _pair(runs)
    edits = [
        (run.start, run.left, f"{ESCAPE}{run.kind}" * run.left)
        for run in runs
        if run.left and (run.opens or run.closes)
    ]
    for pair in choose(text, pairs):
        name = "em" if pair.width == 1 else "strong"
        edits += [(pair.start, pair.width, f"<{name}>"), (pair.end, pair.width, f"</{name}>")]
    found: list[str] = []
    done = 0
    for start, width, written in sorted(edits):
        found += [text[done:start], written]
        done = start + width
    return "".join([*found, text[done:]])


def _strike_unpaired(text: str) -> str:
    """Return the text with those ``~~`` escaped that strike nothing out."""
    lone: list[int] = []
    opener = -1
    for match in _STRIKE.finditer(text):
        if match[1] is None:
            continue
        start, end = match.span()
        if opener >= 0 and text[start - 1] not in _WHITE and start - opener > 2:
            opener = -1
            continue
        if opener >= 0:
            lone.append(opener)
        is_opener = end < len(text) and text[end] not in _WHITE
        opener = start if is_opener else -1
        lone += [] if is_opener else [start]
    lone += [opener] if opener >= 0 else []
    found, done = [], 0
    for start in lone:
        found += [text[done:start], f"{ESCAPE}~{ESCAPE}~"]
        done = start + 2
    return "".join([*found, text[done:]])


def _read(text: str, match: re.Match[str]) -> _Marks:
    start, end = match.span()
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    is_left = after not in _WHITE and (not _is_mark(after) or before in _WHITE or _is_mark(before))
    is_right = before not in _WHITE and (not _is_mark(before) or after in _WHITE or _is_mark(after))
    opens, closes = is_left, is_right
    if match[1][0] == "_":
        opens = is_left and (not is_right or _is_mark(before))
        closes = is_right and (not is_left or _is_mark(after))
    return _Marks(start, match[1][0], end - start, end - start, opens, closes)


def _is_mark(character: str) -> bool:
    """Whether it is punctuation, a symbol, or one of our own tokens."""
    return character < " " or unicodedata.category(character)[0] in "PS"


def _pair(runs: list[_Marks]) -> list[_Pair]:
    """Take from each run the marks that are one of a pair; return the pairs."""
    pairs: list[_Pair] = []
    openers: list[_Marks] = []
    floors: dict[tuple[str, bool, int], int] = {}
    for run in runs:
        while run.closes and run.left:
            floor = (run.kind, run.opens, run.whole % 3)
            lowest = floors.get(floor, 0)
            at = _opener(openers, run, lowest)
            if at is None:
                floors[floor] = len(openers)
                break
            del openers[at + 1 :]
            number = 2 if openers[at].left > 1 and run.left > 1 else 1
            opener = openers[at]
            opener.left -= number
            pairs.append(_Pair(opener.start + opener.left, run.start, number))
            run.left -= number
            run.start += number
            if not opener.left:
                openers.pop()
            floors = {key: min(value, len(openers)) for key, value in floors.items()}
        if run.opens and run.left:
            openers.append(run)
    return pairs


def _opener(openers: list[_Marks], closer: _Marks, lowest: int) -> int | None:
    for at in range(len(openers) - 1, lowest - 1, -1):
        one = openers[at]
        if one.kind != closer.kind:
            continue
        is_odd = (one.closes or closer.opens) and (one.whole + closer.whole) % 3 == 0
        if not is_odd or (one.whole % 3 == 0 and closer.whole % 3 == 0):
            return at
    return None

"""Stars and underscores that CommonMark shows and Pandoc would read as emphasis. Pure.

The rules for pairs are those of CommonMark 0.31.2, 6.2; Pandoc asks less of them, and takes
``**Flatten **is`` or the stars behind names (``Li*, Chen*``) for emphasis.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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


def escape_unpaired(text: str) -> str:
    """Return the text of one paragraph with those marks escaped that stand for themselves.

    Marks that nobody reads as emphasis stay as they are: between spaces, ``_`` inside of words.
    """
    if "*" not in text and "_" not in text and "~~" not in text:
        return text
    text = _strike_unpaired(text)
    runs = [_read(text, match) for match in _RUN.finditer(text) if match[1]]
    if not any(run.opens or run.closes for run in runs):
        return text
    _pair(runs)
    found: list[str] = []
    done = 0
    for run in runs:
        if run.left and (run.opens or run.closes):
            found += [text[done : run.start], f"{ESCAPE}{run.kind}" * run.left]
            done = run.start + run.left
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


def _pair(runs: list[_Marks]) -> None:
    """Take from each run the marks that are one of a pair."""
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
            openers[at].left -= number
            run.left -= number
            run.start += number
            if not openers[at].left:
                openers.pop()
            floors = {key: min(value, len(openers)) for key, value in floors.items()}
        if run.opens and run.left:
            openers.append(run)


def _opener(openers: list[_Marks], closer: _Marks, lowest: int) -> int | None:
    for at in range(len(openers) - 1, lowest - 1, -1):
        one = openers[at]
        if one.kind != closer.kind:
            continue
        is_odd = (one.closes or closer.opens) and (one.whole + closer.whole) % 3 == 0
        if not is_odd or (one.whole % 3 == 0 and closer.whole % 3 == 0):
            return at
    return None

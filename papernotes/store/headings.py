"""The headings of a note as the store keeps them: JSON of (line, level, text)."""

from __future__ import annotations

import json


def lines_of(stored: str) -> tuple[int, ...]:
    """Return the lines of the file on which headings begin."""
    return tuple(line for line, _, _ in json.loads(stored))


def headings_above(stored: str, line: int) -> str:
    """Return the headings above a line of the note's file, outermost first, joined by `` › ``."""
    above: list[tuple[int, str]] = []
    for start, level, text in json.loads(stored):
        if start > line:
            break
        above = [each for each in above if each[0] < level]
        above.append((level, text))
    return " › ".join(text for _, text in above)

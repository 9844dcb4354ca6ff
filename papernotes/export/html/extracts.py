"""What a post's page leaves for the pages about several posts: how it begins, and its words.

A line of JSON, and a line of words for each step of :data:`STEPS`: those that stand in the post so
often. They are kept for every post between exports, so they are short and quick to read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = (1, 2, 3, 5, 9)
"""How often words stand in a post, roughly: at least so often."""
_STEP_OF = tuple(bisect_right(STEPS, count) - 1 for count in range(STEPS[-1] + 1))


def render_extract(excerpt: str, terms: Mapping[str, int]) -> str:
    """Return the extract of a post: its beginning, its folded words by their numbers."""
    found: tuple[list[str], ...] = tuple([] for _ in STEPS)
    for word in sorted(terms):
        found[_STEP_OF[min(terms[word], STEPS[-1])]].append(word)
    return "\n".join((json.dumps(excerpt), *map(" ".join, found)))


def excerpt_in(extract: str) -> str:
    """Return how a post begins; empty where nothing is known of it."""
    return str(json.loads(extract.split("\n", 1)[0])) if extract else ""


def terms_in(extract: str) -> tuple[list[str], ...]:
    """Return the folded words of a post, sorted, for each of :data:`STEPS`."""
    return tuple(line.split(" ") if line else [] for line in extract.split("\n")[1:])

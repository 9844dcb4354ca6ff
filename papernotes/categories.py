"""arXiv's subjects: the ids of its categories and archives, and what they are called.

The table, ``categories.tsv``, follows arXiv's own taxonomy (arxiv-base, taxonomy/definitions.py):
id, name, the id it is another name of (``cs.SY`` of ``eess.SY``), and ``active``, ``closed`` (no
new papers, but old ones) or ``archive`` (never a category itself). It is read when first asked.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple

from papernotes.errors import UsageError

_TABLE = Path(__file__).with_name("categories.tsv")
_MOST_NEAR = 3


class Category(NamedTuple):
    """A line of the table; ``canonical`` is empty unless this is another's second name."""

    id: str
    name: str
    canonical: str
    state: str


@functools.cache
def categories() -> dict[str, Category]:
    """Return all categories and archives by id."""
    lines = _TABLE.read_text("utf-8").splitlines()
    rows = (Category(*line.split("\t")) for line in lines)
    return {row.id: row for row in rows}


def category_name(category_id: str) -> str | None:
    """Return what a category or archive is called (``Machine Learning``), or None."""
    row = categories().get(category_id)
    return None if row is None else row.name


def get_category(text: str) -> str:
    """Return the id meant, in arXiv's own case, a second name as the first: ``cs.LG``, ``math``.

    Raises UsageError for an unknown one, naming those that are near by id or by name.
    """
    wanted = text.strip().casefold()
    for row in categories().values():
        if row.id.casefold() == wanted:
            return row.canonical or row.id
    near = _nearest(wanted)
    hint = f"did you mean {', '.join(near)}?" if near else "write it like cs.LG, hep-th or math"
    raise UsageError(f"arXiv has no category {text.strip()[:40]!r}", hint=hint)


def subject_patterns(category_id: str) -> tuple[str, ...]:
    """Return what the papers of a category or archive have as a category, for arXiv's search.

    ``cs.LG`` is itself, ``cs`` is ``cs.*``, ``astro-ph`` both it and ``astro-ph.*``.
    """
    table = categories()
    own = () if table[category_id].state == "archive" else (category_id,)
    has_parts = any(one.startswith(f"{category_id}.") for one in table)
    return (*own, f"{category_id}.*") if has_parts else own


def _nearest(wanted: str) -> tuple[str, ...]:
    """Return the ids whose name is ``wanted``, else those nearest by name or id."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

    named: dict[str, list[str]] = {}
    for row in categories().values():
        if row.state != "closed" and not row.canonical:
            named.setdefault(row.name.casefold(), []).append(row.id)
            named.setdefault(row.id.casefold(), []).append(row.id)
    names = [wanted] if wanted in named else _holding(wanted, named)
    if not names:
        names = get_close_matches(wanted, named, n=_MOST_NEAR, cutoff=0.7)
    found = [one for name in names for one in named[name]]
    return tuple(dict.fromkeys(found))[:_MOST_NEAR]


def _holding(wanted: str, named: dict[str, list[str]]) -> list[str]:
    """Return the names in which all words of ``wanted`` stand, the shortest first."""
    words = set(wanted.split())
    found = [name for name in named if words and words <= set(name.replace(",", " ").split())]
    return sorted(found, key=len)

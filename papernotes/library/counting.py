"""How often each tag is used, by itself and with the tags below it. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from papernotes.ids import name_key
from papernotes.reports.connecting import TagCount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_LEVELS = 20


def count_tags(rows: Iterable[tuple[int, str, str]], beginning: str = "") -> tuple[TagCount, ...]:
    """Return how many notes have each tag, and how many it or one below it; the most first.

    ``rows`` are (note, tag as written, tag folded). A tag is shown as it is most often written;
    one that stands only above others (``nlp`` of ``nlp/mt``) is there too, if it has the
    ``beginning``.
    """
    spelled: dict[str, Counter[str]] = {}
    own: Counter[str] = Counter()
    below: dict[str, set[int]] = {}
    first = name_key(beginning)
    for note, tag, folded in rows:
        own[folded] += 1
        for key, name in _levels(folded, tag):
            if key.startswith(first):
                spelled.setdefault(key, Counter())[name] += 1
                below.setdefault(key, set()).add(note)
    counts = (
        TagCount(_most_common(spelled[key]), own[key], len(notes)) for key, notes in below.items()
    )
    return tuple(sorted(counts, key=lambda each: (-each.total, name_key(each.tag))))


def _levels(folded: str, tag: str) -> Iterator[tuple[str, str]]:
    """Yield a tag, folded and as written, and those above it."""
    yield folded, tag
    keys, names = folded.split("/", _MOST_LEVELS), tag.split("/", _MOST_LEVELS)
    if len(keys) == len(names):
        for number in range(1, len(keys)):
            yield "/".join(keys[:number]), "/".join(names[:number])


def _most_common(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], name))

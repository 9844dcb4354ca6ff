"""The search index: what the script of the search page looks words up in.

It is a script that assigns one value, since pages opened from a folder may not fetch files. Each
post has its title, page, date, kind, tags and description, and its words, folded, each once. All
words together take at most a million and a half characters: where they would take more, every post
keeps those that tell it best from the others.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.html.views import Entry

_MOST = 1_500_000
_LONGEST = 60
_WORD = re.compile(r"\w+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Return text as it is looked up: lower case, without accents; the script does the same."""
    return _BEYOND_ASCII.sub(_folded, text.lower())


def _folded(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKD", match[0].translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))


def count_terms(text: str) -> dict[str, int]:
    """Return the folded words of a text and how often each stands there, sorted."""
    counts = Counter(word[:_LONGEST] for word in _WORD.findall(fold(text)))
    return dict(sorted(counts.items()))


def render_index(
    entries: Sequence[Entry], terms: Sequence[Mapping[str, int]], extra: Sequence[str]
) -> bytes:
    """Return the script; ``terms`` and ``extra`` (names of papers …) go by the entries."""
    most = _MOST // max(1, len(entries))
    spread = Counter(word for counts in terms for word in counts)
    telling = {word: math.log((len(entries) + 1) / posts) for word, posts in spread.items()}
    records = [
        {
            "t": str(entry.title.striptags()),
            "u": entry.path,
            "d": entry.day.iso,
            "n": entry.day.text,
            "k": entry.kind.name,
            "g": [tag.name for tag in entry.tags],
            "s": entry.summary,
            "w": " ".join(_kept(counts, telling, most)),
            "x": fold(more),
        }
        for entry, counts, more in zip(entries, terms, extra, strict=True)
    ]
    text = json.dumps(records, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.papernotesIndex = {text};\n".encode()


def _kept(counts: Mapping[str, int], telling: Mapping[str, float], most: int) -> Iterable[str]:
    """Return the words of a post, in order, that ``most`` characters hold, the most telling."""
    if sum(map(len, counts)) + len(counts) <= most:
        return sorted(counts)
    best = sorted((-count * telling[word], word) for word, count in counts.items())
    kept, left = [], most
    for _, word in best:
        left -= len(word) + 1
        if left < 0:
            break
        kept.append(word)
    return sorted(kept)

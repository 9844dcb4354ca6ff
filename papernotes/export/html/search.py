"""The search index: what the script of the search page looks words up in.

It is a script that assigns one value, since pages opened from a folder may not fetch files. Each
post has its title, page, date, kind, tags and description, and its words, folded, each once. All
words together take at most a million and a half characters: where they would take more, those go
that tell least, words that stand in many posts and in this one only once.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from papernotes.export.html.extracts import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """Return the folded words of a text and how often each stands there."""
    counts = Counter[str](_WORD.findall(fold(text)))
    for word in [word for word in counts if len(word) > _LONGEST]:
        counts[word[:_LONGEST]] += counts.pop(word)
    return counts


def render_index(
    entries: Sequence[Entry], terms: Sequence[Sequence[Sequence[str]]], extra: Sequence[str]
) -> bytes:
    """Return the script; ``terms`` (see ``terms_in``) and ``extra`` (names) go by the entries."""
    left_out = _left_out(terms)
    records = [
        {
            "t": str(entry.title.striptags()),
            "u": entry.path,
            "d": entry.day.iso,
            "n": entry.day.text,
            "k": entry.kind.name,
            "g": [tag.name for tag in entry.tags],
            "s": entry.summary,
            "w": " ".join(
                sorted(
                    word
                    for words, silent in zip(found, left_out, strict=False)
                    for word in words
                    if word not in silent
                )
            ),
            "x": fold(more),
        }
        for entry, found, more in zip(entries, terms, extra, strict=True)
    ]
    text = json.dumps(records, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.papernotesIndex = {text};\n".encode()


def _left_out(terms: Sequence[Sequence[Sequence[str]]]) -> tuple[set[str], ...]:
    """Return for each step the words that posts leave out where they stand just so often.

    A word tells the more of a post the oftener it stands there and the fewer posts have it.
    """
    by_step = [Counter[str]() for _ in STEPS]
    for found in terms:
        for counts, words in zip(by_step, found, strict=False):
            counts.update(words)
    over = sum(posts * (len(word) + 1) for counts in by_step for word, posts in counts.items())
    over -= _MOST
    left_out: tuple[set[str], ...] = tuple(set() for _ in STEPS)
    if over <= 0:
        return left_out
    spread = sum(by_step, Counter[str]())
    telling = {word: math.log((len(terms) + 1) / posts) for word, posts in spread.items()}
    least = sorted(
        (step * telling[word], word, number)
        for number, (step, counts) in enumerate(zip(STEPS, by_step, strict=True))
        for word in counts
    )
    for _, word, number in least:
        if over <= 0:
            break
        left_out[number].add(word)
        over -= by_step[number][word] * (len(word) + 1)
    return left_out

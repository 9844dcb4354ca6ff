"""How many words a text has."""

from __future__ import annotations

import re

WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A character of Chinese, Japanese or Korean, which stands for about half a word."""


def count_words(text: str) -> int:
    """Return how much stands between spaces; each character of Chinese and Japanese is half."""
    if text.isascii():
        return len(text.split())
    wide = len(WIDE.findall(text))
    return len(WIDE.sub(" ", text).split()) + (wide + 1) // 2

"""How a query is meant that is still being typed."""

from __future__ import annotations

import re

from papernotes.query.tree import TEXT_FIELDS

_LAST_WORD = re.compile(
    rf"(?:^|[\s(])(?:(?:{'|'.join(TEXT_FIELDS)}):)?(?:[^\W_]+[-'’])*[^\W_]{{3,}}\Z", re.IGNORECASE
)
_OPERATORS = frozenset(("AND", "NOT"))
_QUOTES = re.compile('(?<!\\\\)["“”]')


def as_typed(text: str, *, is_at_end: bool) -> str:
    """Return a query whose last word counts as the beginning of one, where it may be half typed.

    It may if the cursor is behind it and it has three letters, the least that a prefix needs.
    """
    last = _LAST_WORD.search(text) if is_at_end else None
    if last is None or last[0].strip("( \t") in _OPERATORS or len(_QUOTES.findall(text)) % 2:
        return text
    return f"{text}*"

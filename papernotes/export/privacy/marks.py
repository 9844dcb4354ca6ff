"""What gives itself away by its look: keys of services, passwords, mail addresses, paths. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEYS = re.compile(
    r"""(?<![A-Za-z0-9_])(?:
      (?:AKIA|ASIA)[0-9A-Z]{16}                         # Amazon
    | gh[pousr]_[A-Za-z0-9]{36,255} | github_pat_[A-Za-z0-9_]{40,255}
    | glpat-[A-Za-z0-9_-]{20,}                          # GitLab
    | sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,}     # OpenAI, Anthropic
    | (?:sk|rk)_live_[A-Za-z0-9]{20,}                   # Stripe
    | hf_[A-Za-z0-9]{30,}                               # Hugging Face
    | xox[abeoprs]-[A-Za-z0-9-]{20,}                    # Slack
    | AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])            # Google
    | ya29\.[A-Za-z0-9_-]{30,}
    | (?:npm_[A-Za-z0-9]{36} | pypi-AgE[A-Za-z0-9_-]{50,})
    | eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}   # JSON web tokens
    )
    | -----BEGIN[ ](?:[A-Z]+[ ])*PRIVATE[ ]KEY(?:[ ]BLOCK)?-----
      (?=[\s\S]{0,200}?[A-Za-z0-9+/]{40})""",
    re.VERBOSE,
)
_BEGINNINGS = """
AKIA ASIA ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- sk- sk_live_ rk_live_ hf_ xox AIza ya29.
npm_ pypi- eyJ -----BEGIN
"""
_KEYS_BEGIN = tuple(_BEGINNINGS.split())
_ASSIGNED = re.compile(
    r"(?:api[_-]?key|access[_-]?key|secret(?:[_-]?key)?|auth[_-]?token|token|passw(?:or)?d)"
    r"[\"']?\s{0,3}[=:]\s{0,3}[\"']?([A-Za-z0-9+/_=-]{20,200})",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[=:](?=\s{0,3}[\"']?[\w+/=-]{20})")
_BEFORE_VALUE = re.compile(r"(?:key|token|secret|passw(?:or)?d)[\"']?\s{0,3}\Z", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b")
_BEFORE_AT = re.compile(r"[\w.+-]{1,64}\Z")
_EXAMPLE = re.compile(r"example|x{4}|\*{3}|1234567|abcdefg", re.IGNORECASE)
_BEFORE_PATH = re.compile(r"[\w.~-]")
_LONGEST_NAME = 64  # characters of a mail address before its @
_LONGEST_WORD = 12  # characters of one that names a secret, with a quote and spaces
_LEAST_BITS = 3.5  # of entropy in a character: below it, it is words
_WORDY = re.compile(r"[a-z]+(?:[_-][a-z]+)*|[A-Z]+(?:[_-][A-Z]+)*")


class Mark(NamedTuple):
    """Something that gives itself away, where it begins, and what it is.

    ``is_certain``: it is secret whoever says it.
    """

    kind: str
    text: str
    start: int
    is_certain: bool = False


def marks_in(text: str, paths: Sequence[str]) -> Iterator[Mark]:
    """Yield the tokens, mail addresses and paths below ``paths`` in a text."""
    for match in _keys(text):
        if not _EXAMPLE.search(match[0]):
            yield Mark("token", match[0], match.start(), is_certain=True)
    if _may_assign(text):
        for match in _ASSIGNED.finditer(text):
            if _is_random(match[1]):
                yield Mark("token", match[1], match.start(1))
    for match in _mails(text):
        yield Mark("mail address", match[0], match.start())
    taken: set[int] = set()
    for path in sorted(paths, key=len, reverse=True):
        at = text.find(path)
        while at >= 0:
            end = at + len(path)
            is_whole = not (
                text[end : end + 1].isalnum() or _BEFORE_PATH.match(text, max(0, at - 1), at)
            )
            if is_whole and at not in taken:
                taken.add(at)
                yield Mark("path", path, at)
            at = text.find(path, end)


def _keys(text: str) -> Iterator[re.Match[str]]:
    """Yield what ``_KEYS.finditer`` would, looking only where a key may begin."""
    starts = sorted(at for beginning in _KEYS_BEGIN for at in _places(beginning, text))
    end = 0
    for at in starts:
        if at >= end and (match := _KEYS.match(text, at)):
            yield match
            end = match.end()


def _may_assign(text: str) -> bool:
    """Whether ``_ASSIGNED`` is worth looking for, which is slow."""
    return any(
        _BEFORE_VALUE.search(text[max(0, value.start() - _LONGEST_WORD) : value.start()])
        for value in _VALUE.finditer(text)
    )


def _mails(text: str) -> Iterator[re.Match[str]]:
    """Yield what ``_MAIL.finditer`` would, looking only round each ``@``."""
    end = 0
    for at in _places("@", text):
        before = _BEFORE_AT.search(text[max(end, at - _LONGEST_NAME) : at])
        if before and (match := _MAIL.match(text, at - len(before[0]))):
            yield match
            end = match.end()


def _places(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _is_random(text: str) -> bool:
    if _WORDY.fullmatch(text) or _EXAMPLE.search(text) or not any(map(str.isdigit, text)):
        return False
    counts = Counter(text).values()
    bits = -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
    return bits >= _LEAST_BITS

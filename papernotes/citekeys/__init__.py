"""Citation keys: a paper and a template → a key such as ``vaswani2017attention``. No I/O.

The language of templates is close to the formulas of Better BibTeX and is described in
docs/citekeys.md; :data:`PARTS` and :data:`FILTERS` are its only lists. Between braces all is
lower case unless a filter asks for capitals; a formula keeps the case of names, as in Zotero.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.citekeys.calls import signature
from papernotes.citekeys.filters import FILTERS
from papernotes.citekeys.parts import FALLBACKS, FIELDS, PARTS
from papernotes.citekeys.people import Source
from papernotes.citekeys.template import Template, parse_template
from papernotes.citekeys.words import transliterate

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.citekeys.calls import Chain, Term
    from papernotes.models import Paper

__all__ = [
    "DEFAULT_TEMPLATE",
    "FIELDS",
    "FILTERS",
    "PARTS",
    "Template",
    "compose",
    "make_citekey",
    "parse_template",
    "signature",
    "with_letters",
]

DEFAULT_TEMPLATE = "{auth}{year}{shorttitle}"
_NAMELESS = "anon"
_LONGEST_KEY = 120
_LONGEST_VALUE = 2000
_LETTERS = 26


def make_citekey(
    paper: Paper, *, template: str = DEFAULT_TEMPLATE, is_taken: Callable[[str], bool]
) -> str:
    """Return a free citation key for ``paper``: ASCII, ``[A-Za-z0-9][A-Za-z0-9_:.+-]*``.

    Capitals occur only where the template asks for them. A clash adds a, b … z, aa. Raises
    ConfigError for text that is no template.
    """
    return with_letters(compose(paper, template), is_taken=is_taken)


def with_letters(key: str, *, is_taken: Callable[[str], bool]) -> str:
    """Return ``key`` if it is free, else with the first letters behind it that make it so."""
    if not is_taken(key):
        return key
    for number in range(1, _LETTERS + 1):
        if not is_taken(key + _letters(number)):
            return key + _letters(number)
    taken, free = _LETTERS, _LETTERS * 2
    while is_taken(key + _letters(free)):
        taken, free = free, free * 2
    while free - taken > 1:  # thousands of equal keys cost a few questions each
        middle = (taken + free) // 2
        if is_taken(key + _letters(middle)):
            taken = middle
        else:
            free = middle
    return key + _letters(free)


def compose(paper: Paper, template: str) -> str:
    """Return the key that the template gives for ``paper``, whether or not it is taken.

    It has at most 120 characters; where no alternative gives anything it is ``anon``. Raises
    ConfigError for text that is no template.
    """
    parsed = parse_template(template)
    source = Source(paper, parsed.manner)
    for terms in parsed.alternatives:
        if key := _join(source, terms):
            return key
    return _NAMELESS


def _join(source: Source, terms: tuple[Term, ...]) -> str:
    """Return the legal key that terms in a row give, empty where one says: not this alternative."""
    values: list[str] = []
    for term in terms:
        value = _value(source, term)
        if value is None:
            return ""
        values.append(value)
    key = re.sub(r"[^A-Za-z0-9_:.+-]", "", transliterate("".join(values)))
    return key.lstrip("_:.+-")[:_LONGEST_KEY]


def _value(source: Source, term: Term) -> str | None:
    """Return what the first chain gives that gives anything, or None where none applies."""
    found: str | None = None
    for chain in term:
        value = _run(source, chain)
        if value:
            return value
        found = found if value is None else value
    part = term[0].part
    if found is None or part is None or source.manner.keeps_case:
        return found
    is_of_all = {name for name, _ in part.options} <= {"n"}  # not of editors or a second author
    return FALLBACKS.get(part.name, found) if is_of_all else found


def _run(source: Source, chain: Chain) -> str | None:
    value: str | None = chain.text
    if chain.part is not None:
        part = chain.part
        value = PARTS[part.name](source, *part.args, **dict(part.options))
    for one in chain.filters:
        if value is None:
            return None
        value = FILTERS[one.name](value[:_LONGEST_VALUE], *one.args, **dict(one.options))
    if value is None:
        return None
    keeps_case = source.manner.keeps_case or chain.asks_for_capitals
    text = transliterate("".join(value[:_LONGEST_VALUE].split()))
    return text if keeps_case else text.lower()


def _letters(number: int) -> str:
    """Count 1, 2 … as a, b … z, aa, ab."""
    text = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        text = chr(ord("a") + rest) + text
    return text

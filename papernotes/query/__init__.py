r"""Query text ⇄ tree. The one query language of list, search, bib, export and related. No I/O.

The grammar, loosest first; words side by side are all wanted, so ``a b OR c`` is ``(a b) OR c``::

    query = all ("OR" all)*              all = unary ("AND"? unary)*
    unary = ("NOT" | "-") unary | [textfield ":"] "(" query ")" | item
    item  = word | "a phrase" | "near words"~3 | prefix* | fuzzy~ | fuzzy~2 | field:item

The operators are words in capitals. The text fields ``title author abstract comment note pdf``
take any item or a group; the exact fields (see :mod:`papernotes.filters`) take one value, quoted
where it holds spaces. Inside quotes ``\"`` is a quote and ``\\`` a backslash.

Whatever is pasted is either a tree or a :class:`~papernotes.errors.QueryError` that knows its
column: an arXiv URL or a DOI is the word that finds that paper, ``https://…`` is no field, a
title with a colon is words, punctuation that stands alone is nothing. ``parse_kindly`` makes a
tree of more, and says what it did. The limits keep every query cheap.
"""

from __future__ import annotations

from papernotes.query.kindly import Kindly, parse_kindly
from papernotes.query.parser import check_text, join_words, parse
from papernotes.query.tree import (
    EVERYTHING,
    TEXT_FIELDS,
    And,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Text,
    Word,
    has_text,
    is_condition,
    iter_filters,
    iter_text,
    render,
)

__all__ = [
    "EVERYTHING",
    "TEXT_FIELDS",
    "And",
    "Fuzzy",
    "Kindly",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Text",
    "Word",
    "check_text",
    "has_text",
    "is_condition",
    "iter_filters",
    "iter_text",
    "join_words",
    "parse",
    "parse_kindly",
    "render",
]

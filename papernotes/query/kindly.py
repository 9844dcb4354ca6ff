"""Text that is nearly a query → the tree it means, and what had to be done to it.

For questions a person types and sees answered at once; what acts on its answer (status, tag, bib)
takes only what :func:`papernotes.query.parse` takes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from papernotes.errors import QueryError
from papernotes.query.parser import (
    MAX_CLAUSES,
    check_text,
    id_pasted,
    join_words,
    parse_tokens,
)
from papernotes.query.tokens import FIELDS, Token, cut
from papernotes.query.tree import Node, render

_MAX_ENTRY = 20_000
_ENTRY = re.compile(r"\s*@[A-Za-z]+\s*[{(]\s*([^\s,{}()]+)\s*,")
_ENTRY_TITLE = re.compile(r"[\s,]title\s*=\s*([{\"])", re.IGNORECASE)
_STAMP = re.compile(
    r"(?<![^\s(])((?:arxiv:)?(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+/[0-9]{7})(?:v[0-9]{1,3})?)"
    r"\s*\[[a-z-]+(?:\.[a-z-]+)?\](?:\s+[0-9]{1,2} [a-z]{3,9} [0-9]{4})?(?![^\s)])",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"""[^\w'’+#/.$^\\"-]+|(?<!\\)"|(?<!\S)[-–−]+""")
_BETWEEN = frozenset({"OR", "AND"})
_OPERATORS = frozenset({"OR", "AND", "NOT"})
_MOST_NAMED = 3


class Kindly(NamedTuple):
    """A tree, and a short sentence for each thing that was not taken as it stood."""

    node: Node
    notices: tuple[str, ...] = ()


def parse_kindly(text: str) -> Kindly:
    """Return the tree that a text most likely means as a query.

    A quote or parenthesis that is never closed ends with the text, one that closes nothing is
    ignored and so is an operator with a side missing. A pasted BibTeX entry is the words of its
    title, the stamp on an arXiv paper its id, more words than a query may have the longest of
    them. Raises QueryError, with the column, for whatever else is no query.
    """
    if (entry := _ENTRY.match(text[:_MAX_ENTRY])) is not None:
        return _entry(entry[1], text[:_MAX_ENTRY])
    check_text(text)
    notices: list[str] = []
    if (stamp := _STAMP.search(text)) is not None:
        notices.append(f"{' '.join(stamp.group().split())} was read as {stamp[1]}")
        text = text[: stamp.start()] + stamp[1] + text[stamp.end() :]
    tokens = _quotes_closed(text, notices)
    tokens = _values_joined(tokens, notices)
    tokens = _without_stray(tokens, notices)
    tokens = _parentheses_closed(tokens, notices)
    tokens = _longest(tokens, notices)
    notices += [
        f"{token.text} was read as {found}"
        for token in tokens
        if token.kind == "bare" and (found := _id_in(token.text)) != token.text
    ]
    return Kindly(parse_tokens(tokens), tuple(notices))


def _entry(key: str, text: str) -> Kindly:
    """Return the question a BibTeX entry is: the words of its title, or else its key."""
    words: list[str] = []
    if (start := _ENTRY_TITLE.search(text)) is not None:
        rest = text[start.end() :]
        title = _before_brace(rest) if start[1] == "{" else re.split(r'(?<!\\)"', rest)[0]
        words = _SIGNS.sub(" ", re.sub("[{}]", "", title)).split()
    node = join_words(words[:MAX_CLAUSES]) or parse_tokens([Token("phrase", key, 1, "key")])
    return Kindly(node, (f"the BibTeX entry {key[:40]} was read as {render(node)}",))


def _before_brace(text: str) -> str:
    """Return what stands before the brace that closes one opened before ``text``."""
    depth = 1
    for brace in re.finditer(r"[{}]", text):
        depth += 1 if brace.group() == "{" else -1
        if not depth:
            return text[: brace.start()]
    return text


def _quotes_closed(text: str, notices: list[str]) -> list[Token]:
    tokens = cut(text)
    column = next((token.column for token in tokens if token.kind == "quote"), 0)
    if not column:
        return tokens
    notices.append(f"the quote at column {column} is never closed, so it was closed at the end")
    return [token for token in cut(text.rstrip("\\") + '"') if token.kind != "quote"]


def _values_joined(tokens: list[Token], notices: list[str]) -> list[Token]:
    """Put a field and the value behind it together, as in ``author: hinton``."""
    joined: list[Token] = []
    for token in tokens:
        is_value = token.kind == "bare" and ":" not in token.text
        is_value = is_value or (token.kind == "phrase" and not token.name)
        if not (joined and is_value and _is_bare_field(joined[-1])):
            joined.append(token)
            continue
        before = joined[-1]
        text = before.text * (token.kind == "bare") + token.text
        joined[-1] = token._replace(text=text, column=before.column, name=before.text[:-1])
        notices.append(f"the word behind {before.text} was taken as its value")
    return joined


def _is_bare_field(token: Token) -> bool:
    is_word = token.kind == "bare" and token.text.endswith(":")
    return is_word and token.text[:-1].lower() in FIELDS


def _without_stray(tokens: list[Token], notices: list[str]) -> list[Token]:
    """Leave out operators that lack a side, and parentheses that hold or close nothing.

    Raises QueryError when nothing is left.
    """
    kept: list[Token] = []
    stray: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind in _BETWEEN or token.kind == ")":
            while kept and kept[-1].kind in _OPERATORS:
                stray.append(kept.pop())
        has_left = kept and kept[-1].kind != "("
        if token.kind == ")" and depth and not has_left:
            depth -= 1
            stray += (kept.pop(), token)
        elif (token.kind in _BETWEEN and not has_left) or (token.kind == ")" and not depth):
            stray.append(token)
        else:
            depth += {"(": 1, ")": -1}.get(token.kind, 0)
            kept.append(token)
    while kept and kept[-1].kind in (*_OPERATORS, "("):
        stray.append(kept.pop())
    if stray:
        stray.sort(key=lambda token: token.column)
        if not kept:
            raise QueryError("there is nothing to search for in that", column=stray[0].column)
        named = [f"{token.text} at column {token.column}" for token in stray[:_MOST_NAMED]]
        more = [f"{len(stray) - _MOST_NAMED} more"] if len(stray) > _MOST_NAMED else []
        notices.append(f"what stands alone was ignored: {', '.join(named + more)}")
    return kept


def _parentheses_closed(tokens: list[Token], notices: list[str]) -> list[Token]:
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "(":
            opened.append(token)
        elif token.kind == ")":
            opened.pop()
    if opened:
        notices.append(
            f"the ( at column {opened[-1].column} is never closed, so it was closed at the end"
        )
    return tokens + [Token(")", ")", 0)] * len(opened)


def _longest(tokens: list[Token], notices: list[str]) -> list[Token]:
    """Keep the longest of the words, in their order, where there are more than a query may have.

    Only where there is nothing but words and phrases: as in a reference or an abstract.
    """
    words = [token for token in tokens if token.kind not in "()"]
    is_plain = all(token.kind in ("bare", "phrase") for token in words)
    if len(words) <= MAX_CLAUSES or not is_plain:
        return tokens
    different: dict[str, Token] = {}
    for token in words:
        different.setdefault(token.text.casefold().strip(".,;:"), token)
    kept = set(sorted(different.values(), key=lambda each: -len(each.text))[:MAX_CLAUSES])
    notices.append(f"of {len(words)} words only the {len(kept)} longest were looked for")
    return [token for token in words if token in kept]


def _id_in(text: str) -> str:
    is_named = text.partition(":")[0].lower() in FIELDS
    return text if is_named else id_pasted(text)

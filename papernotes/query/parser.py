"""Query text → tree."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from papernotes import ids
from papernotes.errors import ArxivIdError, QueryError
from papernotes.filters import EXACT_FIELDS, parse_filter
from papernotes.query.tokens import FIELDS, cut, is_plain
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
    Word,
)

MAX_LENGTH = 1_000
MAX_CLAUSES = 32
MAX_DEPTH = 10
MAX_SLOP = 50
MAX_DISTANCE = 2
MIN_PREFIX = 3

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papernotes.query.tokens import Token

_MEANT = {
    "abs": "abstract", "au": "author", "authors": "author", "body": "note", "category": "cat",
    "citekey": "key", "co": "comment", "comments": "comment", "date": "added", "id": "arxiv",
    "journal": "comment", "jr": "comment", "keyword": "tag", "tags": "tag", "text": "note",
    "ti": "title", "type": "kind", "venue": "comment",
}  # fmt: skip

_FIELD = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
_FUZZY = re.compile(r"(.*)~(\d*)", re.DOTALL)
_ID_IN_URL = re.compile(
    r"https?://(?:www\.)?(?:aclanthology\.org/|nature\.com/articles/|openreview\.net/\w+\?id=)"
    r"([\w.-]*[\w-])(?:[/&#].*)?",
    re.DOTALL,
)
_PICTURE = re.compile("[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]")  # see analysis
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(text: str) -> Node:
    """Return the tree of a query; an empty one is :data:`EVERYTHING`.

    Raises QueryError, with the column, for whatever is no query or goes over a limit.
    """
    check_text(text)
    tokens = cut(text)
    for token in tokens:
        if token.kind == "quote":
            raise QueryError("this quote is never closed", column=token.column)
    return parse_tokens(tokens)


def check_text(text: str) -> None:
    """Raise QueryError for what is too long to read, or no text."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"the query has {len(text)} characters, {MAX_LENGTH} are allowed",
            column=MAX_LENGTH + 1,
            hint="leave out what matters least, or ask with a whole text: search --like FILE",
        )
    if (surrogate := _SURROGATE.search(text)) is not None:
        raise QueryError("this is no text (half a character)", column=surrogate.start() + 1)


def parse_tokens(tokens: Sequence[Token]) -> Node:
    """Return the tree of tokens of which none is a quote. Raises QueryError."""
    return _Parser(tokens).parse()


class _Parser:
    """Recursive descent over tokens; a part that is only punctuation parses as None."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.clauses = 0

    def parse(self) -> Node:
        if not self.tokens:
            return EVERYTHING
        node = self._any("", 0)
        if (left := self._next()) is not None:
            raise QueryError("this ) closes nothing", column=left.column)
        if node is None:
            raise QueryError("there is nothing to search for in that", column=1)
        return node

    def _next(self, *kinds: str) -> Token | None:
        """Return the next token, if there is one and it is of one of ``kinds`` (or of any)."""
        if self.at == len(self.tokens):
            return None
        token = self.tokens[self.at]
        return token if not kinds or token.kind in kinds else None

    def _take(self, *kinds: str) -> Token | None:
        token = self._next(*kinds)
        self.at += token is not None
        return token

    def _begins_operand(self) -> bool:
        return self._next("bare", "phrase", "(", "NOT") is not None

    def _any(self, name: str, depth: int) -> Node | None:
        found = [self._all(name, depth)]
        while (operator := self._take("OR")) is not None:
            self._need_operand(operator)
            found.append(self._all(name, depth))
        return _join(Or, found)

    def _all(self, name: str, depth: int) -> Node | None:
        if (operator := self._next("OR", "AND")) is not None:
            self._need_operand(operator, missing=True)
        found: list[Node | None] = []
        while self._begins_operand():
            found.append(self._unary(name, depth))
            if (operator := self._take("AND")) is not None:
                self._need_operand(operator)
        return _join(And, found)

    def _need_operand(self, operator: Token, *, missing: bool = False) -> None:
        if missing or not self._begins_operand():
            sides = "something behind it" if operator.kind == "NOT" else "something on both sides"
            raise QueryError(
                f"{operator.text} needs {sides}",
                column=operator.column,
                hint=f'to look for the word itself, write "{operator.text.lower()}"',
            )

    def _unary(self, name: str, depth: int) -> Node | None:
        is_negative = False
        while (operator := self._take("NOT")) is not None:
            self._need_operand(operator)
            is_negative = not is_negative
        node = self._item(name, depth)
        if node is None or not is_negative:
            return node
        return node.child if isinstance(node, Not) else Not(node)

    def _item(self, name: str, depth: int) -> Node | None:
        if (opening := self._take("(")) is not None:
            return self._group(opening, name, depth + 1)
        token = self.tokens[self.at]
        self.at += 1
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            raise QueryError(
                f"a query may have {MAX_CLAUSES} words and conditions, here begins one more",
                column=token.column,
                hint="leave out the words that matter least",
            )
        return _phrase(token, name) if token.kind == "phrase" else _bare(token, name)

    def _group(self, opening: Token, name: str, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise QueryError(
                f"more than {MAX_DEPTH} parentheses inside each other", column=opening.column
            )
        if opening.name:
            name = _known_field(opening.name, opening.column)
            if name not in TEXT_FIELDS:
                raise QueryError(f"{name}: takes one value, no group", column=opening.column)
        if self._next(")") is not None:
            raise QueryError("these parentheses are empty", column=opening.column)
        node = self._any(name, depth)
        if self._take(")") is None:
            raise QueryError("this ( is never closed", column=opening.column)
        return node


def join_words(texts: Iterable[str], field: str = "") -> Node | None:
    """Return the tree in which all of some words are wanted; None where none says anything."""
    operators = ("OR", "AND", "NOT")
    words = [Word(text.lower() if text in operators else text, field) for text in texts]
    return _join(And, [word for word in words if _letters(word.text)])


def _join(kind: type[And | Or], found: Sequence[Node | None]) -> Node | None:
    """Return one node for several, flat, or None where all are only punctuation."""
    nodes = [node for node in found if node is not None]
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, kind) else (node,))
    return (flat[0] if len(flat) == 1 else kind(tuple(flat))) if flat else None


def _phrase(token: Token, outer: str) -> Node | None:
    name = _known_field(token.name, token.column) if token.name else outer
    if name in EXACT_FIELDS:
        return parse_filter(name, token.text + token.tail, token.column)
    if token.tail == "*":
        raise QueryError("* cannot follow a phrase", column=token.column)
    slop = int(token.tail[1:5] or 0) if token.tail else 0
    if slop > MAX_SLOP:
        raise QueryError(f"~ allows {MAX_SLOP} words in between at most", column=token.column)
    if len(token.text.split()) > MAX_CLAUSES:
        raise QueryError(f"a phrase may have {MAX_CLAUSES} words", column=token.column)
    return Phrase(token.text, name, slop) if _letters(token.text) else None


def _bare(token: Token, outer: str) -> Node | None:
    found = _FIELD.fullmatch(token.text)
    if found is None or (name := _field_meant(found[1], found[2], token.column)) is None:
        return _word(token.text, outer, token.column)
    value, column = found[2], token.column + len(found[1]) + 1
    if not value:
        raise QueryError(
            f"{name}: needs a value right after the colon",
            column=column,
            hint=f'to look for the word itself, write "{found[1]}"',
        )
    if name in EXACT_FIELDS:
        return parse_filter(name, value, column)
    return _word(value, name, column)


def _field_meant(name: str, value: str, column: int) -> str | None:
    """Return the field that ``name:value`` names, or None where it is a word with a colon."""
    if name.lower() in FIELDS:
        return name.lower()
    is_word = not value or value.startswith("//") or name.lower() == "doi"
    if not is_word and (_nearest(name) or not any(char.isdigit() for char in value)):
        return _known_field(name, column)
    return None


def _nearest(name: str) -> str:
    name = name.lower()
    near = get_close_matches(name, FIELDS, n=1, cutoff=0.7)
    return _MEANT.get(name) or (near[0] if near else "")


def _known_field(name: str, column: int) -> str:
    if name.lower() in FIELDS:
        return name.lower()
    near = _nearest(name)
    raise QueryError(
        f"there is no field {name[:40]}:",
        column=column,
        hint=f"did you mean {near}:?"
        if near
        else f"the fields are {' '.join(FIELDS)}; quote words with a colon",
    )


def _word(text: str, name: str, column: int) -> Node | None:
    if "*" in text:
        return _prefix(text, name, column)
    if text != "~" and (fuzzy := _FUZZY.fullmatch(text)) is not None:
        return _fuzzy(fuzzy[1], fuzzy[2], name, column)
    if not name:
        text = id_pasted(text)
    return Word(text, name) if _letters(text) else None


def _prefix(text: str, name: str, column: int) -> Node:
    body = text[:-1]
    if not text.endswith("*") or "*" in body:
        raise QueryError(
            "a * may only end a word",
            column=column + text.index("*"),
            hint="to look for text with a star in it, quote it",
        )
    if _letters(body) < MIN_PREFIX and not any(char > "\u2e7f" for char in body):
        raise QueryError(f"* needs {MIN_PREFIX} letters or digits before it", column=column)
    return Prefix(body, name)


def _fuzzy(body: str, distance: str, name: str, column: int) -> Node:
    letters = _letters(body)
    if letters < MIN_PREFIX:
        raise QueryError(f"~ needs a word of {MIN_PREFIX} letters before it", column=column)
    if distance not in ("", "1", "2"):
        raise QueryError(
            f"~ allows at most {MAX_DISTANCE} changed letters", column=column + len(body)
        )
    return Fuzzy(body, int(distance or (1 if letters <= 5 else 2)), name)


def id_pasted(text: str) -> str:
    """Return the id in a pasted address of a paper, or DOI; any other text as it is.

    A beginning (``math/02*``) and what may be misspelt (``~``) are no pasted address.
    """
    if not ("/" in text or ":" in text) or "*" in text or _FUZZY.fullmatch(text) is not None:
        return text
    try:
        found = ids.parse_arxiv_id(text).id
    except ArxivIdError:
        found = ids.parse_doi(text) or text
        if (match := _ID_IN_URL.fullmatch(found)) is not None:
            found = match[1].removesuffix(".pdf")
    return found if is_plain(found) else text


def _letters(text: str) -> int:
    return sum(each.isalnum() or _PICTURE.match(each) is not None for each in text)

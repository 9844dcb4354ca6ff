"""What people type → the language of arXiv's search (its API manual, "Details of Query").

There a word without a field means ``all:``, two words without an operator mean OR, and mixed
operators are read as its parser pleases. So every field, AND and bracket is written out here,
and what arXiv has no word for (``a OR NOT b``) is turned round until it has:
``ANDNOT (b ANDNOT a)``. No I/O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from papernotes.arxiv import terms
from papernotes.errors import ArxivIdError, QueryError, UsageError
from papernotes.filters import age_days, parse_filter
from papernotes.ids import parse_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.models import ArxivId

MAX_LENGTH = 1_000
MAX_CLAUSES = 32
MAX_DEPTH = 10
_DAY = "%Y%m%d"

_SPACE = r"[\s\x00-\x1f\x7f]"
_CHAR = r'[^\s\x00-\x1f\x7f()"“”]'
_TOKEN = re.compile(
    rf"""(?P<space>{_SPACE}+)
    |(?P<open>(?:[A-Za-z]+:)?\()
    |(?P<close>\))
    |(?P<phrase>(?:[A-Za-z]+:)?["“”][^"“”]*["“”])
    |(?P<quote>(?:[A-Za-z]+:)?["“”])
    |(?P<range>[A-Za-z]+:\[[^]"“”]*\])
    |(?P<minus>-(?=[^\s\x00-\x1f\x7f)]))
    |(?P<doi>[Dd][Oo][Ii]:(?:{_CHAR}|\({_CHAR}*\))+)
    |(?P<bare>{_CHAR}+)""",
    re.VERBOSE,
)
_OPERATORS = {"OR": "OR", "AND": "AND", "NOT": "NOT", "ANDNOT": "NOT"}
_NAMED = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
_SINCE = re.compile(r"\d{4}(?:-\d\d?){0,2}|\d{1,4}[dwmy]", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a question that arXiv understands, or (``is_negative``) all but it.

    ``joint`` is the operator that holds ``text`` together, where one does.
    """

    text: str
    is_negative: bool = False
    joint: str = ""

    def within(self, operator: str) -> str:
        """Return the text as one side of ``operator``, in brackets if it would fall apart."""
        return f"({self.text})" if self.joint and self.joint != operator else self.text


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def render_question(
    text: str, *, categories: Sequence[str] = (), since: str | None = None, today: date
) -> str:
    """Return arXiv's ``search_query`` for what a person typed.

    ``categories`` narrow it to papers of any of them, ``since`` (``2023``, ``2023-05``,
    ``2023-05-12``, ``7d``, ``4w``, ``6m``, ``1y``) to those submitted from then until ``today``.
    Raises QueryError, with the column, for whatever is no query, UsageError for the other two.
    """
    found = [_Parser(text).parse()] if text.strip() else []
    if categories:
        wanted = [term for one in categories for term in terms.render_category(one)]
        found.append(_any_of([_Part(term) for term in wanted]))
    if since is not None:
        last = today.strftime(_DAY) + terms.LAST_MINUTE
        found.append(_Part(f"submittedDate:[{_start(since, today)} TO {last}]"))
    if not found:
        raise QueryError(
            "there is nothing to search for", column=1, hint="give words, a category or a date"
        )
    whole = _all_of(found)
    if whole.is_negative:
        raise QueryError(
            "this only says what not to find",
            column=1,
            hint="add a word, a field or a category that is to be found",
        )
    return whole.text


def ids_asked(text: str) -> tuple[ArxivId, ...]:
    """Return the arXiv ids that a query consists of, in any spelling, or nothing."""
    try:
        return (parse_arxiv_id(text),)
    except ArxivIdError:
        found = [_id(word) for word in text.split()]
    return () if None in found else tuple(dict.fromkeys(filter(None, found)))


def _id(text: str) -> ArxivId | None:
    try:
        return parse_arxiv_id(text)
    except ArxivIdError:
        return None


def _start(since: str, today: date) -> str:
    """Return the first minute of ``since``, as arXiv writes it."""
    wanted = since.strip().lower()
    refusal = UsageError(
        f"{since[:40]!r} is no date to begin at",
        hint="write it like 2023, 2023-05, 2023-05-12, or 7d, 4w, 6m, 1y for so long ago",
    )
    if _SINCE.fullmatch(wanted) is None:
        raise refusal
    try:
        wish = parse_filter("added", wanted, 1)
        is_age = wish.op == "age"
        first = today - timedelta(age_days(wish)) if is_age else date.fromisoformat(wish.value)
    except (QueryError, OverflowError) as error:
        raise refusal from error
    if first > today:
        raise UsageError(f"{since[:40]!r} is still to come", hint="give a day of the past")
    return first.strftime(_DAY) + terms.FIRST_MINUTE


# --- putting parts together ------------------------------------------------------------------


def _all_of(parts: Sequence[_Part]) -> _Part:
    """Return what is in all parts; all but something, where none says what is."""
    wanted = [part for part in parts if not part.is_negative]
    others = [part for part in parts if part.is_negative]
    if not wanted:
        return _negated(_any_of([_negated(part) for part in others]))
    if len(parts) == 1:
        return wanted[0]
    text = " AND ".join(part.within("AND") for part in wanted)
    for part in others:
        text += f" ANDNOT {part.within('')}"
    return _Part(text, joint="ANDNOT" if others else "AND")


def _any_of(parts: Sequence[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    if any(part.is_negative for part in parts):
        return _negated(_all_of([_negated(part) for part in parts]))
    return _Part(" OR ".join(part.within("OR") for part in parts), joint="OR")


def _negated(part: _Part) -> _Part:
    return _Part(part.text, not part.is_negative, part.joint)


# --- reading ---------------------------------------------------------------------------------


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, whole, column = match.lastgroup or "bare", match[0], match.start() + 1
        if kind == "quote":
            raise QueryError("this quote is never closed", column=match.end())
        if kind == "minus":
            kind = "NOT"
        elif kind in {"bare", "doi"}:
            kind = _OPERATORS.get(whole, "bare")
        if kind != "space":
            tokens.append(_Token(kind, whole, column))
    return tokens


class _Parser:
    """Recursive descent over tokens; a part that is only punctuation parses as None."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise QueryError(
                f"the query has {len(text)} characters, {MAX_LENGTH} are allowed",
                column=MAX_LENGTH + 1,
            )
        if (surrogate := _SURROGATE.search(text)) is not None:
            raise QueryError("this is no text (half a character)", column=surrogate.start() + 1)
        self.tokens = _tokens(text)
        self.at = 0
        self.clauses = 0

    def parse(self) -> _Part:
        part = self._any("all", 0) if self.tokens else None
        if (left := self._next()) is not None:
            raise QueryError("this ) closes nothing", column=left.column)
        if part is None:
            raise QueryError(
                "there is nothing to search for in that",
                column=1,
                hint='to look for words like "the", quote them',
            )
        return part

    def _next(self, *kinds: str) -> _Token | None:
        """Return the next token, if there is one and it is of one of ``kinds`` (or of any)."""
        if self.at == len(self.tokens):
            return None
        token = self.tokens[self.at]
        return token if not kinds or token.kind in kinds else None

    def _take(self, *kinds: str) -> _Token | None:
        token = self._next(*kinds)
        self.at += token is not None
        return token

    def _begins_operand(self) -> bool:
        return self._next("bare", "phrase", "range", "open", "NOT") is not None

    def _any(self, field: str, depth: int) -> _Part | None:
        found = [self._all(field, depth)]
        while (operator := self._take("OR")) is not None:
            self._need_operand(operator)
            found.append(self._all(field, depth))
        parts = [part for part in found if part is not None]
        return _any_of(parts) if parts else None

    def _all(self, field: str, depth: int) -> _Part | None:
        if (operator := self._next("OR", "AND")) is not None:
            raise self._lonely(operator)
        found = []
        while self._begins_operand():
            found.append(self._unary(field, depth))
            if (operator := self._take("AND")) is not None:
                self._need_operand(operator)
        parts = [part for part in found if part is not None]
        return _all_of(parts) if parts else None

    def _need_operand(self, operator: _Token) -> None:
        if not self._begins_operand():
            raise self._lonely(operator)

    @staticmethod
    def _lonely(operator: _Token) -> QueryError:
        sides = "something behind it" if operator.kind == "NOT" else "something on both sides"
        return QueryError(
            f"{operator.text} needs {sides}",
            column=operator.column,
            hint=f'to look for the word itself, write "{operator.text.lower()}"',
        )

    def _unary(self, field: str, depth: int) -> _Part | None:
        is_negative = False
        while (operator := self._take("NOT")) is not None:
            self._need_operand(operator)
            is_negative = not is_negative
        part = self._item(field, depth)
        return _negated(part) if part is not None and is_negative else part

    def _item(self, field: str, depth: int) -> _Part | None:
        if (opening := self._take("open")) is not None:
            return self._group(opening, field, depth + 1)
        token = self.tokens[self.at]
        self.at += 1
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            raise QueryError(
                f"a query may have {MAX_CLAUSES} words and conditions, here begins one more",
                column=token.column,
                hint="leave out the words that matter least",
            )
        return _leaf(token, field)

    def _group(self, opening: _Token, field: str, depth: int) -> _Part | None:
        if depth > MAX_DEPTH:
            raise QueryError(
                f"more than {MAX_DEPTH} parentheses inside each other", column=opening.column
            )
        if name := opening.text[:-2]:
            field = terms.known_field(name, opening.column)
        if self._next("close") is not None:
            raise QueryError("these parentheses are empty", column=opening.column)
        part = self._any(field, depth)
        if self._take("close") is None:
            raise QueryError("this ( is never closed", column=opening.column)
        return part


def _leaf(token: _Token, outer: str) -> _Part | None:
    """Return a word, a phrase or a range of dates with its field."""
    kind, text, column = token.kind, token.text, token.column
    if kind == "bare" and outer == "all" and (found := _id(text)) is not None:
        return _Part(f"id:{found}")
    named, field = _NAMED.fullmatch(text), None
    if named is not None and (field := _field_meant(named[1], named[2], token)) is not None:
        text, column = named[2], column + len(named[1]) + 1
    if kind == "phrase":
        alternatives = terms.render_phrase(field or outer, text.strip('"“”'), column)
    else:
        alternatives = terms.render_word(field or outer, text, column)
    return _any_of([_Part(one) for one in alternatives]) if alternatives else None


def _field_meant(name: str, value: str, token: _Token) -> str | None:
    """Return arXiv's field that ``name:value`` names, or None where it is a word with a colon."""
    is_word = token.kind == "bare" and (not value or value.startswith("//"))
    if is_word and not terms.is_field(name):
        return None
    field = terms.known_field(name, token.column)
    if not value:
        raise QueryError(
            f"{name}: needs a value right after the colon",
            column=token.column + len(name) + 1,
            hint=f'to look for the word itself, write "{name}"',
        )
    return field

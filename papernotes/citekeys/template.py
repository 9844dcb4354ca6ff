"""Templates of citation keys: text → Template, in three spellings, without recursion.

Between braces (our own: ``{auth}{year}-{journal.abbr}``), as a formula of Better BibTeX
(``auth.lower + shorttitle(3,3) + year | title``), and in the brackets that JabRef and earlier
releases of Better BibTeX have (``[auth:lower][year]``, see :mod:`papernotes.citekeys.brackets`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from papernotes.citekeys.brackets import read_brackets
from papernotes.citekeys.calls import Argument, Chain, bind, find_filter, find_part, mistake, shown
from papernotes.citekeys.filters import FILTERS
from papernotes.citekeys.parts import PARTS
from papernotes.citekeys.words import PLAIN, ZOTERO

if TYPE_CHECKING:
    from papernotes.citekeys.calls import Call, Term
    from papernotes.citekeys.words import Manner
    from papernotes.errors import ConfigError

LONGEST_TEMPLATE = 1000
_BRACKETS = re.compile(r"[^'\"(]*\[")
_TOKEN = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>-?[0-9]{1,6}(?![0-9A-Za-z]))"
    r"|(?P<quoted>'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\")|(?P<sign>\|\||[|;+().,=])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template: alternatives, the first that gives a key counts, each of terms in a row.

    ``manner`` is what its spelling takes for granted.
    """

    text: str
    manner: Manner
    alternatives: tuple[tuple[Term, ...], ...]


@lru_cache(maxsize=32)
def parse_template(text: str) -> Template:
    """Return the template that ``text`` is.

    Raises ConfigError, with the column (from 1) in its message and the nearest known name as
    its hint, for what is not one.
    """
    if len(text) > LONGEST_TEMPLATE:
        raise mistake(LONGEST_TEMPLATE + 1, f"longer than {LONGEST_TEMPLATE} characters")
    if not text.strip():
        raise mistake(1, "nothing here", hint="for example {auth}{year}{shorttitle}")
    if "{" in text or "}" in text:
        return Template(text, PLAIN, (_read_braces(text),))
    if _BRACKETS.match(text):
        return Template(text, ZOTERO, read_brackets(text))
    return Template(text, ZOTERO, _Reading(text, 0, len(text)).formula())


def _read_braces(text: str) -> tuple[Term, ...]:
    """Return the terms of a template with parts between braces and text around them."""
    terms: list[Term] = []
    position = 0
    while position < len(text):
        start = text.find("{", position)
        literal = text[position : start if start >= 0 else len(text)]
        for sign in ("}", "|"):
            if sign in literal:
                hint = "alternatives stand inside: {auth|title}" if sign == "|" else ""
                raise mistake(
                    position + literal.index(sign) + 1, f"{sign!r} without '{{'", hint=hint
                )
        if literal:
            terms.append((Chain(None, literal),))
        if start < 0:
            break
        end = text.find("}", start)
        if end < 0:
            raise mistake(start + 1, "this brace is never closed")
        terms.append(_Reading(text, start + 1, end).choice())
        position = end + 1
    return tuple(terms)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


class _Reading:
    """One pass over the tokens of a formula, or of what stands between two braces."""

    __slots__ = ("at", "end", "tokens")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.tokens = _tokens(text, start, end)
        self.end = end + 1
        self.at = 0

    def formula(self) -> tuple[tuple[Term, ...], ...]:
        alternatives = [self._terms()]
        while self._take("|", ";", "||"):
            if not self._peek() and self.tokens[self.at - 1].text == ";":
                break
            alternatives.append(self._terms())
        self._expect_end()
        return tuple(alternatives)

    def choice(self) -> Term:
        """Read ``auth.lower | title``, of which the first that is not empty counts."""
        chains = [self._chain()]
        while self._take("|", "||"):
            chains.append(self._chain())
        self._expect_end()
        return tuple(chains)

    def _terms(self) -> tuple[Term, ...]:
        terms = [self._term()]
        while self._take("+"):
            terms.append(self._term())
        return tuple(terms)

    def _term(self) -> Term:
        """Read a part, a text, or ``(auth || title)``, with the filters behind it."""
        if not self._take("("):
            return (self._chain(),)
        chains = [self._chain()]
        while self._take("|", "||"):
            chains.append(self._chain())
        if not self._take(")"):
            raise self._unexpected("')'")
        more = self._filters()
        return tuple(replace(chain, filters=chain.filters + more) for chain in chains)

    def _chain(self) -> Chain:
        token = self._next("a part or a quoted text")
        if token.kind == "quoted":
            return Chain(None, _unquoted(token.text), self._filters())
        if token.kind != "name":
            raise self._unexpected("a part or a quoted text", token)
        part, options = find_part(token.text, token.column)
        given = [Argument(value, token.column, name) for name, value in options]
        if part == "field" and options and self._peek() == "(":
            raise mistake(token.column, f"the field {shown(token.text)} takes no values")
        call = bind(part, PARTS[part], given + self._arguments(), token.column)
        return Chain(call, filters=self._filters())

    def _filters(self) -> tuple[Call, ...]:
        found: list[Call] = []
        while self._take("."):
            token = self._next("a filter")
            if token.kind != "name":
                raise self._unexpected("a filter", token)
            name = find_filter(token.text, token.column)
            found.append(bind(name, FILTERS[name], self._arguments(), token.column))
        return tuple(found)

    def _arguments(self) -> list[Argument]:
        given: list[Argument] = []
        if not self._take("("):
            return given
        while not self._take(")"):
            if given and not self._take(","):
                raise self._unexpected("',' or ')'")
            given.append(self._argument())
        return given

    def _argument(self) -> Argument:
        token = self._next("a value")
        name = ""
        if token.kind == "name" and self._take("="):
            name, token = token.text, self._next("a value")
        if token.kind == "sign":
            raise self._unexpected("a number, true, false or a quoted text", token)
        value = _unquoted(token.text) if token.kind == "quoted" else token.text
        return Argument(value, token.column, name)

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _take(self, *signs: str) -> bool:
        is_there = self._peek() in signs and self.tokens[self.at].kind == "sign"
        self.at += is_there
        return is_there

    def _next(self, wanted: str) -> _Token:
        if self.at >= len(self.tokens):
            raise self._unexpected(wanted)
        self.at += 1
        return self.tokens[self.at - 1]

    def _expect_end(self) -> None:
        if self.at < len(self.tokens):
            raise self._unexpected("the end, '+' or '|'")

    def _unexpected(self, wanted: str, token: _Token | None = None) -> ConfigError:
        if token is None and self.at < len(self.tokens):
            token = self.tokens[self.at]
        if token is None:
            return mistake(self.end, f"here it ends, where {wanted} should stand")
        return mistake(token.column, f"{wanted} should stand here, not {shown(token.text)}")


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    found: list[_Token] = []
    position = start
    while position < end:
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position, end)
        if match is None:
            raise mistake(position + 1, _why_not(text[position]))
        found.append(_Token(str(match.lastgroup), match[0], position + 1))
        position = match.end()
    return found


def _why_not(char: str) -> str:
    if char == "/":
        return "regular expressions are not read here; give plain text in quotes"
    if char in "'\"":
        return "this quote is never closed"
    return f"{char!r} has no meaning here; text stands in quotes"


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)

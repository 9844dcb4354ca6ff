"""arXiv's language of queries, as its API of 2026 reads it: text → records, best first.

Fields, AND, OR, ANDNOT, brackets, phrases, a trailing ``*`` and ranges of dates; words without a
field mean ``all:``, without an operator OR. What its parser refuses is refused here too. The
ranking is our own and simple: how often the words stand there, in titles above all.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from papernotes.stemming import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papernotes.demo.records import Record

    # How well a record fits, or None where it does not.
    Test = Callable[[Record], float | None]

_MOST_DEPTH = 50
_WEIGHTS = {"ti": 8.0, "au": 4.0, "abs": 1.0, "co": 1.0, "jr": 1.0, "cat": 1.0, "id": 1.0}
_NAMES = {"title": "ti", "lastUpdatedDate": "updated", "submittedDate": "published"}
_WHOLE = ("cat", "id", "doi", "rn")
_DATES = ("published", "updated")
_FIELD = r"(?:(?P<field>[A-Za-z_]+):)?"
_TOKEN = re.compile(
    rf"""\s*(?:{_FIELD}(?:
        (?P<open>\() | "(?P<phrase>[^"]*)" | \[(?P<range>[^]]*)\] | (?P<word>[^\s()"\[\]:]+)
    ) | (?P<close>\)))""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^+\-!{}^~?*&|\\][^+!{}^~?*&|\\]*\*?")
_RANGE = re.compile(r"\s*(\d{4,14})\s+TO\s+(\d{4,14})\s*")
_OPERATORS = ("AND", "OR", "ANDNOT", "NOT")


class BadQueryError(ValueError):
    """A query that arXiv would refuse."""


def search(records: Sequence[Record], query: str) -> list[Record]:
    """Return the records that match, best first, else in their order. Raises BadQueryError."""
    test = _Parser(query).parse()
    scored = [(score, record) for record in records if (score := test(record)) is not None]
    return [record for _, record in sorted(scored, key=lambda pair: -pair[0])]


class _Parser:
    """Recursive descent; AND binds more closely than OR and than nothing between two words."""

    def __init__(self, query: str) -> None:
        self.tokens: list[re.Match[str]] = []
        at, query = 0, query.strip()
        while at < len(query):
            match = _TOKEN.match(query, at)
            if match is None:
                raise BadQueryError(query[at:])
            self.tokens.append(match)
            at = match.end()
        self.at = 0

    def parse(self) -> Test:
        test = self._any("all", 0)
        if self.at < len(self.tokens):
            raise BadQueryError(")")
        return test

    def _operator(self) -> str:
        """Return the operator that comes next; ``)`` and the end are such, words are not."""
        if self.at == len(self.tokens):
            return "end"
        token = self.tokens[self.at]
        if token["close"]:
            return ")"
        is_operator = token["field"] is None and token["word"] in _OPERATORS
        return token["word"] if is_operator else ""

    def _any(self, field: str, depth: int) -> Test:
        tests = [self._all(field, depth)]
        while (operator := self._operator()) in {"OR", "NOT", ""}:
            self.at += operator == "OR"
            tests.append(self._all(field, depth))
        return tests[0] if len(tests) == 1 else _any_of(tests)

    def _all(self, field: str, depth: int) -> Test:
        tests = [self._one(field, depth)]
        while (operator := self._operator()) in {"AND", "ANDNOT"}:
            self.at += 1
            test = self._one(field, depth)
            tests.append(_none_of(test) if operator == "ANDNOT" else test)
        return tests[0] if len(tests) == 1 else _all_of(tests)

    def _one(self, field: str, depth: int) -> Test:
        operator = self._operator()
        if operator not in {"", "NOT"} or depth > _MOST_DEPTH:
            raise BadQueryError(operator)
        token = self.tokens[self.at]
        self.at += 1
        if operator:
            return _none_of(self._one(field, depth + 1))
        field = _known(token["field"]) if token["field"] else field
        if not token["open"]:
            return _leaf(field, token)
        test = self._any(field, depth + 1)
        if self._operator() != ")":
            raise BadQueryError("(")
        self.at += 1
        return test


def _known(name: str) -> str:
    name = _NAMES.get(name, name)
    if name not in {"all", *_WEIGHTS, *_WHOLE, *_DATES}:
        raise BadQueryError(name)
    return name


def _all_of(tests: Sequence[Test]) -> Test:
    def test(record: Record) -> float | None:
        scores = [score for one in tests if (score := one(record)) is not None]
        return sum(scores) if len(scores) == len(tests) else None

    return test


def _any_of(tests: Sequence[Test]) -> Test:
    def test(record: Record) -> float | None:
        scores = [score for one in tests if (score := one(record)) is not None]
        return sum(scores) if scores else None

    return test


def _none_of(other: Test) -> Test:
    return lambda record: 0.0 if other(record) is None else None


def _leaf(field: str, token: re.Match[str]) -> Test:
    if token["range"] is not None or field in _DATES:
        found = _RANGE.fullmatch(token["range"] or "")
        if found is None or field not in _DATES:
            raise BadQueryError(token[0])
        return _between(field, _filled(found[1], "0101"), _filled(found[2], "1231"))
    text = token["phrase"] if token["phrase"] is not None else token["word"]
    is_beginning = token["phrase"] is None and text.endswith("*")
    if token["phrase"] is None and not _WORD.fullmatch(text):
        raise BadQueryError(text)
    if field in _WHOLE:
        return _whole(field, text.rstrip("*"), is_beginning=is_beginning)
    return _words_in(field, _words(text), is_beginning=is_beginning)


def _filled(digits: str, day: str) -> str:
    """Return a date to the minute, the first or last there is."""
    digits += day[len(digits) - 4 :] if len(digits) < len("20230101") else ""
    return digits.ljust(12, "0" if day == "0101" else "9")[:12]


def _between(field: str, low: str, high: str) -> Test:
    def test(record: Record) -> float | None:
        text = record.updated if field == "updated" else record.published
        return 0.0 if low <= re.sub(r"\D", "", text)[:12] <= high else None

    return test


def _whole(field: str, wanted: str, *, is_beginning: bool) -> Test:
    """Test a field whose values are taken as they stand."""

    def test(record: Record) -> float | None:
        values = {
            "cat": record.categories,
            "id": (record.id, record.versioned_id),
            "doi": record.dois,
        }.get(field, ())
        is_there = any(
            one.startswith(wanted) if is_beginning else one.lower() == wanted.lower()
            for one in values
        )
        return 1.0 if is_there else None

    return test


def _words_in(field: str, wanted: tuple[str, ...], *, is_beginning: bool) -> Test:
    """Test for words that stand side by side, in one field or in any."""
    if not wanted:
        raise BadQueryError(field)
    fields = tuple(_WEIGHTS) if field == "all" else (field,)

    def test(record: Record) -> float | None:
        score = 0.0
        for name in fields:
            there = _field_words(record, name)
            score += _WEIGHTS[name] * sum(
                _begins(there[at : at + len(wanted)], wanted, is_beginning=is_beginning)
                for at in range(len(there))
            )
        return score or None

    return test


def _begins(there: tuple[str, ...], wanted: tuple[str, ...], *, is_beginning: bool) -> bool:
    if is_beginning:
        return there[:-1] == wanted[:-1] and there[-1].startswith(wanted[-1])
    return tuple(map(stem, there)) == tuple(map(stem, wanted))


@functools.lru_cache(maxsize=10_000)
def _field_words(record: Record, field: str) -> tuple[str, ...]:
    texts = {
        "ti": record.title,
        "au": " . ".join(record.authors),
        "abs": record.summary,
        "co": record.comment,
        "jr": record.journal_ref,
        "cat": " ".join(record.categories),
        "id": record.versioned_id,
    }
    return _words(texts[field])


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text without case and accents; ``_`` joins two, as a hyphen does."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )
    return tuple(re.findall(r"[^\W_]+", plain.casefold()))

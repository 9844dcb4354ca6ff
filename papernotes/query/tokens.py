"""Query text → tokens, before any grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

from papernotes.filters import EXACT_FIELDS
from papernotes.query.tree import TEXT_FIELDS

FIELDS = (*TEXT_FIELDS, *EXACT_FIELDS)

SPACE = r"\s\x00-\x1f\x7f"
_QUOTE = '["“”]'
_APART = rf'{SPACE}()"“”'
_TOKEN = re.compile(
    rf"""(?P<space>[{SPACE}]+)
    |(?P<open>(?:[A-Za-z]+:)?\()
    |(?P<close>\))
    |(?P<phrase>(?P<name>[A-Za-z]+:)?{_QUOTE}(?P<body>(?:\\.|[^"“”\\])*){_QUOTE}(?P<tail>~\d+|\*)?)
    |(?P<quote>(?:[A-Za-z]+:)?{_QUOTE})
    |(?P<minus>-(?=[^{SPACE})]))
    |(?P<bare>(?:\\["“”]|[^{_APART}])+)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r'\\([\\"“”])')

_ODD = str.maketrans({"（": "(", "）": ")", "＂": '"', "„": '"', "‟": '"', "«": '"', "»": '"'})
_ODD_COLON = re.compile(rf"(?<![^{_APART}–−-])({'|'.join(FIELDS)})：", re.IGNORECASE)
_ODD_MINUS = re.compile(rf'(?P<kept>\\[\\"“”][–−]*)|(?<![^{_APART}-])[–−]+(?=[^{SPACE}\d)–−])')


class Token(NamedTuple):
    """``kind`` is bare, phrase, quote (never closed), a parenthesis or an operator.

    ``name`` is the field in front of a phrase or parenthesis, if any; ``tail`` what stands behind
    a phrase (``~3``); ``column`` counts from 1.
    """

    kind: str
    text: str
    column: int
    name: str = ""
    tail: str = ""


def cut(text: str) -> list[Token]:
    """Return the tokens of a query. Each column is that of the text as it was typed."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(_usual(text)):
        kind, column, whole = match.lastgroup or "bare", match.start() + 1, match.group()
        if kind == "space":
            continue
        if kind == "quote":
            tokens.append(Token("quote", "", match.end()))
        elif match["phrase"] is not None:
            body = " ".join(re.split(f"[{SPACE}]+", _ESCAPED.sub(r"\1", match["body"]))).strip()
            name = (match["name"] or "")[:-1]
            tokens.append(Token("phrase", body, column, name, match["tail"] or ""))
        elif kind == "open":
            tokens.append(Token("(", whole, column, whole[:-2]))
        elif whole in ("OR", "AND", "NOT"):
            tokens.append(Token(whole, whole, column))
        else:
            tokens.append(Token({"close": ")", "minus": "NOT"}.get(kind, kind), whole, column))
    return tokens


def is_plain(text: str) -> bool:
    """Say whether a word is nothing but a word, wherever it stands in a query."""
    return re.fullmatch(f"[^{_APART}]+", text) is not None and not set("*~") & set(text)


def _usual(text: str) -> str:
    """Return ``text`` with the signs that other keyboards have for ours, none longer."""
    if text.isascii():
        return text
    text = _ODD_COLON.sub(r"\1:", text.translate(_ODD))
    return _ODD_MINUS.sub(lambda match: match["kept"] or "-" * len(match.group()), text)

"""The bracket spelling, as JabRef and earlier releases of Better BibTeX have it.

``[auth:lower]_[year][shorttitle3_3]|[Title:select=1,3]``: parts in brackets, ``n_m`` behind a
name are its numbers, ``+initials`` or ``+-`` its flags, filters follow colons, ``:(text)`` is
used where there is none, ``[>0]`` and ``[=book]`` choose between alternatives.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes.citekeys.calls import Argument, Call, Chain, bind, find_filter, find_part, mistake
from papernotes.citekeys.filters import FILTERS
from papernotes.citekeys.parts import PARTS

if TYPE_CHECKING:
    from papernotes.citekeys.calls import Term

_PIECE = re.compile(r"\[(?P<inner>[^\[\]]*)\]|(?P<bar>\|)|(?P<text>[^\[\]|]+)")
_PART = re.compile(
    r"(?P<name>(?:auth|edtr)Etal2(?![0-9])|[A-Za-z.]+)(?P<n>[0-9]{1,3})?(?:_(?P<m>[0-9]{1,3}))?"
    r"(?P<flags>(?:\+[^:+]*)*)",
    re.IGNORECASE,
)
_SAME: dict[str, tuple[str, dict[str, str]]] = {
    "auth.etal": ("authEtal2", {}),
    "auth.auth.ea": ("authAuthEa", {}),
    "edtr.etal": ("authEtal2", {"creator": "editor"}),
    "edtr.auth.ea": ("authAuthEa", {"creator": "editor"}),
    "authors": ("authors", {"etal": "EtAl"}),
    "editors": ("authors", {"etal": "EtAl", "creator": "editor"}),
}


def read_brackets(text: str) -> tuple[tuple[Term, ...], ...]:
    """Return the alternatives of a template in brackets; raises ConfigError with the column."""
    alternatives: list[list[Term]] = [[]]
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise mistake(position + 1, f"{text[position]!r} without its other half")
        if piece["bar"]:
            alternatives.append([])
        elif piece["text"]:
            alternatives[-1].append((Chain(None, piece["text"]),))
        elif inner := piece["inner"].strip():
            _add(alternatives[-1], inner, position + 2)
        position = piece.end()
    return tuple(tuple(terms) for terms in alternatives if terms)


def _add(terms: list[Term], inner: str, column: int) -> None:
    """Read one bracket; a bare test such as ``[>0]`` goes to what stands before it."""
    if inner.isdigit() or inner.startswith("postfix"):
        raise mistake(column, "clashes get letters: a, b, c", hint="leave this bracket out")
    if inner[0] == ">":
        if terms:
            (*before, last) = terms[-1]
            test = _filter(inner, column)
            terms[-1] = (*before, replace(last, filters=(*last.filters, test)))
    elif inner[0] == "=":
        types = tuple(name.strip() for name in inner[1:].split("/"))
        terms.append((Chain(Call("type", types)),))
    else:
        terms.append((_chain(inner, column),))


def _chain(inner: str, column: int) -> Chain:
    head, *rest = re.split(r":(?![^(]*\))", inner)
    match = _PART.fullmatch(head.strip())
    if match is None:
        raise mistake(column, f"{head[:40]!r} is no part")
    name, options = _SAME.get(match["name"].lower(), (match["name"].replace(".", ""), {}))
    part, more = find_part(name, column)
    options = options | {key: str(value) for key, value in more}
    for key in ("n", "m"):
        if match[key] and part == "authors" and key == "m":
            options["name"] = f"%(f).{match[key]}s"
        elif match[key]:
            options[key] = match[key]
    for flag in filter(None, match["flags"].split("+")):
        if flag == "initials" and part == "authors":
            options["name"] = f"{options.get('name', '%(f)s')}%(I)s"
        elif flag == "initials":
            options["initials"] = "true"
        else:
            options["sep"] = flag
    given = [Argument(value, column, key) for key, value in options.items()]
    filters = tuple(_filter(one.strip(), column) for one in rest)
    return Chain(bind(part, PARTS[part], given, column), filters=filters)


def _filter(text: str, column: int) -> Call:
    if text.startswith("(") and text.endswith(")"):
        return Call("default", options=(("text", text[1:-1]),))
    if text.startswith(">"):
        text = f"len,>,{text[1:]}"
    name, *values = re.split(r"[,=]", text)
    name = find_filter(name.strip().replace("-", ""), column)
    given = [Argument(value, column) for value in values]
    return bind(name, FILTERS[name], given, column)

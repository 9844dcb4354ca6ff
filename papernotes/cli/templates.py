"""A template of ``--format`` → what makes a line of a row.

A template is no program: a name is looked up among the fields that are known beforehand, and
nothing of a value can be reached but its text.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from papernotes.cli.text import fitting, one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from papernotes.cli.formats import LineMaker

_SPEC = re.compile(r"(?:(?P<fill>.)?(?P<align>[<>^]))?(?P<width>\d{1,3})?(?:\.(?P<most>\d{1,3}))?")
_ESCAPE = re.compile(r"\\([tn\\])")
_ESCAPES = {"t": "\t", "n": "\n", "\\": "\\"}


class _Piece(NamedTuple):
    """Text, then the value of a field in its place; no field at the end."""

    text: str
    field: str = ""
    spec: str = ""


def line_maker(template: str, fields: tuple[str, ...]) -> LineMaker:
    """Return what makes a line of a row, which is nested dicts and lists.

    Raises click.BadParameter for a template that is none or names a field that is not there.
    """
    pieces = list(_pieces(template, fields))

    def line_of(row: Mapping[str, Any]) -> str:
        return "".join(
            piece.text + (_spelled(_text(_value(row, piece.field)), piece) if piece.field else "")
            for piece in pieces
        )

    return line_of


def _pieces(template: str, fields: tuple[str, ...]) -> Iterator[_Piece]:
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise click.BadParameter(f"{error}; a brace itself is {{{{ or }}}}") from error
    for text, field, spec, conversion in parsed:
        literal = _ESCAPE.sub(lambda match: _ESCAPES[match[1]], text)
        if field is None:
            yield _Piece(literal)
            continue
        if field not in fields:
            near = get_close_matches(field, fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_short(fields))}"
            raise click.BadParameter(f"no field {field!r}; {hint}")
        if conversion or not _SPEC.fullmatch(spec or ""):
            shown = f"!{conversion}" if conversion else f":{spec}"
            raise click.BadParameter(f"{{{field}{shown}}}: expected a width, as in :40, :>4, :.40")
        yield _Piece(literal, field, spec or "")


def _short(fields: tuple[str, ...]) -> list[str]:
    return [each for each in fields if "." not in each]


def _value(row: Any, field: str) -> Any:
    """Return what stands at a dotted name; of a list what stands there in each."""
    for number, name in enumerate(names := field.split(".")):
        if isinstance(row, (list, tuple)):
            rest = ".".join(names[number:])
            return [_value(each, rest) for each in row]
        row = row.get(name) if row else None
    return row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(_text, value)))
    return one_line(value.isoformat() if hasattr(value, "isoformat") else str(value))


def _spelled(text: str, piece: _Piece) -> str:
    """Return a value as wide as asked for, in columns of a terminal; cut ones end with …."""
    match = _SPEC.fullmatch(piece.spec)
    assert match is not None
    most = int(match["most"] or width(text))
    if width(text) > most:
        text = text[: fitting(text, 0, most - 1)] + "…" if most else ""
    missing = max(int(match["width"] or 0) - width(text), 0)
    before = {"<": 0, "^": missing // 2, ">": missing}[match["align"] or "<"]
    fill = match["fill"] or " "
    return fill * before + text + fill * (missing - before)

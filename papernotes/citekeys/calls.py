"""What templates are made of: parts and filters with their values, checked against the tables."""

from __future__ import annotations

import difflib
import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.citekeys.filters import FILTER_ALIASES, FILTERS, GIVES_CAPITALS
from papernotes.citekeys.parts import EDITORS, FIELDS, PART_ALIASES, PARTS
from papernotes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Value = str | int | bool

_GUIDE = "the language of templates is described in docs/citekeys.md"
_NUMBERED = re.compile(r"(?P<name>[A-Za-z]+)(?P<n>[0-9]{1,3})(?:_(?P<m>[0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Call:
    """A part or filter with its arguments, checked against what it takes."""

    name: str
    args: tuple[str, ...] = ()
    options: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """A part or a text, and the filters behind it."""

    part: Call | None
    text: str = ""
    filters: tuple[Call, ...] = ()

    @property
    def asks_for_capitals(self) -> bool:
        """Whether a filter or the part itself makes capitals that should stay."""
        made = self.part is not None and dict(self.part.options).get("m", 0)
        is_title = self.part is not None and self.part.name.endswith("shorttitle")
        return bool(made and is_title) or any(one.name in GIVES_CAPITALS for one in self.filters)


Term = tuple[Chain, ...]  # the first that is not empty


def mistake(column: int, what: str, *, hint: str = "") -> ConfigError:
    """Return the error for something wrong at ``column`` (from 1) of a template."""
    whole_hint = f"{hint}; {_GUIDE}" if hint else _GUIDE
    return ConfigError(f"citation key template, column {column}: {what}", hint=whole_hint)


def find_part(name: str, column: int) -> tuple[str, tuple[tuple[str, Value], ...]]:
    """Return the part of that name and the options the name itself stands for.

    A field of the entry is the part ``field``; ``shorttitle3_1`` is ``shorttitle(3,1)``.
    Raises ConfigError naming the nearest.
    """
    key = name.lower()
    if key in FIELDS and (key not in _PARTS_BY_KEY or name[0].isupper()):
        return "field", (("name", " / ".join(FIELDS[key])),)
    if key in EDITORS:
        return EDITORS[key], (("creator", "editor"),)
    if key in _PARTS_BY_KEY:
        return _PARTS_BY_KEY[key], ()
    numbered = _NUMBERED.fullmatch(key)
    if numbered and numbered["name"] in _PARTS_BY_KEY:
        part = _PARTS_BY_KEY[numbered["name"]]
        known = inspect.signature(PARTS[part]).parameters
        numbers = tuple((one, int(numbered[one])) for one in ("n", "m") if numbered[one])
        if all(one in known for one, _ in numbers):
            return part, numbers
    raise mistake(column, f"there is no part {shown(name)}", hint=_nearest(key, _PART_NAMES, PARTS))


def find_filter(name: str, column: int) -> str:
    """Return the filter of that name; raises ConfigError naming the nearest."""
    key = name.lower()
    if key not in _FILTERS_BY_KEY:
        hint = _nearest(key, _FILTERS_BY_KEY, FILTERS)
        raise mistake(column, f"there is no filter {shown(name)}", hint=hint)
    return _FILTERS_BY_KEY[key]


def shown(name: str) -> str:
    """Return a name as an error shows it, on one line and not too long."""
    return repr(name if len(name) <= 40 else f"{name[:39]}…")


def _nearest(key: str, known: Mapping[str, str], listed: Iterable[str]) -> str:
    near = difflib.get_close_matches(key[:40], known, n=1)
    return f"did you mean {known[near[0]]}?" if near else f"there are {', '.join(listed)}"


_PARTS_BY_KEY = {name.lower(): name for name in PARTS} | dict(PART_ALIASES)
_PART_NAMES = {name: name for name in FIELDS} | {name.lower(): name for name in PARTS}
_FILTERS_BY_KEY = {name: name for name in FILTERS} | dict(FILTER_ALIASES)


def signature(name: str, function: Callable[..., str | None]) -> str:
    """Return how a part or filter is written with all it takes: ``select(start=1, n)``."""
    values = []
    for parameter in _parameters(function):
        default = parameter.default
        if parameter.kind is parameter.VAR_POSITIONAL:
            values.append("…")
        elif default is parameter.empty or default is None:
            values.append(parameter.name)
        else:
            value = "false" if default is False else repr(default)
            values.append(f"{parameter.name}={value}")
    return f"{name}({', '.join(values)})" if values else name


def _parameters(function: Callable[..., str | None]) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())[1:]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument as written: its name, if given, its value, and where it stands (from 1)."""

    value: Value
    column: int
    name: str = ""


def bind(
    name: str, function: Callable[..., str | None], given: list[Argument], column: int
) -> Call:
    """Return the call of a part or filter with these arguments.

    Raises ConfigError for one too many, one that is unknown or missing, or of the wrong kind.
    """
    parameters = _parameters(function)
    if parameters and parameters[0].kind is inspect.Parameter.VAR_POSITIONAL:
        return Call(name, tuple(str(one.value) for one in given))
    options: dict[str, Value] = {}
    for number, one in enumerate(given):
        found = [known for known in parameters if known.name == one.name]
        if not one.name:
            found = parameters[number : number + 1]
        if not found:
            what = f"no {one.name!r}" if one.name else f"no more than {len(parameters)} values"
            raise mistake(
                one.column, f"{name} takes {what}", hint=f"as {signature(name, function)}"
            )
        options[found[0].name] = _of_kind(one, found[0], name)
    for known in parameters:
        if known.default is known.empty and known.name not in options:
            raise mistake(
                column, f"{name} needs {known.name}", hint=f"as {signature(name, function)}"
            )
    return Call(name, options=tuple(options.items()))


def _of_kind(one: Argument, parameter: inspect.Parameter, name: str) -> Value:
    """Return the value as what the parameter is annotated with: a number, a switch or text."""
    kind, value = str(parameter.annotation), one.value
    if kind == "bool":
        if str(value).lower() in {"true", "false"}:
            return str(value).lower() == "true"
        raise mistake(one.column, f"{parameter.name} of {name} is true or false")
    if kind.startswith("int"):
        if re.fullmatch(r"-?[0-9]{1,6}", str(value)):
            return int(value)
        raise mistake(one.column, f"{parameter.name} of {name} is a number")
    return str(value)

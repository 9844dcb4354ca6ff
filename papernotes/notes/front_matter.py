"""The YAML at the head of a note: where it stands, and what it says, read with limits.

Only the events of PyYAML's C parser are used, and every scalar stays the text that was written:
``arxiv: 2301.00010`` is no number. Aliases, anchors and tags are refused (they have no use in a
note and can blow up), nesting ends at :data:`MAX_DEPTH`, size at :data:`MAX_CHARACTERS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 65_536
MAX_DEPTH = 20

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"(?:^|(?<=[\r\n]))(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)")
NEWLINE = re.compile(r"\r\n|\r|\n")
_BRACKET = re.compile(r"[\[\]{}]")
_ENTRY = re.compile(r"(?:\A|(?<=[\r\n]))(?=[^\s#\-?:{}\[\],&*!|>'\"%@`][^\r\n:]*:(?:[ \t\r\n]|\Z))")
_KEY_VALUE = re.compile(r"([^\r\n:]+?)[ \t]*:[ \t]*([^\r\n]*)")
_UNREADABLE = re.compile("[\ud800-\udfff\x00]")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_DECISIVE = frozenset({"publish", "private"})
_PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Where the front matter stands in a note's text.

    ``text`` is the YAML between the two marks, from offset ``start`` (line ``line``) to ``end``;
    the body begins at ``body_start`` on line ``body_line``. Without front matter ``text`` is
    empty and ``is_present`` False.
    """

    text: str = ""
    start: int = 0
    end: int = 0
    line: int = 1
    body_start: int = 0
    body_line: int = 1
    is_present: bool = False
    is_unterminated: bool = False


@dataclass(frozen=True, slots=True)
class Scalar:
    """One YAML scalar as it was written; ``is_plain`` when it stood without quotes."""

    text: str
    is_plain: bool = True

    @property
    def value(self) -> str | int | bool | None:
        """The scalar as JSON: only what reads back as it was written becomes more than text."""
        if not self.is_plain:
            return self.text
        if self.text in _NULL:
            return None
        if self.text in _TRUE or self.text in _FALSE:
            return self.text in _TRUE
        is_integer = _INTEGER.fullmatch(self.text) and self.text != "-0"
        return int(self.text) if is_integer else self.text


Node = Scalar | list["Node"] | dict[str, "Node"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the YAML: a stable code, a message, and the line in the YAML from 0."""

    code: str
    message: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """What the YAML says: its entries and the line of each (from 0), in the order written.

    ``is_sound`` is False when a part could not be read: then nothing may be published for it.
    """

    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    is_sound: bool = True


class _RefusedError(Exception):
    """The YAML holds what a note's front matter may not hold, at a line from 0."""

    def __init__(self, message: str, line: int, code: str = "front-matter-invalid") -> None:
        super().__init__(message)
        self.line = line
        self.code = code


def split(text: str) -> FrontMatter:
    """Find the front matter of a note's text; without any, all but a byte order mark is body."""
    body_start = int(text.startswith("\ufeff"))
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter(body_start=body_start)
    start = opening.end()
    closing = _CLOSING.search(text, start)
    if closing is None:
        is_rule = bool(re.compile(r"[ \t]*(?:[\r\n]|\Z)").match(text, start))
        return FrontMatter(body_start=body_start, is_unterminated=not is_rule)
    inside = text[start : closing.start()]
    lines = len(NEWLINE.findall(inside))
    body_line = 2 + lines + (closing.group()[-1] in "\r\n")
    return FrontMatter(inside, start, closing.start(), 2, closing.end(), body_line, is_present=True)


def read_yaml(text: str) -> Content:
    """Read the YAML of a front matter; what is wrong comes back as faults.

    YAML that does not parse as a whole is read entry by entry, and an entry of one line that
    does not parse (``title: a: b``) keeps its raw text.
    """
    text = _UNREADABLE.sub("\ufffd", text)
    if len(text) > MAX_CHARACTERS:
        message = f"front matter has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        return Content(faults=(Fault("front-matter-too-large", message),), is_sound=False)
    try:
        _check_brackets(text)
        return _content(_compose(text))
    except _RefusedError as error:
        if error.code != "front-matter-invalid":
            return Content(faults=(Fault(error.code, str(error), error.line),), is_sound=False)
        return _recover(text, Fault(error.code, str(error), error.line))


def _check_brackets(text: str) -> None:
    """Refuse brackets nested so deep that the parser itself might not survive them."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match.group() in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise _too_deep(len(NEWLINE.findall(text, 0, match.start())))


def _too_deep(line: int) -> _RefusedError:
    message = f"front matter is nested more than {MAX_DEPTH} deep"
    return _RefusedError(message, line, "front-matter-too-deep")


# YAML → nodes

_Entry = tuple[str, Node, int]


def _compose(text: str) -> list[_Entry]:
    """Return the entries of the one mapping that ``text`` is, duplicates included."""
    events = yaml.parse(text, Loader=_PARSER)
    entries: list[_Entry] | None = None
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and entries is not None:
                raise _RefusedError("there is more than one YAML document", _line(event))
            if isinstance(event, yaml.MappingStartEvent):
                _check_event(event)
                entries = list(_entries(events, 1))
            elif isinstance(event, yaml.ScalarEvent) and event.value == "" and entries is None:
                entries = []
            elif isinstance(event, yaml.NodeEvent):
                raise _RefusedError("front matter must be lines of `key: value`", _line(event))
    except yaml.YAMLError as error:
        raise _refusal(error) from error
    except (UnicodeError, ValueError) as error:
        raise _RefusedError(f"not readable as YAML: {error}", 0) from error
    return entries or []


def _refusal(error: yaml.YAMLError) -> _RefusedError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    return _RefusedError(str(problem), mark.line if mark else 0)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line if mark else 0


def _check_event(event: yaml.NodeEvent) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _RefusedError("anchors and aliases (& and *) are not read: quote it", _line(event))
    if getattr(event, "tag", None) is not None:
        raise _RefusedError("tags (!) are not read: quote the value", _line(event))


def _entries(events: Iterator[yaml.Event], depth: int) -> Iterator[_Entry]:
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise _RefusedError("a key must be one word or text: is it an unfilled {{…}}?", line)
        _check_event(event)
        if event.value == "<<" and not event.style:
            raise _RefusedError("merge keys (<<) are not read", line)
        yield event.value, _node(next(events), events, depth + 1), line


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise _too_deep(_line(event))
    if isinstance(event, yaml.NodeEvent):
        _check_event(event)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(event.value, not event.style)
    if isinstance(event, yaml.MappingStartEvent):
        return {key: value for key, value, _ in _entries(events, depth)}
    items: list[Node] = []
    for item in events:
        if isinstance(item, yaml.SequenceEndEvent):
            break
        items.append(_node(item, events, depth + 1))
    return items


def _content(entries: list[_Entry], faults: tuple[Fault, ...] = ()) -> Content:
    """Gather the entries; of a key that comes twice the last counts, as in other tools."""
    found = list(faults)
    values: dict[str, Node] = {}
    lines: dict[str, int] = {}
    is_sound = not faults
    for key, value, line in entries:
        if key in values:
            message = f"{key} stands twice; the last one counts"
            found.append(Fault("front-matter-duplicate-key", message, line))
            is_sound = is_sound and key.strip().lower() not in _DECISIVE
        values[key], lines[key] = value, line
    return Content(values, lines, tuple(found), is_sound)


# Where the nodes stand


@dataclass(frozen=True, slots=True)
class Place:
    """A node by offsets into the YAML.

    ``style`` is empty for a plain scalar, else its quote, ``|``, ``>``, or how a list or mapping
    is written: ``[``, ``-``, ``{`` or ``:``. ``parts`` are its items, or keys and values.
    """

    node: Node
    start: int
    end: int
    style: str = ""
    parts: tuple[Place, ...] = ()


def locate(text: str) -> list[tuple[Place, Place]]:
    """Return key and value of all entries of a YAML that :func:`read_yaml` finds sound."""
    events = yaml.parse(_UNREADABLE.sub("\ufffd", text), Loader=_PARSER)
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            parts = _place(event, events, text).parts
            return list(zip(parts[::2], parts[1::2], strict=True))
    return []


def _place(event: yaml.Event, events: Iterator[yaml.Event], text: str) -> Place:
    start, end = _span(event)
    if isinstance(event, yaml.ScalarEvent):
        style = event.style or ""
        end = start + len(text[start:end].rstrip()) if style in {"|", ">"} else end
        return Place(Scalar(event.value, not style), start, end, style)
    is_flow = bool(getattr(event, "flow_style", False))
    parts: list[Place] = []
    for part in events:
        if isinstance(part, yaml.CollectionEndEvent):
            end = _span(part)[1] if is_flow else max([end, *(place.end for place in parts)])
            break
        parts.append(_place(part, events, text))
    if isinstance(event, yaml.SequenceStartEvent):
        items = [part.node for part in parts]
        return Place(items, start, end, "[" if is_flow else "-", tuple(parts))
    return Place({}, start, end, "{" if is_flow else ":", tuple(parts))


def _span(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return start.index if start else 0, end.index if end else 0


# YAML that does not parse


def _recover(text: str, whole: Fault) -> Content:
    """Read entry by entry what is not valid as a whole."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if not starts or not re.compile(r"(?:\s|#[^\r\n]*)*").fullmatch(text, 0, starts[0]):
        return Content(faults=(whole,), is_sound=False)
    entries: list[_Entry] = []
    faults: list[Fault] = []
    line, last = 0, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line += len(NEWLINE.findall(text[last:start]))
        last = start
        chunk = text[start:end]
        try:
            entries += [(key, value, line + at) for key, value, at in _compose(chunk)]
        except _RefusedError as error:
            if error.code != whole.code:
                return Content(
                    faults=(Fault(error.code, str(error), line + error.line),), is_sound=False
                )
            entry, fault = _recover_entry(chunk, line, str(error))
            entries += entry
            faults.append(fault)
    return _content(entries, tuple(faults) or (whole,))


def _recover_entry(chunk: str, line: int, reason: str) -> tuple[list[_Entry], Fault]:
    match = _KEY_VALUE.match(chunk)
    key, raw = (match.group(1).strip("\"'"), match.group(2).strip()) if match else (chunk[:40], "")
    fault = Fault("front-matter-invalid", f"{key}: {_advice(raw)} ({reason})", line)
    is_one_line = match is not None and not chunk[match.end() :].strip()
    if not is_one_line or not raw or raw.startswith(("{{", "|", ">", "- ")):
        return [], fault
    value: Node = Scalar(raw, is_plain=False)
    if raw.startswith("[") and raw.endswith("]"):
        items = (item.strip().strip("\"'") for item in raw[1:-1].split(","))
        value = [Scalar(item, is_plain=False) for item in items if item]
    return [(key, value, line)], fault


def _advice(raw: str) -> str:
    if raw.startswith("{{"):
        return "an unfilled template: fill it in or remove the line"
    if raw.startswith("@"):
        return "write it without the @, or in double quotes"
    if re.search(r"[\[,]\s*#", raw):
        return "quote what begins with #, or drop the #"
    return "put the value in double quotes"

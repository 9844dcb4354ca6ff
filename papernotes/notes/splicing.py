"""Keys of a note's front matter set, added and removed in place, byte for byte the rest.

Each change replaces a stretch of the YAML that the parser's marks delimit. Then the note is read
again: every other key must say what it said, and the body must be what it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from papernotes.errors import FormatError
from papernotes.notes.front_matter import (
    FrontMatter,
    Node,
    Place,
    Scalar,
    locate,
    read_yaml,
    split,
)
from papernotes.notes.rendering import quoted, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_NEWLINE = re.compile(r"\r\n|\r|\n")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORDS = re.compile(r"[^\W\d_][\w.()/'+-]*(?: [\w(][\w.()/'+-]*)*")
_RESERVED = re.compile(r"true|false|null|yes|no|on|off|y|n", re.IGNORECASE)
_BULLET = re.compile(r"[ \t]*-[ \t]*")
_UNREADABLE = re.compile("[\ud800-\udfff\x00]")
_ALWAYS_QUOTED = frozenset({"title", "arxiv"})
_BY_HAND = "edit the front matter by hand"

Value: TypeAlias = "str | int | bool | Sequence[str] | None"
_Splice: TypeAlias = "tuple[int, int, str]"


def edit_front_matter(text: str, changes: Mapping[str, Value]) -> str:
    """Return a note's text with keys of its front matter set to new values; None removes a key.

    Keys are told apart without regard to case; of one that stands twice the last is set, as it is
    the one that counts. A new key comes last, and a note without front matter gets one for it. A
    key that has its value already is not touched. Raises FormatError with a line for front matter
    that is not sound, and where a change cannot be made without touching something else.
    """
    parts = split(text)
    if parts.is_unterminated:
        message = "the front matter has no closing `---` line"
        raise FormatError(message, line=1, hint="add the line, or remove the one that opens it")
    wanted = {key.strip().lower(): (key.strip(), value) for key, value in changes.items()}
    newline = (_NEWLINE.search(text) or ["\n"])[0]
    before = read_yaml(parts.text)
    if not before.is_sound:
        fault = before.faults[0]
        message = f"the front matter is not sound: {fault.message}"
        raise FormatError(message, line=parts.line + fault.line, hint="mend it by hand first")
    yaml = parts.text
    for name, (key, value) in wanted.items():
        try:
            yaml = _edited(yaml, name, key, value, newline)
        except _UnsafeError as error:
            line = parts.line + len(_NEWLINE.findall(yaml, 0, error.offset))
            raise FormatError(f"{key}: {error}", line=line, hint=_BY_HAND) from error
    if yaml == parts.text:
        return text
    if parts.is_present:
        edited = text[: parts.start] + yaml + text[parts.end :]
    else:
        at = parts.body_start
        edited = f"{text[:at]}---{newline}{yaml}---{newline}{text[at:]}"
    _check(text, parts, edited, {name: value for name, (_, value) in wanted.items()})
    return edited


class _UnsafeError(Exception):
    """A change that would touch what is not understood, at an offset into the YAML."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def _check(text: str, parts: FrontMatter, edited: str, wanted: Mapping[str, Value]) -> None:
    """Raise FormatError unless the edited note says what is wanted, and nothing else."""
    again = split(edited)
    before, after = read_yaml(parts.text), read_yaml(again.text)
    is_safe = after.is_sound and edited[again.body_start :] == text[parts.body_start :]
    is_safe &= _others(before.entries, wanted) == _others(after.entries, wanted)
    for name, value in wanted.items():
        nodes = [node for key, node in after.entries.items() if key.strip().lower() == name]
        is_safe &= not nodes if value is None else len(nodes) == 1 and _says(nodes[0], value)
    if not is_safe:
        names = ", ".join(wanted)
        message = f"{names}: the front matter cannot be edited safely"
        raise FormatError(message, line=parts.line, hint=_BY_HAND)


def _others(entries: Mapping[str, Node], wanted: Mapping[str, Value]) -> list[tuple[str, Node]]:
    return [(key, node) for key, node in entries.items() if key.strip().lower() not in wanted]


def _says(node: Node, value: Value) -> bool:
    """Tell whether the node reads as the value; in lists it is the text that counts."""
    if isinstance(value, (str, int)):
        wanted = _UNREADABLE.sub("\ufffd", value) if isinstance(value, str) else value
        said = node.value if isinstance(node, Scalar) else None
        return type(said) is type(wanted) and said == wanted
    if value is None or not isinstance(node, list):
        return False
    return len(node) == len(value) and all(map(_is_item, node, value))


def _is_item(node: Node, text: str) -> bool:
    is_text = isinstance(node, Scalar) and node.value is not None
    return is_text and isinstance(node, Scalar) and node.text == _UNREADABLE.sub("\ufffd", text)


# One key


def _edited(yaml: str, name: str, key: str, value: Value, newline: str) -> str:
    entries = locate(yaml)
    found = [(k, v) for k, v in entries if isinstance(k.node, Scalar) and _name(k) == name]
    if value is None:
        for key_place, place in reversed(found):
            yaml = _without(yaml, key_place, place)
        return yaml
    if not found:
        indent = _before(yaml, entries[-1][0]) if entries else ""
        indent = "" if indent.strip() else indent
        return f"{yaml}{indent}{word(key)}: {_written(name, value)}{newline}"
    if len({k.node for k, _ in found if isinstance(k.node, Scalar)}) > 1:
        raise _UnsafeError("stands in several spellings", found[-1][0].start)
    key_place, place = found[-1]
    if _says(place.node, value):
        return yaml
    return _applied(yaml, _splices(yaml, name, key_place, place, value, newline))


def _name(key: Place) -> str:
    return key.node.text.strip().lower() if isinstance(key.node, Scalar) else ""


def _applied(yaml: str, splices: Iterable[_Splice]) -> str:
    for start, end, new in sorted(splices, reverse=True):
        yaml = yaml[:start] + new + yaml[end:]
    return yaml


def _without(yaml: str, key: Place, place: Place) -> str:
    start = _start_of_line(yaml, key.start)
    if yaml[start : key.start].strip():
        raise _UnsafeError("does not stand on a line of its own", key.start)
    end = max(place.end, yaml.index(":", key.end) + 1)
    return yaml[:start] + yaml[_end_of_line(yaml, end) :]


def _splices(
    yaml: str, name: str, key: Place, place: Place, value: Value, newline: str
) -> list[_Splice]:
    colon = yaml.index(":", key.end) + 1
    items = [part for part in place.parts if isinstance(part.node, Scalar)]
    if not isinstance(value, (str, int)) and value is not None and len(items) == len(place.parts):
        if place.style == "[":
            return _flow_splices(yaml, place, list(value))
        if place.style == "-" and all(_BULLET.fullmatch(_before(yaml, item)) for item in items):
            return _block_splices(yaml, items, list(value), colon, newline)
    _refuse_comments(yaml, place, colon if place.style in {"-", ":"} else place.start)
    written = _written(name, value, None if place.parts else place.style)
    if place.style in {"-", ":"} or place.start == place.end:
        return [(colon, max(place.end, colon), f" {written}")]
    return [(place.start, place.end, written)]


def _refuse_comments(yaml: str, place: Place, start: int) -> None:
    """Refuse to replace a list or mapping as a whole if there are comments in it."""
    if not place.parts:
        header = yaml[place.start : _end_of_line(yaml, place.start)]
        if place.style in {"|", ">"} and "#" in header:
            raise _UnsafeError("there is a comment in its value", place.start)
        return
    for leaf in [*_leaves(place), Place(Scalar(""), place.end, place.end)]:
        at = yaml.find("#", start, leaf.start)
        if at >= 0:
            raise _UnsafeError("there is a comment in its value", at)
        start = leaf.end


def _leaves(place: Place) -> Iterable[Place]:
    if isinstance(place.node, Scalar):
        return [place]
    return [leaf for part in place.parts for leaf in _leaves(part)]


def _block_splices(
    yaml: str, items: list[Place], wanted: list[str], colon: int, newline: str
) -> list[_Splice]:
    """Return what to do to a list of ``- a`` lines: other lines stay, and so do their comments."""
    splices: list[_Splice] = [] if wanted else [(colon, colon, " []")]
    for first, old, new in _gaps(items, wanted):
        splices += _replacements(old, new)
        splices += [
            (_start_of_line(yaml, item.start), _end_of_line(yaml, item.end), "")
            for item in old[len(new) :]
        ]
        if added := new[len(old) :]:
            last = items[first + len(old) - 1] if first + len(old) else None
            near = last or items[0]
            at = _end_of_line(yaml, near.end) if last else _start_of_line(yaml, near.start)
            bullet = _before(yaml, near)
            bullet += "" if bullet[-1:].isspace() else " "
            lines = "".join(f"{bullet}{_item(text)}{newline}" for text in added)
            splices.append((at, at, lines))
    return splices


def _flow_splices(yaml: str, place: Place, wanted: list[str]) -> list[_Splice]:
    """Return what to do to a list in brackets: other items stay as they are."""
    items = list(place.parts)
    splices: list[_Splice] = []
    for first, old, new in _gaps(items, wanted):
        splices += _replacements(old, new)
        kept = first + min(len(old), len(new))
        if gone := old[len(new) :]:
            if kept:
                start, end = items[kept - 1].end, gone[-1].end
            else:
                following = items[len(gone) :]
                start, end = gone[0].start, following[0].start if following else gone[-1].end
            _refuse_comments(yaml, Place([], start, end, "[", tuple(gone)), start)
            splices.append((start, end, ""))
        elif added := ", ".join(map(_item, new[len(old) :])):
            at = items[kept - 1].end if kept else (items[0].start if items else place.start + 1)
            text = f", {added}" if kept else f"{added}, " if items else added
            splices.append((at, at, text))
    return splices


def _gaps(items: list[Place], wanted: list[str]) -> Iterator[tuple[int, list[Place], list[str]]]:
    """Yield what differs between items that stay: where, the items there, and the texts wanted.

    An item stays where its text is still to come: so one that goes takes only its own comment.
    """
    coming: dict[str, list[int]] = {}
    for index in range(len(wanted) - 1, -1, -1):
        coming.setdefault(_UNREADABLE.sub("\ufffd", wanted[index]), []).append(index)
    at = after = 0
    for number, item in enumerate(items):
        is_text = isinstance(item.node, Scalar) and item.node.value is not None
        places = coming.get(item.node.text, []) if is_text and isinstance(item.node, Scalar) else []
        while places and places[-1] < after:
            places.pop()
        if places:
            found = places.pop()
            if number > at or found > after:
                yield at, items[at:number], wanted[after:found]
            at, after = number + 1, found + 1
    if at < len(items) or after < len(wanted):
        yield at, items[at:], wanted[after:]


def _replacements(old: list[Place], new: list[str]) -> list[_Splice]:
    return [
        (item.start, item.end, ("" if item.start < item.end else " ") + _item(text, item.style))
        for item, text in zip(old, new, strict=False)
    ]


# Values


def _written(name: str, value: Value, style: str | None = None) -> str:
    """Return the YAML for a value; ``style`` is that of the value before it, if there is one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _scalar(value, style, may_be_plain=name not in _ALWAYS_QUOTED)
    return f"[{', '.join(map(_item, value or ()))}]"


def _item(text: str, style: str | None = None) -> str:
    """Return the YAML for a text in a list; one that looks like a day stays a text for all."""
    return quoted(text) if not style and _DAY.fullmatch(text) else _scalar(text, style)


def _scalar(text: str, style: str | None, *, may_be_plain: bool = True) -> str:
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if not may_be_plain or style not in {None, ""}:
        return quoted(text)
    if style == "" and _WORDS.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    return text if _DAY.fullmatch(text) else word(text)


# Lines


def _before(yaml: str, place: Place) -> str:
    return yaml[_start_of_line(yaml, place.start) : place.start]


def _start_of_line(yaml: str, position: int) -> int:
    return max(yaml.rfind("\n", 0, position), yaml.rfind("\r", 0, position)) + 1


def _end_of_line(yaml: str, position: int) -> int:
    """Return where the line ends, with its line end."""
    match = _NEWLINE.search(yaml, position)
    return match.end() if match else len(yaml)

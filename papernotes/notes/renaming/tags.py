"""A tag that gets another name, in the front matter and the body of a note. Pure.

Tags are the same whatever their case; those below it (``#old/x``) go along. Each change replaces
the name alone, so quotes, comments and ``#`` stay. Then the note is read again: it must have the
tags it had, but for these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from papernotes import markdown
from papernotes.errors import FormatError, UsageError
from papernotes.ids import name_key
from papernotes.notes.front_matter import Scalar, locate, read_yaml, split
from papernotes.notes.reading import Reading, read
from papernotes.notes.rendering import quoted, word
from papernotes.notes.splicing import edit_front_matter
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.notes.front_matter import FrontMatter, Place

_Splice: TypeAlias = "tuple[int, int, str]"
_KEYS = frozenset({"tags", "tag", "keywords"})
_BY_COMMA = re.compile(r"[^,]+")
_BY_SPACE = re.compile(r"\S+")
_BY_HAND = "change it by hand"


def check_tag(name: str) -> None:
    """Raise UsageError for what would not be read back as one tag."""
    found = [tag.name for tag in markdown.parse(f"#{name}").tags]
    if found != [name] or not all(name.split("/")):
        raise UsageError(
            f"{name!r} cannot be a tag", hint="use letters, digits, - _ and / between parts"
        )


def renamed_tag(tag: str, old: str, new: str) -> str | None:
    """Return what ``tag`` is called once ``old`` is ``new``; None if it is neither it nor below."""
    depth = old.count("/") + 1
    parts = tag.split("/")
    if name_key("/".join(parts[:depth])) != name_key(old):
        return None
    return "/".join([new, *parts[depth:]])


def retag(text: str, path: str, old: str, new: str) -> str:
    """Return a note's text with the tag ``old``, and those below it, renamed.

    A list of the front matter that then has a tag twice keeps the one that it had. Raises
    FormatError, with a line, where the tag cannot be changed alone.
    """
    reading = read(text, path)
    if all(renamed_tag(tag, old, new) is None for tag in reading.note.tags):
        return text
    edited = _front_matter(text, old, new)
    body = [
        (tag.start + 1, tag.end, said)
        for tag in read(edited, path).document.tags
        if (said := renamed_tag(tag.name, old, new))
    ]
    edited = splice(edited, body)
    _check(reading, read(edited, path), old, new)
    return edited


def _check(before: Reading, after: Reading, old: str, new: str) -> None:
    tags = [
        {name_key(renamed_tag(tag, old, new) or tag) for tag in before.note.tags},
        {name_key(tag) for tag in after.note.tags},
    ]
    body = [
        [renamed_tag(tag.name, old, new) or tag.name for tag in before.document.tags],
        [tag.name for tag in after.document.tags],
    ]
    others = [
        {key: value for key, value in each.note.meta.items() if key.strip().lower() not in _KEYS}
        for each in (before, after)
    ]
    links = [
        [(each.kind, each.target, each.heading) for each in one.note.links]
        for one in (before, after)
    ]
    counts = [(len(each.problems), len(each.document.spans)) for each in (before, after)]
    if any(pair[0] != pair[1] for pair in (tags, body, others, links, counts)):
        message = f"#{old} cannot be renamed here safely"
        raise FormatError(message, line=split(before.document.text).line, hint=_BY_HAND)


# Front matter


def _front_matter(text: str, old: str, new: str) -> str:
    parts = split(text)
    content = read_yaml(parts.text) if parts.is_present else None
    if content is None:
        return text
    if not content.is_sound:
        fault = content.faults[0]
        if old.casefold() not in parts.text.casefold():
            return text
        message = f"the front matter is not sound: {fault.message}"
        raise FormatError(message, line=parts.line + fault.line, hint="mend it by hand first")
    text = _without_twins(text, parts, old, new)
    parts = split(text)
    splices = [
        (parts.start + start, parts.start + end, said)
        for _, place in _places(parts)
        for start, end, said in _value_splices(parts.text, place, old, new)
    ]
    return splice(text, splices)


def _places(parts: FrontMatter) -> Iterator[tuple[str, Place]]:
    """Yield the keys that hold tags, and the places of their values."""
    for key, place in locate(parts.text):
        if isinstance(key.node, Scalar) and key.node.text.strip().lower() in _KEYS:
            yield key.node.text, place


def _without_twins(text: str, parts: FrontMatter, old: str, new: str) -> str:
    """Take those tags out of lists that would stand in them twice after the renaming."""
    changes: dict[str, list[str]] = {}
    for key, place in _places(parts):
        items = [part.node.text for part in place.parts if isinstance(part.node, Scalar)]
        kept = _kept(items, old, new)
        if len(items) == len(place.parts) and len(kept) < len(items):
            changes[key] = kept
    return edit_front_matter(text, changes) if changes else text


def _kept(items: list[str], old: str, new: str) -> list[str]:
    twins = _twins([_bare(item) for item in items], old, new)
    return [item for number, item in enumerate(items) if number not in twins]


def _twins(names: list[str], old: str, new: str) -> set[int]:
    """Return which of ``names`` would, renamed, be another of them."""
    said = [renamed_tag(name, old, new) for name in names]
    others = {name_key(name) for name, new_name in zip(names, said, strict=True) if not new_name}
    return {number for number, name in enumerate(said) if name and name_key(name) in others}


def _bare(item: str) -> str:
    return item.strip().lstrip("#").rstrip("/").strip()


def _value_splices(yaml: str, place: Place, old: str, new: str) -> Iterator[_Splice]:
    if isinstance(place.node, list):
        for part in place.parts:
            if isinstance(part.node, Scalar):
                yield from _item_splices(yaml, part, [_whole(yaml, part)], old, new)
    elif isinstance(place.node, Scalar):
        start, end = _whole(yaml, place)
        pattern = _BY_COMMA if "," in place.node.text else _BY_SPACE
        words = [match.span() for match in pattern.finditer(yaml, start, end)]
        yield from _item_splices(yaml, place, words, old, new)


def _whole(yaml: str, place: Place) -> tuple[int, int]:
    """Return where the text of a scalar stands: within its quotes, below its ``|``."""
    if place.style in {"'", '"'}:
        return place.start + 1, place.end - 1
    if place.style in {"|", ">"}:
        return min(_end_of_line(yaml, place.start), place.end), place.end
    return place.start, place.end


def _end_of_line(yaml: str, start: int) -> int:
    match = re.compile(r"[\r\n]").search(yaml, start)
    return match.start() if match else len(yaml)


def _item_splices(
    yaml: str, place: Place, words: list[tuple[int, int]], old: str, new: str
) -> Iterator[_Splice]:
    """Yield the names within a scalar, or all of it where the new name needs quotes."""
    names = [_bare(yaml[start:end]) for start, end in words]
    places = [yaml.index(name, start) for name, (start, _) in zip(names, words, strict=True)]
    twins = _twins(names, old, new)
    for number, (name, at) in enumerate(zip(names, places, strict=True)):
        said = renamed_tag(name, old, new)
        if said is None:
            continue
        whole = f"{yaml[place.start : at]}{said}{yaml[at + len(name) : place.end]}"
        if number in twins and all(each in twins for each in range(number)):
            yield at, places[number + 1], ""
        elif number in twins:
            yield words[number - 1][1], words[number][1], ""
        elif place.style == "" and len(words) == 1 and not _is_plain(whole):
            yield place.start, place.end, quoted(whole)
        else:
            yield at, at + len(name), said


def _is_plain(said: str) -> bool:
    content = read_yaml(f"tags: [{said}]\n")
    match content.entries.get("tags"):
        case [Scalar(text=text, is_plain=True) as item]:
            is_text = content.is_sound and text == said and isinstance(item.value, str)
            is_word = said.isascii() and said.isalpha()  # others may take some for yes or no
            return is_text and (not is_word or word(said) == said)
    return False

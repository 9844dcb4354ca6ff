"""What a note says of papers and notes that get other names, changed in place. Pure.

Each change replaces the name within a link, a citation or the front matter's ``paper:``, found by
the offsets of the Markdown parser. Then the note is read again: it must say what it said, but for
these names. Links by a title, an alias or an id name nothing that changes, and stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote

from papernotes.errors import FormatError
from papernotes.ids import name_key
from papernotes.markdown.citations import KEY
from papernotes.markdown.targets import WIKI, clean_target
from papernotes.notes.front_matter import FrontMatter, Scalar, locate, read_yaml, split
from papernotes.notes.reading import Reading, read
from papernotes.notes.renaming.places import (
    as_destination,
    definition,
    find_destination,
    find_wiki_name,
    said,
)
from papernotes.notes.rendering import quoted
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from papernotes.models import Link
    from papernotes.notes.front_matter import Place

_Splice: TypeAlias = "tuple[int, int, str]"
_BY_HAND = "change it by hand"
_BEFORE_KEY = re.compile(r"[\"']?\s*(?:\[\[\s*)?@?")
_AFTER_KEY = re.compile(r"\s*(?:[\"'|#\]]|\Z)")
_PAPER_LINE = re.compile(
    r"^\s*[\"']?(?:paper|citekey)[\"']?[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE
)
_KEYS = frozenset({"paper", "citekey"})
_PATH_END = re.compile(r"\\?[#?]")


@dataclass(frozen=True, slots=True)
class NewNames:
    """What a paper or note is called, and what it will be.

    ``key`` and ``new_key`` are those of a paper, ``name`` and ``new_name`` the file name of its
    note, without ending, or of another file, with it; empty where that is none or stays.
    """

    key: str = ""
    new_key: str = ""
    name: str = ""
    new_name: str = ""


def relink(
    text: str,
    path: str,
    *,
    renamed: Callable[[Link], NewNames | None],
    papers: Mapping[str, str],
) -> str:
    """Return a note's text with the names of what is renamed replaced; all else stays.

    ``renamed`` tells what a link leads to, if that is renamed; ``papers`` maps citation keys to
    new ones. Raises FormatError, with a line, where a name cannot be replaced so that the note
    reads as before but for it.
    """
    reading = read(text, path)
    splices, targets = _link_splices(reading, renamed)
    about = papers.get(reading.note.paper or "")
    if about is not None:
        splices += _paper_splices(split(text), reading.note.paper or "", about)
    if not splices:
        return text
    edited = splice(text, splices)
    _check(reading, read(edited, path), targets, about or reading.note.paper)
    return edited


def names_in_broken(text: str) -> frozenset[str]:
    """Return the citation keys that a front matter which cannot be read seems to name."""
    parts = split(text)
    head = text[:4096] if parts.is_unterminated else parts.text
    if not parts.is_unterminated and read_yaml(head).is_sound:
        return frozenset()
    found = (re.split(r"[\s\"'\[\]|#@,]+", match[1]) for match in _PAPER_LINE.finditer(head))
    return frozenset(word for words in found for word in words if word)


def _check(reading: Reading, after: Reading, targets: list[str], about: str | None) -> None:
    """Raise FormatError unless the note says what it said, but for the names."""
    before = reading.note
    for link, other, target in zip(before.links, after.note.links, targets, strict=False):
        if said(other) != said(replace(link, target=target)):
            raise _refusal(link.target, link.line)
    is_same = len(before.links) == len(after.note.links) and after.note.paper == about
    others = [
        {
            key: _unnamed(value)
            for key, value in each.meta.items()
            if key.strip().lower() not in _KEYS
        }
        for each in (before, after.note)
    ]
    if not is_same or len(reading.problems) != len(after.problems) or others[0] != others[1]:
        raise _refusal(before.paper or before.path, 1)


def _unnamed(value: object) -> object:
    """Return a value of the front matter without what wiki links name: they are compared as such.

    It is nested no deeper than front matter may be.
    """
    if isinstance(value, str):
        return "[[]]" if WIKI.fullmatch(value) else value
    if isinstance(value, dict):
        return {key: _unnamed(each) for key, each in value.items()}
    return [_unnamed(each) for each in value] if isinstance(value, list) else value


def _refusal(name: str, line: int) -> FormatError:
    return FormatError(f"{name} cannot be renamed here safely", line=line, hint=_BY_HAND)


# Links and citations


def _link_splices(
    reading: Reading, renamed: Callable[[Link], NewNames | None]
) -> tuple[list[_Splice], list[str]]:
    """Return what to replace in the body, and the target that each link then has."""
    text, splices, targets = reading.document.text, [], []
    definitions: dict[str, str] = {}
    for span in reading.document.spans:
        if span.kind != "reference":
            continue
        raw = text[span.inner_start : span.inner_end]
        link, is_angle = definition(text, span)
        found = renamed(link)
        if found is not None and "://" not in link.target and found.name:
            new = _renamed_path(raw, found, link, is_angle=is_angle)
            splices.append((span.inner_start, span.inner_end, new))
            definitions[link.target] = clean_target(new)
    for link in reading.note.links:
        found = renamed(link)
        splice = None if found is None else _link_splice(text, link, found)
        if splice is None:
            is_defined = link.kind == "link" and text[link.end - 1] == "]"
            target = definitions.get(link.target, link.target) if is_defined else link.target
        else:
            splices.append(splice[:3])
            target = splice[3]
        targets.append(target)
    return splices, targets


def _link_splice(text: str, link: Link, found: NewNames) -> tuple[int, int, str, str] | None:
    """Return the stretch that names what is renamed, what to put there, and the new target."""
    if link.kind == "citation":
        return _cite_splice(text, link, found) if link.target == found.key else None
    if link.kind in {"wiki", "embed"}:
        return _wiki_splice(text, link, found)
    is_path = link.kind in {"link", "image"} and "://" not in link.target
    if is_path and found.name and text[link.end - 1] == ")":
        return _path_splice(text, link, found)
    return None


def _cite_splice(text: str, link: Link, found: NewNames) -> tuple[int, int, str, str]:
    """Return the key after the ``@``, with the braces that a key of its sort needs."""
    new = found.new_key
    has_braces = text[link.start + 1] == "{"
    needs_braces = not _is_bare(f"@{new}", new)
    if has_braces and not needs_braces and not _is_bare(f"@{found.key}", found.key):
        following = text[link.end : link.end + 2]
        has_braces = not _is_bare(f"@{new}{following}", new) or following[:1] == "@"
    if has_braces or needs_braces:
        return link.start + 1, link.end, f"{{{new}}}", new
    return link.start + 1, link.end, new, new


def _is_bare(text: str, key: str) -> bool:
    match = KEY.match(text)
    return match is not None and match[2] == key


def _wiki_splice(text: str, link: Link, found: NewNames) -> tuple[int, int, str, str] | None:
    new = _renamed_name(link.target, found)
    if new is None:
        return None
    place = find_wiki_name(text, link)
    if place is None:
        raise _refusal(link.target, link.line)
    return place.start, place.end, new, new


def _renamed_name(target: str, found: NewNames) -> str | None:
    """Return the target of a wiki link by its new name, or None if it is by no such name."""
    mark = "@" if target.startswith("@") else ""
    ending = ".md" if target.endswith(".md") else ""
    name = target.removeprefix("@").removesuffix(".md")
    folder, slash, last = name.rpartition("/")
    is_name = bool(found.name) and name_key(last) == name_key(found.name)
    is_key = bool(found.key) and name_key(name.lstrip("/")) == name_key(found.key)
    is_file_name = is_name and (ending or (name == found.name != found.key))
    if is_key and not is_file_name:
        return f"{mark}{'/' if name.startswith('/') else ''}{found.new_key}{ending}"
    if is_name:
        if name.startswith(("./", "../")):
            ending = _ending_of(found.new_name, ending)
        return f"{mark}{folder}{slash}{found.new_name}{ending}"
    return None


def _ending_of(name: str, ending: str) -> str:
    """Return the ending of a path to a note: where the name has a dot it must be there."""
    is_pdf = name.lower().endswith(".pdf")
    return ".md" if "." in name and not is_pdf else ending


def _path_splice(text: str, link: Link, found: NewNames) -> tuple[int, int, str, str]:
    """Return the stretch of ``[text](path)`` that is the path."""
    place = find_destination(text, link)
    if place is None:
        raise _refusal(link.target, link.line)
    raw = text[place.start : place.end]
    new = _renamed_path(raw, found, link, is_angle=place.is_angle)
    return place.start, place.end, new, clean_target(new)


def _renamed_path(raw: str, found: NewNames, link: Link, *, is_angle: bool) -> str:
    """Return a link's path with its file's new name."""
    rest = _PATH_END.search(raw)
    end = rest.start() if rest else len(raw)
    start = raw.rfind("/", 0, end) + 1
    named = raw[start:end]
    name = unquote(clean_target(named))
    ending = ".md" if name.endswith(".md") else ""
    if name_key(name.removesuffix(".md")) != name_key(found.name):
        raise _refusal(link.target, link.line)
    ending = _ending_of(found.new_name, ending)
    new = found.new_name
    if "%" in named and not new.isascii():
        new = quote(new)
    elif not is_angle:
        new = as_destination(new)
    return f"{raw[:start]}{new}{ending}{raw[end:]}"


# Front matter


def _paper_splices(parts: FrontMatter, old: str, new: str) -> list[_Splice]:
    """Return the stretches of the YAML that name the paper a note is about."""
    content = read_yaml(parts.text)
    if not content.is_sound:
        fault = content.faults[0]
        message = f"the front matter is not sound: {fault.message}"
        raise FormatError(message, line=parts.line + fault.line, hint="mend it by hand first")
    splices = [
        (parts.start + start, parts.start + end, said)
        for key, place in locate(parts.text)
        if isinstance(key.node, Scalar) and key.node.text.strip().lower() in _KEYS
        for start, end, said in _value_splices(parts.text, place, old, new)
    ]
    if not splices:
        raise _refusal(old, parts.line)
    return splices


def _value_splices(yaml: str, place: Place, old: str, new: str) -> Iterator[_Splice]:
    """Yield the key within a value, or the whole value where the new key needs quotes."""
    match = _BEFORE_KEY.match(yaml, place.start, place.end)
    start = match.end() if match else place.start
    end = start + len(old)
    if not yaml.startswith(old, start) or not _AFTER_KEY.match(yaml, end, place.end):
        return
    said = f"{yaml[place.start : start]}{new}{yaml[end : place.end]}"
    if place.style == "" and place.start == start and not _is_plain(said, new):
        yield place.start, place.end, quoted(new)
    else:
        yield start, end, new


def _is_plain(said: str, value: str) -> bool:
    """Tell whether YAML reads ``said``, without quotes, as the text ``value``."""
    content = read_yaml(f"paper: {said}\n")
    return content.is_sound and content.entries.get("paper") == Scalar(value)

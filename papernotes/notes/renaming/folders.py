"""Links to a note that gets another place, and those within it that go by a way from there. Pure.

A link keeps its form: by name, by a path from the library's top or from the linking note, with an
ending or without. After each change the note is read again.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote

from papernotes.errors import FormatError
from papernotes.ids import name_key
from papernotes.markdown.targets import clean_target
from papernotes.models import Link
from papernotes.notes.reading import read
from papernotes.notes.renaming.places import (
    as_destination,
    definition,
    find_destination,
    find_wiki_name,
    is_by_label,
    said,
)
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from papernotes.markdown import Span

_Splice: TypeAlias = "tuple[int, int, str]"
_NO_PATH = re.compile(r"[a-z][a-z0-9+.-]*:|//|\{[{%]|[#?]|\Z", re.IGNORECASE)
_PATH_END = re.compile(r"\\?[#?]")
_QUOTED_LETTER = re.compile(r"%[89A-F][0-9A-F]", re.IGNORECASE)
_HTML_FILES = frozenset({"a", "img", "video", "audio", "source"})
_HTML_PATH = re.compile(r"""\s(?:src|href|poster)\s*=\s*(["'])([^"']*)\1""", re.IGNORECASE)
_WAYS = ("./", "../")
_DEEP = "/0/1/2/3/4/5/6/7/8/9"  # so that a way may lead out of the library and back


@dataclass(frozen=True, slots=True)
class NewPlace:
    """The path of a note in the library, and the one it gets: both end in ``.md``."""

    path: str
    new_path: str

    def at(self, path: str) -> str:
        """Return where the note at ``path`` stands after."""
        return self.new_path if path == self.path else path


def relocate(text: str, path: str, move: NewPlace, leads: Callable[[Link], bool]) -> str:
    """Return the text of the note at ``path`` with every link leading where it led.

    ``leads`` tells which links lead to the note that moves. Raises FormatError, with a line,
    where a link cannot be changed alone.
    """
    reading = read(text, path)
    splices: list[_Splice] = []
    wanted: list[Link] = []
    definitions: dict[str, str] = {}
    for span in reading.document.spans:
        if span.kind == "reference":
            link, is_angle = definition(text, span)
            raw = text[span.inner_start : span.inner_end]
            new = _destination(raw, path, move, is_moved=leads(link), is_angle=is_angle)
            if new != raw:
                splices.append((span.inner_start, span.inner_end, new))
                definitions[link.target] = clean_target(new)
        elif span.kind == "html" and span.detail in _HTML_FILES:
            splices += _in_html(text, path, span, move, leads)
    for link in reading.note.links:
        if is_by_label(text, link):
            wanted.append(replace(link, target=definitions.get(link.target, link.target)))
            continue
        found = _in_link(text, path, link, move, is_moved=leads(link))
        splices += [] if found is None else [found]
        target = link.target if found is None else clean_target(found[2])
        wanted.append(replace(link, target=target))
    if not splices:
        return text
    edited = splice(text, splices)
    after = read(edited, move.at(path))
    for link, other in zip(wanted, after.note.links, strict=False):
        if said(link) != said(other):
            raise _refusal(link)
    if len(wanted) != len(after.note.links) or len(reading.problems) != len(after.problems):
        raise FormatError("its links cannot be changed safely", line=1, hint="do it by hand")
    return edited


def _refusal(link: Link) -> FormatError:
    message = f"the link to {link.target} cannot be changed safely"
    return FormatError(message, line=link.line, hint="change it by hand")


def _in_link(text: str, path: str, link: Link, move: NewPlace, *, is_moved: bool) -> _Splice | None:
    """Return the stretch of a link that says where it leads, and what it must say there."""
    if link.kind in {"wiki", "embed"}:
        new = _wiki_target(link.target, path, move, is_moved=is_moved)
        place = find_wiki_name(text, link)
    elif link.kind in {"link", "image"}:
        place = find_destination(text, link)
        raw = link.target if place is None else text[place.start : place.end]
        is_angle = place is None or place.is_angle
        new = _destination(raw, path, move, is_moved=is_moved, is_angle=is_angle)
        if new == raw:
            return None
    else:
        return None
    if new == link.target:
        return None
    if place is None:
        raise _refusal(link)
    return place.start, place.end, new


def _in_html(
    text: str, path: str, span: Span, move: NewPlace, leads: Callable[[Link], bool]
) -> Iterator[_Splice]:
    """Yield the paths in a tag such as ``<img src="a.png">`` that must be others."""
    for match in _HTML_PATH.finditer(text, span.start, span.end):
        start, end = match.span(2)
        raw = match[2]
        link = Link("link", clean_target(raw), start, end, span.line)
        new = _destination(raw, path, move, is_moved=leads(link), is_angle=False)
        if new != raw:
            yield start, end, new


def _destination(raw: str, path: str, move: NewPlace, *, is_moved: bool, is_angle: bool) -> str:
    """Return what ``[text](raw)`` must say."""
    if _NO_PATH.match(raw):
        return raw
    rest = _PATH_END.search(raw)
    end = rest.start() if rest else len(raw)
    named = unquote(clean_target(raw[:end]))
    new = _way(named, path, move, is_moved=is_moved)
    if new == named:
        return raw
    if _QUOTED_LETTER.search(raw[:end]):
        return f"{quote(new)}{raw[end:]}"
    return f"{as_destination(new, is_angle=is_angle and '%' not in raw[:end])}{raw[end:]}"


def _way(named: str, path: str, move: NewPlace, *, is_moved: bool) -> str:
    """Return the path by which what was ``named`` from one place is named after the move."""
    if named.startswith("/"):
        return f"/{_with_ending(move.new_path, named)}" if is_moved else named
    if not is_moved and path != move.path:
        return named
    near = posixpath.join(posixpath.dirname(path), named)
    target = posixpath.join(_DEEP, _with_ending(move.new_path, named) if is_moved else near)
    folder = posixpath.join(_DEEP, posixpath.dirname(move.at(path)))
    way = posixpath.relpath(target, folder) + ("/" if named.endswith("/") else "")
    return f"./{way}" if named.startswith("./") and not way.startswith(_WAYS) else way


def _with_ending(new_path: str, named: str) -> str:
    """Return the path of a note as ``named`` had it: with the ending, or where it is needed."""
    bare = new_path.removesuffix(".md")
    is_needed = "." in posixpath.basename(bare)
    return new_path if named.endswith(".md") or is_needed else bare


def _wiki_target(target: str, path: str, move: NewPlace, *, is_moved: bool) -> str:
    """Return what ``[[target]]`` must say; a link by a title, alias or key stays."""
    mark = "@" if target.startswith("@") else ""
    named = target.removeprefix("@")
    if named.startswith(_WAYS):
        way = _way(named, path, move, is_moved=is_moved)
        return target if way == named else f"{mark}{way if way.startswith(_WAYS) else f'./{way}'}"
    if not is_moved:
        return target
    lead = "/" if named.startswith("/") else ""
    lead += "notes/" if named.removeprefix("/").startswith("notes/") else ""
    ending = ".md" if named.endswith(".md") else ""
    parts = named.removeprefix(lead).removesuffix(".md").split("/")
    old, new = (_ref(each).split("/") for each in (move.path, move.new_path))
    if [name_key(part) for part in parts] != [name_key(part) for part in old[-len(parts) :]]:
        return target
    is_whole = bool(lead) or (len(parts) == len(old) and len(parts) > 1)
    kept = new if is_whole or len(parts) > len(new) else new[-len(parts) :]
    said_now = "/".join(kept)
    if name_key(said_now) == name_key("/".join(parts)):
        return target
    return f"{mark}{lead}{said_now}{ending}"


def _ref(path: str) -> str:
    return path.removeprefix("notes/").removesuffix(".md")

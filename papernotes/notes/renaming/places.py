"""Where the parts of a link stand in a note's text, for those who change one of them. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from papernotes.markdown.targets import TARGET, clean_target, destination, split_wiki, unescape
from papernotes.models import Link

if TYPE_CHECKING:
    from papernotes.markdown import Span

_MOST_TRIES = 20
_NOT_BARE = re.compile(r"[\s()<>\\%#?\"'\x00-\x1f\x7f]")
_NOT_IN_ANGLES = re.compile(r"[<>\\%#?\x00-\x1f\x7f]")


class Place(NamedTuple):
    """A stretch of text; ``is_angle`` for a destination within ``<`` and ``>``."""

    start: int
    end: int
    is_angle: bool = False


def find_destination(text: str, link: Link) -> Place | None:
    """Return where the destination of ``[text](destination)`` stands."""
    at = link.end
    for _ in range(_MOST_TRIES):
        at = text.rfind("](", link.start, at)
        if at < 0:
            break
        match = TARGET.match(text, at + 1, link.end)
        if match and match.end() == link.end and destination(match) == link.target:
            group = 1 if match.group(1) is not None else 2
            return Place(*match.span(group), is_angle=group == 1)
    return None


def find_wiki_name(text: str, link: Link) -> Place | None:
    """Return where the name of ``[[name#Part|label]]`` stands."""
    first = link.start + (3 if link.kind == "embed" else 2)
    raw = text[first : link.end - 2]
    name = raw[: split_wiki(raw).name_end].partition("#")[0]
    if unescape(name).strip() != link.target:  # a comment stands in it
        return None
    start = first + len(name) - len(name.lstrip())
    return Place(start, start + len(name.strip()))


def find_wiki_heading(text: str, link: Link) -> Place | None:
    """Return where the ``Part#Section`` of ``[[name#Part#Section]]`` stands."""
    first = link.start + (3 if link.kind == "embed" else 2)
    raw = text[first : link.end - 2]
    name, mark, heading = raw[: split_wiki(raw).name_end].partition("#")
    if not mark or heading.strip() != link.heading:  # a comment stands in it
        return None
    start = first + len(name) + 1
    return Place(start, start + len(heading))


def definition(text: str, span: Span) -> tuple[Link, bool]:
    """Return ``[label]: destination`` as a link, and whether that is within ``<`` and ``>``."""
    target = clean_target(text[span.inner_start : span.inner_end])
    link = Link("link", target, span.start, span.end, span.line)
    return link, text[span.inner_start - 1] == "<"


def is_by_label(text: str, link: Link) -> bool:
    """Tell whether a link is ``[text][label]``: its destination stands in a definition."""
    return link.kind in {"link", "image"} and text[link.end - 1] == "]"


def said(link: Link) -> Link:
    """Return a link without its place; what its text shows may hold links of its own."""
    label = "" if link.kind in {"link", "image"} else link.label
    return replace(link, start=0, end=0, label=label)


def as_destination(text: str, *, is_angle: bool = False) -> str:
    """Return ``text`` with what would end a destination written as ``%20`` and the like."""
    pattern = _NOT_IN_ANGLES if is_angle else _NOT_BARE
    return pattern.sub(lambda match: quote(match[0], safe=""), text)

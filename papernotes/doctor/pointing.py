"""Links that lead nowhere, out of the library, to a heading that is gone, or to several things."""

from __future__ import annotations

import json
import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes import markdown
from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from papernotes.doctor.text import NoteText
    from papernotes.store.checks import HeadingLink
    from papernotes.store.pointing import Pointer

_MOST_NAMED = 4
_LONGEST = 80  # characters of a link in a message
_TO_BE_FILLED = ("{{", "{%", "<%")  # templates of other programs
_LIKE_A_KEY = re.compile(r"[^\W\d].*\d{2}")
_TO_PATH = attrgetter("to_path")


def dangling_links(
    found: Iterable[Pointer],
    near: Mapping[tuple[str, str], str],
    *,
    exists: Callable[[Pointer], bool],
    is_bare: Callable[[Pointer], bool],
) -> Iterator[Finding]:
    """Yield a finding for each link that leads nowhere.

    ``near`` are refs that may be meant, by scheme and key; ``exists`` says whether a link means
    some file, ``is_bare`` whether a citation stands without brackets. Such a one, with no year
    in it, is more often a person on some network, or an hour.
    """
    for link in found:
        if exists(link) or any(mark in link.target for mark in _TO_BE_FILLED):
            continue
        shown = _shown(link.written)
        name = near.get((link.scheme, link.key))
        maybe = f"; did you mean {name}?" if name else ""
        if link.scheme == "outside":
            message = f"{shown} leads out of the library, where nothing follows it"
            yield Finding("outside-link", link.path, message, link.line)
        elif link.kind == "citation" and not maybe and is_bare(link) and not _is_like_a_key(link):
            message = f"{shown}: no paper has this key; if it is a person, write \\{shown}"
            yield Finding("unlikely-citation", link.path, message, link.line, is_hint=True)
        elif link.kind == "citation":
            message = f"{shown}: no paper has the key {_shown(link.target)}{maybe or _add(link)}"
            yield Finding("unknown-citation", link.path, message, link.line)
        else:
            message = f"{shown} leads to no note or paper{maybe}"
            yield Finding("dangling-link", link.path, message, link.line)


def _is_like_a_key(link: Pointer) -> bool:
    return link.scheme in {"arxiv", "doi"} or bool(_LIKE_A_KEY.match(link.target))


def _add(link: Pointer) -> str:
    return f"; papernotes add {link.key} brings it" if link.scheme == "arxiv" else ""


def ambiguous_links(found: Iterable[tuple[Pointer, tuple[str, ...]]]) -> Iterator[Finding]:
    """Yield a finding for each link that several things answer to, what it leads to now first."""
    for link, names in found:
        others = ", ".join(names[1 : 1 + _MOST_NAMED])
        more = " …" if len(names) > 1 + _MOST_NAMED else ""
        message = f"{_shown(link.written)} leads to {names[0]} and could mean {others}{more}"
        yield Finding("ambiguous-link", link.path, f"{message}; write which", link.line)


def missing_headings(
    found: Iterable[HeadingLink], read: Callable[[str], NoteText | None]
) -> Iterator[Finding]:
    """Yield a finding for each link to a heading or block that its note does not have.

    ``read`` gives the text of the note at a path; it is asked only where the headings that the
    store knows do not answer, and once.
    """
    for path, group in groupby(sorted(found, key=_TO_PATH), key=_TO_PATH):
        links = list(group)
        known = markdown.spellings(text for _, _, text in json.loads(links[0].headings))
        asked = [(each, each.heading or unquote(each.target.partition("#")[2])) for each in links]
        doubtful = [
            (link, heading)
            for link, heading in asked
            if markdown.asks_for_heading(heading) and not markdown.is_heading_of(known, heading)
        ]
        note = read(path) if doubtful else None
        if note is None:
            continue
        landings = markdown.Landings(note.document)
        for link, heading in doubtful:
            if not landings.have(heading):
                what = "block" if heading.startswith("^") else "heading"
                where = "this note" if path == link.path else path
                message = f"{_shown(link.written)}: {where} has no such {what}"
                yield Finding("missing-heading", link.path, message, link.line)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

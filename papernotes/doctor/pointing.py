"""Links that lead nowhere, out of the library, to a heading that is gone, or to several things."""

from __future__ import annotations

import json
import re
from collections import Counter
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
_ANCHOR = re.compile(
    r"""(?:\b(?:id|name)\s*=\s*["']?|\{[^{}#\n]{0,200}#)([^\s"'>}]+)""", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r"\s*\{[^{}\n]*\}\s*$")
_COUNTED = re.compile(r"(.+)-(\d{1,3})")  # how GitHub, kramdown and Pandoc name a repeated heading
_TO_BE_FILLED = ("{{", "{%", "<%")  # templates of other programs
_LIKE_A_KEY = re.compile(r"[^\W\d].*\d{2}")
_NO_HEADING = re.compile(
    r"top|:~:.*|fn(?:ref)?[-:]?\w+|page=\d+.*|L\d+|user-content-.*|", re.IGNORECASE
)
_TO_PATH = attrgetter("to_path")
_NUMBERING = re.compile(r"^[\W\d_]+")


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
        known = _spellings(text for _, _, text in json.loads(links[0].headings))
        asked = [(each, each.heading or unquote(each.target.partition("#")[2])) for each in links]
        doubtful = [
            (link, heading)
            for link, heading in asked
            if not _NO_HEADING.fullmatch(heading) and _letters(heading) not in known
        ]
        note = read(path) if doubtful else None
        if note is None:
            continue
        places = _Places(note)
        for link, heading in doubtful:
            if not places.have(heading):
                what = "block" if heading.startswith("^") else "heading"
                where = "this note" if path == link.path else path
                message = f"{_shown(link.written)}: {where} has no such {what}"
                yield Finding("missing-heading", link.path, message, link.line)


class _Places:
    """Everything in a note that a link can lead to."""

    def __init__(self, note: NoteText) -> None:
        document = note.document
        self._document = document
        texts = [each.text for each in document.headings]
        bare = (_ATTRIBUTES.sub("", text) for text in texts)
        markup = (note.text[each.start : each.end].strip("# \t") for each in document.headings)
        self._headings = _spellings((*texts, *bare, *map(markdown.link_words, markup)))
        self._counts = Counter(map(_letters, texts))
        spans = (span for span in document.spans if span.kind == "block_id")
        self._blocks = {span.detail.casefold() for span in spans}
        anchors = _ANCHOR.finditer(note.text, note.parts.body_start)
        self._anchors = {match[1].casefold() for match in anchors}

    def have(self, heading: str) -> bool:
        """Whether there is such a heading, path of headings, anchor or ``^block``."""
        if heading.startswith("^"):
            return heading[1:].casefold() in self._blocks
        if _letters(heading) in self._headings or heading.casefold() in self._anchors:
            return True
        counted = _COUNTED.fullmatch(heading)
        if counted and self._counts[_letters(counted[1])] > int(counted[2]):
            return True
        last = _letters(heading.rpartition("#")[2])
        is_path = "#" in heading and last in self._headings
        return is_path and markdown.find_heading(self._document, heading) is not None


def _spellings(texts: Iterable[str]) -> set[str]:
    """Return what links to headings may say, in the spelling of any program that makes anchors.

    Some leave out the number that a heading begins with.
    """
    found = {_letters(each) for text in texts for each in (text, _NUMBERING.sub("", text))}
    return found - {""}


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

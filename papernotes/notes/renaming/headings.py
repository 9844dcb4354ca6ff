"""A heading that says something else, and the links that mean it or another of its note. Pure.

In the heading's line only its words are replaced. A link keeps its form: the text of a heading
stays text, an anchor stays an anchor, and where one anchor becomes another since anchors of equal
headings are numbered, the links to that follow too. After each change the note is read again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote

from papernotes import markdown
from papernotes.errors import ConflictError, FormatError, NotFoundError, UsageError
from papernotes.markdown.targets import clean_target
from papernotes.notes.front_matter import split
from papernotes.notes.reading import read
from papernotes.notes.renaming.anchors import Anchors
from papernotes.notes.renaming.places import (
    as_destination,
    definition,
    find_destination,
    find_wiki_heading,
    is_by_label,
    said,
)
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.markdown import Document, Heading, Span
    from papernotes.models import Link
    from papernotes.notes.reading import Reading

_Splice: TypeAlias = "tuple[int, int, str]"
_BY_HAND = "change it by hand"
_ATX = re.compile(r"#{1,6}(?:[ \t]+|$)")
_CLOSING = re.compile(r"(?:^|(?<=[ \t]))#+[ \t]*$")
_TAILS = (
    re.compile(r"[ \t]*\{#[^{}\s]+\}[ \t]*$"),
    re.compile(r"(?:^|(?<=[ \t]))\^[A-Za-z0-9-]+[ \t]*$"),
)
_MARK = re.compile(r"#(?:[ \t]|$)")
_AROUND = " \t>*+0123456789.)"  # a line of = or - may be the second of a heading
_WORDS = frozenset({"code", "math"})
_LONGEST_TAIL = 200
_MOST_TRIES = 20
_PIECE = re.compile(r"[^#]+")
_NOT_IN_WIKI = re.compile(r"%%|<!--|[#|^\\\[\]]")
_QUOTED_LETTER = re.compile(r"%[89A-F][0-9A-F]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NewHeading:
    """A note whose heading ``index`` (from 0) says something else.

    ``text`` is the note's text after that, ``old`` the Markdown that was replaced by ``new``;
    ``title`` and ``new_title`` are the note's.
    """

    text: str
    index: int
    old: str
    new: str
    title: str
    new_title: str
    before: Anchors
    after: Anchors


def rename_heading(text: str, path: str, wanted: str, new: str) -> NewHeading:
    """Return a note with other words, ``new``, in the heading that ``wanted`` means.

    ``wanted`` is what a link would say: ``Heading``, ``Part#Heading``, or an anchor; ``new`` is
    Markdown on one line, words without links or tags. Raises NotFoundError, UsageError for words
    that cannot be, and FormatError with a line where nothing else could stay as it is.
    """
    shown = _shown(new)
    reading = read(text, path)
    before = Anchors(reading.document)
    found = before.path([name.strip() for name in wanted.split("#") if name.strip()])
    found = found or before.path([wanted.strip()])  # a # may be one of its words
    if not found:
        headings = [heading.text for heading in before.headings if heading.text]
        hint = f"it has: {'; '.join(headings[:10])}" if headings else "it has no headings"
        raise NotFoundError(f"{path} has no heading {wanted!r}", hint=hint)
    heading = before.headings[found[-1]]
    start, end = _words(reading.document, heading)
    edited = splice(text, [(start, end, new)])
    after = read(edited, path)
    texts = [each.text for each in before.headings]
    texts[found[-1]] = shown
    if not _is_same(reading, after) or [each.text for each in after.document.headings] != texts:
        raise _refusal(heading.text, heading.line)
    titles = reading.note.title, after.note.title
    return NewHeading(
        edited, found[-1], text[start:end], new, *titles, before, Anchors(after.document)
    )


def changed_headings(before: str, after: str, path: str) -> NewHeading | None:
    """Return what another change to a note makes of its headings; None if they say the same."""
    if not _may_change_headings(before, after):
        return None
    old, new = read(before, path), read(after, path)
    texts = [[heading.text for heading in each.document.headings] for each in (old, new)]
    if texts[0] == texts[1] or len(texts[0]) != len(texts[1]):
        return None
    index = next(i for i, pair in enumerate(zip(*texts, strict=True)) if pair[0] != pair[1])
    said_now = texts[0][index], texts[1][index]
    titles = old.note.title, new.note.title
    return NewHeading(
        after, index, *said_now, *titles, Anchors(old.document), Anchors(new.document)
    )


def _may_change_headings(before: str, after: str) -> bool:
    """Tell whether a line that differs may be of a heading: without parsing, so in doubt yes."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    changed = [old for old, new in pairs if old != new]
    if not changed or any(_MARK.search(line) for line in changed):
        return bool(changed)
    lines = (line.strip(_AROUND) for line in before[split(before).body_start :].splitlines())
    return any(line and not (line.strip("=") and line.strip("-")) for line in lines)


def _shown(new: str) -> str:
    """Return what a reader sees of a heading. Raises UsageError for one that is not words alone."""
    document = markdown.parse(f"# {new}\n")
    is_heading = new.isprintable() and len(document.headings) == 1 and bool(new)
    if not is_heading or _stretch(document, document.headings[0]) != (2, 2 + len(new)):
        hint = "give its words alone, on one line; marks and anchors around them stay"
        raise UsageError(f"{new!r} cannot be the text of a heading", hint=hint)
    if document.links or document.tags or any(s.kind == "comment" for s in document.spans):
        hint = "write that into the note by hand"
        raise UsageError(f"{new!r} holds a link, a citation, a tag or a comment", hint=hint)
    return document.headings[0].text


def _stretch(document: Document, heading: Heading) -> tuple[int, int]:
    """Return where a heading's Markdown stands, without marks, anchor and block id."""
    text, start, end = document.text, heading.start, heading.end
    if match := _ATX.match(text, start, end):
        start = match.end()
        if closing := _CLOSING.search(text, start, end):
            end = closing.start()
    else:
        end = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
    for pattern in _TAILS:
        if match := pattern.search(text, max(start, end - _LONGEST_TAIL), end):
            end = match.start()
    inside = text[start:end].rstrip()
    return start + len(inside) - len(inside.lstrip()), start + len(inside)


def _words(document: Document, heading: Heading) -> tuple[int, int]:
    """Return where a heading's words stand: within the marks around them if there are such."""
    start, end = _stretch(document, heading)
    text = document.text
    if "\n" in text[start:end] or "\r" in text[start:end]:
        message = f"the heading {heading.text!r} runs over several lines"
        raise FormatError(message, line=heading.line, hint=_BY_HAND)
    at = text.find(heading.text, start, end) if heading.text else -1
    for _ in range(_MOST_TRIES):
        if at < 0:
            break
        if not _has_mark(document, at, at + len(heading.text)):
            return at, at + len(heading.text)
        at = text.find(heading.text, at + 1, end)
    return start, end


def _has_mark(document: Document, start: int, end: int) -> bool:
    number = max(0, bisect_left(document.marks, (start, 0)) - 1)
    return any(
        mark_start < end and start < mark_end
        for mark_start, mark_end in document.marks[number : number + 2]
    )


def _is_same(before: Reading, after: Reading) -> bool:
    """Tell whether two notes hold the same things, whatever their headings and labels say."""
    return _held(before) == _held(after)


def _held(reading: Reading) -> list[object]:
    document = reading.document
    return [
        [(link.kind, link.target, link.heading) for link in document.links],
        [(span.kind, span.detail) for span in document.spans if not _is_words(document, span)],
        [tag.name for tag in document.tags],
        [heading.level for heading in document.headings],
        len(reading.problems),
    ]


def _is_words(document: Document, span: Span) -> bool:
    """Tell whether code or math stands among the words of a heading."""
    number = bisect_right(document.headings, span.start, key=lambda each: each.start) - 1
    is_within = number >= 0 and span.end <= document.headings[number].end
    return is_within and span.kind in _WORDS


def _refusal(name: str, line: int) -> FormatError:
    return FormatError(f"{name!r} cannot be renamed here safely", line=line, hint=_BY_HAND)


# Links


def repoint(text: str, path: str, change: NewHeading, leads: Callable[[Link], bool]) -> str:
    """Return a note's text with each link that ``leads`` to the changed note meaning what it did.

    Raises ConflictError where a link would mean another heading than before, and FormatError,
    with a line, where it cannot be changed alone.
    """
    reading = read(text, path)
    splices: list[_Splice] = []
    wanted: list[Link] = []
    definitions: dict[str, str] = {}
    for span in reading.document.spans:
        if span.kind == "reference":
            found = _in_definition(text, path, span, change, leads)
            if found is not None:
                splices.append(found)
                raw = text[span.inner_start : found[0]] + found[2]
                definitions[definition(text, span)[0].target] = clean_target(raw)
    for link in reading.note.links:
        if is_by_label(text, link):
            wanted.append(replace(link, target=definitions.get(link.target, link.target)))
            continue
        found = _in_link(text, path, link, change) if leads(link) else None
        wanted.append(link if found is None else _changed(text, link, found))
        splices += [] if found is None else [found]
    if not splices:
        return text
    edited = splice(text, splices)
    _check(reading, read(edited, path), wanted)
    return edited


def _in_definition(
    text: str, path: str, span: Span, change: NewHeading, leads: Callable[[Link], bool]
) -> _Splice | None:
    link, is_angle = definition(text, span)
    if "://" in link.target or not leads(link):
        return None
    where = f"{path}:{link.line}"
    return _in_destination(text, span.inner_start, span.inner_end, change, where, is_angle=is_angle)


def _in_link(text: str, path: str, link: Link, change: NewHeading) -> _Splice | None:
    """Return the fragment of a link and what it must be, if that is something else."""
    where = f"{path}:{link.line}"
    if link.kind in {"wiki", "embed"}:
        place = find_wiki_heading(text, link)
        if place is not None:
            raw = text[place.start : place.end]
            new = _fragment(raw, change, where, _wiki_pieces)
            return None if new == raw else (place.start, place.end, new)
        if _fragment(link.heading, change, where, _wiki_pieces) != link.heading:
            raise _refusal(link.heading, link.line)
        return None
    if link.kind not in {"link", "image"} or "://" in link.target:
        return None
    place = find_destination(text, link)
    if place is not None:
        return _in_destination(text, *place[:2], change, where, is_angle=place.is_angle)
    if _in_destination(link.target, 0, len(link.target), change, where, is_angle=True):
        raise _refusal(link.target, link.line)
    return None


def _in_destination(
    text: str, start: int, end: int, change: NewHeading, where: str, *, is_angle: bool
) -> _Splice | None:
    at = text.find("#", start, end) + 1
    if not at:
        return None
    raw = text[at:end]

    def pieces(names: list[str], old: list[Heading], new: list[Heading]) -> list[str]:
        return _path_pieces(names, old, new, is_angle=is_angle)

    said_now = _fragment(raw, change, where, pieces)
    return None if said_now == raw else (at, end, said_now)


def _fragment(
    raw: str,
    change: NewHeading,
    where: str,
    written: Callable[[list[str], list[Heading], list[Heading]], list[str]],
) -> str:
    """Return what a fragment must say to mean the same heading as before.

    ``written`` takes its parts, and what headings they mean before and after.
    """
    if raw.lstrip().startswith("^"):  # a block
        return raw
    places = [match.span() for match in _PIECE.finditer(raw) if match[0].strip()]
    parts = [raw[start:end] for start, end in places]
    is_wiki = written is _wiki_pieces
    found = change.before.path([_name(part, is_wiki=is_wiki) for part in parts])
    if not found:
        return raw
    old = [change.before.headings[number] for number in found]
    new = [change.after.headings[number] for number in found]
    parts = written(parts, old, new)
    now = change.after.path([_name(part, is_wiki=is_wiki) for part in parts])
    if now != found:
        other = f"that in line {change.after.headings[now[-1]].line}" if now else "none"
        raise ConflictError(
            f"{where}: the link to {old[-1].text!r} would lead to another heading: {other}",
            hint="choose other words; nothing was changed",
        )
    return splice(raw, [(*place, part) for place, part in zip(places, parts, strict=True)])


def _name(part: str, *, is_wiki: bool) -> str:
    return (part if is_wiki else unquote(part)).strip()


def _wiki_pieces(parts: list[str], old: list[Heading], new: list[Heading]) -> list[str]:
    return [_wiki_piece(*each) for each in zip(parts, old, new, strict=True)]


def _wiki_piece(part: str, old: Heading, new: Heading) -> str:
    name = part.strip()
    is_anchor = name == old.slug != old.text
    said_now = new.slug if is_anchor else _wiki_words(new.text)
    if (old.slug == new.slug) if is_anchor else (old.text == new.text):
        return part
    return part.replace(name, said_now, 1)


def _wiki_words(text: str) -> str:
    """Return a heading's text without what would end or part a wiki link."""
    return " ".join(_NOT_IN_WIKI.sub(" ", text).split())


def _path_pieces(
    parts: list[str], old: list[Heading], new: list[Heading], *, is_angle: bool
) -> list[str]:
    return [_path_piece(*each, is_angle) for each in zip(parts, old, new, strict=True)]


def _path_piece(part: str, old: Heading, new: Heading, is_angle: bool) -> str:  # noqa: FBT001
    is_anchor = unquote(part).strip().casefold() == old.slug.casefold()
    if (old.slug == new.slug) if is_anchor else (old.text == new.text):
        return part
    said_now = new.slug if is_anchor else new.text
    if _QUOTED_LETTER.search(part):
        return quote(said_now, safe="")
    return as_destination(said_now, is_angle=is_angle and "%" not in part)


def _changed(text: str, link: Link, found: _Splice) -> Link:
    """Return what a link is to be after its fragment was replaced."""
    start, end, new = found
    if link.kind in {"wiki", "embed"}:
        return replace(link, heading=new.strip())
    raw = text[start:end]
    written = link.target
    if not written.endswith(clean_target(raw)):
        raise _refusal(link.target, link.line)
    return replace(
        link, target=written[: len(written) - len(clean_target(raw))] + clean_target(new)
    )


def _check(reading: Reading, after: Reading, wanted: list[Link]) -> None:
    """Raise FormatError unless a note says what it said, but for what links mean to say."""
    for link, other in zip(wanted, after.note.links, strict=False):
        if said(link) != said(other):
            raise _refusal(link.heading or link.target, link.line)
    texts = [[heading.text for heading in each.document.headings] for each in (reading, after)]
    is_same = len(wanted) == len(after.note.links) and texts[0] == texts[1]
    if not is_same or len(reading.problems) != len(after.problems):
        raise _refusal(reading.note.path, 1)

"""How the lines of a text must stand for kramdown: its emphasis, lists, headings, rules. Pure.

Kramdown takes stars for emphasis that CommonMark shows, and makes one list of two that follow
each other (a line with a caret alone parts them). A rule, a footnote's text, a list behind a quote
want a blank line before them, an underlined heading wants one line of text; ``2.`` in a paragraph
begins a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from papernotes.export.dialects.emphasis import settle_emphasis
from papernotes.export.dialects.standing import Kept, paired

_QUOTE = re.compile(r"(?:[ ]{0,3}>[ ]?)*")
_ITEM = re.compile(r"([ ]*)([-+*]|\d{1,9}[.)])(?:([ ]{1,4})(?=\S)|[ ]|$)")
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ ]*){3,}|(?:_[ ]*){3,}|(?:\*[ ]*){3,})$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:-+|=+)[ ]*$")
_HEADING = re.compile(r"[ ]*#{1,6}(?:[ ]|$)")
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^[^\]\s]+\]:")
_FOOTNOTES_INSIDE = 4
_NUMBER = re.compile(r"([ ]*(?:[-*+][ ]+)*)(\d{1,9})([.)])(?=[ ])")
_DEFINITION = re.compile(r"([ ]{0,3})(:[ ])")


@dataclass(slots=True)
class _List:
    """An open list: the column its items' text begins at, and its kind of mark."""

    inside: int
    kind: str


@dataclass(slots=True)
class _Above:
    """What stands above a line, inside its quotes.

    ``lists`` are the open ones, ``paragraph`` the places of the lines of the paragraph that
    ends right above; ``is_lazy``: it began inside of something that has ended since; ``is_long``:
    the footnote has more than one line.
    """

    marks: str = ""
    depth: int = 0
    lists: list[_List] = field(default_factory=list)
    paragraph: list[int] = field(default_factory=list)
    is_lazy: bool = False
    is_blank: bool = True
    is_footnote: bool = False
    is_long: bool = False


def settle(text: str, kept: Kept) -> str:
    """Return the text with its lines standing as kramdown needs them, and its tokens put back."""
    above = _Above()
    found: list[str] = []
    for line in paired(text.split("\n"), settle_emphasis):
        if line[:1].isalpha() and not above.depth and not above.is_footnote:
            found.append(kept.put_back(line, is_alone=False))
            _go_on_with_text(found, above)
            continue
        match = _QUOTE.match(line)
        marks = match[0] if match else ""
        rest = line[len(marks) :]
        depth = marks.count(">")
        is_block = _HEADING.match(rest) is not None or kept.is_apart(rest)
        if _wants_blank(rest, depth, above, is_block=is_block):
            found.append((above.marks if depth > above.depth else marks).rstrip())
            above.paragraph, above.is_lazy, above.is_blank = [], False, True
        if depth != above.depth:
            is_lazy = depth < above.depth and bool(above.paragraph)
            above = _Above(marks, depth, [], above.paragraph, is_lazy, above.is_blank)
        if _UNDERLINE.match(rest) and above.paragraph and not above.lists:
            _underline(found, marks, rest, above)
            continue
        rest = _held(_escaped(_unindented(rest, above), above), above)
        if (indent := _parted(rest, above, is_block=is_block)) is not None:
            found.append(f"{marks}{' ' * indent}^")
        found.append(kept.put_back(marks + rest, is_alone=False))
        _go_on(found, marks, rest, above, is_block=is_block)
    return "\n".join(found)


def _wants_blank(rest: str, depth: int, above: _Above, *, is_block: bool) -> bool:
    """Whether a line begins a block in CommonMark that in kramdown goes on with what is above."""
    if above.is_blank or not rest.strip():
        return False
    is_rule = _RULE.match(rest) is not None
    if depth < above.depth:
        return is_rule or is_block or bool(_ITEM.match(rest))
    if above.lists and depth > above.depth:
        return True
    if is_rule and above.paragraph and (above.is_lazy or not _UNDERLINE.match(rest)):
        return True
    if _FOOTNOTE.match(rest):
        return not above.is_footnote or above.is_long
    indent = len(rest) - len(rest.lstrip(" "))
    if above.is_footnote and indent < _FOOTNOTES_INSIDE:
        return is_rule or is_block or bool(_ITEM.match(rest))
    is_outside = bool(above.lists) and indent < above.lists[0].inside
    return is_outside and (is_rule or is_block)


def _underline(found: list[str], marks: str, rest: str, above: _Above) -> None:
    """Write an underlined heading; one that kramdown would not see, with a number sign."""
    first = above.paragraph[0]
    is_seen = len(above.paragraph) == 1 and (not first or not found[first - 1].strip(" >"))
    if above.is_lazy or is_seen:
        found.append(f"{marks}{rest}")
    else:
        words = " ".join(row[len(marks) :].strip().removesuffix("\\") for row in found[first:])
        found[first:] = [f"{marks}{'##' if '-' in rest else '#'} {words}", marks.rstrip()]
    above.paragraph, above.is_blank, above.is_footnote = [], not is_seen, False


def _unindented(rest: str, above: _Above) -> str:
    """Return a line that kramdown would take for code, as after a tag, without its indentation.

    What is code is kept, and so is no text any more.
    """
    is_held = above.lists or above.paragraph or above.is_footnote
    return rest if is_held or not rest.startswith((" " * 4, "\t")) else rest.lstrip(" \t")


def _escaped(rest: str, above: _Above) -> str:
    """Return a line that begins a list for kramdown if it does in CommonMark, and only then."""
    if (match := _DEFINITION.match(rest)) is not None:
        return f"{match[1]}\\{rest[match.start(2) :]}"
    number = _NUMBER.match(rest)
    if number is None:
        return rest
    lead, value, mark = number.groups()
    goes_on = above.paragraph and (not above.lists or len(lead) >= above.lists[-1].inside)
    is_text = goes_on and not lead.strip() and value != "1"
    if is_text:
        return f"{lead}{value}\\{rest[number.start(3) :]}" if mark == "." else rest
    return f"{lead}{value}.{rest[number.end() :]}"


def _held(rest: str, above: _Above) -> str:
    """Return a line that goes on with a paragraph of a footnote as far in as kramdown wants it."""
    goes_on = above.is_footnote and not above.is_blank and rest.strip()
    is_outside = not rest.startswith(" " * _FOOTNOTES_INSIDE) and not _FOOTNOTE.match(rest)
    return f"{' ' * _FOOTNOTES_INSIDE}{rest.lstrip()}" if goes_on and is_outside else rest


def _go_on(found: list[str], marks: str, rest: str, above: _Above, *, is_block: bool) -> None:
    """Make a line that was written the one above."""
    above.marks = marks
    above.is_blank = not rest.strip()
    is_text = not (above.is_blank or is_block or _RULE.match(rest))
    goes_on = above.is_blank or rest.startswith(" " * _FOOTNOTES_INSIDE) or bool(above.paragraph)
    above.is_long = above.is_footnote and not _FOOTNOTE.match(rest)
    above.is_footnote = bool(_FOOTNOTE.match(rest)) or (above.is_footnote and goes_on)
    if is_text and not rest.startswith("    "):
        above.paragraph.append(len(found) - 1)
    elif not is_text:
        above.paragraph, above.is_lazy = [], False


def _go_on_with_text(found: list[str], above: _Above) -> None:
    """Make a line outside of quotes that begins with a letter, as most do, the one above."""
    above.is_footnote = above.is_footnote and (above.is_blank or bool(above.paragraph))
    if above.is_blank:
        above.lists = []
    above.marks, above.is_blank = "", False
    above.paragraph.append(len(found) - 1)


def _parted(rest: str, above: _Above, *, is_block: bool) -> int | None:
    """Return how far a list is indented that begins right after another; None for other lines.

    Brings the open lists up to date.
    """
    rest = rest.expandtabs(4)
    if not rest.strip():
        return None
    indent = len(rest) - len(rest.lstrip(" "))
    item = None if _RULE.match(rest) else _ITEM.match(rest)
    if item is None:
        if above.is_blank or is_block or _RULE.match(rest):
            above.lists = [one for one in above.lists if indent >= one.inside]
        return None
    lists = above.lists
    while len(lists) > 1 and indent < lists[-2].inside:
        lists.pop()
    new = _List(indent + len(item[2]) + len(item[3] or " "), item[2][-1])
    if not lists or indent >= lists[-1].inside:
        lists.append(new)
        return None
    before = lists.pop()
    around = lists[-1].inside if lists else 0
    lists.append(new)
    return around if before.kind != new.kind else None

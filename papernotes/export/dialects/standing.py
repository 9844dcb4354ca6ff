"""How the lines of a text must stand for Pandoc: the blank lines and rules it wants. Pure.

In CommonMark a list, a heading or a quote ends the paragraph before it; Pandoc wants a blank line.
A line of hyphens is a rule in CommonMark; Pandoc may read it as the start of metadata or of a
table, so rules are made of stars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from papernotes.export.dialects.emphasis import ESCAPE, escape_unpaired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_OPEN, _CLOSE = "\x04", "\x05"  # characters no note can hold
_ESCAPED = re.compile(f"{ESCAPE}(.)", re.DOTALL)
_KEPT = re.compile(f"{_OPEN}(\\d+){_CLOSE}(?=(\\d)?)")
_TAG = re.compile(
    r"<(/?)([A-Za-z][\w-]*)\b(?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}'){0,500}(?<!/)>"
)
_VOID_TEXT = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(_VOID_TEXT.split())
_QUOTE = re.compile(r"(?:[ ]{0,3}>[ ]?)*")
_QUOTE_MARK = re.compile(rf'(?<![\\{ESCAPE}])(?:(?<![^\s(\[])(?P<opens>"(?=\S))|")')
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]|$)")
_LIST = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
_OPENS_LIST = re.compile(r"[ ]{0,3}(?:[-+*]|1[.)])[ \t]+\S")
_BULLET = re.compile(r"[ ]*([-+*])[ \t]+\S")
_RULE = re.compile(r"([ ]{0,3})(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:-+|=+)[ \t]*$")


class _Stretch(NamedTuple):
    text: str
    alone: str
    html: str
    begins_block: bool
    is_apart: bool
    before_digit: str


@dataclass(slots=True)
class Kept:
    """Stretches whose inside no rule of lines may touch: code, formulas, HTML, images.

    Each is a short token in the text until :func:`stand` puts it back: as ``alone`` where it is
    all there is of a paragraph; as ``html`` where lines are a block of HTML, which begins with one
    that ``begins_block`` and ends at a blank line. One that ``is_apart`` is no part of a paragraph.
    """

    _stretches: list[_Stretch] = field(default_factory=list)

    def add(
        self,
        text: str,
        *,
        alone: str = "",
        html: str = "",
        begins_block: bool = False,
        is_apart: bool = False,
        before_digit: str = "",
    ) -> str:
        """Return the token of a text."""
        self._stretches.append(_Stretch(text, alone, html, begins_block, is_apart, before_digit))
        return f"{_OPEN}{len(self._stretches) - 1}{_CLOSE}"

    def html_block(self, rows: Iterable[str]) -> tuple[list[str], int]:
        """Return the block of HTML that begins ``rows``, if one does, and how many it takes.

        It ends with the line that closes its first element, or where the rows do. Lines with
        anything but HTML and text in them are Markdown, tags and all.
        """
        found: list[str] = []
        depth = 0
        for row in rows:
            inside = [self._stretches[int(match[1])] for match in _KEPT.finditer(row)]
            if not all(one.html for one in inside) or not (found or self._begins(row)):
                return [], 0
            if not found and inside[0].html.startswith("</") and _KEPT.sub("", row).strip():
                return [], 0
            found.append(_KEPT.sub(lambda match: self._stretches[int(match[1])].html, row))
            depth += sum(_depth_of(one.html) for one in inside)
            if depth <= 0:
                break
        shown = _ESCAPED.sub(lambda match: escape(match[1], quote=False), "\n".join(found))
        return shown.rstrip().split("\n"), len(found)

    def _begins(self, row: str) -> bool:
        match = _KEPT.match(row.lstrip())
        return match is not None and self._stretches[int(match[1])].begins_block

    def is_apart(self, rest: str) -> bool:
        """Whether a line is the token of something that is no part of a paragraph."""
        match = _KEPT.fullmatch(rest.strip())
        return match is not None and self._stretches[int(match[1])].is_apart

    def put_back(self, line: str, *, is_alone: bool) -> str:
        """Return a line with what its tokens stand for."""
        if is_alone and (match := _KEPT.fullmatch(line.strip(" \t>"))):
            one = self._stretches[int(match[1])]
            return line.replace(match[0], one.alone or one.text).replace(ESCAPE, "\\")
        return _KEPT.sub(self._put_back, line.replace(ESCAPE, "\\"))

    def _put_back(self, match: re.Match[str]) -> str:
        one = self._stretches[int(match[1])]
        return (one.before_digit if match[2] else "") or one.text


@dataclass(slots=True)
class _Before:
    """What stands above a line: quote marks, and whether it is a paragraph, or one of a list.

    ``start`` is where the paragraph begins among the lines written, ``bullets`` are those of open
    lists, by how far they stand in.
    """

    marks: str = ""
    is_paragraph: bool = False
    in_list: bool = False
    is_html: bool = False
    start: int = 0
    bullets: Mapping[int, str] = field(default_factory=dict)


def stand(text: str, kept: Kept) -> str:
    """Return the text with blank lines where Pandoc needs them, and its tokens put back."""
    lines = paired(text.split("\n"), _settled)
    found: list[str] = []
    above = _Before()
    number = markdown_until = 0
    while number < len(lines):
        marks, rest = _parts(lines[number])
        html: list[str] = []
        taken = 0
        if number >= markdown_until and rest.lstrip().startswith(_OPEN):
            end = _paragraph_end(lines, number)
            html, taken = kept.html_block(_parts(line)[1] for line in lines[number:end])
            markdown_until = number if taken else end
        if taken:
            found += _raw(marks, html, is_below=above.is_paragraph)
            above, number = _Before(marks, is_html=True), number + taken
            continue
        if above.is_paragraph and (kept.is_apart(rest) or _interrupts(marks, rest, above)):
            common = marks if _depth(marks) <= _depth(above.marks) else above.marks
            found.append(common.rstrip())
            above = _Before(marks)
        if rest.strip() and not above.is_paragraph and _depth(marks) < _depth(above.marks):
            found.append(marks.rstrip())  # a mark with nothing behind it does not end the quote
        if above.is_paragraph and above.start < len(found) - 1 and _is_underline(rest, above):
            words = " ".join(
                _parts(row)[1].strip().removesuffix("\\") for row in found[above.start :]
            )
            level = "##" if "-" in rest else "#"
            found[above.start :] = [f"{marks}{level} {words}", marks.rstrip()]
            above = _Before(marks)
        elif rule := _rule(rest, above):
            found += [marks.rstrip()] if above.is_paragraph else []
            found.append(f"{marks}{rule}")
            above = _Before(marks)
        else:
            bullets, indent = _bullets(rest, above)
            if indent is not None:  # to Pandoc, lists that only their bullets tell apart are one
                found += [marks.rstrip(), f"{marks}{' ' * indent}<!-- -->", marks.rstrip()]
            is_shifted = above.is_html or (_HEADING.match(rest) and not above.in_list)
            line = f"{marks}{rest.lstrip() if is_shifted else rest}"
            found.append(kept.put_back(line, is_alone=_is_alone(lines, number)))
            start = above.start if above.is_paragraph else len(found) - 1
            above = replace(_below(marks, rest, above), start=start, bullets=bullets)
        number += 1
    return "\n".join(found)


def _paragraph_end(lines: list[str], start: int) -> int:
    """Return the number of the blank line, or of that of another quote, behind a line."""
    marks, _ = _parts(lines[start])
    for number in range(start, len(lines)):
        other, rest = _parts(lines[number])
        if not rest.strip() or _depth(other) != _depth(marks):
            return max(number, start + 1)
    return len(lines)


def _parts(line: str) -> tuple[str, str]:
    """Return the marks of quotes a line begins with, and what is behind them.

    Tabs at its start become spaces; Pandoc counts them in another way where it keeps tabs.
    """
    match = _QUOTE.match(line)
    marks = match[0] if match else ""
    rest = line[len(marks) :]
    words = rest.lstrip(" \t")
    return marks, rest[: len(rest) - len(words)].expandtabs(4) + words


def _settled(text: str) -> str:
    """Return the text of one paragraph with its marks of emphasis, and its quotes, for Pandoc."""
    return _parted_quotes(escape_unpaired(text))


def _parted_quotes(text: str) -> str:
    """Return text whose quotes are straight if one begins inside of another.

    Pandoc, which wants to make them typographic, would lose the space before the inner one.
    """
    is_open = False
    for match in _QUOTE_MARK.finditer(text):
        if match["opens"] is not None and is_open:
            return _QUOTE_MARK.sub(f'{ESCAPE}"', text)
        is_open = match["opens"] is not None
    return text


def paired(lines: list[str], rewrite: Callable[[str], str] = escape_unpaired) -> list[str]:
    """Return the lines with the marks of emphasis of each paragraph rewritten.

    If nothing else is said, those are escaped that have no partner in it.
    """
    found: list[str] = []
    waiting: list[tuple[str, str]] = []

    def finish() -> None:
        rows = rewrite("\n".join(rest for _, rest in waiting)).split("\n")
        found.extend(f"{marks}{row}" for (marks, _), row in zip(waiting, rows, strict=True))
        waiting.clear()

    for line in lines:
        marks, rest = _parts(line)
        begins = not rest.strip() or _LIST.match(rest) or _HEADING.match(rest) or _is_row(rest)
        if waiting and (begins or _depth(marks) != _depth(waiting[-1][0])):
            finish()
        waiting.append((marks, rest))
        if _HEADING.match(rest) or not rest.strip():
            finish()
    if waiting:
        finish()
    return found


def _is_row(rest: str) -> bool:
    return rest.lstrip().startswith("|")


def _is_underline(rest: str, above: _Before) -> bool:
    return above.is_paragraph and not above.in_list and _UNDERLINE.match(rest) is not None


def _bullets(rest: str, above: _Before) -> tuple[Mapping[int, str], int | None]:
    """Return the bullets of the lists that are open behind a line, by how far they stand in.

    With them comes how far in the line stands, if it begins a list right behind another.
    """
    if not rest.strip():
        return above.bullets, None
    indent = len(rest) - len(rest.lstrip(" "))
    item = _BULLET.match(rest)
    if item is None:
        goes_on = above.is_paragraph and not _LIST.match(rest)
        left = above.bullets if goes_on else _within(above.bullets, indent - 1)
        return left, None
    before = above.bullets.get(indent, item[1])
    bullets = {**_within(above.bullets, indent - 1), indent: item[1]}
    return bullets, indent if before != item[1] else None


def _within(bullets: Mapping[int, str], indent: int) -> Mapping[int, str]:
    return {place: bullet for place, bullet in bullets.items() if place <= indent}


def _rule(rest: str, above: _Before) -> str:
    """Return a line that is a rule in CommonMark as one of stars; empty for any other line."""
    rule = _RULE.match(rest)
    if rule is None or _is_underline(rest, above):
        return ""
    return f"{rule[1]}***"


def _raw(marks: str, html: list[str], *, is_below: bool) -> list[str]:
    """Return lines of HTML as a raw block of Pandoc's."""
    runs = [len(run) for row in html for run in re.findall(r"`+", row)]
    fence = "`" * max(3, max(runs, default=0) + 1)
    rows = [*([""] if is_below else []), f"{fence}{{=html}}", *html, fence, ""]
    return [f"{marks}{row}" if row else marks.rstrip() for row in rows]


def _interrupts(marks: str, rest: str, above: _Before) -> bool:
    """Whether a line ends the paragraph above it in CommonMark, and would not in Pandoc."""
    if _depth(marks) > _depth(above.marks):
        return True
    if _depth(marks) < _depth(above.marks):
        return False
    if _HEADING.match(rest):
        return True
    return not above.in_list and _OPENS_LIST.match(rest) is not None and not _RULE.match(rest)


def _below(marks: str, rest: str, above: _Before) -> _Before:
    """Return what the next line finds above it."""
    if not rest.strip():
        return _Before(marks)
    is_same = _depth(marks) == _depth(above.marks)
    in_list = _LIST.match(rest) is not None or (is_same and above.in_list)
    return _Before(marks, not _HEADING.match(rest), in_list)


def _is_alone(lines: list[str], number: int) -> bool:
    """Whether a line is all there is of its paragraph."""
    around = (lines[at] for at in (number - 1, number + 1) if 0 <= at < len(lines))
    return not any(other.strip(" \t>") for other in around)


def _depth_of(html: str) -> int:
    """Return how many elements a stretch of HTML leaves open, below zero if it closes some."""
    tags = _TAG.findall(html)
    return sum(-1 if slash else name.lower() not in VOID for slash, name in tags)


def _depth(marks: str) -> int:
    return marks.count(">")

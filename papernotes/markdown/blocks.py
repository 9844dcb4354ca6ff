"""The first pass over Markdown: lines → blocks, and the stretches that hold inline text.

CommonMark's container rules (quotes, list items, lazy lines) decide what is code; a line is
looked at once. Nesting deeper than :data:`MAX_DEPTH` is read as text.
"""

from __future__ import annotations

import re

from papernotes.markdown.comments import raw_comments
from papernotes.markdown.lines import (
    PIPE,
    Cursor,
    Lines,
    after_quote,
    count_cells,
    find_open_comment,
    fresh,
    skip,
)
from papernotes.markdown.outline import Blocks, Container, Leaf, RawHeading
from papernotes.markdown.spans import Span
from papernotes.markdown.targets import HTML_BLOCK, RAW_HTML, RAW_HTML_END, VISIBLE_RAW_HTML

MAX_DEPTH = 40
_CODE_INDENT = 4
_MAX_ATTRIBUTES = 200

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_END = re.compile(r"(?:^|(?<=[ \t]))#+[ \t]*$")
_FENCE = re.compile(r"(`{3,})([^`\r\n]*)$|(~{3,})([^\r\n]*)$")
_LIST = re.compile(r"([-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_RULE = re.compile(r"([-_*])[ \t]*+(?:\1[ \t]*+){2,}+$")
_SETEXT = re.compile(r"(=+|-+)[ \t]*$")
_DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*+\|?[ \t]*$")
_TASK = re.compile(r"[ \t]+\[([^\]\r\n])\](?=[ \t]|$)")
_FOOTNOTE = re.compile(r"\[\^([^\]\[\s^]+)\]:[ \t]*")
_CALLOUT = re.compile(r"[ \t]*\[!([^\]\[|\s]+)(?:\|[^\]\[\r\n]*)?\]([+-]?)(?=[ \t]|$)[ \t]*")
_BLOCK_ID_LINE = re.compile(r"\^[A-Za-z0-9-]+[ \t]*$")
_ATTRIBUTES = re.compile(r"[ \t]*\{#([^{}\s]+)\}[ \t]*$")
_STARTERS = frozenset("#>`~<$%=-_*+|:[0123456789")


def scan(text: str, start: int, line: int) -> Blocks:
    """Return the blocks of ``text`` from ``start`` on, whose first line has the number ``line``."""
    return _Scanner(text, start, line).scan()


class _Scanner:
    def __init__(self, text: str, start: int, line: int) -> None:
        self.text = text
        self.lines = Lines(text, start, line)
        self.found = Blocks(self.lines)
        self.containers: list[Container] = []
        self.leaf = Leaf()
        self.number = line
        self.last_end = start
        self.has_comments = "%%" in text or "<!--" in text
        self.last_html_comment_end = text.rfind("-->")
        self.has_more_math = True
        self.in_html = False  # up to the next blank line, where nothing indented is code

    def scan(self) -> Blocks:
        starts, ends, index = self.lines.starts, self.lines.ends, 0
        while index < len(ends):
            self.number = self.lines.first + index
            index = self._line(index)
            if ends[index - 1] > starts[index - 1]:
                self.last_end = ends[index - 1]
        self._close_to(0)
        return self.found

    def _match_containers(self, start: int, end: int) -> tuple[int, Cursor, int]:
        """Return how many open containers go on in a line, and the place after their marks.

        The third value is the offset after the last quote mark, ``start`` if there is none.
        """
        cursor, marked = skip(self.text, start, end, 0, 0), start
        for number, container in enumerate(self.containers):
            is_blank = cursor.pos == end
            if container.kind == "quote":
                if is_blank or cursor.indent >= _CODE_INDENT or self.text[cursor.pos] != ">":
                    return number, cursor, marked
                marked = cursor.pos + 1
                cursor = after_quote(self.text, cursor, end)
            elif not is_blank:
                if cursor.indent < container.indent:
                    return number, cursor, marked
                cursor.used += container.indent
        return len(self.containers), cursor, marked

    def _line(self, index: int) -> int:
        """Read the line ``index``; return the index of the line to go on with."""
        start, end = self.lines.starts[index], self.lines.ends[index]
        if self.containers:
            matched, cursor, marked = self._match_containers(start, end)
            if marked > start:
                self._mask(start, marked)
        else:
            matched, cursor = 0, skip(self.text, start, end, 0, 0)
        if matched < len(self.containers) and self.leaf.kind not in {"", "paragraph"}:
            self._close_to(matched)
        if self.leaf.kind in {"fence", "html"}:
            self._inside_raw(start, cursor, end)
        elif cursor.pos == end:
            self._blank(matched)
        else:
            return self._open_blocks(index, matched, cursor, end)
        return index + 1

    def _blank(self, matched: int) -> None:
        self.in_html = False
        if matched < len(self.containers):
            self._close_to(matched)
        elif self.leaf.kind != "code_block":
            self._close_leaf()

    def _inside_raw(self, start: int, cursor: Cursor, end: int) -> None:
        leaf, text = self.leaf, self.text
        leaf.end = end
        line = text[cursor.pos : end].rstrip(" \t")
        if leaf.kind == "html":
            if match := RAW_HTML_END.search(text, cursor.pos, end):
                self._close_raw(match.start())
        elif (
            line.startswith(leaf.fence)
            and cursor.indent < _CODE_INDENT
            and not line.strip(leaf.fence[0])
        ):
            self.found.marks.append((cursor.pos, end))
            self._close_raw(max(leaf.inner_start, start))

    def _open_blocks(self, index: int, matched: int, cursor: Cursor, end: int) -> int:
        while cursor.pos < end:
            in_paragraph = self.leaf.kind == "paragraph"
            if self.in_html:
                cursor.used = cursor.column
            if cursor.indent >= _CODE_INDENT and self.leaf.kind != "table":
                if in_paragraph:
                    break
                return self._indented(index, matched, cursor, end)
            if self.leaf.kind == "code_block":
                self._close_leaf()
            if self.text[cursor.pos] not in _STARTERS:
                break
            if following := self._open_leaf(index, matched, cursor, end):
                return following
            interrupts = in_paragraph and matched == len(self.containers)
            opened = self._open_container(cursor, end, interrupts=interrupts)
            if opened is None:
                break
            self._close_to(matched)
            self.containers.append(opened[0])
            matched, cursor = matched + 1, opened[1]
            if opened[0].kind == "quote" and self._callout(index, cursor, end):
                return index + 1
        if cursor.pos >= end:
            return index + 1
        if matched < len(self.containers) and self.leaf.kind != "paragraph":
            self._close_to(matched)
        return self._text_line(index, cursor.pos, end)

    def _open_container(
        self, cursor: Cursor, end: int, *, interrupts: bool
    ) -> tuple[Container, Cursor] | None:
        text, pos = self.text, cursor.pos
        if len(self.containers) >= MAX_DEPTH:
            return None
        if text[pos] == ">" and self.in_html and not text[pos + 1 : end].strip():
            return None  # the end of a tag that goes over lines
        if text[pos] == ">":
            self._mask(pos, pos + 1)
            return Container("quote", pos, self.number), after_quote(self.text, cursor, end)
        if match := _FOOTNOTE.match(text, pos, end):
            self.found.marks.append(match.span())
            opened = Container(
                "footnote", pos, self.number, _CODE_INDENT, match.end(), match.group(1)
            )
            return opened, fresh(self.text, match.end(), end)
        match = _LIST.match(text, pos, end)
        if match is None:
            return None
        is_empty = not text[match.end() : end].strip(" \t")
        if interrupts and (is_empty or match.group(2) not in {None, "1"}):
            return None
        return self._list_item(cursor, match, end)

    def _list_item(
        self, cursor: Cursor, match: re.Match[str], end: int
    ) -> tuple[Container, Cursor]:
        width = match.end() - match.start()
        after = skip(self.text, match.end(), end, cursor.column + width, cursor.column + width)
        gap = after.indent if after.pos < end and after.indent <= _CODE_INDENT else 1
        after.used += gap
        mark_end = match.end()
        if task := _TASK.match(self.text, match.end(), end):
            at, mark_end = task.start(1), task.end()
            self.found.spans.append(
                Span("task", at - 1, at + 2, self.number, at, at + 1, detail=task.group(1))
            )
            after = fresh(self.text, mark_end, end)
        self.found.marks.append((cursor.pos, mark_end))
        return Container("item", cursor.pos, self.number, cursor.indent + width + gap), after

    def _callout(self, index: int, cursor: Cursor, end: int) -> bool:
        match = _CALLOUT.match(self.text, cursor.pos, end)
        if match is None:
            return False
        opened = self.containers[-1]
        opened.detail, opened.fold = match.group(1).lower(), match.group(2)
        opened.label = self.text[match.end() : end].strip() or opened.detail.capitalize()
        opened.inner_start = (
            self.lines.starts[index + 1] if index + 1 < len(self.lines.ends) else end
        )
        self.found.marks.append((cursor.pos, match.end()))
        self.found.regions.append((match.end(), end, False))
        return True

    def _close_to(self, depth: int) -> None:
        """Close the open leaf and all containers but the first ``depth``."""
        self._close_leaf()
        while len(self.containers) > depth:
            closed, self.in_html = self.containers.pop(), False
            if closed.detail:
                self.found.spans.append(closed.span(max(self.last_end, closed.inner_start)))

    # Leaves

    def _open_leaf(self, index: int, matched: int, cursor: Cursor, end: int) -> int:
        """Open or finish the leaf that this line begins; return the next line's index, or 0."""
        text, pos, char = self.text, cursor.pos, self.text[cursor.pos]
        goes_on = self.leaf.kind == "paragraph" and matched == len(self.containers)
        if goes_on and char in "|:-" and self._table(pos, end):
            return index + 1
        if goes_on and char in "=-" and _SETEXT.match(text, pos, end):
            self._setext(pos, end)
            return index + 1
        if char == "#" and (match := _ATX.match(text, pos, end)):
            self._close_to(matched)
            self._atx(match, end)
            return index + 1
        if char in "`~" and (match := _FENCE.match(text, pos, end)):
            self._close_to(matched)
            self._open_raw("fence", index, pos, match.group(1) or match.group(3))
            self.leaf.detail = (match.group(2) or match.group(4) or "").strip()
            self.found.marks.append((pos, end))
            return index + 1
        if char == "<" and (match := RAW_HTML.match(text, pos, end)):
            self._close_to(matched)
            self._open_raw("html", index, pos, "")
            self.leaf.detail, self.leaf.inner_start = match.group(1).lower(), match.end()
            self._inside_raw(match.end(), Cursor(match.end(), 0, 0), end)
            return index + 1
        if char in "-_*" and _RULE.match(text, pos, end):
            self._close_to(matched)
            self.found.marks.append((pos, end))
            return index + 1
        if char == "$" and text.startswith("$$", pos):
            return self._math(index, matched, pos, end)
        return 0

    def _atx(self, match: re.Match[str], end: int) -> None:
        text_end = end
        if closing := _ATX_END.search(self.text, match.end(), end):
            text_end = closing.start()
        self._heading(len(match.group(1)), (match.start(), end), (match.end(), text_end))
        self.found.marks += [match.span(), (text_end, end)]

    def _setext(self, pos: int, end: int) -> None:
        leaf, self.leaf = self.leaf, Leaf()
        level = 1 if self.text[pos] == "=" else 2
        number, self.number = self.number, leaf.line
        self._heading(level, (leaf.start, end), (leaf.start, leaf.end))
        self.number = number
        self.found.marks.append((pos, end))

    def _heading(self, level: int, whole: tuple[int, int], inner: tuple[int, int]) -> None:
        start, end = inner
        anchor = ""
        if attributes := _ATTRIBUTES.search(self.text, max(start, end - _MAX_ATTRIBUTES), end):
            self.found.marks.append((attributes.start(), end))
            end, anchor = attributes.start(), attributes.group(1)
        self.found.headings.append(RawHeading(level, *whole, self.number, start, end, anchor))
        self.found.regions.append((start, end, False))

    def _open_raw(self, kind: str, index: int, pos: int, fence: str) -> None:
        end = self.lines.ends[index]
        inner = self.lines.starts[index + 1] if index + 1 < len(self.lines.ends) else end
        self.leaf = Leaf(kind, pos, end, self.number, inner, fence=fence)

    def _close_raw(self, inner_end: int) -> None:
        leaf, self.leaf = self.leaf, Leaf()
        self.found.spans.append(leaf.span(inner_end))
        if leaf.kind == "html" and leaf.detail not in VISIBLE_RAW_HTML:
            self.found.marks.append((leaf.start, leaf.end))
        elif leaf.kind == "html" and self.has_comments:
            for one in raw_comments(self.text, leaf.start, leaf.end, self.lines):
                self.found.spans.append(one)
                self.found.marks.append((one.start, one.end))

    def _indented(self, index: int, matched: int, cursor: Cursor, end: int) -> int:
        if self.leaf.kind != "code_block":
            self._close_to(matched)
            self.leaf = Leaf("code_block", cursor.pos, end, self.number, cursor.pos)
        self.leaf.end = end
        return index + 1

    def _table(self, pos: int, end: int) -> bool:
        text, leaf = self.text, self.leaf
        if not _DELIMITER.match(text, pos, end) or text.find("|", leaf.last, end) < 0:
            return False
        columns = count_cells(text[pos:end])
        if count_cells(text[leaf.last : leaf.end]) != columns:
            return False
        if leaf.start < leaf.last:
            self.found.regions.append((leaf.start, leaf.last, True))
        self.leaf = Leaf("table", leaf.last, end, self.number - 1, leaf.last, columns=columns)
        self._row(leaf.last, leaf.end)
        self.found.marks.append((pos, end))
        return True

    def _row(self, pos: int, end: int) -> None:
        self.found.regions.append((pos, end, False))
        if count_cells(self.text[pos:end]) <= self.leaf.columns:
            self.found.rows.add(pos)
        self.found.marks += [match.span() for match in PIPE.finditer(self.text, pos, end)]
        self.leaf.end = max(self.leaf.end, end)

    def _math(self, index: int, matched: int, pos: int, end: int) -> int:
        """Take ``$$`` … ``$$`` over several lines; a blank line inside needs both alone."""
        text = self.text
        if not self.has_more_math or text.find("$$", pos + 2, end) >= 0:
            return 0
        close = text.find("$$", end)
        if close < 0:
            self.has_more_math = False
            return 0
        last = self.lines.index(close)
        has_blank = False
        for number in range(index + 1, last + 1):
            stop = self.lines.ends[number]
            went_on, cursor, _ = self._match_containers(self.lines.starts[number], stop)
            if went_on < matched:
                return 0
            has_blank = has_blank or cursor.pos == stop
        line_end = self.lines.ends[last]
        is_strict = not text[pos + 2 : end].strip() and not text[
            self.lines.starts[last] : close
        ].strip(" \t>")
        if has_blank and not is_strict:
            return 0
        self._close_to(matched)
        self.found.spans.append(Span("math_block", pos, close + 2, self.number, pos + 2, close))
        self.found.marks += [(pos, pos + 2), (close, close + 2)]
        if attributes := _ATTRIBUTES.match(text, close + 2, line_end):
            self.found.marks.append(attributes.span())
        elif text[close + 2 : line_end].strip():
            self.leaf = Leaf(
                "paragraph", close + 2, line_end, self.lines.first + last, last=close + 2
            )
        return last + 1

    def _text_line(self, index: int, pos: int, end: int) -> int:
        leaf = self.leaf
        if leaf.kind == "table":
            if not _BLOCK_ID_LINE.match(self.text, pos, end):
                self._row(pos, end)
                return index + 1
            self._close_leaf()
        if self.has_comments and (comment := self._open_comment(pos, end)):
            index = self.lines.index(comment[1] - 1)
            end = self.lines.ends[index]
            if comment[0] == pos and not self.text[comment[1] : end].strip():
                return index + 1
        if self.leaf.kind != "paragraph":
            self.leaf = Leaf("paragraph", pos, end, self.number)
        self.in_html = self.in_html or HTML_BLOCK.match(self.text, pos, end) is not None
        self.leaf.last, self.leaf.end = pos, end
        return index + 1

    def _close_leaf(self) -> None:
        leaf = self.leaf
        if leaf.kind == "paragraph":
            self.found.regions.append((leaf.start, leaf.end, True))
            self.leaf = Leaf()
        elif leaf.kind:
            self._close_raw(leaf.end)

    def _open_comment(self, pos: int, end: int) -> tuple[int, int] | None:
        """Take the comment that begins in this line and ends in a later one; (start, end)."""
        found = find_open_comment(self.text, pos, end, self.last_html_comment_end)
        if found is None:
            return None
        start, stop, mark, inner_end = found
        self.found.spans.append(
            Span("comment", start, stop, self.number, start + len(mark), inner_end, mark)
        )
        self._mask(start, stop)
        return start, stop

    def _mask(self, start: int, end: int) -> None:
        self.found.marks.append((start, end))
        self.found.masks.append((start, end))

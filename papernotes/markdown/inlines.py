"""The second pass over Markdown: links, citations, math, tags and code inside the blocks' text.

Every construct is found by one look from its first character, bounded by the next character of
its kind, so that the work grows with the length of the text and not with its square.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from papernotes.markdown import targets
from papernotes.markdown.citations import CITE_BEFORE, KEY, read_group, read_locator
from papernotes.markdown.comments import Hidden, blank, comment_definition, find_comments
from papernotes.markdown.lines import PIPE, Ticks
from papernotes.markdown.spans import Citation, Cite, Span, Tag
from papernotes.models import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papernotes.markdown.lines import Lines

_MAX_LABEL = 1000
_MAX_BLOCK_ID = 100

_TRIGGER = re.compile(r"[\\`$\[\]<@#%:]")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TICK_RUN = re.compile(r"`+")
_MATH = re.compile(r"\$(?![\s$])(?:[^$\\]|\\.)*+(?<!\s)\$(?!\d)", re.DOTALL)
_FOOTNOTE_REF = re.compile(r"\[\^([^\]\[\s^]+)\](?!:)")
_BLOCK_ID = re.compile(r"[A-Za-z0-9-]+")
_PATHLIKE = re.compile(r"[/.#:]")


class _Bracket(NamedTuple):
    """An open ``[``, ``![`` or ``^[``, and how much had been found before it."""

    kind: str
    at: int
    links: int
    citations: int


class Inlines:
    """Reads regions of ``text`` one by one and gathers what stands in them.

    ``text`` has the length of the note's text, with the blocks' own marks blanked.
    """

    def __init__(self, text: str, lines: Lines) -> None:
        self.text = text
        self.lines = lines
        self.links: list[Link] = []
        self.citations: list[Citation] = []
        self.tags: list[Tag] = []
        self.spans: list[Span] = []
        self.marks: list[tuple[int, int]] = []
        self._definitions: dict[str, str] = {}
        self._read: Mapping[str, Callable[[int], int]] = {
            "\\": self._backslash,
            "`": self._code,
            "$": self._dollar,
            "[": self._open,
            "]": self._close,
            "<": self._angle,
            "@": self._at,
            "#": self._hash,
            "%": self._percent,
            ":": self._colon,
        }
        self._begin(0, 0)

    def _begin(self, start: int, end: int) -> None:
        self._start, self._end = start, end
        self._floor = start  # everything before it belongs to something found
        self._brackets: list[_Bracket] = []
        self._inactive = 0  # so many brackets from the bottom can make no link any more
        self._settled = 0  # so many citations can join no group any more
        self._hidden = Hidden(self.text)
        self._ticks: Ticks | None = None
        self._has_html_comment_end = True
        self._is_row = False

    def define(self, start: int, end: int) -> int:
        """Take the link definitions a paragraph begins with; return where its text begins."""
        while True:
            match = targets.DEFINITION.match(self.text, start, end)
            if match:
                group = 2 if match.group(2) is not None else 3
                label = match.group(1)
                self._definitions.setdefault(
                    targets.normal_label(label), targets.clean_target(match.group(group))
                )
            if stop := comment_definition(self.text, start, end):
                start = self._comment(start, "", stop, stop)
            elif match:
                self._span("reference", match.start(), match.end(), *match.span(group), label)
                self._has_html_comment_end = True
                self._hide_within(match.end(group), match.end())
                self.marks.append(match.span())
                start = match.end()
            else:
                return start

    def read(self, start: int, end: int, *, is_row: bool = False) -> None:
        """Gather what stands in one region; in a row of a table no formula goes over a bar."""
        end = start + len(self.text[start:end].rstrip())
        end = self._block_id(start, end)
        self._begin(start, end)
        self._is_row = is_row
        self._settled = len(self.citations)
        text, search, read = self.text, _TRIGGER.search, self._read
        while match := search(text, start, end):
            at = match.start()
            start = read[text[at]](at)
            if start > at + 1:
                self._floor = start

    def _block_id(self, start: int, end: int) -> int:
        at = self.text.rfind("^", max(start, end - _MAX_BLOCK_ID), end)
        if at < 0 or (at > start and self.text[at - 1] not in " \t\r\n"):
            return end
        match = _BLOCK_ID.fullmatch(self.text, at + 1, end)
        if match is None:
            return end
        self._span("block_id", at, end, at + 1, end, match.group())
        self.marks.append((at, end))
        return at

    def _span(
        self, kind: str, start: int, end: int, inner: int, stop: int, detail: str = ""
    ) -> None:
        line = self.lines.number(start)
        self.spans.append(Span(kind, start, end, line, inner, stop, detail))

    def _enclosed(self, kind: str, start: int, end: int, width: int, detail: str = "") -> int:
        """Record a span between two marks of ``width`` characters; return its end."""
        self._span(kind, start, end, start + width, end - width, detail)
        self.marks += [(start, start + width), (end - width, end)]
        return end

    def _link(
        self, kind: str, target: str, start: int, end: int, *, heading: str = "", label: str = ""
    ) -> None:
        line = self.lines.number(start)
        self.links.append(Link(kind, target, start, end, line, heading, label))

    # One method per first character; each returns where to go on

    def _backslash(self, at: int) -> int:
        following = self.text[at + 1 : at + 2]
        return at + 2 if at + 1 < self._end and following in _PUNCTUATION else at + 1

    def _code(self, at: int) -> int:
        run = _TICK_RUN.match(self.text, at, self._end)
        length = run.end() - at if run else 1
        if self._ticks is None:
            self._ticks = Ticks(self.text, at, self._end)
        close = self._ticks.closing(length, at + length)
        if close < 0:
            return at + length
        return self._enclosed("code", at, close + length, length)

    def _dollar(self, at: int) -> int:
        text = self.text
        if text.startswith("$$", at):
            close = text.find("$$", at + 2, self._end)
            while close > 0 and text[close - 1] == "\\" and text[close - 2] != "\\":
                close = text.find("$$", close + 1, self._end)
            if close <= at + 2 or not text[at + 2 : close].strip() or self._goes_on(at, close):
                return at + 2
            return self._enclosed("math_block", at, close + 2, 2)
        match = _MATH.match(text, at, self._end)
        if match is None or self._goes_on(at, match.end()):
            return at + 1
        return self._enclosed("math", at, match.end(), 1)

    def _goes_on(self, start: int, end: int) -> bool:
        """Whether a stretch of a row is not all of one cell."""
        return self._is_row and PIPE.search(self.text, start, end) is not None

    def _percent(self, at: int) -> int:
        if not self.text.startswith("%%", at):
            return at + 1
        close = self.text.find("%%", at + 2, self._end)
        return at + 2 if close < 0 else self._comment(at, "%%", close, close + 2)

    def _comment(self, at: int, mark: str, close: int, end: int) -> int:
        self._span("comment", at, end, at + len(mark), close, mark)
        self._hidden.add(at, end)
        self.marks.append((at, end))
        return end

    def _comments_in(self, start: int, end: int) -> list[tuple[int, int, str]] | None:
        text, stop = self.text, max(end, self._end)
        if self._has_html_comment_end and text.find("<!--", start, end) >= 0:
            self._has_html_comment_end = text.find("-->", start, stop) >= 0
        return find_comments(text, start, end, stop, has_html_end=self._has_html_comment_end)

    def _hide_within(self, start: int, end: int) -> bool:
        """Record the comments of a stretch that is taken whole; False when one outlives it."""
        found = self._comments_in(start, end)
        for first, last, mark in found or ():
            self._comment(first, mark, last - (2 if mark == "%%" else 3), last)
        return found is not None

    def _angle(self, at: int) -> int:
        text = self.text
        if text.startswith("<!--", at):
            close = text.find("-->", at + 4, self._end) if self._has_html_comment_end else -1
            if close >= 0:
                return self._comment(at, "<!--", close, close + 3)
            self._has_html_comment_end = False
            return at + 4
        if match := targets.AUTOLINK.match(text, at, self._end):
            if not match.group(1).lower().startswith("mailto:"):
                self._link("url", match.group(1), at, match.end())
        elif (match := targets.HTML_TAG.match(text, at, self._end)) and self._hide_within(
            *match.span()
        ):
            self._span("html", at, match.end(), at, match.end(), (match[1] or match[2]).lower())
        else:
            match = targets.EMAIL.match(text, at, self._end)
        if match is None:
            return at + 1
        self.marks.append(match.span())
        return match.end()

    def _colon(self, at: int) -> int:
        text = self.text
        if not text.startswith("://", at):
            return at + 1
        scheme = 5 if text[at - 5 : at].lower() == "https" else 4
        start = at - scheme
        if start < self._floor or (start > self._start and text[start - 1].isalnum()):
            return at + 1
        match = targets.URL.match(text, start, self._end)
        if match is None:
            return at + 1
        url = targets.trim_url(match.group())
        end = start + len(url)
        if end <= at + len("://"):
            return at + 1
        self._link("url", url, start, end)
        self.marks.append((start, end))
        return end

    def _hash(self, at: int) -> int:
        text = self.text
        before = text[at - 1] if at > self._start else " "
        match = targets.TAG.match(text, at, self._end)
        if match is None:
            return at + 1
        end = at + 1 + len(match.group(1).rstrip("/"))
        name = text[at + 1 : end]
        is_attribute = before == "{" and at - 1 > self._start and not text[at - 2].isspace()
        if (
            before not in targets.TAG_BEFORE
            or is_attribute
            or targets.TAG_NOT_ONLY.fullmatch(name)
            or not name
        ):
            return match.end()
        self.tags.append(Tag(name, at, end, self.lines.number(at)))
        return end

    def _at(self, at: int) -> int:
        text = self.text
        if at > self._start and (at <= self._floor - 1 or text[at - 1] not in CITE_BEFORE):
            return at + 1
        match = KEY.match(text, at, self._end)
        if match is None or text[match.end() : match.end() + 1] == "@":
            return at + 1
        hides = at > self._floor and text[at - 1] == "-"
        if hides and at - 1 > self._start and text[at - 2].isalnum():
            return match.end()
        start, key = at - hides, match.group(1) or match.group(2)
        line = self.lines.number(at)
        cite = Cite(key, hides_author=hides)
        self.citations.append(Citation((cite,), False, start, match.end(), line))
        self._link("citation", key, at, match.end())
        return match.end()

    # Brackets

    def _open(self, at: int) -> int:
        text = self.text
        before = text[at - 1] if at > self._floor else ""
        if text.startswith("[//]:", at) and text[max(0, at - 4) : at].rstrip(" ")[-1:] in "\r\n":
            return self._comment(at, "", *[comment_definition(text, at, self._end)] * 2)
        if text.startswith("[[", at) and text[at + 2 : at + 3] != "[":
            end = self._wiki(at, is_embed=before == "!")
            if end:
                return end
        if match := _FOOTNOTE_REF.match(text, at, self._end):
            self._span("footnote_ref", at, match.end(), *match.span(1), match.group(1))
            self.marks.append(match.span())
            return match.end()
        kind = before if before and before in "!^" else "["
        self._brackets.append(_Bracket(kind, at, len(self.links), len(self.citations)))
        return at + 1

    def _wiki(self, at: int, *, is_embed: bool) -> int:
        text = self.text
        match = targets.WIKI.match(text, at, self._end)
        if match is None:
            return 0
        end, (first, last) = match.end(), match.span(1)
        comments = self._comments_in(first, last)
        if comments is None:
            return 0
        parts = targets.split_wiki(blank(text, first, last, [one[:2] for one in comments]))
        if text.startswith("(", end) and (target := targets.TARGET.match(text, end, self._end)):
            url = targets.destination(target)
            if _PATHLIKE.search(url) and self._hide_within(first, last):
                self._hide_within(*target.span(3))
                self._link("link", url, at, target.end(), label=self._hidden.shown(at + 1, end - 1))
                self.marks += [(at, at + 1), (end - 1, target.end())]
                return target.end()
        if not parts.target and not parts.heading:
            return 0
        self._hide_within(first, last)
        kind, start = ("embed", at - 1) if is_embed else ("wiki", at)
        self._link(kind, parts.target, start, end, heading=parts.heading, label=parts.label)
        shown, hidden = first, last
        if is_embed and targets.SIZE.fullmatch(parts.label):
            hidden = first + parts.name_end
        elif parts.label:
            shown = first + parts.label_start
        self.marks += [(start, shown), (hidden, end)]
        return end

    def _close(self, at: int) -> int:
        if not self._brackets:
            return at + 1
        bracket = self._brackets.pop()
        is_active = len(self._brackets) >= self._inactive or bracket.kind != "["
        self._inactive = min(self._inactive, len(self._brackets))
        if bracket.kind == "^":
            return self._inline_footnote(bracket, at + 1)
        end, target = self._link_target(bracket, at) if is_active else (0, "")
        if end:
            return self._markdown_link(bracket, at, end, target)
        self._cite_group(bracket, at)
        return at + 1

    def _inline_footnote(self, bracket: _Bracket, end: int) -> int:
        start = bracket.at - 1
        self._span("inline_footnote", start, end, bracket.at + 1, end - 1)
        self.marks += [(start, bracket.at + 1), (end - 1, end)]
        return end

    def _link_target(self, bracket: _Bracket, at: int) -> tuple[int, str]:
        """Return the end and the target of the link whose text ends at ``at``, or (0, "")."""
        text, end = self.text, self._end
        if text.startswith("(", at + 1) and (match := targets.TARGET.match(text, at + 1, end)):
            if match.group(3) is None or self._hide_within(*match.span(3)):
                return match.end(), targets.destination(match)
            return 0, ""
        if not self._definitions:
            return 0, ""
        label, stop = text[bracket.at + 1 : min(at, bracket.at + _MAX_LABEL)], at + 1
        if match := targets.REFERENCE.match(text, at + 1, end):
            label, stop = match.group(1) if match.group(1).strip() else label, match.end()
        found = self._definitions.get(targets.normal_label(label))
        return (0, "") if found is None else (stop, found)

    def _markdown_link(self, bracket: _Bracket, at: int, end: int, target: str) -> int:
        is_image = bracket.kind == "!"
        start = bracket.at - is_image
        if not is_image:  # in the text of a link nothing else is a link or a citation
            self.links[bracket.links :] = [
                link for link in self.links[bracket.links :] if link.kind not in {"url", "citation"}
            ]
            del self.citations[bracket.citations :]
            self._settled = min(self._settled, len(self.citations))
            self._inactive = len(self._brackets)
        label = self._hidden.shown(bracket.at + 1, min(at, bracket.at + _MAX_LABEL))
        self._link("image" if is_image else "link", target, start, end, label=label)
        self.marks += [(start, bracket.at + 1), (at, end)]
        return end

    def _cite_group(self, bracket: _Bracket, at: int) -> None:
        """Join the citations in a bracket to a group, or the bracket to the citation before it."""
        first, text = bracket.citations, self.text
        if first < self._settled and len(self.citations) > first:
            return
        inside = self.citations[first:]
        before = self.citations[first - 1] if first > self._settled - 1 and first else None
        is_locator = (
            before is not None
            and not before.is_bracketed
            and before.start >= self._start
            and text[before.end : bracket.at] in {"", " "}
            and not before.cites[0].locator
        )
        if is_locator and before is not None:
            cites = read_locator(*self._hidden.bracket(bracket.at + 1, at, inside), before)
            if cites:
                merged = Citation(cites, False, before.start, at + 1, before.line)
                self.citations[first - 1 :] = [merged]
                self.marks += [(bracket.at, bracket.at + 1), (at, at + 1)]
                self._settled = len(self.citations)
                return
        if inside:
            cites = read_group(*self._hidden.bracket(bracket.at + 1, at, inside))
            if cites:
                self.citations[first:] = [
                    Citation(cites, True, bracket.at, at + 1, self.lines.number(bracket.at))
                ]
                self.marks += [(bracket.at, bracket.at + 1), (at, at + 1)]
            self._settled = len(self.citations)

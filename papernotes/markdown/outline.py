"""What the first pass has found so far, and what is open while it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papernotes.markdown.spans import Span

if TYPE_CHECKING:
    from papernotes.markdown.lines import Lines


@dataclass(frozen=True, slots=True)
class RawHeading:
    """A heading before its text is read: the text stands from ``text_start`` to ``text_end``.

    ``anchor`` is the name that an ``{#anchor}`` after the text gives it.
    """

    level: int
    start: int
    end: int
    line: int
    text_start: int
    text_end: int
    anchor: str = ""


@dataclass(slots=True)
class Blocks:
    """What the lines say.

    ``regions`` hold inline text (start, end, whether a paragraph); ``masks`` are stretches in
    them that belong to the blocks (quote marks, comments over several lines). ``rows`` are the
    starts of those regions in which every bar parts two cells.
    """

    lines: Lines
    spans: list[Span] = field(default_factory=list)
    headings: list[RawHeading] = field(default_factory=list)
    regions: list[tuple[int, int, bool]] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    masks: list[tuple[int, int]] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Container:
    """An open quote, list item or footnote; ``indent`` is how far its content stands in."""

    kind: str
    start: int
    line: int
    indent: int = 0
    inner_start: int = 0
    detail: str = ""
    label: str = ""
    fold: str = ""

    def span(self, end: int) -> Span:
        """Return the callout or footnote as a span that ends at ``end``."""
        kind = "callout" if self.kind == "quote" else "footnote"
        return Span(
            kind,
            self.start,
            end,
            self.line,
            self.inner_start,
            end,
            self.detail,
            self.label,
            self.fold,
        )


@dataclass(slots=True)
class Leaf:
    """The open paragraph, fence, indented code, table or raw HTML; ``kind`` is empty for none."""

    kind: str = ""
    start: int = 0
    end: int = 0
    line: int = 0
    inner_start: int = 0
    last: int = 0
    fence: str = ""
    detail: str = ""
    columns: int = 0

    def span(self, inner_end: int) -> Span:
        """Return the leaf as a span whose content ends at ``inner_end``."""
        return Span(
            self.kind, self.start, self.end, self.line, self.inner_start, inner_end, self.detail
        )

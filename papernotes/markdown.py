"""Markdown text → headings, links, citations, math, tags … as spans with offsets. No I/O.

The grammar is CommonMark's blocks with tables, footnotes and task lists; Obsidian's wiki links,
embeds, callouts, tags, block ids and ``%%comments%%``; Pandoc's citations and its rule for
``$math$``. Nothing is a link, a citation, a tag or math inside code or a comment. The scan is one
pass over lines and one over what is left, linear in the length of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Link


@dataclass(frozen=True, slots=True)
class Heading:
    """An ATX or setext heading; ``text`` is without markup marks, ``slug`` is GitHub's anchor."""

    level: int
    text: str
    slug: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Tag:
    """An inline ``#tag``; ``name`` is without the ``#``, in the case it was written."""

    name: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Cite:
    """One key of a citation: ``prefix @key, locator``; ``-@key`` hides the author."""

    key: str
    prefix: str = ""
    locator: str = ""
    hides_author: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A Pandoc citation: ``[see @a, p. 3; -@b]`` (bracketed) or ``@a [p. 33]`` in the text."""

    cites: tuple[Cite, ...]
    is_bracketed: bool
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text with a kind; ``inner_start`` and ``inner_end`` bound what is inside it.

    ``kind`` is ``fence`` (``detail``: the info string), ``code_block`` (indented), ``code``,
    ``math``, ``math_block``, ``comment``, ``html``, ``table``, ``callout`` (``detail``: the type
    in lower case, ``label``: the title, ``fold``: ``+``, ``-`` or empty), ``footnote_ref``,
    ``footnote`` (a definition), ``inline_footnote``, ``task`` (``detail``: the mark) or
    ``block_id``. For ``detail`` of the footnote kinds and block ids see their name.
    """

    kind: str
    start: int
    end: int
    line: int
    inner_start: int
    inner_end: int
    detail: str = ""
    label: str = ""
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a text from ``start`` on; all offsets count from the text's beginning."""

    text: str
    start: int
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    citations: tuple[Citation, ...]
    tags: tuple[Tag, ...]
    spans: tuple[Span, ...]


def parse(text: str, *, start: int = 0, line: int = 1) -> Document:
    """Return what stands in ``text`` from offset ``start`` (on line ``line``) to its end."""
    raise NotImplementedError


def plain_text(document: Document) -> str:
    """Return the words a reader sees, for the index: no marks, URLs, comments or front matter."""
    raise NotImplementedError


def sentence_at(document: Document, offset: int) -> str:
    """Return the sentence (at most about 300 characters, one line) around ``offset``."""
    raise NotImplementedError


def heading_path(document: Document, offset: int) -> tuple[str, ...]:
    """Return the texts of the headings that stand above ``offset``, outermost first."""
    raise NotImplementedError

"""What a Markdown text holds, as values with offsets: the public ones of papernotes.markdown."""

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
    ``math``, ``math_block`` (every ``$$…$$``), ``comment`` (``detail``: ``%%`` or ``<!--``, or
    empty for ``[//]: # (…)``; one that is never closed runs to the end of the text, and its
    ``inner_end`` is its ``end``; it may stand inside a link, a title or raw HTML),
    ``html`` (``detail``: the tag; one whose content is not Markdown, such as ``script``, is one
    span with its content, any other tag is a span by itself), ``table``, ``callout`` (``detail``:
    the type in lower case, ``label``: the title, ``fold``: ``+``, ``-`` or empty),
    ``footnote_ref``, ``footnote`` (a definition), ``inline_footnote``, ``task`` (``detail``: the
    mark), ``block_id`` or ``reference`` (the definition ``[label]: target``; what is inside is the
    target). ``detail`` of the footnote kinds, block ids and references is their name.
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
    """What stands in a text from ``start`` on; all offsets count from the text's beginning.

    ``marks`` are the (start, end) of all that is syntax and no word: quote, list and heading
    marks, fences, brackets, link targets, URLs, comments. ``verbatim`` are those of all text that
    stays as written: inside code and math. Both are sorted and do not overlap.
    """

    text: str
    start: int
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    citations: tuple[Citation, ...]
    tags: tuple[Tag, ...]
    spans: tuple[Span, ...]
    marks: tuple[tuple[int, int], ...] = ()
    verbatim: tuple[tuple[int, int], ...] = ()

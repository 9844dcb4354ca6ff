"""The neutral pieces a post's body is made of, and how a dialect writes them.

Most of a body is :class:`Text`, the author's own Markdown as it stands in the note; what cannot
stay as it is (links, math, code, images, callouts …) is a piece of its own, so that a target is a
table of functions from pieces to text and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.markdown import Cite

ADDRESS = "\x03"  # a character no note can hold


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown of the note, unchanged. In a table its bars part cells.

    ``starts_line``: it begins where a line of the note begins.
    """

    source: str
    in_table: bool = False
    starts_line: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """Text to be shown as it is, whatever characters it holds."""

    text: str


@dataclass(frozen=True, slots=True)
class Html:
    """The author's own HTML: a tag or a whole element, ``is_block`` when it begins a block.

    ``holds_markdown``: it opens an element with Markdown inside. ``addresses`` are what belongs
    where :data:`ADDRESS` stands in ``source``, in its order: where a link leads, or the name of
    an :class:`Image` of the post.
    """

    source: str
    is_block: bool = False
    holds_markdown: bool = False
    addresses: tuple[Href | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """Code in a line; ``text`` is without its backticks."""

    text: str


@dataclass(frozen=True, slots=True)
class Fence:
    """Fenced code. ``lead`` stands before its first line and ``prefix`` before all others.

    ``lines`` are the code's lines without prefix and line end; ``language`` is one plain word or
    empty; ``title`` is what the info string called it.
    """

    lines: tuple[str, ...]
    language: str = ""
    title: str = ""
    marker: str = "```"
    lead: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Math:
    """A formula in a line. ``is_alone`` when it is all there is of its paragraph."""

    tex: str
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class MathBlock:
    """A displayed formula; ``lead`` and ``prefix`` as in :class:`Fence`."""

    lines: tuple[str, ...]
    lead: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Href:
    """Where a link goes: a URL, or the post ``ref`` (none: this page), at a heading or an id.

    ``repeat`` is how many earlier headings of the page have the same text.
    """

    url: str = ""
    ref: str = ""
    heading: str = ""
    repeat: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its visible label."""

    label: tuple[Piece, ...]
    href: Href


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The end ``](…)`` of a Markdown link whose ``[`` and label stand before it."""

    href: Href
    title: str = ""


@dataclass(frozen=True, slots=True)
class AutoLink:
    """A URL that is its own label."""

    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: a file carried along (``name`` of an :class:`Image` of the post) or a ``url``."""

    alt: str
    name: str = ""
    url: str = ""
    title: str = ""
    width: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation: its Pandoc source, and what it reads as in the style of the export.

    ``cites`` go by the citation keys of the post's papers, those of none by the key as written.
    """

    source: str
    pieces: tuple[Piece, ...] = ()
    cites: tuple[Cite, ...] = ()
    is_bracketed: bool = True
    in_note: bool = False


@dataclass(frozen=True, slots=True)
class Callout:
    """A box. ``kind`` is in lower case; ``fold`` is ``-`` (closed), ``+`` (open) or empty."""

    kind: str
    title: tuple[Piece, ...]
    body: tuple[Piece, ...]
    fold: str = ""
    lead: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A blank line is needed here, inside containers whose lines begin with ``prefix``."""

    prefix: str = ""


Piece = (
    Text
    | Plain
    | Html
    | Code
    | Fence
    | Math
    | MathBlock
    | Link
    | LinkEnd
    | AutoLink
    | Picture
    | Cited
    | Callout
    | Gap
)


class Dialect(Protocol):
    """How a target writes each piece: its table of escapes."""

    def text(self, piece: Text) -> str: ...  # noqa: D102 - one line for all below: piece → text
    def plain(self, piece: Plain) -> str: ...  # noqa: D102
    def html(self, piece: Html) -> str: ...  # noqa: D102
    def code(self, piece: Code) -> str: ...  # noqa: D102
    def fence(self, piece: Fence) -> str: ...  # noqa: D102
    def math(self, piece: Math) -> str: ...  # noqa: D102
    def math_block(self, piece: MathBlock) -> str: ...  # noqa: D102
    def link(self, piece: Link, label: str) -> str: ...  # noqa: D102
    def link_end(self, piece: LinkEnd) -> str: ...  # noqa: D102
    def auto_link(self, piece: AutoLink) -> str: ...  # noqa: D102
    def picture(self, piece: Picture) -> str: ...  # noqa: D102
    def cited(self, piece: Cited, text: str) -> str: ...  # noqa: D102
    def callout(self, piece: Callout, title: str, body: str) -> str: ...  # noqa: D102


_BLANK_LINE = re.compile(r"[ \t>]*\n")


def render_pieces(pieces: Iterable[Piece], dialect: Dialect) -> str:
    """Return the pieces as text of the dialect, with blank lines where gaps ask for them."""
    chunks: list[str] = []
    gap: Gap | None = None
    for piece in pieces:
        if isinstance(piece, Gap):
            chunks.append(_missing(chunks, piece.prefix))
            gap = piece
            continue
        text = _render_piece(piece, dialect)
        if gap and isinstance(piece, Text):
            text = _after_gap(text, gap.prefix.count(">"))
        gap = None if text else gap
        chunks.append(text)
    return "".join(chunks)


def _after_gap(text: str, quotes: int) -> str:
    """Return text without its first blank lines, up to one at which the quotes have ended."""
    at = 0
    while (blank := _BLANK_LINE.match(text, at)) and blank[0].count(">") >= quotes:
        at = blank.end()
    return text[at:]


def _missing(chunks: list[str], prefix: str) -> str:
    """Return what makes the text so far end with a blank line; nothing at its very beginning."""
    tail = ""
    for chunk in reversed(chunks):
        tail = chunk + tail
        if tail.count("\n") > 1:
            break
    if not tail:
        return ""
    line_end = "" if tail.endswith("\n") else "\n"
    last_line = (tail + line_end).rstrip("\n").rpartition("\n")[2]
    is_blank = tail.endswith("\n\n") or not last_line.strip(" \t>")
    return line_end if is_blank else f"{line_end}{prefix.rstrip()}\n"


def _render_piece(piece: Piece, dialect: Dialect) -> str:  # noqa: C901, PLR0912 - one line per piece
    match piece:
        case Text():
            return dialect.text(piece)
        case Plain():
            return dialect.plain(piece)
        case Html():
            return dialect.html(piece)
        case Code():
            return dialect.code(piece)
        case Fence():
            return dialect.fence(piece)
        case Math():
            return dialect.math(piece)
        case MathBlock():
            return dialect.math_block(piece)
        case Link():
            return dialect.link(piece, render_pieces(piece.label, dialect))
        case LinkEnd():
            return dialect.link_end(piece)
        case AutoLink():
            return dialect.auto_link(piece)
        case Picture():
            return dialect.picture(piece)
        case Cited():
            return dialect.cited(piece, render_pieces(piece.pieces, dialect))
        case Callout():
            title = render_pieces(piece.title, dialect)
            return dialect.callout(piece, title, render_pieces(piece.body, dialect))
        case Gap():
            return ""


def iter_pieces(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield all pieces in reading order, those inside others behind the piece that holds them."""
    waiting = list(pieces)[::-1]
    while waiting:
        piece = waiting.pop()
        yield piece
        match piece:
            case Link(label=inner) | Cited(pieces=inner):
                waiting += inner[::-1]
            case Callout(title=title, body=body):
                waiting += (*title, *body)[::-1]

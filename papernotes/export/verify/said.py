"""The pieces of a post → what they say, as the bare words, lines and formulas to look for. Pure."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.export.pieces import (
    Callout,
    Cited,
    Fence,
    Html,
    Link,
    Math,
    MathBlock,
    Picture,
    Text,
    iter_pieces,
    render_pieces,
)
from papernotes.export.verify.visible import bare_tex, canonical_tex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papernotes.export.pieces import (
        AutoLink,
        Code,
        LinkEnd,
        Piece,
        Plain,
    )

_MARKS = re.compile(r"\\(?=[A-Za-z])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--(?:(?!<!--).)*?-->", re.DOTALL)
_HIDDEN = re.compile(r"<(style|script|svg)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_INSIDE = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|d-[a-z]+)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&#?\w{1,40};")
_RUN = re.compile(r"[^\W_]+")
_DEFINITION = re.compile(
    r"^[ \t>]{0,40}\[[^\]\n]+\]:[ \t]*\n?.*$(?:\n[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*')[ \t]*$)?",
    re.MULTILINE,
)
_HEADING_ID = re.compile(
    r"^([ \t>]{0,40}(?:#{1,6}[ \t][^\n]*?|[^\n]*?(?=[^\n]*\n[ \t>]{0,40}(?:-+|=+)[ \t]*$)))"
    r"[ \t]*\{#[^{}\s]+\}[ \t]*$",
    re.MULTILINE,
)
_UNSAID = re.compile(
    r"\[\^[^\]\s]+\]:?|^[ \t>]*(?:[-+*][ \t]+)?(?:\d{1,9}[.)](?=[ \t])|\[[ xX]\])"
    r"|\]\(<?[^\s()]{0,9000}\)|!?\[(?=[^\]\n]{0,300}\]\[)|\]\[[^\]\n]{0,300}\]",
    re.MULTILINE,
)


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def runs(text: str) -> list[str]:
    """Return the runs of letters and digits; marks of emphasis do not part them."""
    bare = _MARKS.sub(" ", text)
    return _RUN.findall(bare.translate(_DROPPED))


_DROPPED = dict.fromkeys(map(ord, "*_~\\`\u00ad"))


def said(
    pieces: Iterable[Piece], *, has_citations: bool = True, is_page: bool = False
) -> list[str]:
    """Return the runs of what the pieces say, in order.

    ``has_citations``: citations are to read as their text. ``is_page``: without what is in the
    Markdown of a note and on no page: names of footnotes, numbers of lists, definitions of links.
    """
    text = render_pieces(pieces, _Said(has_citations=has_citations, is_page=is_page))
    return runs(without_ids(text))


def without_ids(text: str) -> str:
    """Return Markdown without the ids that its headings end with (``{#id}``)."""
    return _HEADING_ID.sub(r"\1", text) if "{#" in text else text


def given_addresses(pieces: Iterable[Piece]) -> str:
    """Return all addresses of the author's own in pieces, with what stands around them."""
    return unquote(html.unescape(" ".join(map(_address, iter_pieces(pieces)))))


def _address(piece: Piece) -> str:
    href = getattr(piece, "href", None)
    found = getattr(href, "url", "") or getattr(piece, "url", "") or getattr(piece, "source", "")
    return str(found)


class _Said:
    """Writes pieces as the plain text they say."""

    def __init__(self, *, has_citations: bool, is_page: bool) -> None:
        self._has_citations = has_citations
        self._is_page = is_page

    def text(self, piece: Text) -> str:
        source = _DEFINITION.sub("", piece.source)
        return _unescaped(_UNSAID.sub(" ", source)) if self._is_page else source

    def plain(self, piece: Plain) -> str:
        return piece.text

    def html(self, piece: Html) -> str:
        if not self._is_page:
            return _TAG.sub(" ", piece.source)
        shown = _INSIDE.sub("", _HIDDEN.sub(" ", piece.source))
        return _unescaped(_TAG.sub(" ", shown))

    def code(self, piece: Code) -> str:
        return piece.text

    def fence(self, piece: Fence) -> str:
        return "\n".join(("", *piece.lines, ""))

    def math(self, piece: Math) -> str:
        del piece
        return " "

    def math_block(self, piece: MathBlock) -> str:
        del piece
        return "\n"

    def link(self, piece: Link, label: str) -> str:
        del piece
        return label

    def link_end(self, piece: LinkEnd) -> str:
        del piece
        return ""

    def auto_link(self, piece: AutoLink) -> str:
        del piece
        return " "

    def picture(self, piece: Picture) -> str:
        return " " if self._is_page else f" {piece.alt} "

    def cited(self, piece: Cited, text: str) -> str:
        del piece
        return text if self._has_citations else " "

    def callout(self, piece: Callout, title: str, body: str) -> str:
        del piece
        return f"{title}\n{body}\n"


def first_lost(wanted: Sequence[str], found: Sequence[str]) -> str:
    """Return the first run of ``wanted`` that ``found`` does not have in this order, or empty."""
    at = 0
    for number, run in enumerate(wanted):
        try:
            at = found.index(run, at) + 1
        except ValueError:
            return " ".join(wanted[max(0, number - 3) : number + 3])
    return ""


def lost_code(pieces: Iterable[Piece], text: str) -> Iterator[str]:
    """Yield the first line of each block of code that does not stand in ``text`` line by line."""
    rows = text.split("\n")
    at = 0
    for piece in iter_pieces(pieces):
        if not isinstance(piece, Fence) or not any(line.strip() for line in piece.lines):
            continue
        place = _place_of(piece.lines, rows, at)
        if place < 0:
            yield next(line for line in piece.lines if line.strip())
        else:
            at = place + len(piece.lines)


def _place_of(lines: Sequence[str], rows: Sequence[str], start: int) -> int:
    return next(
        (
            at
            for at in range(start, len(rows) - len(lines) + 1)
            if all(_same(line, rows[at + number]) for number, line in enumerate(lines))
        ),
        -1,
    )


def _same(line: str, row: str) -> bool:
    return row.rstrip().endswith(line.rstrip()) if line.strip() else not row.strip(" \t>")


def lost_formulas(pieces: Iterable[Piece], text: str) -> Iterator[str]:
    """Yield the formulas, of blocks the lines, that do not stand in ``text`` in their order."""
    found = ""
    at = 0
    for piece in iter_pieces(pieces):
        if not isinstance(piece, Math | MathBlock):
            continue
        found = found or canonical_tex(text)
        for tex in (piece.tex,) if isinstance(piece, Math) else piece.lines:
            wanted = canonical_tex(bare_tex(tex))
            place = found.find(wanted, at)
            if place < 0:
                yield tex
            else:
                at = place + len(wanted)

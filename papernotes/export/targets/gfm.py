r"""Pieces as GitHub's Markdown has them: what the targets hugo and markdown write alike.

The notes are CommonMark with GitHub's tables, footnotes and task lists, so nearly all of a note's
text stays as it is. What readers of this family see besides: ``$`` begins a formula, a bare address
of the web or of a mailbox is a link, a bar parts cells inside of code and formulas, too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.making.card import card_pieces
from papernotes.export.pieces import ADDRESS, Plain, render_pieces
from papernotes.export.targets.pandoc import escape_url

if TYPE_CHECKING:
    from papernotes.export.pieces import (
        AutoLink,
        Callout,
        Cited,
        Code,
        Fence,
        Href,
        Html,
        Link,
        LinkEnd,
        Math,
        MathBlock,
        Picture,
        Text,
    )
    from papernotes.export.post import Post, Reference

_NO_LINE_START = "\x01"  # a character no note can hold
_TEXT = re.compile(
    r"""
    (?P<definition>^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t].*$)    # [label]: url
    | (?P<mail><[^\s<>]+@[^\s<>]+>)
    | (?P<colon>^[ \t>]*:(?=[ \t]))                         # a definition
    | (?P<attribute>[ \t]\{(?!\#[\w.:-]+\}[ \t]*$)(?=[^{}\n]*\}[ \t]*$))
    | (?P<escape>\\[^\n])
    | (?P<dollar>\$)
    | (?P<bare>(?<=[\w.+-])@(?=[\w-]+\.\w)|(?<![\w/.-])www\.(?=\w))    # would be a link
    | (?P<image>!\Z)                                        # a link may follow
    """,
    re.VERBOSE | re.MULTILINE,
)
_PLAIN = re.compile(r"[\\`*_\[\]~|]|^[#+:=-]|^\d+(?=[.)])|:(?=//)|(?<=www)\.|@|!\Z")
_BAR = re.compile(r"\\?\|")
_WORDS = frozenset(["L", "Nd", "Pc"])


def heading_id(heading: str, repeat: int = 0, *, kept: frozenset[str] = _WORDS) -> str:
    """Return the id of a heading after ``repeat`` others of its text.

    ``kept`` are the categories of characters it keeps, besides hyphens and spaces.
    """
    slug = "".join(
        "-" if each in " -" else each.lower()
        for each in heading.strip()
        if each in " -" or {unicodedata.category(each), unicodedata.category(each)[0]} & kept
    )
    return f"{slug}-{repeat}" if repeat else slug


class Gfm:
    """The table of escapes for one post. ``dollar`` is how a dollar sign is written in text."""

    dollar = r"\$"

    def __init__(self) -> None:
        self._in_table = False

    def text(self, piece: Text) -> str:
        """Write the author's Markdown, changing only what is read otherwise."""
        self._in_table = piece.in_table

        def swap(match: re.Match[str]) -> str:
            source = match[0]
            match match.lastgroup:
                case "definition" | "mail":
                    return source
                case "escape":
                    return {r"\$": self.dollar, r"\<": "&lt;"}.get(source, source)
                case "dollar":
                    return self.dollar
                case "attribute" if not self._is_heading(match):
                    return source
                case _:
                    return f"{source[:-1]}\\{source[-1]}"

        if piece.starts_line:
            return _TEXT.sub(swap, piece.source)
        return _TEXT.sub(swap, _NO_LINE_START + piece.source).removeprefix(_NO_LINE_START)

    def _is_heading(self, match: re.Match[str]) -> bool:
        start = match.string.rfind("\n", 0, match.start()) + 1
        return match.string[start : match.start()].lstrip(" \t>").startswith("#")

    def plain(self, piece: Plain) -> str:
        """Write text to be seen exactly as it is."""
        escaped = _PLAIN.sub(_escaped, piece.text.replace("&", "&amp;"))
        return escaped.replace("<", "&lt;").replace(">", "&gt;").replace("$", self.dollar)

    def html(self, piece: Html) -> str:
        """Write the author's HTML as it stands."""
        source = piece.source
        for address in piece.addresses:
            url = self._image(address) if isinstance(address, str) else self._url(address)
            source = source.replace(ADDRESS, url.replace("&", "&amp;"), 1)
        return source

    def code(self, piece: Code) -> str:
        """Write code with more backticks than it holds."""
        text = piece.text.replace("|", r"\|") if self._in_table else piece.text
        runs = [len(run) for run in re.findall(r"`+", text)]
        marker = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
        has_spaces = text.startswith(" ") and text.endswith(" ") and text.strip()
        is_apart = text.startswith("`") or text.endswith("`") or has_spaces
        return f"{marker} {text} {marker}" if is_apart else f"{marker}{text}{marker}"

    def fence(self, piece: Fence) -> str:
        """Write a code block; its title, if any, as a bold line before it."""
        self._in_table = False
        title = [f"**{self.plain(Plain(piece.title))}**", ""] if piece.title else []
        opening = f"{piece.marker}{self._language(piece.language)}"
        return _block(piece, [*title, opening, *piece.lines, piece.marker])

    def _language(self, language: str) -> str:
        return language

    def math(self, piece: Math) -> str:
        """Write a formula in a line."""
        tex = _BAR.sub(_bar, piece.tex) if self._in_table else piece.tex
        return self._formula(tex)

    def _formula(self, tex: str) -> str:
        raise NotImplementedError

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula on lines of its own."""
        self._in_table = False
        return _block(piece, ["$$", *piece.lines, "$$"])

    def link(self, piece: Link, label: str) -> str:
        """Write a link."""
        return f"[{label}]({self._url(piece.href)})"

    def link_end(self, piece: LinkEnd) -> str:
        """Write the end of a link whose label was written already."""
        return f"]({self._url(piece.href)}{self._title(piece.title)})"

    def auto_link(self, piece: AutoLink) -> str:
        """Write a bare URL as a link that shows itself."""
        url = escape_url(piece.url)
        if url == piece.url:
            return f"<{url}>"
        return f"[{self.plain(Plain(piece.url))}]({url})"

    def picture(self, piece: Picture) -> str:
        """Write an image; what its size should be cannot be said."""
        url = self._image(piece.name) if piece.name else escape_url(piece.url)
        return f"![{self.plain(Plain(piece.alt))}]({url}{self._title(piece.title)})"

    def cited(self, piece: Cited, text: str) -> str:
        """Write a citation as the text it reads as."""
        del piece
        return text

    def quote(self, piece: Callout, title: str, body: str, *, head: str = "") -> str:
        """Return a box as a block quote whose title is bold; ``head`` is a line above."""
        self._in_table = False
        bold = [f"**{title.strip()}**"] if title.strip() else []
        inner = body.strip("\n").split("\n") if body.strip() else []
        gap = [""] if bold and inner else []
        lines = [*([head] if head else []), *bold, *gap, *inner]
        return _block(piece, [f"> {line}".rstrip() for line in lines or [""]])

    def card(self, post: Post) -> str:
        """Return the paper that the note is about, as a quote; empty if there is none."""
        return f"> {render_pieces(card_pieces(post.card), self)}\n\n" if post.card else ""

    def references(self, post: Post) -> str:
        """Return the list of references, each entry with its anchor; empty if there are none."""
        if not post.references:
            return ""
        heading = "## References\n\n" if post.needs_heading else ""
        return heading + "\n".join(self._entry(one) for one in post.references)

    def _entry(self, entry: Reference) -> str:
        """Return an entry of the references: numbered where its label is a number."""
        number = entry.label.strip("[]().")
        anchor = f'<a id="{entry.anchor}"></a>'
        text = render_pieces(entry.pieces, self).rstrip("\n")
        if number.isdecimal():
            return f"{number}. {anchor}{text}"
        label = self.plain(Plain(f"{entry.label} ")) if entry.label else ""
        return f"- {anchor}{label}{text}"

    def _title(self, title: str) -> str:
        if not title:
            return ""
        escaped = title.replace("&", "&amp;").replace("\\", r"\\").replace('"', "&quot;")
        return f' "{escaped.replace("|", "&#124;").replace("<", "&lt;").replace("$", self.dollar)}"'

    def _image(self, name: str) -> str:
        return quote(name)

    def _url(self, href: Href) -> str:
        if href.url:
            return escape_url(href.url)
        anchor = href.anchor or (self._id(href.heading, href.repeat) if href.heading else "")
        tail = f"#{quote(anchor)}" if anchor else ""
        return f"{self._post(href.ref)}{tail}" if href.ref else tail or "#"

    def _id(self, heading: str, repeat: int) -> str:
        return heading_id(heading, repeat)

    def _post(self, ref: str) -> str:
        raise NotImplementedError


def _block(piece: Fence | MathBlock | Callout, lines: list[str]) -> str:
    """Return the lines of a block where it stands: in lists and quotes, behind their marks."""
    first, *rest = lines
    rows = (piece.prefix + line if line else piece.prefix.rstrip() for line in rest)
    return "\n".join([piece.lead + first, *rows, ""])


def _escaped(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def _bar(match: re.Match[str]) -> str:
    return r"\Vert " if match[0] == r"\|" else r"\vert "

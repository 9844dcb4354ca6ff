r"""Pieces as GitHub's Markdown has them: what the targets hugo and markdown write alike.

The notes are CommonMark with GitHub's tables, footnotes and task lists, so nearly all of a note's
text stays as it is. What readers of this family see besides: ``$`` begins a formula, a bare address
of the web or of a mailbox is a link, a bar parts cells inside of code and formulas, too.
"""

from __future__ import annotations

import html
import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.dialects.definitions import DEFINITION
from papernotes.export.dialects.pandoc import escape_url
from papernotes.export.making.card import card_pieces
from papernotes.export.pieces import ADDRESS, Plain, render_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_NO_LINE_START = "\x01"  # characters no note can hold
_HTML, _HTML_BLOCK = "\x05", "\x06"
_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_SCRIPT = re.compile(r"(</?(?:script|style)\b)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:article|aside|blockquote|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure"
    r"|footer|form|h[1-6]|header|hr|iframe|li|main|nav|ol|p|pre|script|section|style|summary|table"
    r"|tbody|td|tfoot|th|thead|tr|ul)\b",
    re.IGNORECASE,
)
# In a paragraph; more than three spaces before it, and it is text.
_BEGINS_BLOCK = re.compile(
    r"[ ]{0,3}(?:(?:[-+*:]|1[.)]|#{1,6})(?:[ \t]|$)|>|`{3}|~{3}|<[/!?A-Za-z]"
    r"|=+[ \t]*$|([-_*])[ \t]*(?:\1[ \t]*)*$)"
)
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*")
_GOES_ON = re.compile(r"(?!\n)(?:(?!\n[ \t>]*\n).)*\Z", re.DOTALL)  # with a block of HTML
_TAGS = re.compile(r"<[^<>]*>|[\x05\x06]")
_MARKS = re.compile(r"[ \t>]*")
_ANY_TARGET = (
    rf"{DEFINITION} |"
    r"""
    (?P<mail><[^\s<>@]{1,100}@[^\s<>@]{1,200}>)
    | (?P<escape>\\[^\n])
    | (?P<dollar>\$)
    | (?P<at>(?<=[\w.+-])@(?=[\w-]+\.\w))                   # a mailbox would be a link
    | (?P<host>(?<![\w/.-])www\.(?=\w))
    | (?P<tilde>(?<!~)~(?!~))                               # one would strike out, too
    | (?P<tick>`+)                                          # alone: the others are code
    | (?P<open><\Z)                                         # an address may follow
    | (?P<image>!\Z)                                        # a link may follow
    """
)
_PLAIN = re.compile(r"[\\`*_\[\]~|]|^[#+=-]|^\d+(?=[.)])|^:|!\Z")
_REFERENCE = re.compile(r"&(?=#?\w{1,40};)")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "$": "&#36;", "@": "&#64;", "://": "&#58;//"}
_ENTITIES |= {"www.": "www&#46;"}
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


def text_pattern(more: str = "") -> re.Pattern[str]:
    """Return what of the author's Markdown is written otherwise: ``more`` alternatives first."""
    return re.compile(f"{more} {_ANY_TARGET}", re.VERBOSE | re.MULTILINE)


class Gfm:
    """The table of escapes for one post.

    Characters are written as entities, not with a backslash, because in a block of HTML that would
    be seen. ``swaps`` says how what ``pattern`` finds is written, by the name of its group,
    ``escapes`` how the author's own escapes are.
    """

    pattern = text_pattern()
    swaps: Mapping[str, str] = MappingProxyType(
        {"dollar": "&#36;", "at": "&#64;", "host": "www&#46;", "open": "&lt;", "image": "&#33;"}
        | {"tilde": r"\~"}
    )
    escapes: Mapping[str, str] = MappingProxyType({r"\$": "&#36;", r"\<": "&lt;"})

    def __init__(self) -> None:
        self._in_table = False
        self._in_html = False  # in a line that begins with a block of it, where nothing is read

    def finish(self, text: str) -> str:
        """Return rendered text in which a block of HTML ends where its element does.

        For CommonMark it would go on until a blank line.
        """
        found: list[str] = []
        is_html = False
        is_blank = True
        depth = 0
        lines = text.split("\n")
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            shown = line.replace(_HTML, "").replace(_HTML_BLOCK, "")
            found.append(shown[depth:] if shown[:depth].isspace() else shown)
            depth = 0
            is_bare = not _TAGS.sub("", line).strip(" \t>")
            end = line.rstrip()[-1:]
            is_html = end == _HTML_BLOCK or (end == _HTML and is_bare and (is_blank or is_html))
            if is_html and _is_text(below):
                marks = _marks(line)
                found.append(marks.rstrip())
                depth = max(0, len(_marks(below)) - len(marks))  # or it would be code
            is_blank = not line.strip(" \t>")
        return "\n".join(found)

    def text(self, piece: Text) -> str:
        """Write the author's Markdown, changing only what is read otherwise."""
        self._in_table = piece.in_table
        self._in_html = self._in_html and _GOES_ON.match(piece.source) is not None

        def swap(match: re.Match[str]) -> str:
            source, name = match[0], match.lastgroup or ""
            return self.escapes.get(source, source) if name == "escape" else self._swap(name, match)

        if piece.starts_line:
            return self.pattern.sub(swap, piece.source)
        shifted = self.pattern.sub(swap, _NO_LINE_START + piece.source)
        return shifted.removeprefix(_NO_LINE_START)

    def _swap(self, name: str, match: re.Match[str]) -> str:
        if name == "tick":
            return r"\`" * len(match[0])
        return self.swaps.get(name, match[0])

    def plain(self, piece: Plain) -> str:
        """Write text to be seen exactly as it is."""
        if self._in_html:
            return html.escape(piece.text, quote=False).replace("$", _ENTITIES["$"])
        escaped = _PLAIN.sub(_escaped, _REFERENCE.sub("&amp;", piece.text))
        for character, entity in _ENTITIES.items():
            escaped = escaped.replace(character, entity)
        return escaped

    def html(self, piece: Html) -> str:
        """Write the author's HTML, so that no Markdown begins within it."""
        source = piece.source
        for address in piece.addresses:
            url = self._image(address) if isinstance(address, str) else self._url(address)
            source = source.replace(ADDRESS, url.replace("&", "&amp;"), 1)
        source = _unbroken(source)
        tag = source.rstrip()
        self._in_html = self._in_html or piece.is_block
        return f"{tag}{_HTML_BLOCK if piece.is_block else _HTML}{source[len(tag) :]}"

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
        tex = _BAR.sub(_bar, piece.tex).strip() if self._in_table else piece.tex
        if self._in_html:
            tex = tex.replace("<", r"\lt ").replace(">", r"\gt ")
        return self._formula(tex)

    def _formula(self, tex: str) -> str:
        raise NotImplementedError

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula on lines of its own."""
        self._in_table = False
        return _block(piece, [*_unparted(["$$", *piece.lines]), "$$"])

    def link(self, piece: Link, label: str) -> str:
        """Write a link."""
        label = label.replace(_ENTITIES["://"], "://")  # no link begins in a link
        return f"[{label}]({self._url(piece.href)})"

    def link_end(self, piece: LinkEnd) -> str:
        """Write the end of a link whose label was written already."""
        return f"]({self._url(piece.href)}{self._title(piece.title)})"

    def auto_link(self, piece: AutoLink) -> str:
        """Write a bare URL as a link that shows itself."""
        url = escape_url(piece.url)
        if self._in_html:
            return f'<a href="{html.escape(url)}">{html.escape(piece.url)}</a>'
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

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a box as a quote, which every reader shows."""
        return self.quote(piece, title, body)

    def quote(self, piece: Callout, title: str, body: str, *, head: str = "") -> str:
        """Return a box as a block quote whose title is bold; ``head`` is a line above."""
        self._in_table = False
        bold = [strong(title.strip())] if title.strip() else []
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
        return f' "{escaped.replace("|", "&#124;").replace("<", "&lt;").replace("$", "&#36;")}"'

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


def strong(title: str) -> str:
    """Return a title in bold letters; one with marks of its own in HTML, or these would end it."""
    return f"<strong>{title}</strong>" if "**" in title or "__" in title else f"**{title}**"


def without_comment(line: str) -> str:
    """Return a line of a formula without the comment that would hide what is put behind it."""
    return _COMMENT.sub(r"\1", line).rstrip()


def _unparted(lines: list[str]) -> list[str]:
    """Return the lines of a formula, those that would begin a block joined to the one above.

    For most readers a displayed formula is a part of its paragraph, which a list, such as a line
    ``+ b`` begins, would end.
    """
    found: list[str] = []
    for line in lines:
        if found and _BEGINS_BLOCK.match(line):
            found[-1] = f"{without_comment(found[-1])} {line.strip()}"
        else:
            found.append(line)
    return found


def _unbroken(source: str) -> str:
    """Return HTML without blank lines and dollar signs, which shows the same."""
    found: list[str] = []
    is_script = False  # where entities stand for themselves
    for number, part in enumerate(_SCRIPT.split(source)):
        if number % 2:
            is_script = not part.startswith("</")
            found.append(part)
        elif is_script:
            found.append(_LINES.sub("\n", part))
        else:
            found.append(_LINES.sub(_blank_lines, part).replace("$", "&#36;"))
    return "".join(found)


def _blank_lines(match: re.Match[str]) -> str:
    return "\n" + match[0][1:].replace("\n", "&#10;")


def _marks(line: str) -> str:
    match = _MARKS.match(line)
    return match[0] if match else ""


def _is_text(line: str) -> bool:
    """Whether a line is neither blank nor goes on with a block of HTML."""
    rest = line[len(_marks(line)) :]
    return bool(rest) and not _BLOCK_TAG.match(rest)


def _block(piece: Fence | MathBlock | Callout, lines: list[str]) -> str:
    """Return the lines of a block where it stands: in lists and quotes, behind their marks."""
    first, *rest = lines
    rows = (piece.prefix + line if line else piece.prefix.rstrip() for line in rest)
    return "\n".join([piece.lead + first, *rows, ""])


def _escaped(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def _bar(match: re.Match[str]) -> str:
    name = r"\Vert" if match[0] == r"\|" else r"\vert"
    return f"{name} " if match.string[match.end() : match.end() + 1].isalpha() else name

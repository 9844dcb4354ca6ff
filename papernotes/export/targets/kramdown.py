"""Pieces as kramdown writes them, with Jekyll's GFM parser: the escapes, measured by building.

What CommonMark takes literally and kramdown does not: a bar anywhere in a paragraph makes a
table, ``--`` and ``<<`` become typography, ``: x`` a definition, ``*[x]:`` an abbreviation. What it
does not know: ``1)`` lists, bare URLs, escapes of most punctuation. A dollar sign is spoiled
later, by the page's own KaTeX, which takes ``$…$`` of any text for math unless an element parts
them.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.pieces import ADDRESS
from papernotes.export.targets.liquid import BASEURL
from papernotes.markdown import callout_type

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
        Plain,
        Text,
    )
    from papernotes.export.post import Site

DOLLAR = "<span>$</span>"
_NO_LINE_START = "\x01"  # a character no note can hold

_TEXT = re.compile(
    r"""
    (?P<definition>^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t].*$)  # [label]: url
    | (?P<quote>^[ \t>]*>)                               # marks of a block quote
    | (?P<paren>^[ \t]*\d{1,9}\)(?=[ \t]))               # 1) as a list
    | (?P<special>^[ ]{0,3}(?:\*\[|:(?=[ \t])|\^(?=[ \t]*$)|\{::))
    | (?P<escape>\\[^\n])
    | (?P<bar>\|)
    | (?P<dollar>\$)
    | (?P<option>(?<![\w-])--(?=[A-Za-z]))
    | (?P<angle><<|>>)
    | (?P<comment><!--)
    """,
    re.VERBOSE | re.MULTILINE,
)
_LEFT_RAW = re.compile(r"<(?:mark|s|strike|font|time|data|nobr)\b[^>]*(?<!/)>", re.IGNORECASE)
_UNKNOWN_ESCAPE = frozenset("@%&,/;?^")
_PLAIN = re.compile(r"[\\`*_\[\]{}|~]|--+|^[#+:=-]|^\d+(?=[.)])")
_PLAIN_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": DOLLAR}
_NO_ID_CHARACTER = re.compile(r"[^\w\- \t]")
_LIQUID_IN_TEX = re.compile(r"\{(?=[{%])")
# fastpages loads GitHub's Primer, which has these classes; the line at the side makes a box of
# them in a theme that has none.
_NOTE = ("flash", "#4c8eda")
_CALLOUTS = {
    "tip": ("flash flash-success", "#3fa45b"),
    "success": ("flash flash-success", "#3fa45b"),
    "warning": ("flash flash-warn", "#d4a72c"),
    "question": ("flash flash-warn", "#d4a72c"),
    "danger": ("flash flash-error", "#cf4a4a"),
    "failure": ("flash flash-error", "#cf4a4a"),
    "bug": ("flash flash-error", "#cf4a4a"),
    "quote": ("flash", "#a0a0a0"),
}


def heading_id(heading: str, repeat: int = 0) -> str:
    """Return the id kramdown's GFM parser gives a heading after ``repeat`` others of its text."""
    text = re.sub(r"-{2,3}", "", heading)
    slug = _NO_ID_CHARACTER.sub("", text.lower()).replace(" ", "-").replace("\t", "-")
    return f"{slug}-{repeat}" if repeat else slug


def escape_url(url: str) -> str:
    """Return the URL so that it survives in ``(…)``, ``<…>``, a table, and Liquid."""
    safe = quote(url, safe="%/:?#@!$&'*+,;=~.-_()[]")
    if safe.count("(") != safe.count(")"):
        safe = safe.replace("(", "%28").replace(")", "%29")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", safe).replace("$$", "$%24")


class Kramdown:
    """The table of escapes for one post: its images stand below ``images``."""

    def __init__(self, site: Site, images: str) -> None:
        self._site = site
        self._images = images

    def text(self, piece: Text) -> str:
        """Write the author's Markdown, changing only what kramdown reads otherwise."""

        def swap(match: re.Match[str]) -> str:
            source = match[0]
            match match.lastgroup:
                case "definition":
                    return source.replace("|", "%7C").replace("$$", "$%24")
                case "paren":
                    return source[:-1] + "."
                case "special" | "option" | "angle":
                    marks = source.lstrip(" ")
                    escaped = "".join(f"\\{c}" if c in "-<>*:{" else c for c in marks)
                    return source[: -len(marks)] + (escaped if marks != "^" else "&#94;")
                case "escape":
                    return _escape(source)
                case "comment":
                    return "&lt;!--"
                case "bar":
                    return "|" if piece.in_table else r"\|"
                case "dollar":
                    return DOLLAR
                case _:
                    return source

        if piece.starts_line:
            return _TEXT.sub(swap, piece.source)
        return _TEXT.sub(swap, _NO_LINE_START + piece.source).removeprefix(_NO_LINE_START)

    def plain(self, piece: Plain) -> str:
        """Write text to be seen exactly as it is."""
        escaped = _PLAIN.sub(_escape_plain, piece.text)
        return re.sub(r"[<>&$]", lambda match: _PLAIN_HTML[match[0]], escaped)

    def html(self, piece: Html) -> str:
        """Write HTML; block elements left open get their content read as Markdown."""
        source = piece.source if piece.is_block else piece.source.replace("|", "&#124;")
        for address in piece.addresses:
            url = self._image(address) if isinstance(address, str) else self._url(address)
            source = source.replace(ADDRESS, url.replace("&", "&amp;"), 1)
        if "markdown=" in source:
            return source
        if piece.holds_markdown:
            return re.sub(r">$", ' markdown="block">', source)
        if _LEFT_RAW.match(source):
            return re.sub(r">$", ' markdown="span">', source)
        return source

    def code(self, piece: Code) -> str:
        """Write code with more backticks than it holds."""
        runs = [len(run) for run in re.findall(r"`+", piece.text)]
        if not runs and not piece.text.startswith(" "):
            return f"`{piece.text}`"
        marker = "`" * max(2, max(runs, default=0) + 1)
        return f"{marker} {piece.text} {marker}"

    def fence(self, piece: Fence) -> str:
        """Write a code block; its title, if any, as a bold line before it."""
        opening = f"{piece.lead}{piece.marker}{piece.language}\n"
        if piece.title and piece.lead == piece.prefix:
            title = _PLAIN.sub(_escape_plain, html.escape(piece.title, quote=False))
            opening = f"{piece.prefix}**{title}**\n{piece.prefix.rstrip()}\n{opening}"
        lines = "".join(
            f"{(piece.prefix + line).rstrip(' ') if not line else piece.prefix + line}\n"
            for line in piece.lines
        )
        return f"{opening}{lines}{piece.prefix}{piece.marker}\n"

    def math(self, piece: Math) -> str:
        """Write a formula in a line; a lone one is kept from becoming a block."""
        tex = _escape_tex(piece.tex)
        tex = re.sub(r"\\\|", r"\\Vert ", tex)
        tex = re.sub(r"\|", r"\\vert ", tex)
        tex = re.sub(r"(\\[vV]ert) (?=[^A-Za-z]|$)", r"\1", tex)
        return ("\\" if piece.is_alone else "") + f"$${_apart(tex)}$$"

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula on lines of its own."""
        lines = ["$$", *map(_escape_tex, piece.lines), "$$"]
        first, *rest = lines
        return "".join([f"{piece.lead}{first}\n", *(f"{piece.prefix}{line}\n" for line in rest)])

    def link(self, piece: Link, label: str) -> str:
        """Write a link."""
        return f"[{label}]({self._url(piece.href)})"

    def link_end(self, piece: LinkEnd) -> str:
        """Write the end of a link whose label was written already."""
        title = f" {_quoted(piece.title)}" if piece.title else ""
        return f"]({self._url(piece.href)}{title})"

    def auto_link(self, piece: AutoLink) -> str:
        """Write a bare URL, which kramdown does not link by itself."""
        return f"<{escape_url(piece.url)}>"

    def picture(self, piece: Picture) -> str:
        """Write an image with its size."""
        url = self._image(piece.name) if piece.name else escape_url(piece.url)
        title = f" {_quoted(piece.title)}" if piece.title else ""
        sizes = [
            f'{name}="{size}"'
            for name, size in (("width", piece.width), ("height", piece.height))
            if size
        ]
        attributes = f"{{: {' '.join(sizes)}}}" if sizes else ""
        alt = _PLAIN.sub(_escape_plain, html.escape(piece.alt, quote=False)).replace(
            "$", DOLLAR[6:7]
        )
        return f"![{alt}]({url}{title}){attributes}"

    def cited(self, piece: Cited, text: str) -> str:
        """Write a citation as the text it reads as."""
        del piece
        return text

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a box that GitHub's style sheet knows and that shows without one, too."""
        names, colour = _CALLOUTS.get(callout_type(piece.kind), _NOTE)
        style = f"border-left: 4px solid {colour}; padding-left: 15px; margin-bottom: 15px"
        tag = "details" if piece.fold else "div"
        is_open = " open" if piece.fold == "+" else ""
        head = f"<summary><strong>{title}</strong></summary>" if piece.fold else f"**{title}**"
        lines = [
            f'<{tag} class="{names}" style="{style}" markdown="1"{is_open}>',
            *([head, ""] if body.strip() else [head]),
            *(body.strip("\n").split("\n") if body.strip() else []),
            "",
            f"</{tag}>",
        ]
        first, *rest = lines
        return "".join(
            [f"{piece.lead}{first}\n", *(f"{(piece.prefix + line).rstrip()}\n" for line in rest)]
        )

    def _image(self, name: str) -> str:
        return f"{BASEURL}/{self._images}/{quote(name)}"

    def _url(self, href: Href) -> str:
        if href.url:
            return escape_url(href.url)
        anchor = href.anchor or heading_id(href.heading, href.repeat)
        tail = f"#{quote(anchor)}" if anchor else ""
        if not href.ref:
            return tail or "#"
        return f"{BASEURL}{escape_url(self._site.placements[href.ref].url)}{tail}"


def _escape(source: str) -> str:
    character = source[1]
    if character == "$":
        return DOLLAR
    if character in _UNKNOWN_ESCAPE:
        return "&amp;" if character == "&" else character
    return source


def _escape_plain(match: re.Match[str]) -> str:
    if match[0].isdigit():
        return f"{match[0]}\\"
    return "".join(f"\\{character}" for character in match[0])


def _escape_tex(tex: str) -> str:
    """Keep Liquid and the end of the formula out of TeX; a space after a brace means nothing."""
    return _LIQUID_IN_TEX.sub("{ ", tex).replace("$$", "$ $")


def _apart(tex: str) -> str:
    before = " " if tex.startswith("$") else ""
    after = " " if tex.endswith(("$", "\\")) else ""
    return f"{before}{tex}{after}"


def _quoted(title: str) -> str:
    escaped = html.escape(title, quote=False).replace('"', "&quot;").replace("|", "&#124;")
    return f'"{escaped}"'

r"""Pieces as kramdown writes them, with Jekyll's GFM parser: the escapes, measured by building.

What CommonMark takes literally and kramdown does not: a bar anywhere in a paragraph makes a
table, ``--`` and ``<<`` become typography, ``: x`` a definition, ``*[x]:`` an abbreviation, ``{:``
attributes, ``](`` with spaces a link. What it does not know: ``1)`` lists, bare URLs, escapes of
most punctuation, Markdown inside of elements it has no list of. A dollar sign is spoiled later, by
the page's own KaTeX, which takes ``$…$`` of any text for math unless an element parts them.

============== ==================================== ===========================================
place          kramdown                             Liquid, over all of it (``liquid``)
============== ==================================== ===========================================
prose          a backslash, an entity               ``{% raw %}`` round each tag, in its line
code in a line more backticks than it holds         the same
fence          nothing                              the same
formula        bars are ``\vert``; ``$$`` apart     ``{{`` is ``{ {``, which TeX reads alike
HTML           ``markdown=`` where its inside is    the same
front matter   quoted YAML (``frontmatter``)        never run: nothing
============== ==================================== ===========================================

How lines must stand is :mod:`papernotes.export.dialects.settling`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.dialects.definitions import COLON, DEFINITION, looks_defined
from papernotes.export.dialects.gfm import strong
from papernotes.export.dialects.liquid import BASEURL
from papernotes.export.dialects.settling import settle
from papernotes.export.dialects.standing import VOID, Kept
from papernotes.export.pieces import ADDRESS, Plain
from papernotes.markdown import callout_type

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    from papernotes.export.post import Site

DOLLAR = "<span>$</span>"
_NO_LINE_START = "\x01"  # a character no note can hold

_TEXT = re.compile(
    rf"{DEFINITION} | {COLON}"
    r"""
    | (?P<mail><[^\s<>]+@[^\s<>]+>)
    | (?P<quote>^[ \t>]*>)                               # marks of a block quote
    | (?P<special>^[ ]{0,3}(?:\*\[(?=[^\]\n]*\]:)|:(?=[ \t])|\^(?=[ \t]*$)|\{::))
    | (?P<back>\\\\(?=[ \t]*$))                         # at a line's end it would break it
    | (?P<escape>\\[^\n])
    | (?P<bracket>\]\((?![ ]?[^\s()]*(?:[ ]"[^"\n]*")?\)))    # no link, for its spaces
    | (?P<attribute>\{:)
    | (?P<open><\Z)
    | (?P<bar>\|)
    | (?P<dollar>\$)
    | (?P<tick>`+)                                      # alone: the others are code
    | (?P<option>(?<![\w-])--(?=[A-Za-z]))
    | (?P<angle><<|>>)
    | (?P<comment><!--)
    """,
    re.VERBOSE | re.MULTILINE,
)
_SWAPS = {
    "back": "&#92;",
    "bracket": r"]\(",
    "attribute": r"\{:",
    "open": "&lt;",
    "comment": "&lt;!--",
    "bar": r"\|",
    "dollar": DOLLAR,
}
_OPENING = re.compile(r"<([A-Za-z][\w-]*)(?:\s[^>]*)?(?<!/)>")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)\b[^>]*>")
_BREAK = re.compile(r"</br\s*>", re.IGNORECASE)  # browsers break the line, too
_LINK_OR_PRE = re.compile(r"<(/?)(a|pre)\b[^>]*(?<!/)>", re.IGNORECASE)
# Elements whose inside kramdown reads in a line, and those whose inside is nobody's Markdown.
_READ_BY_KRAMDOWN = frozenset(
    """
    address applet article aside blockquote body details div dl fieldset figure footer form header
    hgroup iframe main map menu nav noscript object section a abbr acronym b bdo big button cite
    del dfn em i ins label legend optgroup q rb rbc rp rt rtc ruby select small span strong sub sup
    tt area base br col embed hr img input link meta param source track wbr table tbody thead tfoot
    tr ul ol colgroup script style math svg option textarea pre video audio picture canvas
    """.split()  # noqa: SIM905 - a hundred quotes would say no more
)
_DASHES = re.compile(r"^([ \t]*\|?[ \t]*)([-:=][-:=|+ \t]*)$", re.MULTILINE)
_UNDERLINE = re.compile(r" {0,3}(?:-+|=+)[ \t]*")
_UNKNOWN_ESCAPE = frozenset("@%&,/;?^")
_PLAIN = re.compile(r"[\\`*_\[\]{}|~]|--+|^[#+:=-]|^\d+(?=[.)])")
_PLAIN_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": DOLLAR}
_NO_ID_CHARACTER = re.compile(r"[^\w\- \t]")
_LIQUID_IN_TEX = re.compile(r"\{(?=[{%])")
# fastpages loads GitHub's Primer, which has these classes; the line at the side makes a box of
# them in a theme that has none.
_AT_THE_SIDE = "border-left: 4px solid {}; padding-left: 15px; margin-bottom: 15px"
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


def _inside(source: str, before: str) -> str:
    """Return in which element the text behind some HTML stands: a link, code as it is, none."""
    for match in _LINK_OR_PRE.finditer(source):
        name = match[2].lower()
        if before != "pre" or name == "pre":
            before = "" if match[1] else name
    return before


def escape_url(url: str) -> str:
    """Return the URL so that it survives in ``(…)``, a table, and Liquid."""
    safe = _percent_encoded(url)
    if safe.count("(") != safe.count(")"):
        safe = safe.replace("(", "%28").replace(")", "%29")
    return safe


def _percent_encoded(url: str) -> str:
    safe = quote(url, safe="%/:?#@!$&'*+,;=~.-_()[]")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", safe).replace("$$", "$%24")


class Kramdown:
    """The table of escapes for one post: its images stand below ``images``.

    ``has_captions``: the title of an image is written under it, as the theme does not show it.
    """

    has_captions = False

    def __init__(self, site: Site, images: str) -> None:
        self._site = site
        self._images = images
        self._kept = Kept()
        self._inside = ""
        self._open: Counter[str] = Counter()
        self._has_head = False

    def finish(self, text: str) -> str:
        """Return rendered text with its lines standing as kramdown needs them."""
        return settle(text, self._kept)

    def text(self, piece: Text) -> str:
        """Write the author's Markdown, changing only what kramdown reads otherwise."""
        if self._inside == "pre":
            return self._kept.add(piece.source)
        if "\n\n" in piece.source:
            self._inside = ""

        def swap(match: re.Match[str]) -> str:
            source = match[0]
            match match.lastgroup:
                case "definition":
                    return self._kept.add(source.replace("|", "%7C").replace("$$", "$%24"))
                case "colon":
                    return r"\:" if looks_defined(match) else source
                case "mail":
                    return self._kept.add(source)
                case "special" | "option" | "angle":
                    marks = source.lstrip(" ")
                    escaped = "".join(f"\\{c}" if c in "-<>*:{" else c for c in marks)
                    return source[: -len(marks)] + (escaped if marks != "^" else "&#94;")
                case "escape":
                    return _escape(source)
                case "tick":
                    return r"\`" * len(source)
                case "bar" if piece.in_table:
                    return source
                case _:
                    return _SWAPS.get(match.lastgroup or "", source)

        self._has_head = self._has_head and piece.in_table
        if piece.starts_line:
            return self._rows(_TEXT.sub(swap, piece.source), piece)
        shifted = _TEXT.sub(swap, _NO_LINE_START + piece.source)
        return self._rows(shifted.removeprefix(_NO_LINE_START), piece)

    def _rows(self, text: str, piece: Text) -> str:
        """Return text in whose tables only the line below the head is one of dashes."""

        def row(match: re.Match[str]) -> str:
            had_head, self._has_head = self._has_head, True
            return match[1] + match[2].replace("-", r"\-") if had_head else match[0]

        return _DASHES.sub(row, text) if piece.in_table else text

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
        source = _BREAK.sub("<br>", source)
        if self._is_stray(source):
            return ""
        opening = _OPENING.fullmatch(source)
        inside, self._inside = self._inside, _inside(source, self._inside)
        if "markdown=" in source or inside == "pre":
            pass
        elif piece.holds_markdown:
            source = re.sub(r">$", ' markdown="block">', source)
        elif opening and not piece.is_block and opening[1].lower() not in _READ_BY_KRAMDOWN:
            source = f'{source[:-1]} markdown="span">'
        return self._kept.add(source, is_apart=True)

    def _is_stray(self, source: str) -> bool:
        """Whether it is a closing tag of nothing: a browser shows nothing, kramdown the tag."""
        for match in _TAG.finditer(source):
            name = match[2].lower()
            if name in VOID:
                continue
            if not match[1]:
                self._open[name] += 1
            elif self._open[name]:
                self._open[name] -= 1
            elif match[0] == source:
                return True
        return False

    def code(self, piece: Code) -> str:
        """Write code with more backticks than it holds."""
        runs = [len(run) for run in re.findall(r"`+", piece.text)]
        if not runs and not piece.text.startswith(" "):
            return self._kept.add(f"`{piece.text}`")
        marker = "`" * max(2, max(runs, default=0) + 1)
        return self._kept.add(f"{marker} {piece.text} {marker}")

    def fence(self, piece: Fence) -> str:
        """Write a code block; its title, if any, as a bold line before it."""
        if self._inside == "pre":
            return self._kept.add("".join(f"    {line}\n" for line in piece.lines))
        opening = f"{piece.marker}{piece.language}\n"
        before = ""
        if piece.title and piece.lead == piece.prefix:
            title = _PLAIN.sub(_escape_plain, html.escape(piece.title, quote=False))
            before = f"{piece.prefix}**{title}**\n{piece.prefix.rstrip()}\n"
        elif piece.lead == piece.prefix and piece.lines and _UNDERLINE.fullmatch(piece.lines[0]):
            before = f"{piece.prefix.rstrip()}\n"  # or the text above would be a heading
        lines = "".join(
            f"{(piece.prefix + line).rstrip(' ') if not line else piece.prefix + line}\n"
            for line in piece.lines
        )
        block = self._kept.add(f"{opening}{lines}{piece.prefix}{piece.marker}", is_apart=True)
        return f"{before}{piece.lead}{block}\n"

    def math(self, piece: Math) -> str:
        """Write a formula in a line; a lone one is kept from becoming a block."""
        tex = _escape_tex(piece.tex)
        tex = re.sub(r"\\\|", r"\\Vert ", tex)
        tex = re.sub(r"\|", r"\\vert ", tex)
        tex = re.sub(r"(\\[vV]ert) (?=[^A-Za-z]|$)", r"\1", tex)
        return self._kept.add(("\\" if piece.is_alone else "") + f"$${_apart(tex)}$$")

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula on lines of its own."""
        lines = ["$$", *map(_escape_tex, piece.lines), "$$"]
        block = self._kept.add(f"\n{piece.prefix}".join(lines), is_apart=True)
        return f"{piece.lead}{block}\n"

    def link(self, piece: Link, label: str) -> str:
        """Write a link."""
        return f"[{label}]{self._kept.add(f'({self._url(piece.href)})')}"

    def link_end(self, piece: LinkEnd) -> str:
        """Write the end of a link whose label was written already."""
        title = f" {_quoted(piece.title)}" if piece.title else ""
        return f"]{self._kept.add(f'({self._url(piece.href)}{title})')}"

    def auto_link(self, piece: AutoLink) -> str:
        """Write a bare URL, which kramdown does not link by itself."""
        if self._inside:
            return self._kept.add(html.escape(piece.url, quote=False))
        return self._kept.add(f"<{_percent_encoded(piece.url)}>")

    def picture(self, piece: Picture) -> str:
        """Write an image with its size."""
        url = self._image(piece.name) if piece.name else escape_url(piece.url)
        title = f" {_quoted(piece.title)}" if piece.title and not self.has_captions else ""
        caption = self._caption(piece.title) if piece.title and self.has_captions else ""
        sizes = [
            f'{name}="{size}"'
            for name, size in (("width", piece.width), ("height", piece.height))
            if size
        ]
        attributes = f"{{: {' '.join(sizes)}}}" if sizes else ""
        alt = _PLAIN.sub(_escape_plain, html.escape(piece.alt, quote=False)).replace(
            "$", DOLLAR[6:7]
        )
        return self._kept.add(f"![{alt}]({url}{title}){attributes}") + caption

    def cited(self, piece: Cited, text: str) -> str:
        """Write a citation as the text it reads as."""
        del piece
        return text

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a box that GitHub's style sheet knows and that shows without one, too."""
        names, colour = _CALLOUTS.get(callout_type(piece.kind), _NOTE)
        style = _AT_THE_SIDE.format(colour)
        tag = "details" if piece.fold else "div"
        is_open = " open" if piece.fold == "+" else ""
        title, body = self.finish(title), self.finish(body)
        head = strong(title)
        if piece.fold:
            head = f'<summary markdown="span"><strong>{title}</strong></summary>'
        lines = [
            f'<{tag} class="{names}" style="{style}" markdown="1"{is_open}>',
            *([head, ""] if body.strip() else [head]),
            *(body.strip("\n").split("\n") if body.strip() else []),
            "",
            f"</{tag}>",
        ]
        return self._box(piece, lines)

    def card(self, line: str) -> str:
        """Write the paper of a post as a box of its own; ``line`` is already Markdown."""
        style = _AT_THE_SIDE.format("#a0a0a0")
        return f'<div class="paper-card" style="{style}" markdown="1">\n{line}\n</div>'

    def _box(self, piece: Callout, lines: Sequence[str]) -> str:
        """Return the lines of a box where it stands: in lists and quotes, behind their marks."""
        first, *rest = lines
        block = "\n".join([first, *((piece.prefix + line).rstrip() for line in rest)])
        return f"{piece.lead}{self._kept.add(block, is_apart=True)}\n"

    def _caption(self, title: str) -> str:
        return f'<br><em class="caption">{self.plain(Plain(title))}</em>'

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

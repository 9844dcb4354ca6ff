"""Pieces of a body as Markdown with slots: what Markdown must not touch stands aside as HTML.

A slot is a number between two characters that no note can hold. The Markdown around the slots is
the author's; what they stand for is ours, and is put in after the author's HTML was cleaned. A
slot is a letter to the marks beside it or, as whether ``*`` is emphasis depends on that, a sign.
A block is a heading to Markdown, as that ends whatever stands before it and takes one line.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from papernotes.export.html.formulas import is_wide, render_formulas
from papernotes.export.html.highlight import render_code
from papernotes.export.html.paths import files_folder, page_path, relative
from papernotes.export.html.picturing import find_size
from papernotes.export.pieces import ADDRESS
from papernotes.export.post import Flaw
from papernotes.markdown import callout_type, heading_slug

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.export.html.formulas import Formula
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
    from papernotes.export.post import Post, Site

MARK = "\x02"
OURS, THEIRS = "\x04", "\x05"  # before an id of ours, and one of the author's
HREF = "papernotes-href:"
BOX, BLOCK = "data-box", "data-block"
SLOT = re.compile(f"{MARK}(\\d+){MARK}")
SIGNS = ("⸻\x0e", "\x0f⸻")  # before and after a slot that is a sign
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOST_MARKS = 40
_WIDEST = 100
_MOST_BRACKETS = 5_000  # an open one makes the parser look through all the rest
_MARK = re.compile(r"[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))|[ \t]+")
_LONG_LEAD = re.compile(
    r"^(?=[ \t>*+.)\d-]{26})(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*[ \t]*", re.MULTILINE
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")  # an IPv6 address has brackets
_ALLOWED = frozenset({"http", "https", "mailto", "ftp", "tel", "doi"})
_PLAYER = re.compile(
    r"""<(iframe|video|audio|embed|source)\b[^>]*?\bsrc\s*=\s*["']([^"']+)["'][^>]*>""",
    re.IGNORECASE,
)
_ANCHOR = re.compile(r"<a(\s[^<>]*?)?\sname\s*=", re.IGNORECASE)
_PLACE = re.compile(r"<a\b(?![^<>]*\shref\s*=)[^<>]*>", re.IGNORECASE)
_CENTRE = re.compile(r"<(/?)center\b", re.IGNORECASE)
_CENTRED = re.compile(
    r"""(<(?:p|div|figure|td|th|h[1-6])\b[^<>]*?)\salign\s*=\s*["']?center["']?""", re.IGNORECASE
)
_QUOTED = re.compile(r"\n[ \t]*>[ \t]?")
_UNDESCRIBED = re.compile(r"<img\b(?![^>]*\balt\s*=)", re.IGNORECASE)
_TITLE = re.compile(r"<(/?)h1\b", re.IGNORECASE)
_FORGED = re.compile(rf"\s(?:{BOX}|{BLOCK})\b", re.IGNORECASE)


class Slot(NamedTuple):
    """What a slot stands for, as HTML and as words.

    ``alone`` is what it is where it is all there is of a paragraph. ``is_block``: it may not lie
    in a paragraph. ``is_author`` marks HTML of the author's, which is still to be cleaned.
    """

    html: str
    text: str = ""
    alone: str = ""
    is_block: bool = False
    is_author: bool = False


def heading_id(text: str, repeat: int = 0) -> str:
    """Return the id of a heading after ``repeat`` others with the same text."""
    slug = heading_slug(text) or "part"
    return f"{slug}-{repeat}" if repeat else slug


class Marking:
    """The dialect of one post, and the slots that were filled on the way.

    ``flaws`` are formulas that MathML cannot say, ``places`` the ids of those
    that cite each entry of the references. ``inline`` renders Markdown that is no block.
    """

    def __init__(self, post: Post, site: Site, inline: Callable[[str], str]) -> None:
        self._site = site
        self._inline = inline
        placement = site.placements[post.ref]
        self._page = page_path(placement.url)
        self._folder = files_folder(placement.url)
        self._images = {image.name: image.data for image in post.images}
        self._entries = {entry.anchor for entry in post.references}
        self.slots: list[Slot] = []
        self._formulas: list[tuple[int, str, bool]] = []
        self.hrefs: list[str] = []
        self.boxes: list[str] = []
        self.flaws: list[Flaw] = []
        self._brackets = 0
        self.places: dict[str, list[str]] = {}
        self.has_math = False

    def slot(self, shown: str, text: str = "", *, alone: str = "", is_block: bool = False) -> str:
        """Return the slot for a stretch of HTML, which is a letter to Markdown."""
        return self._put(Slot(shown, text, alone, is_block))

    def author(self, source: str) -> str:
        """Return the slot for HTML that is to be cleaned with the author's."""
        return self._put(Slot(source, is_author=True))

    def _put(self, slot: Slot) -> str:
        self.slots.append(slot)
        return f"{MARK}{len(self.slots) - 1}{MARK}"

    def text(self, piece: Text) -> str:
        """Leave the author's Markdown to the parser, which escapes what would be HTML."""
        source = _shallow(piece.source)
        self._brackets += source.count("[")
        return source.replace("[", "\\[") if self._brackets > _MOST_BRACKETS else source

    def plain(self, piece: Plain) -> str:
        """Write text to be seen exactly as it is."""
        text = _CONTROL.sub("", piece.text)
        inner = text.strip()
        if not inner:
            return " " if text else ""
        slot = self.slot(html.escape(inner, quote=False), inner)
        before, after = inner[0], inner[-1]
        slot = f"{_sign(slot, before=_is_sign(before), after=_is_sign(after))}"
        return f"{' ' * text[0].isspace()}{slot}{' ' * text[-1].isspace()}"

    def html(self, piece: Html) -> str:
        """Write the author's HTML, to be cleaned with the whole body."""
        source = piece.source
        for address in piece.addresses:
            url = self._image(address) if isinstance(address, str) else self.url(address)
            source = source.replace(ADDRESS, html.escape(url), 1)
        if source.count("\n") == len(_QUOTED.findall(source)):
            source = _QUOTED.sub("\n", source)  # it stands in a quote
        source = _PLAYER.sub(r'<a href="\2">\2</a>', _FORGED.sub(" data-no", source))
        source = _TITLE.sub(r"<\1h2", _UNDESCRIBED.sub('<img alt=""', source))
        source = _PLACE.sub(r"\g<0></a>", _ANCHOR.sub(r"<a\1 id=", source))
        source = _CENTRED.sub(r'\1 class="center"', source)
        source = _CENTRE.sub(lambda end: "</div" if end[1] else '<div class="center"', source)
        return _sign(self.author(source))

    def code(self, piece: Code) -> str:
        """Write code in a line."""
        shown = f"<code>{html.escape(piece.text, quote=False)}</code>"
        return _sign(self.slot(shown, piece.text))

    def fence(self, piece: Fence) -> str:
        """Write a block of code as the one line of its slot."""
        code = "\n".join(piece.lines)
        block = render_code(code, piece.language, piece.title)
        slot = self.slot(block, f"{piece.title} {code}", is_block=True)
        return f"{_shallow(piece.lead)}# {slot}\n"

    def math(self, piece: Math) -> str:
        """Write a formula in a line."""
        return self._formula(piece.tex, is_block=False)

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula, which may stand within a paragraph."""
        return f"{piece.lead}{self._formula(chr(10).join(piece.lines), is_block=True)}\n"

    def _formula(self, tex: str, *, is_block: bool) -> str:
        slot = self.slot("", tex)
        self._formulas.append((len(self.slots) - 1, tex, is_block))
        return _sign(slot)

    def set_formulas(self) -> None:
        """Fill the slots of the formulas: all at once, as numbers and macros run through a post."""
        waiting, self._formulas = self._formulas, []
        made = render_formulas([(tex, is_block) for _, tex, is_block in waiting])
        for (number, tex, is_block), formula in zip(waiting, made, strict=True):
            self.slots[number] = _formula_slot(tex, formula, is_block=is_block)
            if formula.flaw:
                self.flaws.append(Flaw(tex, formula.flaw))
            else:
                self.has_math = True

    def link(self, piece: Link, label: str) -> str:
        """Write a link around its label."""
        url = html.escape(self.url(piece.href))
        place = self._cites(piece.href)
        opening = self.slot(f'<a{place} href="{url}">')
        return f"{_sign(opening, after=False)}{label}{_sign(self.slot('</a>'), before=False)}"

    def _cites(self, href: Href) -> str:
        """Return the id of a link that leads to the references, to be led back to."""
        if href.url or href.ref or href.anchor not in self._entries:
            return ""
        places = self.places.setdefault(href.anchor, [])
        places.append(f"c:{href.anchor}:{len(places) + 1}")
        return f' id="{html.escape(places[-1])}"'

    def link_end(self, piece: LinkEnd) -> str:
        """Write the end of a link whose label was written already."""
        self.hrefs.append(self.url(piece.href))
        said = piece.title.replace("\\", "\\\\").replace('"', "&quot;")
        title = f' "{" ".join(said.split())}"' if said.strip() else ""
        return f"]({HREF}{len(self.hrefs) - 1}{title})"

    def auto_link(self, piece: AutoLink) -> str:
        """Write a bare URL as a link."""
        url = html.escape(_safe(piece.url))
        return self.slot(f'<a href="{url}">{html.escape(piece.url, quote=False)}</a>', piece.url)

    def picture(self, piece: Picture) -> str:
        """Write an image with its size, and what is said under it."""
        source = self._image(piece.name) if piece.name else _safe(piece.url)
        sizes = "".join(f' {name}="{size}"' for name, size in self._sizes(piece))
        said = f'src="{html.escape(source)}" alt="{html.escape(piece.alt)}"'
        image = f'<img {said}{sizes} loading="lazy">'
        if not piece.title:
            return _sign(self.slot(image, piece.alt))
        caption = f"<figcaption>{html.escape(piece.title, quote=False)}</figcaption>"
        titled = image.replace("<img", f'<img title="{html.escape(piece.title)}"', 1)
        words = f"{piece.alt} {piece.title}"
        return _sign(self.slot(titled, words, alone=f"<figure>{image}{caption}</figure>"))

    def _sizes(self, piece: Picture) -> list[tuple[str, int]]:
        """Return the size asked for, with the other side in proportion, else that of the file."""
        size = find_size(self._images.get(piece.name, b""))
        width = int(piece.width) if piece.width.isdigit() else 0
        height = int(piece.height) if piece.height.isdigit() else 0
        if size and all(size) and not (width and height):
            wide, tall = size
            width, height = (
                (width, round(width * tall / wide)) if width
                else (round(height * wide / tall), height) if height
                else (wide, tall)
            )  # fmt: skip
        return [(name, side) for name, side in (("width", width), ("height", height)) if side]

    def cited(self, piece: Cited, text: str) -> str:
        """Write a citation as the text it reads as."""
        del piece
        return text

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a box; one that folds is shut with a mark of its own."""
        kind = html.escape(callout_type(piece.kind))
        number, shown = len(self.boxes), self._inline(title)
        if piece.fold:
            is_open = " open" if piece.fold == "+" else ""
            self.boxes.append(f'<details class="callout {kind}"{is_open}>')
            tag, head = "details", f"<summary>{shown}</summary>"
        else:
            named = f'role="note" aria-labelledby="b:{number}"'
            self.boxes.append(f'<div class="callout {kind}" {named}>')
            tag, head = "div", f'<p class="callout-title" id="{OURS}b:{number}">{shown}</p>'
        opening = self.author(f'<{tag} {BOX}="{number}">{head}')
        closing = self.author(f"</{tag}>")
        lines = [opening, "", *body.strip("\n").split("\n"), "", closing, ""]
        rest = ((piece.prefix + line).rstrip() for line in lines[1:])
        return piece.lead + "\n".join((opening, *rest))

    def _image(self, name: str) -> str:
        return relative(self._page, f"{self._folder}/{name}")

    def url(self, href: Href) -> str:
        """Return where a link leads, as a link of this page."""
        if href.url:
            return _safe(href.url)
        anchor = href.anchor or (heading_id(href.heading, href.repeat) if href.heading else "")
        tail = f"#{quote(anchor, safe=':~-._')}" if anchor else ""
        if not href.ref:
            return tail or "#"
        there = page_path(self._site.placements[href.ref].url)
        return f"{relative(self._page, there)}{tail}"


def _formula_slot(tex: str, formula: Formula, *, is_block: bool) -> Slot:
    """Return the slot of a formula; one that is wide scrolls by itself."""
    shown = formula.html
    if formula.flaw:
        return Slot(shown, tex, is_block=is_block)
    at = ' tabindex="0"' if is_wide(shown) else ""
    alone = f'<div class="formula"{at}>{shown}</div>' if is_block else ""
    if at:
        shown = f'<span class="{"formula" if is_block else "wide"}"{at}>{shown}</span>'
    return Slot(shown, tex, alone)


def _sign(slot: str, *, before: bool = True, after: bool = True) -> str:
    """Return a slot that is a sign, not a letter, to what stands before and after it."""
    return f"{SIGNS[0] if before else ''}{slot}{SIGNS[1] if after else ''}"


def without_signs(text: str) -> str:
    """Return text with nothing but the slots themselves where slots are."""
    return text.replace(SIGNS[0], "").replace(SIGNS[1], "")


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _shallow(source: str) -> str:
    """Return Markdown without what would nest it deeper than its parser goes."""
    return _LONG_LEAD.sub(_shallower, source)


def _shallower(match: re.Match[str]) -> str:
    """Return the marks and the indentation of a line, no more of them than may be."""
    kept, width, number = [], 0, 0
    for part in _MARK.findall(match[0]):
        number += bool(part.strip())
        width += len(part.expandtabs(4))
        if number > _MOST_MARKS or width > _WIDEST:
            break
        kept.append(part)
    return "".join(kept)


def _safe(url: str) -> str:
    """Return a URL, or a link to nowhere where its scheme may run something."""
    scheme = _SCHEME.match("".join(url.split()))
    if scheme and scheme[1].lower() not in _ALLOWED:
        return "#"
    safe = quote(url.strip(), safe="%/:?#@!$&'()*+,;=~.-_[]")
    safe = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", safe)
    host = _HOST.match(safe)
    behind = host.end() if host else 0
    return safe[:behind] + safe[behind:].replace("[", "%5B").replace("]", "%5D")

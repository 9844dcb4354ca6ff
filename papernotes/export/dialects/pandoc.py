r"""Pieces as Pandoc's Markdown writes them, for Quarto: the escapes, measured with pandoc 3.9.

What CommonMark takes literally and Pandoc does not: ``@word`` is a citation, ``^x^`` and ``~x~``
raise and lower, ``\word`` is TeX and vanishes, ``{…}`` are attributes, ``a)`` and ``(1)`` make
lists, ``:`` definitions, a bar at the start of a line verse, ``:::`` a box. In Quarto
``{{< … >}}`` runs besides, in code and formulas, too, and ```` ```{python} ```` is executed: no
text of a note may be either. How lines must stand is :mod:`papernotes.export.dialects.standing`.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.dialects.definitions import COLON, DEFINITION, looks_defined
from papernotes.export.dialects.emphasis import ESCAPE
from papernotes.export.dialects.standing import Kept, stand
from papernotes.export.making.citations import anchor as entry_anchor
from papernotes.export.pieces import ADDRESS, Text, iter_pieces
from papernotes.markdown import callout_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
        Piece,
        Plain,
    )
    from papernotes.export.post import Site
    from papernotes.markdown import Cite

_NO_LINE_START = "\x01"  # a character no note can hold

_TEXT = re.compile(
    rf"{DEFINITION} | {COLON}"
    r"""
    | (?P<attribute>[ \t]\{\#[\w.:-]+\}[ \t]*$)              # the id of a heading
    | (?P<special>^(?P<lead>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|\[\^[^\]\s]+\]:[ \t]+)*)
        (?P<mark>\((?:[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+|\d{1,9}|\#|@[\w-]*)\)(?=\s)
        | (?:[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+|\#)[.)](?=\s)
        | :{3,} | [:~](?=\s|\Z) | \|(?!\n) | \+(?=[-=]) | %(?=[ \t])))
    | (?P<escape>\\(?:.|(?=\n)|\Z))
    | (?P<note>\[\^ | <[\w.+-]+@[\w.-]+\.\w+>)
    | (?P<bracket>\]\((?P<target>[ ]*(?:<[^<>\n]*>|[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)
        (?:[ ]+(?:"[^"\n]*"|'[^'\n]*'))?[ ]*\))?)              # not every "](" is of a link
    | (?P<label>\[(?=(?P<name>[^\[\]\n]{1,200})\](?![(\[:])))
    | (?P<strike>(?<!~)~~(?!~))
    | (?P<option>(?<![\w-])--(?=[A-Za-z]))
    | (?P<plain>[\^~${}<`] | (?<![A-Za-z0-9])@)
    """,
    re.VERBOSE | re.MULTILINE,
)
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n")
_PLAIN = re.compile(
    r"[\\`*_\[\]{}<>|~^@$#]|&(?=#?\w{1,40};)|--+|^[+:=%-]|^(?:\d+|[A-Za-z]|[ivxlcdm]+)(?=[.)])"
    r"|^\((?:\d+|[A-Za-z]|[ivxlcdm]+)(?=\))"
)
_BLOCK_TAG = re.compile(
    r"</?(?:div|details|summary|section|article|aside|figure|figcaption|center|blockquote|main|table"
    r"|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|pre|p|hr|h[1-6]|video|audio|iframe)\b",
    re.IGNORECASE,
)
_CELL = re.compile(r"[ \t]*`{3,}[ \t]*\{")
_NATIVE = re.compile(r"</?div\b[^`\n]*$", re.IGNORECASE)
_NO_ID_CHARACTER = re.compile(r"[^\w\-. \t\n]")
_WORD_CHARACTERS = re.compile(r"[^\w-]")
_HEADING = re.compile(r"^[ \t>]*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"^[ ]{0,3}\[([^\]\n]+)\]:", re.MULTILINE)
_CLASSES = {"math": "latex", "c++": "cpp", "c#": "cs", "f#": "fs"}
_CALLOUTS = {
    "tip": "tip",
    "success": "tip",
    "warning": "warning",
    "question": "warning",
    "important": "important",
    "danger": "caution",
    "failure": "caution",
    "bug": "caution",
    "caution": "caution",
}


def heading_id(heading: str, repeat: int = 0) -> str:
    """Return the id Pandoc's auto_identifiers gives a heading after ``repeat`` of its text."""
    kept = _NO_ID_CHARACTER.sub("", heading.lower())
    slug = "-".join(kept.split())
    first = next((number for number, letter in enumerate(slug) if letter.isalpha()), len(slug))
    return (slug[first:] or "section") + (f"-{repeat}" if repeat else "")


def unlinked_headings(pieces: Iterable[Piece]) -> frozenset[str]:
    """Return the headings of a body that ``[…]`` round their words would lead to in Pandoc.

    Not those whose words are the label of a link that the author has defined.
    """
    texts = [piece.source for piece in iter_pieces(pieces) if isinstance(piece, Text)]
    found = {_folded(match[1]) for text in texts for match in _HEADING.finditer(text)}
    return frozenset(found - {_folded(one[1]) for text in texts for one in _LABEL.finditer(text)})


def escape_url(url: str) -> str:
    """Return the URL so that it survives in ``(…)`` and ``<…>``."""
    safe = _percent_encoded(url)
    if safe.count("(") != safe.count(")"):
        safe = safe.replace("(", "%28").replace(")", "%29")
    return safe


def escape_plain(text: str) -> str:
    """Return text so that Pandoc shows exactly its characters; quotes become typographic."""
    return _PLAIN.sub(_escaped, text)


def _escape_inside(text: str) -> str:
    """Return text as escape_plain does, for a place where no block can begin."""
    return escape_plain(_NO_LINE_START + text).removeprefix(_NO_LINE_START)


class PandocMarkdown:
    """The table of escapes for one post; ``keys`` are what its citation keys are called there.

    ``headings`` are those that ``[…]`` round their words would lead to, in lower case; ``names``
    are whose papers they are, where the style of citations has only numbers.
    """

    def __init__(
        self,
        site: Site,
        keys: Mapping[str, str],
        headings: frozenset[str],
        names: Mapping[str, str],
    ) -> None:
        self._names = names
        self._headings = headings
        self._site = site
        self._keys = keys
        self._anchors = {entry_anchor(key): f"ref-{name}" for key, name in keys.items()}
        self._kept = Kept()
        self._boxes = 0

    def finish(self, text: str) -> str:
        """Return rendered text with its lines standing as Pandoc needs them."""
        return stand(text, self._kept)

    def text(self, piece: Text) -> str:
        """Write the author's Markdown, changing only what Pandoc reads otherwise."""

        def swap(match: re.Match[str]) -> str:
            source = match[0]
            match match.lastgroup:
                case "definition":
                    return self._kept.add(source)
                case "colon":
                    return f"{ESCAPE}:" if looks_defined(match) else source
                case "note" | "strike" | "attribute":
                    return source
                case "label" | "name":
                    return f"{ESCAPE}[" if _folded(match["name"]) in self._headings else "["
                case "bracket" | "target":
                    return f"]{self._kept.add(source[1:])}" if match["target"] else f"]{ESCAPE}("
                case "mark" | "special":
                    return _escaped_mark(match, in_table=piece.in_table)
                case "escape":
                    follows = match.string[match.start() + 1 : match.start() + 2]
                    is_known = bool(follows) and follows in _PUNCTUATION
                    return source if is_known else ESCAPE + source
                case _:
                    return ESCAPE + source

        if piece.starts_line:
            return _TEXT.sub(swap, piece.source)
        return _TEXT.sub(swap, _NO_LINE_START + piece.source).removeprefix(_NO_LINE_START)

    def plain(self, piece: Plain) -> str:
        """Write text to be seen exactly as it is."""
        return _PLAIN.sub(lambda match: _escaped(match, ESCAPE), piece.text)

    def html(self, piece: Html) -> str:
        """Write HTML: a block as a raw one, so that nothing in it is read as Markdown."""
        source = piece.source
        for address in piece.addresses:
            url = quote(address) if isinstance(address, str) else self._url(address)
            source = source.replace(ADDRESS, url.replace("&", "&amp;"), 1)
        source = source.replace("{{<", "&#123;{<")
        tag = source.rstrip()
        is_block = piece.is_block or _BLOCK_TAG.match(tag) is not None
        inline = f"`{tag}`{{=html}}" if _NATIVE.match(tag) else tag
        return self._kept.add(inline, html=tag, begins_block=is_block) + source[len(tag) :]

    def code(self, piece: Code) -> str:
        """Write code with more backticks than it holds."""
        if "{{<" in piece.text or piece.text != piece.text.strip():
            shown = html.escape(piece.text, quote=False).replace("`", "&#96;")
            return self._kept.add(f"`<code>{shown}</code>`{{=html}}")
        runs = [len(run) for run in re.findall(r"`+", piece.text)]
        if not runs:
            return self._kept.add(f"`{piece.text}`")
        marker = "`" * (max(runs, default=0) + 1)
        return self._kept.add(f"{marker} {piece.text} {marker}")

    def fence(self, piece: Fence) -> str:
        """Write a code block; one with what Quarto would run in it as HTML."""
        lines = [f"{piece.marker}{_info(piece)}", *piece.lines, piece.marker]
        if any("{{<" in line or _CELL.match(line) for line in piece.lines):
            shown = html.escape("\n".join(piece.lines), quote=False).replace("`", "&#96;")
            code = shown.split("\n")
            code = [f"<pre><code>{code[0]}", *code[1:]]
            lines = ["```{=html}", *code[:-1], f"{code[-1]}</code></pre>", "```"]
        return self._block(piece.lead, piece.prefix, lines)

    def math(self, piece: Math) -> str:
        """Write a formula in a line."""
        tex = _escape_tex(piece.tex.replace("{{<", "{ {<").strip())
        return self._kept.add(f"${tex}$", before_digit=f"${tex}$<!-- -->") if tex else ""

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula on lines of its own."""
        lines = [line.replace("{{<", "{ {<") for line in piece.lines]
        return self._block(piece.lead, piece.prefix, ["$$", *lines, "$$"])

    def link(self, piece: Link, label: str) -> str:
        """Write a link."""
        return f"[{label}]{self._kept.add(f'({self._url(piece.href)})')}"

    def link_end(self, piece: LinkEnd) -> str:
        """Write the end of a link whose label was written already."""
        title = f" {_quoted(piece.title)}" if piece.title else ""
        return f"]{self._kept.add(f'({self._url(piece.href)}{title})')}"

    def auto_link(self, piece: AutoLink) -> str:
        """Write a bare URL, which Pandoc does not link by itself."""
        url = _percent_encoded(piece.url)
        if url == piece.url:
            return self._kept.add(f"<{url}>")
        return self._kept.add(f"[{escape_plain(piece.url)}]({escape_url(piece.url)})")

    def picture(self, piece: Picture) -> str:
        """Write an image; with a title it is a figure where it stands alone, else never one."""
        url = quote(piece.name) if piece.name else escape_url(piece.url)
        sizes = [("width", piece.width), ("height", piece.height)]
        attributes = [f"{name}={size}" for name, size in sizes if size]
        alt = escape_plain(piece.alt)
        around = f"{{{' '.join(attributes)}}}" if attributes else ""
        if not piece.title:
            image = f"![{alt}]({url}){around}"
            return self._kept.add(image, alone=f"{image}\\ ")
        described = [f"{name}={_quoted(piece.alt)}" for name in ("alt", "fig-alt")]
        around_figure = " ".join([*described, *attributes])
        return self._kept.add(
            f"![{alt}]({url} {_quoted(piece.title)}){around}",
            alone=f"![{escape_plain(piece.title)}]({url}){{{around_figure}}}",
        )

    def cited(self, piece: Cited, text: str) -> str:
        """Write a citation as Pandoc's own; one with an unknown key as the text it reads as."""
        if not all(one.key in self._keys for one in piece.cites) or not piece.cites:
            return text
        if piece.is_bracketed:
            inside = "; ".join(self._cite(one) for one in piece.cites)
            return self._kept.add(f"[{inside}]")
        one = piece.cites[0]
        if name := "" if one.hides_author else self._names.get(one.key, ""):
            return f"{escape_plain(name)} {self._kept.add(f'[{self._cite(one)}]')}"
        locator = f" [{_escape_inside(one.locator)}]" if one.locator else ""
        return self._kept.add(f"{'-' if one.hides_author else ''}@{self._keys[one.key]}{locator}")

    def _cite(self, one: Cite) -> str:
        prefix = f"{_escape_inside(one.prefix)} " if one.prefix else ""
        locator = f", {_escape_inside(one.locator)}" if one.locator else ""
        return f"{prefix}{'-' if one.hides_author else ''}@{self._keys[one.key]}{locator}"

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write one of Quarto's five boxes; its title is a heading, which Quarto takes for it."""
        self._boxes += 1
        name = _CALLOUTS.get(callout_type(piece.kind), "note")
        fold = {"-": ' collapse="true"', "+": ' collapse="false"'}.get(piece.fold, "")
        head = [f"## {self.finish(title)} {{#box-{self._boxes}}}", ""] if title.strip() else []
        inside = self.finish(body).strip("\n")
        lines = [
            f"::: {{.callout-{name}{fold}}}",
            *head,
            *(inside.split("\n") if inside else []),
            "",
            ":::",
        ]
        return self._block(piece.lead, piece.prefix, lines)

    def _block(self, lead: str, prefix: str, lines: list[str]) -> str:
        first, *rest = lines
        text = "\n".join(
            [first, *((prefix + line).rstrip() if not line else prefix + line for line in rest)]
        )
        return f"{lead}{self._kept.add(text, is_apart=True)}\n"

    def _url(self, href: Href) -> str:
        if href.url:
            return escape_url(href.url)
        anchor = href.anchor or (heading_id(href.heading, href.repeat) if href.heading else "")
        anchor = self._anchors.get(anchor, anchor)
        tail = f"#{quote(anchor)}" if anchor else ""
        if not href.ref:
            return tail or "#"
        return f"../{self._site.placements[href.ref].slug}/index.qmd{tail}"


def _percent_encoded(url: str) -> str:
    safe = quote(url, safe="%/:?#@!$&'*+,;=~.-_()[]")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", safe)


def _escape_tex(tex: str) -> str:
    """Return a formula without a dollar sign that would end it; those in braces are text's."""
    found, depth = [], 0
    for part in re.findall(r"\\.|[{}$]|[^\\{}$]+", tex, re.DOTALL):
        depth += (part == "{") - (part == "}")
        found.append(f"\\{part}" if part == "$" and depth <= 0 else part)
    return "".join(found)


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def _escaped(match: re.Match[str], mark: str = "\\") -> str:
    text = match[0]
    if text[0].isalnum() or text[0] == "(":
        return f"{text}{mark}" if text[0] != "(" else f"{mark}{text}"
    return "".join(f"{mark}{character}" for character in text)


def _escaped_mark(match: re.Match[str], *, in_table: bool) -> str:
    lead, mark = match["lead"], match["mark"]
    if mark[0] == "|" and in_table:
        return match[0]
    if mark[0] == "(":
        return f"{lead}{ESCAPE}{mark.replace('@', ESCAPE + '@')}"
    if mark[0].isalnum():
        return f"{lead}{mark[:-1]}{ESCAPE}{mark[-1]}"
    return f"{lead}{ESCAPE}{mark}"


def _info(piece: Fence) -> str:
    """Return the info string: a bare word, or in braces with the title as a file's name."""
    if not piece.title:
        return "latex" if piece.language == "math" else piece.language
    name = _CLASSES.get(piece.language, piece.language)
    name = _WORD_CHARACTERS.sub("", name)
    return f"{{{f'.{name} ' if name else ''}filename={_quoted(piece.title)}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("{{<", "{ {<")
    return f'"{escaped}"'

"""The pieces of a post → what a reader is to see: the expected side of a comparison.

An independent reader of the pieces, not a target: the author's Markdown goes through
markdown-it-py, and all else is put into its HTML as it is meant. Needs the extra ``html``.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from papernotes.export.pieces import ADDRESS, Href, Picture, iter_pieces, render_pieces
from papernotes.export.verify.reading import parse_page, read_visible
from papernotes.export.verify.said import without_ids
from papernotes.export.verify.visible import straight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from papernotes.export.pieces import (
        AutoLink,
        Callout,
        Cited,
        Code,
        Fence,
        Html,
        Link,
        LinkEnd,
        Math,
        MathBlock,
        Piece,
        Plain,
        Text,
    )
    from papernotes.export.verify.visible import Visible

_HELD = re.compile("\x0e(\\d+)\x0f")
_HELD_BLOCK = re.compile("<pre><code[^>]*>\x0e(\\d+)\x0f\n</code></pre>")
_URL = "held:"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return reader.use(footnote_plugin, inline=False).use(tasklists_plugin)


_READER = _reader()


def visible_of(
    pieces: Sequence[Piece],
    *,
    link_of: Callable[[Href], str],
    image_of: Callable[[str], str],
    cited: frozenset[str] = frozenset(),
    plays: bool = True,
) -> tuple[Visible, Visible]:
    """Return what a reader is to see of pieces: the text, and its footnotes.

    ``link_of`` says in one spelling where a link leads, ``image_of`` what the image of a name or
    URL shows. Citations of the keys ``cited`` only have to be there, all others
    are to read as their text. ``plays``: see :func:`.reading.read_visible`.
    """
    meaning = _Meaning(cited)
    source = meaning.page(render_pieces(pieces, meaning))

    def found(address: str) -> Href | str:
        if address.startswith(_URL):
            return meaning.addresses[int(address.removeprefix(_URL))]
        return Href(url=address)

    def shown(address: str) -> str:
        target = found(address)
        return image_of(target.url if isinstance(target, Href) else target)

    def led(address: str) -> str:
        target = found(address)
        return link_of(target) if isinstance(target, Href) else image_of(target)

    root = parse_page(f"<body><main>{source}</main></body>")
    captions = captions_of(pieces)
    return read_visible(
        root.find(".//main"), link_of=led, image_of=shown, captions=captions, plays=plays
    )


def captions_of(pieces: Iterable[Piece]) -> frozenset[str]:
    """Return the titles of the images among pieces."""
    titles = (piece.title for piece in iter_pieces(pieces) if isinstance(piece, Picture))
    return frozenset(straight(title) for title in titles if title)


class _Meaning:
    """Writes pieces as Markdown in which all but text is held back, and puts it into the HTML."""

    def __init__(self, cited: frozenset[str]) -> None:
        self._cited = cited
        self.addresses: list[Href | str] = []
        self._held: list[str] = []

    def page(self, text: str) -> str:
        """Return the HTML of the Markdown, with what was held back."""
        rendered: Any = _READER.render(without_ids(text))
        source = _HELD_BLOCK.sub(self._block, str(rendered))
        while _HELD.search(source):
            source = _HELD.sub(lambda match: self._held[int(match[1])], source)
        return source

    def _block(self, match: re.Match[str]) -> str:
        held = self._held[int(match[1])]
        return held if held.startswith("<math") else f"<pre>{held}</pre>"

    def _hold(self, source: str) -> str:
        self._held.append(source)
        return f"\x0e{len(self._held) - 1}\x0f"

    def _address(self, address: Href | str) -> str:
        self.addresses.append(address)
        return f"{_URL}{len(self.addresses) - 1}"

    def text(self, piece: Text) -> str:
        return piece.source

    def plain(self, piece: Plain) -> str:
        return self._hold(html.escape(piece.text))

    def html(self, piece: Html) -> str:
        source = piece.source
        for address in piece.addresses:
            source = source.replace(ADDRESS, self._address(address), 1)
        return self._hold(source)

    def code(self, piece: Code) -> str:
        return self._hold(f"<code>{html.escape(piece.text)}</code>")

    def fence(self, piece: Fence) -> str:
        text = self._hold(html.escape("\n".join(piece.lines)))
        title = f"{piece.lead}{self._hold(html.escape(piece.title))}\n{piece.prefix}\n"
        lead = piece.lead
        if piece.title:
            lead = piece.prefix
        else:
            title = ""
        return f"{title}{lead}```\n{piece.prefix}{text}\n{piece.prefix}```\n"

    def math(self, piece: Math) -> str:
        return self._hold(f'<math alttext="{html.escape(piece.tex)}"></math>')

    def math_block(self, piece: MathBlock) -> str:
        tex = html.escape("\n".join(piece.lines))
        held = self._hold(f'<math display="block" alttext="{tex}"></math>')
        return f"{piece.lead}```\n{piece.prefix}{held}\n{piece.prefix}```\n"

    def link(self, piece: Link, label: str) -> str:
        return f"[{label}]({self._address(piece.href)})"

    def link_end(self, piece: LinkEnd) -> str:
        return f"]({self._address(piece.href)})"

    def auto_link(self, piece: AutoLink) -> str:
        url = self._address(Href(url=piece.url))
        return f"[{self._hold(html.escape(piece.url))}]({url})"

    def picture(self, piece: Picture) -> str:
        address = self._address(piece.name or Href(url=piece.url))
        title = html.escape(piece.title)
        return self._hold(f'<img src="{address}" alt="{html.escape(piece.alt)}" title="{title}">')

    def cited(self, piece: Cited, text: str) -> str:
        if not piece.cites or any(one.key not in self._cited for one in piece.cites):
            return text
        return self._hold('<span class="citation" data-cites="here"></span>')

    def callout(self, piece: Callout, title: str, body: str) -> str:
        rows = [title, "", *body.strip("\n").split("\n")]
        first, *rest = rows
        lines = [f"{piece.lead}> {first}", *(f"{piece.prefix}> {row}" for row in rest)]
        return "".join(f"{line.rstrip()}\n" for line in lines)

"""A post's body → HTML that is right and safe.

Pieces become Markdown with slots (:mod:`marking`), markdown-it makes HTML of it, that is cleaned,
and the slots are filled with what is ours. So nothing an author wrote is read twice, and nothing
of ours has to pass the cleaning.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.token import Token

from papernotes.export.html.cleaning import clean_html
from papernotes.export.html.marking import (
    BLOCK,
    BOX,
    HREF,
    MARK,
    OURS,
    SLOT,
    THEIRS,
    Marking,
    heading_id,
    without_signs,
)
from papernotes.export.html.parser import MARKDOWN
from papernotes.export.pieces import render_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.export.pieces import Piece
    from papernotes.export.post import Flaw, Post, Reference, Site

_HREF = re.compile(rf'(?<=href="){re.escape(HREF)}(\d+)(?=")')
_PLACE = re.compile(rf'<div {BLOCK}="(\d+)"></div>')
_BOX = re.compile(rf'<(?:div|details) {BOX}="(\d+)">')
_PARAGRAPH = re.compile(r"<p>([^<]*(?:<(?!/?p>)[^<]*)*)</p>")
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_TABLE = re.compile(r"<table(?=[\s>])")
_NAMELESS = re.compile(r'(<th\b[^>]*>\s*<math) alttext="([^"]*)"')  # a header is to have a name
_ANCHOR = re.compile(r"<a(?=[\s>])[^>]*>|</a>")
_TAG = re.compile(r"<[^>]+>")
_BLOCK = re.compile(f"(?:# )?{SLOT.pattern}")
_ID = re.compile(f' id="([{OURS}{THEIRS}])([^"]*)"')
_OWN_ID = re.compile(r"[ \t]*\{#([^\W\d][\w.-]*)[^{}\n]*\}[ \t]*$")
_NO_WORDS = re.compile(r'<a [^>]*\brole="doc-(?:noteref|backlink)"[^>]*>[^<]*</a>')
_IN_LINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|ruby|s|samp|small|span|strong"
    r"|sub|sup|time|u|var|wbr)\b[^>]*>"
)
_SPAN_TAG = re.compile(r"<(/?)(b|code|em|i|s|small|strong|u)(?=[\s>])", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_NOTES = "\x06"  # between the text and its footnotes: neither may reach into the other


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a body: ``level`` 2 to 6, its id on the page, its words."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a post's page shows below its title, references and footnotes included.

    ``text`` is its words alone; ``flaws`` the formulas that show as they were typed.
    """

    html: str
    headings: tuple[Heading, ...] = ()
    has_math: bool = False
    text: str = ""
    flaws: tuple[Flaw, ...] = ()


def render_body(post: Post, site: Site) -> Body:
    """Return the body of a post as HTML of its page."""
    marking = Marking(post, site, MARKDOWN.renderInline)
    tokens = MARKDOWN.parse(render_pieces(post.body, marking), {})
    _free_blocks(tokens, marking)
    _put_words(tokens, marking)
    headings = tuple(_number(tokens, marking))
    _check_tasks(tokens, marking)
    _close_tags(tokens, marking)
    marking.set_formulas()
    kinds = [token.type for token in tokens]
    end = kinds.index("footnote_block_open") if "footnote_block_open" in kinds else len(tokens)
    found = _with_ids(_clean(tokens[:end], marking) + _NOTES + _clean(tokens[end:], marking))
    text = _words_of(found, marking)
    body, _, notes = _filled(found, marking).partition(_NOTES)
    entries = _references(post.references, marking, has_heading=post.needs_heading)
    if post.references and post.needs_heading:
        headings = (*headings, Heading(2, "references", "References"))
    return Body(
        f"{body}{entries}{notes}",
        headings,
        marking.has_math,
        text,
        tuple(marking.flaws),
    )


def _clean(tokens: Sequence[Token], marking: Marking) -> str:
    """Return tokens as clean HTML, with places for what is ours."""
    found = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return clean_html(_apart(_with_authors(_with_links(found, marking), marking), marking))


def _free_blocks(tokens: Sequence[Token], marking: Marking) -> None:
    """Make paragraphs of the headings that only carried a block."""
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        slot = SLOT.match(tokens[number + 1].content)
        if slot is not None and marking.slots[int(slot[1])].is_block:
            closing = tokens[number + 2]
            token.type, closing.type = "paragraph_open", "paragraph_close"
            token.tag = closing.tag = "p"


def _close_tags(tokens: Sequence[Token], marking: Marking) -> None:
    """Close bold and the like, which an author left open for good, where their block ends."""
    opened: dict[str, list[tuple[int, Token]]] = {}
    for token in tokens:
        found = SLOT.finditer(token.content) if token.type == "inline" else ()
        slots = (marking.slots[int(match[1])] for match in found)
        for number, tag in enumerate(
            _SPAN_TAG.finditer("".join(slot.html for slot in slots if slot.is_author))
        ):
            waiting = opened.setdefault(tag[2].lower(), [])
            if not tag[1]:
                waiting.append((number, token))
            elif waiting:
                waiting.pop()
    left = [(number, token, name) for name, ones in opened.items() for number, token in ones]
    for _, token, name in sorted(left, key=lambda one: one[0], reverse=True):
        end = Token("text", "", 0, content=marking.author(f"</{name}>"))
        token.children = [*(token.children or []), end]


def _put_words(tokens: Sequence[Token], marking: Marking) -> None:
    """Put words for the slots in what becomes attributes: descriptions of images, titles."""
    for token in tokens:
        if "](" not in token.content and "][" not in token.content:
            continue
        for child in token.children or ():
            if child.type == "image":
                alt = _words(child, marking)
                child.children = [Token("text", "", 0, content=alt)]
            elif child.type == "link_open" and (title := child.attrGet("title")):
                child.attrSet("title", _spoken(str(title), marking))


def _spoken(text: str, marking: Marking) -> str:
    """Return text with the words of its slots."""
    text = SLOT.sub(lambda match: marking.slots[int(match[1])].text, without_signs(text))
    return " ".join(text.split())


def _with_ids(found: str) -> str:
    """Return HTML without those of the author's ids that are taken already."""
    taken = {name for mark, name in _ID.findall(found) if mark == OURS}

    def put(match: re.Match[str]) -> str:
        if match[1] == THEIRS and match[2] in taken:
            return ""
        taken.add(match[2])
        return f' id="{match[2]}"'

    return _ID.sub(put, found)


def _words_of(found: str, marking: Marking) -> str:
    """Return the words of cleaned HTML, those of its slots included; marks of notes are none."""

    def said(match: re.Match[str]) -> str:
        slot = marking.slots[int(match[1])]
        return html.escape(slot.text, quote=False)

    found = _PLACE.sub(rf" {MARK}\1{MARK} ", _NO_WORDS.sub("", found))
    found = _IN_LINE.sub("", found.replace(_NOTES, " "))
    return " ".join(html.unescape(SLOT.sub(said, _TAG.sub(" ", found))).split())


def _with_links(found: str, marking: Marking) -> str:
    return _HREF.sub(lambda match: html.escape(marking.hrefs[int(match[1])]), found)


def _with_authors(found: str, marking: Marking) -> str:
    """Put the author's own HTML in; it may hold slots itself."""
    slots = marking.slots

    def put(match: re.Match[str]) -> str:
        slot = slots[int(match[1])]
        return _with_links(slot.html, marking) if slot.is_author else match[0]

    for _ in range(3 if any(slot.is_author for slot in slots) else 0):
        found = SLOT.sub(put, found)
    return without_signs(found)


def _filled(found: str, marking: Marking) -> str:
    """Return cleaned HTML with its boxes and slots."""

    def block(match: re.Match[str]) -> str:
        slot = marking.slots[int(match[1])]
        return slot.alone or slot.html

    found = _BOX.sub(lambda match: marking.boxes[int(match[1])], _EMPTY.sub("", found))
    found = _PLACE.sub(block, found)
    found = SLOT.sub(lambda match: marking.slots[int(match[1])].html, found)
    found = _TABLE.sub('<div class="table" tabindex="0"><table', found)
    found = _NAMELESS.sub(r'\1 role="math" aria-label="\2" alttext="\2"', found)
    return _without_inner_links(found.replace("</table>", "</table></div>"))


def _without_inner_links(found: str) -> str:
    """Return HTML without links inside of links: an author may have left one open."""
    depth = 0

    def put(match: re.Match[str]) -> str:
        nonlocal depth
        is_end = match[0].startswith("</")
        is_outer = depth == (1 if is_end else 0)
        depth += -1 if is_end else 1
        return match[0] if is_outer else ""

    return _ANCHOR.sub(put, found)


def _apart(found: str, marking: Marking) -> str:
    """Return HTML where slots that are blocks are elements, and out of the paragraphs around."""
    slots = marking.slots

    def part(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"</p>\n{_place(number)}\n<p>" if slots[number].is_block else match[0]

    def paragraph(match: re.Match[str]) -> str:
        if MARK not in match[1]:
            return match[0]
        whole = SLOT.fullmatch(match[1].strip())
        if whole is not None and slots[int(whole[1])].alone:
            return _place(int(whole[1]))
        return f"<p>{_BLOCK.sub(part, match[1])}</p>"

    def block(match: re.Match[str]) -> str:
        number = int(match[1])
        return _place(number) if slots[number].is_block else match[0]

    return SLOT.sub(block, _PARAGRAPH.sub(paragraph, found))


def _place(number: int) -> str:
    return f'<div {BLOCK}="{number}"></div>'


def _number(tokens: Sequence[Token], marking: Marking) -> Iterator[Heading]:
    """Give each heading its id and its level: the first is 2, and none is skipped."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    top, above = min(levels, default=2), 1
    repeats: dict[str, int] = {}
    taken: set[str] = set()
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[number + 1]
        own = _take_id(inline)
        text = _words(inline, marking)
        slug = heading_id(text)
        name = own or heading_id(text, repeats.get(slug, 0))
        repeats[slug] = repeats.get(slug, 0) + 1
        while name in taken:
            name += "-"
        taken.add(name)
        above = min(int(token.tag[1]) - top + 2, above + 1, 6)
        token.tag = f"h{above}"
        token.attrSet("id", OURS + name)
        tokens[number + 2].tag = token.tag
        to = quote(name, safe=":~-._")
        link = f'<a class="anchor" href="#{to}" aria-label="Link to this part">#</a>'
        mark = Token("text", "", 0, content=f" {marking.slot(link)}")
        inline.children = [*(inline.children or []), mark]
        yield Heading(above, name, text)


def _take_id(heading: Token) -> str:
    """Return the id that a heading's text ends with (``{#id}``), and take it off."""
    last = heading.children[-1] if heading.children else None
    if last is None or last.type != "text" or (own := _OWN_ID.search(last.content)) is None:
        return ""
    last.content = last.content[: own.start()]
    return own[1]


def _words(inline: Token, marking: Marking) -> str:
    """Return the words of a heading or an image, those of its slots included."""
    parts = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in inline.children or []
    ]
    return _spoken("".join(parts), marking)


def _check_tasks(tokens: Sequence[Token], marking: Marking) -> None:
    """Make boxes of ``[ ]`` and ``[x]`` at the beginning of list items."""
    for before, token in pairwise(tokens):
        is_item = before.type == "paragraph_open" and token.type == "inline" and token.children
        if not is_item or (match := _TASK.match(token.content)) is None:
            continue
        first = token.children[0]  # type: ignore[index]
        if before.level < 1 or first.type != "text" or not first.content.startswith(match[0]):
            continue
        is_done = match[1] != " "
        state = ' checked disabled aria-label="done"' if is_done else ' disabled aria-label="to do"'
        box = marking.slot(f'<input type="checkbox"{state}>')
        first.content = box + first.content[len(match[0]) :]


def _references(references: Sequence[Reference], marking: Marking, *, has_heading: bool) -> str:
    """Return the list of references, each with the ways back to where it is cited."""
    if not references:
        return ""
    is_numbered = all(one.label.strip("[]().").isdecimal() for one in references)
    tag = "ol" if is_numbered else "ul"
    lines = []
    for one in references:
        label = "" if is_numbered or not one.label else f"{html.escape(one.label)} "
        lines.append(
            f'<li id="{html.escape(one.anchor)}">{label}{render_inline(one.pieces, marking)}'
            f"{_ways_back(marking.places.get(one.anchor, ()))}</li>"
        )
    heading = '<h2 id="references">References</h2>\n' if has_heading else ""
    return f'{heading}<{tag} class="references">\n' + "\n".join(lines) + f"\n</{tag}>\n"


def _ways_back(places: Sequence[str]) -> str:
    return "".join(
        f' <a href="#{html.escape(place)}" role="doc-backlink"'
        f' aria-label="Back to where it is cited, {number}">↩</a>'
        for number, place in enumerate(places, 1)
    )


def render_inline(pieces: Sequence[Piece], marking: Marking) -> str:
    """Return pieces that are no block, and hold no HTML of an author, as HTML."""
    found = MARKDOWN.renderInline(render_pieces(pieces, marking))
    marking.set_formulas()
    found = _with_ids(clean_html(_with_authors(_with_links(found, marking), marking)))
    return SLOT.sub(lambda match: marking.slots[int(match[1])].html, found)

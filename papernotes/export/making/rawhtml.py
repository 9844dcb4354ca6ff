"""The author's own HTML: where it is not read as Markdown, and where its addresses lead."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from papernotes.export.images.metadata import ImageError, bare_address
from papernotes.export.making.linking import (
    OUTWARD,
    SCHEME,
    find_href,
    hidden_words,
    warn_unlinked,
)
from papernotes.export.pieces import ADDRESS, Html
from papernotes.models import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.export.making.draft import Draft, Scope
    from papernotes.export.pieces import Href
    from papernotes.markdown import Span

_FARTHEST_TAG = 20_000
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "command",
        "embed",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# Elements kramdown reads as part of a line, and those its dialect marks to be read so.
_IN_LINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "bdo",
        "br",
        "button",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "option",
        "q",
        "rb",
        "rbc",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "samp",
        "select",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "s",
        "strike",
        "font",
        "time",
        "data",
        "nobr",
    ]
)
_CONTAINERS = frozenset(
    ["div", "details", "section", "article", "aside", "figure", "center", "blockquote", "main"]
)
_CODE = frozenset({"script", "style", "textarea"})
_PICTURES = frozenset({"src", "xlink:href"})
_BLANK_LINE = re.compile(r"\n[ \t>]*(?=\n)")
_TAG = re.compile(r"<([A-Za-z][\w:-]*)(?=[\s/>])(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)(?=[\s/>])[^<>]*>")
_ATTRIBUTE = re.compile(
    r"""(?<=[\s"'/])(href|src|srcset|poster|data|action|xlink:href)\s*=\s*"""
    r"""(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""",
    re.IGNORECASE,
)
_ALT = re.compile(r"""(?<=[\s"'])alt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def holds_markdown(scope: Scope, span: Span, end: int) -> bool:
    """Whether a tag opens an element with a blank line, and so Markdown, inside."""
    if span.detail not in _CONTAINERS or scope.text.startswith("</", span.start):
        return False
    return _blank_line(scope, span.end, end) < (_closing(scope, span, end) or end)


def is_whole(tag: str) -> bool:
    """Whether what was found as HTML is an element with its content, such as ``<pre>…</pre>``."""
    first = _TAG.match(tag)
    return not tag.startswith("</") and (first is None or first.end() < len(tag))


def raw_end(scope: Scope, span: Span, end: int) -> int:
    """Return where the raw HTML ends that begins with the tag ``span``; its end if there is none.

    That is the end of the element, or of the lines up to the next blank one. Both CommonMark and
    kramdown take what is between as it stands.
    """
    tag = scope.text[span.start : span.end]
    if tag.startswith("</") or tag.endswith("/>") or span.detail in _VOID | _IN_LINE:
        return span.end
    if is_whole(tag) or holds_markdown(scope, span, end):
        return span.end
    stop = _closing(scope, span, end) or min(_blank_line(scope, span.end, end), end)
    return span.end if "markdown=" in scope.text[span.start : stop] else stop


def _blank_line(scope: Scope, start: int, end: int) -> int:
    """Return where the next blank line is; lines of a comment only look blank."""
    found = (one.end() - 1 for one in _BLANK_LINE.finditer(scope.text, start, end))
    return next((place for place in found if not scope.is_masked(place)), end)


def _closing(scope: Scope, span: Span, end: int) -> int:
    """Return the end of the tag that closes ``span``'s element, or 0."""
    if not scope.closings:
        scope.closings[-1] = 0
        scope.closings.update(_closings(scope.text))
    found = scope.closings.get(span.start, 0)
    return found if found <= min(end, span.end + _FARTHEST_TAG) else 0


def _closings(text: str) -> dict[int, int]:
    """Return where each element ends, by where its tag begins; those never closed are left out."""
    found: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for match in _ANY_TAG.finditer(text):
        waiting = opened.setdefault(match[2].lower(), [])
        if match[1] and waiting:
            found[waiting.pop()] = match.end()
        elif not match[1] and not match[0].endswith("/>"):
            waiting.append(match.start())
    return found


class _Source:
    """HTML being put together, with a mark for each address that only the target knows."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.addresses: list[Href | str] = []


def rewritten(
    draft: Draft, scope: Scope, start: int, end: int, *, line: int, is_block: bool
) -> Html:
    """Return the HTML of a stretch, its addresses made ones of the blog, or taken out."""
    made = _Source()
    done = start
    for match in _TAG.finditer(scope.text, start, end):
        if match.start() < done:
            continue
        made.text += _names_hidden(draft, scope, done, match.start())
        _tag(draft, scope, match, line + scope.text.count("\n", start, match.start()), made)
        done = match.end()
        if match[1].lower() in _CODE:
            close = re.compile(f"</{match[1]}|\\Z", re.IGNORECASE).search(scope.text, done, end)
            stop = close.start() if close else end
            made.text.append(scope.text[done:stop])
            done = stop
    made.text += _names_hidden(draft, scope, done, end)
    return Html("".join(made.text), is_block, addresses=tuple(made.addresses))


def _names_hidden(draft: Draft, scope: Scope, start: int, end: int) -> Iterator[str]:
    """Yield text as it stands, but for links that name an unpublished note."""
    for link in scope.links_between(start, end):
        words = hidden_words(draft, scope, link) if start <= link.start < link.end <= end else None
        if words is not None:
            yield scope.text[start : link.start]
            yield html.escape(words)
            start = link.end
    yield scope.text[start:end]


def _tag(draft: Draft, scope: Scope, tag: re.Match[str], line: int, made: _Source) -> None:
    """Add one tag; an image that cannot be carried along leaves its description."""
    name, source = tag[1].lower(), tag[0]
    pieces: list[str] = []
    addresses: list[Href | str] = []
    done = 0
    for match in _ATTRIBUTE.finditer(source):
        value = html.unescape(match[2] or match[3] or match[4] or "").strip()
        attribute = match[1].lower()
        if _is_outward(attribute, value):
            continue
        pieces.append(source[done : match.start()])
        done = match.end()
        if attribute in _PICTURES and value.startswith("data:image/"):
            try:
                pieces.append(f'{match[1]}="{bare_address(value)}"')
            except ImageError as error:
                draft.warn(scope, line, "image", f"{value[:100]}: {error}; left out")
        elif name == "img" and attribute == "src" and not SCHEME.match(value):
            try:
                addresses.append(draft.add_image(scope, value, is_embed=False))
            except ImageError as error:
                draft.warn(scope, line, "image", f"{value}: {error}; left out")
                alt = _ALT.search(source)
                made.text.append((alt[1] or alt[2] or "") if alt else "")
                return
            pieces.append(f'src="{ADDRESS}"')
        elif href := _href(draft, scope, tag, value, line):
            addresses.append(href)
            pieces.append(f'{match[1]}="{ADDRESS}"')
        else:
            pieces[-1] = pieces[-1].rstrip()
    made.text += [*pieces, source[done:]]
    made.addresses += addresses


def _is_outward(attribute: str, value: str) -> bool:
    if attribute == "srcset":
        return all(OUTWARD.match(one.strip()) for one in value.split(","))
    return not value or bool(OUTWARD.match(value)) or value.startswith(("#", "/"))


def _href(draft: Draft, scope: Scope, tag: re.Match[str], value: str, line: int) -> Href | None:
    """Return where a local address leads on the blog; None, with a warning, when nowhere."""
    if tag[1].lower() not in {"a", "area"} or SCHEME.match(value):
        draft.warn(scope, line, "local-link", f"{value}: readers cannot follow it; left out")
        return None
    link = Link("link", value, tag.start(), tag.end(), line)
    name, href = find_href(draft, scope, link)
    if href is None:
        close = scope.text.find("</a", tag.end(), tag.end() + _FARTHEST_TAG)
        visible = re.sub(r"<[^<>]*>", "", scope.text[tag.end() : close]) if close >= 0 else ""
        warn_unlinked(draft, scope, link, name, visible)
    return href

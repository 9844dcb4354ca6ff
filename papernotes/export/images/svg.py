"""SVG without what a drawing program wrote into it, and none that runs code. Pure.

What is kept is kept byte for byte; what goes is cut out: comments, processing instructions,
``<metadata>``, ``<title>`` and ``<desc>`` (what the file was called; of a picture on a page nobody
sees them), elements and attributes of other vocabularies (an editor's file names), addresses of
files and of what would be fetched, and the metadata of pictures inside.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

_START = re.compile(rb"\s*+(?:\xef\xbb\xbf)?\s*+<(?:\?xml|!--|!DOCTYPE svg|svg|\w+:svg)")
_ACTIVE = re.compile(
    rb"<\s*(?:[\w.-]+:)?(?:script|foreignObject|iframe|embed|object)\b|\bon\w+\s*=|javascript\s*:"
    rb"|<!ENTITY",
    re.IGNORECASE,
)
# In well-formed XML a "<" outside of these is the beginning of a tag.
_MARKUP = re.compile(
    rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>"
    rb"|<(?P<close>/?)(?P<name>[^\s/>]+)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"(?<!\s)\s++([^\s=/]++)\s*+=\s*+(\"[^\"]*\"|'[^']*')")
_BOUND = re.compile(rb"""xmlns:([\w.-]+)\s*=\s*["']http://www\.w3\.org/2000/svg["']""")
_STYLE_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DATA = re.compile(rb"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
_SVG = b"http://www.w3.org/2000/svg"
_UNDRAWN = frozenset((b"metadata", b"title", b"desc"))
_STYLE_URL = re.compile(
    rb"@import\b[^;]*;?|url\(\s*+(?:(?![\"']?(?:#|data:))|&quot;)[^)]*(?:\)|\Z)", re.IGNORECASE
)
_PREFIXES = frozenset((b"xlink", b"xml"))
_XLINK_WORDS = frozenset((b"title", b"label", b"role"))


def is_svg(data: bytes) -> bool:
    """Whether the bytes look like an SVG document."""
    return bool(_START.match(data)) and re.search(rb"<(?:\w+:)?svg\b", data) is not None


def clean_svg(data: bytes, strip: Callable[[bytes], bytes]) -> bytes:
    """Return the drawing alone; ``strip`` cleans pictures inside. Raises ValueError, saying why."""
    if _ACTIVE.search(data):
        raise ValueError("an SVG with scripts or foreign parts is not carried along")
    try:
        expat.ParserCreate("utf-8").Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is no well-formed SVG in UTF-8 ({error})") from error
    own = frozenset(_BOUND.findall(data)) | {b""}
    kept: list[bytes] = []
    done, depth, is_style = 0, 0, False
    for match in _MARKUP.finditer(data):
        if not depth:
            kept.append(_text(data[done : match.start()], is_style=is_style))
        done = match.end()
        name, is_open = match["name"], match["close"] == b""
        is_empty = name is not None and match["rest"].endswith(b"/")
        if name is None:
            kept.append(b"" if depth else _declaration(match[0], is_style=is_style))
        elif depth:
            depth += (is_open and not is_empty) - (not is_open)
        elif not is_open:
            kept.append(match[0])
            is_style = False
        elif _is_drawing(name, match["rest"], own):
            kept.append(b"<" + name + _attributes(name, match["rest"], own, strip) + b">")
            is_style = name.rpartition(b":")[2] == b"style" and not is_empty
        else:
            depth = 0 if is_empty else 1
    return b"".join((*kept, _text(data[done:], is_style=False)))


def _text(text: bytes, *, is_style: bool) -> bytes:
    return _STYLE_URL.sub(b"none", _STYLE_COMMENT.sub(b"", text)) if is_style else text


def _declaration(markup: bytes, *, is_style: bool) -> bytes:
    if markup.startswith(b"<![CDATA["):
        return _text(markup, is_style=is_style)
    is_kept = markup.startswith(b"<?xml ") or (markup.startswith(b"<!D") and b"[" not in markup)
    return markup if is_kept else b""


def _is_drawing(name: bytes, rest: bytes, own: frozenset[bytes]) -> bool:
    prefix, _, local = name.rpartition(b":")
    bound = dict(_ATTRIBUTE.findall(rest)).get(b"xmlns", b"''")[1:-1]
    return prefix in own and local not in _UNDRAWN and bound in {b"", _SVG}


def _attributes(
    name: bytes, rest: bytes, own: frozenset[bytes], strip: Callable[[bytes], bytes]
) -> bytes:
    is_link = name.rpartition(b":")[2] == b"a"

    def swap(match: re.Match[bytes]) -> bytes:
        prefix, _, local = match[1].rpartition(b":")
        if prefix == b"xmlns":
            return match[0] if local in _PREFIXES | own else b""
        if prefix not in _PREFIXES | {b""} or local.startswith((b"data-", b"aria-")):
            return b""
        if local != b"href":
            is_kept = prefix != b"xlink" or local not in _XLINK_WORDS
            return _STYLE_URL.sub(b"none", match[0]) if is_kept else b""
        value = _address(match[2][1:-1], strip, is_link=is_link)
        return match[0].replace(match[2][1:-1], value) if value else b""

    return _ATTRIBUTE.sub(swap, rest)


def _address(value: bytes, strip: Callable[[bytes], bytes], *, is_link: bool) -> bytes:
    """Return an address readers can follow, a picture without metadata, or nothing."""
    if picture := _DATA.fullmatch(value.strip()):
        try:
            bare = base64.b64encode(strip(base64.b64decode(picture[1])))
        except (ValueError, binascii.Error):
            return b""
        return value.strip().replace(picture[1], bare)
    is_outward = is_link and value.startswith((b"https://", b"http://"))
    return value if is_outward or value.startswith(b"#") else b""

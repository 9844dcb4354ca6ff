"""The template languages that run over written posts: ours goes, what lives is told. Pure."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Spoken(NamedTuple):
    """A body as it reads when its templates have run, and what of it would run that is not ours."""

    text: str
    live: tuple[str, ...] = ()


_LIQUID = re.compile(
    r"""
    \{%-?[ ]*raw[ ]*-?%\}(?P<raw>.*?)\{%-?[ ]*endraw[ ]*-?%\}
    | \{\{[ ]"(?P<literal>[{%]+)"[ ]\}\}
    | (?P<ours>\{\{[ ]site\.baseurl[ ]\}\} | \{\{[ ]"[^"\n]*"[ ]\|[ ]relative_url[ ]\}\})
    | (?P<live>\{[{%][^\n]{0,60})
    """,
    re.VERBOSE | re.DOTALL,
)
_SHORTCODE = re.compile(
    r"""
    \{\{(?P<open>[<%])/\*(?P<raw>.*?)\*/(?P<close>[>%])\}\}
    | (?P<ours>\{\{<[ ]*(?:rel)?ref[ ]+"[^"\n]*"[ ]*>\}\})
    | (?P<live>\{\{[<%][^\n]{0,60})
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(
    r"^[ \t>]*(?:`{3,}|~{3,})[ ]*\{[A-Za-z][^}\n]*\}[ \t]*$|\{\{<[^\n]{0,60}", re.MULTILINE
)
_HTML_CODE = re.compile(
    r"^[ \t>]*(?P<mark>`{3,})\{=html\}\n[ \t>]*<pre><code>(?P<code>.*?)</code></pre>\n"
    r"[ \t>]*(?P=mark)$"
    r"|`<code>(?P<span>[^`\n]*)</code>`\{=html\}",
    re.MULTILINE | re.DOTALL,
)


def spoken(body: str, target: str) -> Spoken:
    """Return what a written body says to the Markdown reader behind the templates."""
    reader = _READERS.get(target)
    return reader(body) if reader else Spoken(body)


def _templated(pattern: re.Pattern[str], body: str) -> Spoken:
    live: list[str] = []

    def put(match: re.Match[str]) -> str:
        found = match.groupdict()
        if found.get("live"):
            live.append(found["live"])
            return match[0]
        if found.get("raw") is not None:
            opened = found.get("open")
            return f"{{{{{opened}{found['raw']}{found['close']}}}}}" if opened else found["raw"]
        return found.get("literal") or ""

    return Spoken(pattern.sub(put, body), tuple(live))


def _liquid(body: str) -> Spoken:
    return _templated(_LIQUID, body)


def _shortcodes(body: str) -> Spoken:
    return _templated(_SHORTCODE, _alerts(body).text)


def _alerts(body: str) -> Spoken:
    """Write the head of an alert as its title, or as its name where it has none."""
    return Spoken(_ALERT.sub(lambda match: f"{match[1]}{match[3] or match[2].title()}", body))


def _cells(body: str) -> Spoken:
    """Code that would run is written as HTML, so that is what to read."""
    live = tuple(match[0].strip() for match in _CELL.finditer(body))
    return Spoken(_HTML_CODE.sub(_as_code, body), live)


def _as_code(match: re.Match[str]) -> str:
    if "{{&lt;" not in match[0] and "&#96;&#96;&#96;" not in match[0]:
        return match[0]
    if match["span"]:
        return f"`{html.unescape(match['span'])}`"
    return f"{match['mark']}\n{html.unescape(match['code'])}\n{match['mark']}"


_ALERT = re.compile(
    r"^((?:[ \t>]|[-*+][ ]|\d{1,9}[.)][ ])*>[ ])\[!([A-Z-]+)\][+-]?(?:[ ](.+))?$",
    re.MULTILINE,
)
_READERS: dict[str, Callable[[str], Spoken]] = {
    "fastpages": _liquid,
    "jekyll": _liquid,
    "hugo": _shortcodes,
    "markdown": _alerts,
    "quarto": _cells,
}

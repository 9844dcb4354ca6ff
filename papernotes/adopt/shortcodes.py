"""Hugo's shortcodes in a post → plain Markdown, as far as they have a plain meaning. Pure.

Source: the pages on shortcodes of Hugo's documentation (0.168), and those that themes share.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.adopt.liquid import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"\{\{(?P<mark>[<%])\s*+(?P<comment>/\*)?+\s*+(?P<close>/)?+\s*+(?P<name>[\w/.-]*+)"
    r"(?P<rest>(?:[^>%}{]|[>%](?!\}\})|\{(?!\{))*+)[>%]\}\}"
)
_ARGUMENT = re.compile(r"""(?:([\w-]+)\s*=\s*)?("(?:\\.|[^"\\])*"|`[^`]*`|[^\s"`=]+)""")
_BOXES = {
    "alert": "warning",
    "admonition": "note",
    "callout": "note",
    "hint": "tip",
    "note": "note",
    "notice": "note",
    "tip": "tip",
    "warning": "warning",
}
_DEEPEST = 8
_KINDS = frozenset({"note", "info", "tip", "warning", "danger", "important", "caution", "success"})
_VIDEOS = {
    "youtube": "https://www.youtube.com/watch?v=",
    "vimeo": "https://vimeo.com/",
    "tweet": "https://x.com/i/status/",
}


def plain_shortcodes(
    text: str, find_post: Callable[[str], str | None], *, line: int = 1, depth: int = 0
) -> tuple[str, tuple[Notice, ...]]:
    """Return the text without the shortcodes that have a plain meaning, and what was left.

    ``find_post`` returns the file of another post's note for what ``ref`` names, if there is one.
    The text begins on ``line``, in ``depth`` boxes.
    """
    pieces: list[str] = []
    notices: list[Notice] = []
    closings = _Closings(text)
    done, counted = 0, 0

    def within(inner: str) -> str:
        if depth >= _DEEPEST:
            return inner
        found, more = plain_shortcodes(inner, find_post, line=line, depth=depth + 1)
        notices.extend(more)
        return found

    while (match := _TOKEN.search(text, done)) is not None:
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        found, end = _shortcode(match, closings, find_post, within)
        if found is None:
            notices.append(Notice(line, f"{' '.join(match[0].split())[:60]} stays as text"))
            found = match[0]
        pieces += (text[done : match.start()], found)
        done = end
    return "".join((*pieces, text[done:])), tuple(notices)


def _shortcode(
    match: re.Match[str],
    closings: _Closings,
    find_post: Callable[[str], str | None],
    within: Callable[[str], str],
) -> tuple[str | None, int]:
    """Return what a shortcode becomes (None: it stays) and where the text goes on.

    ``within`` returns the text in a box without the shortcodes in it.
    """
    end = match.end()
    if match["comment"]:  # shown as a shortcode, not run
        mark = match["mark"]
        close = ">" if mark == "<" else "%"
        said = f"{match['close'] or ''}{match['name']}{match['rest']}".strip().removesuffix("*/")
        return f"{{{{{mark} {said.strip()} {close}}}}}", end
    name = match["name"].lower().rstrip("/")
    named, listed = _arguments(match["rest"].rstrip().removesuffix("/"))
    first = listed[0] if listed else ""
    if name in ("ref", "relref"):
        path, hash_, heading = (named.get("path") or first).partition("#")
        file = find_post(path)
        return (f"{file}{hash_}{heading}" if file else None), end
    if name in ("figure", "img", "image"):
        return _figure(named, first), end
    if name in _VIDEOS:
        said = named.get("id") or (listed[-1] if listed else "")
        return (f"<{_VIDEOS[name]}{said}>" if re.fullmatch(r"[\w-]+", said) else None), end
    if name == "gist" and len(listed) >= 2:
        return f"<https://gist.github.com/{listed[0]}/{listed[1]}>", end
    if name in ("highlight", "mermaid", "math", "katex", "details", "raw", *_BOXES):
        return _paired(match, closings, named, first, within)
    return ("" if name in ("toc", "rawhtml", "/rawhtml") else None), end


class _Closings:
    """Where shortcodes are closed; what once was not found is not looked for again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def find(self, name: str, start: int) -> re.Match[str] | None:
        """Return the first one that closes ``name`` from a place on."""
        if name in self._missing:
            return None
        closing = rf"\{{\{{[<%]\s*+/\s*+{re.escape(name)}\s*+[>%]\}}\}}"
        found = re.compile(closing).search(self._text, start)
        if found is None:
            self._missing.add(name)
        return found


def _arguments(rest: str) -> tuple[dict[str, str], list[str]]:
    named: dict[str, str] = {}
    listed: list[str] = []
    for key, given in _ARGUMENT.findall(rest):
        value = given.strip("`")
        if given[0] == '"':
            value = re.sub(r"\\(.)", r"\1", given[1:-1])
        if key:
            named[key.lower()] = value
        else:
            listed.append(value)
    return named, listed


def _paired(
    match: re.Match[str],
    closings: _Closings,
    named: Mapping[str, str],
    first: str,
    within: Callable[[str], str],
) -> tuple[str | None, int]:
    closed = closings.find(match["name"], match.end())
    if closed is None:
        return None, match.end()
    name = match["name"].lower()
    inner = match.string[match.end() : closed.start()]
    inner = within(inner) if name == "details" or name in _BOXES else inner
    return _whole(name, inner, named, first), closed.end()


def _whole(name: str, inner: str, named: Mapping[str, str], first: str) -> str:
    if name in ("math", "katex"):
        has_marks = "$" in inner or "\\(" in inner or "\\[" in inner
        return inner if has_marks else f"$${inner}$$"
    if name == "raw":
        return inner
    if name in ("highlight", "mermaid"):
        ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", inner)), default=0))
        return f"{ticks}{first if name == 'highlight' else name}\n{inner.strip(chr(10))}\n{ticks}"
    kind = (named.get("type") or first).lower()
    title = named.get("title") or named.get("summary") or ""
    if name == "details":
        kind, fold, title = "note", "-", title or first
    else:
        fold, kind = "", kind if kind in _KINDS else _BOXES[name]
    head = f"> [!{kind}]{fold} {title}".rstrip()
    return "\n".join([head, *(f"> {line}".rstrip() for line in inner.strip().splitlines())])


def _figure(named: Mapping[str, str], first: str) -> str | None:
    source = named.get("src") or named.get("link") or first
    if not source:
        return None
    alt = " ".join((named.get("alt") or named.get("title") or "").split()).replace("]", r"\]")
    caption = " ".join((named.get("caption") or "").split()).replace('"', "&quot;")
    width = re.fullmatch(r"(\d{2,4})(?:px)?", named.get("width") or "")
    size = f"|{width[1]}" if width else ""
    place = f"<{source}>" if " " in source else source
    return f"![{alt}{size}]({place}" + (f' "{caption}")' if caption else ")")

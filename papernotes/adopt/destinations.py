"""Where the links and images of a post lead: found in its text, and given other places. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes import markdown
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_CODE = frozenset({"fence", "code_block", "code", "comment"})
_INLINE = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\([^\s()]*\))+))")
_DEFINED = re.compile(r"^ {0,3}\[[^\]\n^]+\]:[ \t]+(?:<([^<>\n]*)>|(\S+))", re.MULTILINE)
_ATTRIBUTE = re.compile(r"""\b(?:src|href)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)')""", re.IGNORECASE)


def with_destinations(text: str, place: Callable[[str], str | None]) -> str:
    """Return the text with each destination that ``place`` has another for (None: it stays)."""
    return splice(text, _splices(text, place))


def _splices(text: str, place: Callable[[str], str | None]) -> Iterator[tuple[int, int, str]]:
    masked = bytearray(len(text))
    for span in markdown.parse(text).spans:
        if span.kind in _CODE:
            masked[span.start : span.end] = b"\1" * (span.end - span.start)
    for pattern in (_INLINE, _DEFINED, _ATTRIBUTE):
        for match in pattern.finditer(text):
            group = 1 if match[1] is not None else 2
            start, end = match.span(group)
            if masked[start : start + 1] == b"\1":
                continue
            found = place(match[group])
            if found is not None and found != match[group]:
                yield start, end, _written(found, is_bare=pattern is not _ATTRIBUTE and group == 2)


def _written(place: str, *, is_bare: bool) -> str:
    return f"<{place}>" if is_bare and re.search(r"[\s()]", place) else place


def on_blog(page: str, destination: str) -> str:
    """Return the path of what a relative destination means on the page at a path.

    Nothing where the page has no path, or the destination leads out of the blog.
    """
    path = re.split("[?#]", destination, maxsplit=1)[0]
    parts = page.split("/")[1:-1] if page else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    end = "/" if parts and path.endswith(("/", ".")) else ""
    return f"/{'/'.join(parts)}{end}{destination[len(path) :]}" if page else ""


def local_path(destination: str, origins: Sequence[str]) -> str | None:
    """Return the path below the blog that a destination means, decoded; None for any other place.

    ``origins`` are what may stand before it, as :attr:`papernotes.adopt.urls.Blog.origins`. The
    path begins with a slash where the destination counts from the blog; queries are left out.
    """
    for origin in origins:
        if destination == origin or destination.startswith((f"{origin}/", f"{origin}#")):
            destination = destination.removeprefix(origin) or "/"
            break
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", destination) or not destination:
        return None
    return unquote(re.split("[?#]", destination, maxsplit=1)[0]) or None

"""The URLs people pin in their notes: ``permalink:`` and ``redirect_from:``. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from papernotes.ids import is_reserved
from papernotes.models import Problem

if TYPE_CHECKING:
    from papernotes.models import Note

URL = re.compile(r"/[A-Za-z0-9._~/+%@,=-]*")
_REFUSED = re.compile(r"""[\x00-\x1f\x7f"#<>?\\^`{|}]""")
_LONGEST = 400
_SAFE = "/._~+%@,=-"


def parse_url(value: object) -> str:
    """Return a path on the blog as it stands in a link. Raises ValueError, saying what is wrong.

    Letters that are not ASCII become percent-encoded; a missing slash at the front is added.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be text such as /2020/01/31/my-post.html")
    text = value.strip()
    if "://" in text or text.startswith("//"):
        raise ValueError("must be a path on the blog, without its address")
    if ":" in text:
        raise ValueError("must be the path itself; a pattern with :words has no meaning here")
    if _REFUSED.search(text):
        raise ValueError("has characters no path on a blog may have")
    url = "/" + quote(text.removeprefix("/"), safe=_SAFE)
    parts = unquote(url).split("/")
    if not URL.fullmatch(url) or len(url) > _LONGEST or _REFUSED.search(unquote(url)):
        raise ValueError("is too long, or has characters no path on a blog may have")
    if any(map(_is_no_folder, parts)) or "" in parts[1:-1]:
        raise ValueError("has a part that no folder may be called")
    if same_place(url) == "":
        raise ValueError("is the blog's first page")
    return url


def _is_no_folder(part: str) -> bool:
    """Whether a part leads elsewhere, hides, or cannot be had by every system."""
    return part.startswith(".") or part.endswith((".", " ")) or is_reserved(part)


def same_place(url: str) -> str:
    """Return what two URLs have in common that a web server, or a disk, may take for one."""
    folded = unicodedata.normalize("NFC", unquote(url)).casefold()
    return folded.removesuffix("index.html").removesuffix("/").removesuffix(".html")


def pinned(note: Note) -> tuple[str, tuple[Problem, ...]]:
    """Return the URL a note pins, empty for none, and what is wrong with what it says."""
    value = note.meta.get("permalink")
    if value is None or value == "":
        return "", ()
    try:
        return parse_url(value), ()
    except ValueError as error:
        return "", (Problem("permalink", note.path, f"permalink {error}, not {value!r}"),)


def redirects(note: Note) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the URLs that shall lead to a note's post, and what is wrong with others."""
    value = note.meta.get("redirect_from")
    values = value if isinstance(value, list) else [] if value is None else [value]
    found: list[str] = []
    problems: list[Problem] = []
    for each in values:
        try:
            found.append(parse_url(each))
        except ValueError as error:
            message = f"redirect_from {error}, not {each!r}"
            problems.append(Problem("permalink", note.path, message))
    return tuple(dict.fromkeys(found)), tuple(problems)

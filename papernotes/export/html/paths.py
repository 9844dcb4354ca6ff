"""Where pages stand: URLs of posts → files of the site, and links from one file to another.

Every link names a file, ``index.html`` included, and is relative to the page that has it, so that
the site reads the same from a folder as from a web server, at whatever depth it is put there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from papernotes.ids import portable_slug

if TYPE_CHECKING:
    from papernotes.models import Paper

PERMALINK = "/notes/{slug}/"
_HAS_SUFFIX = re.compile(r"\.x?html?$", re.IGNORECASE)


def page_path(url: str) -> str:
    """Return the file of the page at ``url``, relative to the site.

    ``/notes/x/`` is ``notes/x/index.html``, ``/notes/x.html`` is that file, and ``/notes/x`` is
    ``notes/x.html``, where web servers look for it. Parts that lead upwards are left out.
    """
    parts = [part for part in unquote(url).split("/") if part not in {"", ".", ".."}]
    if url.endswith("/") or not parts:
        return "/".join((*parts, "index.html"))
    name = parts[-1] if _HAS_SUFFIX.search(parts[-1]) else f"{parts[-1]}.html"
    return "/".join((*parts[:-1], name))


def files_folder(url: str) -> str:
    """Return the folder of what the page at ``url`` carries along, relative to the site."""
    path = page_path(url)
    return (
        path.removesuffix("/index.html") if path.endswith("/index.html") else path[: -len(".html")]
    )


def relative(page: str, path: str) -> str:
    """Return the link, percent-encoded, from the file ``page`` to the file ``path``."""
    here, there = page.split("/")[:-1], path.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return quote("/".join([".."] * (len(here) - same) + there[same:]), safe="/")


def tag_path(tag: str) -> str:
    """Return the page of a tag; spellings that differ in case, spaces or ``/`` share it."""
    return f"tags/{tag_slug(tag)}/index.html"


def tag_slug(tag: str) -> str:
    """Return what tags are told apart by."""
    return portable_slug(re.sub(r"[\s_/-]+", "-", tag.strip().lower()))


def kind_path(kind: str) -> str:
    """Return the page of all posts of a kind."""
    return f"kinds/{portable_slug(kind)}/index.html"


def paper_path(paper: Paper) -> str:
    """Return the page of a paper that posts cite."""
    return f"papers/{portable_slug(paper.citekey)}/index.html"

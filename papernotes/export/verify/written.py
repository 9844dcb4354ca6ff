"""A post as a target wrote it in Markdown, read back and held against the post. Pure."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.export.pieces import Link, LinkEnd, Picture, Plain, iter_pieces
from papernotes.export.verify.frontmatter import front_matter_faults, parted
from papernotes.export.verify.residue import note_marks
from papernotes.export.verify.said import (
    first_lost,
    given_addresses,
    lost_code,
    lost_formulas,
    runs,
    said,
)
from papernotes.export.verify.templates import spoken
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from papernotes.export.pieces import Piece
    from papernotes.export.post import OutFile, Post, Site

_FENCE = re.compile(
    r"^[ \t>*+-]*(?:\d{1,9}[.)][ ]+)?(?P<mark>`{3,}|~{3,})[^`\n]*\n"
    r".*?^[ \t>]*(?P=mark)[`~]*[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n[ \t>]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_MATH = re.compile(
    r"\$\$.+?\$\$|(?<![\\$])\$(?!\s)[^$\n]+?(?<![\\\s])\$|\\\([^\n]{1,1000}?\\\)", re.DOTALL
)
_CITED = re.compile(r"(?<![\w\\/.+-])@([A-Za-z0-9_](?:[:.&+?/-]?[A-Za-z0-9_])*)(?![\w.-]*@)")
_ENTRY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
_ESCAPE = re.compile(r"\\[^\w\s]")
_DESTINATION = re.compile(
    r"(?P<image>!\[[^\]\n]*)?\]\(<?(?P<to>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)"
)
_SOURCE = re.compile(r"\b(?:src|href)=[\"']?([^\"'\s>]+)")


def written_faults(
    post: Post,
    files: Sequence[OutFile],
    site: Site,
    *,
    target: str,
    is_there: Callable[[str], bool],
) -> Iterator[Problem]:
    """Yield what is wrong with the written files of a post, its own file first."""
    path = files[0].path
    text = files[0].data.decode("utf-8", "replace")
    parts = parted(text)
    if parts is None:
        yield Problem("verify-front-matter", path, "the post begins without front matter")
        return
    front, body = parts
    placement = site.placements[post.ref]
    for fault in front_matter_faults(front, post, placement):
        yield Problem("verify-front-matter", path, fault)
    heard = spoken(body, target)
    for live in heard.live:
        yield Problem("verify-residue", path, f"{live} would run")
    yield from _body_faults(post, heard.text, files, target)
    for fault in _address_faults(post, heard.text, files, site, is_there):
        yield Problem("verify-link", path, fault)


def _body_faults(post: Post, text: str, files: Sequence[OutFile], target: str) -> Iterator[Problem]:
    path = files[0].path
    pieces: tuple[Piece, ...] = post.body
    has_citations = target != "quarto"
    if lost := first_lost(said(pieces, has_citations=has_citations), runs(text)):
        yield Problem("verify-words", path, f"words of the note are lost at: {lost}")
    for line in lost_code(pieces, text):
        yield Problem("verify-code", path, f"code is not as it was: {line[:100]}")
    for tex in lost_formulas(pieces, text):
        yield Problem("verify-math", path, f"a formula is not as it was: {tex[:100]}")
    seen, own = prose(text), own_text(pieces)
    marks = note_marks(seen) - note_marks(own)
    if not has_citations:
        marks = Counter(mark for mark in marks if "@" not in mark)
        entries = b"".join(one.data for one in files if one.path.endswith(".bib")).decode()
        known = set(_ENTRY.findall(entries))
        marks += Counter(key for key in _CITED.findall(seen) if key.rstrip(".:;,") not in known)
    for found in sorted(marks):
        yield Problem("verify-residue", path, f"{found} is left over")


def prose(text: str) -> str:
    """Return Markdown without code, formulas and escaped characters."""
    for pattern in (_FENCE, _CODE, _MATH, _ESCAPE):
        text = pattern.sub(" ", text)
    return text


def own_text(pieces: Sequence[Piece]) -> str:
    """Return the text of pieces that is shown as it is, whatever it looks like."""
    found = (getattr(piece, "text", "") for piece in iter_pieces(pieces) if type(piece) is Plain)
    return "\n".join(found)


def _address_faults(
    post: Post, text: str, files: Sequence[OutFile], site: Site, is_there: Callable[[str], bool]
) -> Iterator[str]:
    folder = posixpath.dirname(files[0].path)
    own = {one.path for one in files}
    found = [match["to"] for match in _DESTINATION.finditer(text)]
    found += _SOURCE.findall(text)
    places = {place for to in found for place in _places(to, folder, site.settings.base_url)}
    page = posixpath.splitext(posixpath.basename(site.placements[post.ref].url))[0]
    places |= {
        place.replace(f"/{page}/", "/") for place in places if page
    }  # Hugo's a/b/ of a/b.html
    images = {piece.name for piece in iter_pieces(post.body) if isinstance(piece, Picture)} - {""}
    for name in sorted(images):
        carried = {path for path in own if posixpath.basename(path) == name}
        if not carried:
            yield f"the image {name} is not carried along"
        elif not any(
            path == place or path.endswith(f"/{place}") for path in carried for place in places
        ):
            yield f"the image {name} is not shown"
    for ref in sorted(_linked(post)):
        place = site.placements[ref]
        names = {place.slug, posixpath.basename(unquote(place.url).rstrip("/"))} - {""}
        if not any(name in unquote(to.split("#")[0]) for name in names for to in found):
            yield f"the link to {ref} is lost"
    yield from _dead(post, files, found, site, is_there)
    for to in dict.fromkeys(found):
        if to.startswith("#ref-") and text.count(to[1:]) < 2:
            yield f"{to} leads nowhere on the page"


def _dead(
    post: Post,
    files: Sequence[OutFile],
    found: Sequence[str],
    site: Site,
    is_there: Callable[[str], bool],
) -> Iterator[str]:
    """Yield addresses that are ours by their form and lead nowhere."""
    urls = {site.placements[ref].url for ref in _linked(post)} | {site.placements[post.ref].url}
    start = site.placements[post.ref].url
    start = start[: start.rstrip("/").rfind("/") + 1]
    images = posixpath.dirname(next((one.path for one in files[1:]), ""))
    own = {one.path for one in files}
    given = given_addresses(post.body)
    for to in dict.fromkeys(found):
        if unquote(to) in given:
            continue
        path = unquote(to).partition("#")[0].removeprefix(site.settings.base_url)
        below = path.lstrip("/")
        is_ours = start.strip("/") and path.startswith(start) and path not in urls
        if is_ours and not is_there(below) and not _is_url(path, site):
            yield f"{to} leads to no post"
        if images and below.startswith(f"{images}/") and below not in own:
            yield f"{to} is no image of the post"


def _is_url(path: str, site: Site) -> bool:
    return any(path == place.url or path in place.aliases for place in site.placements.values())


def _places(to: str, folder: str, base: str) -> Iterator[str]:
    path = unquote(to).partition("#")[0]
    path = path.removeprefix(base) if base else path
    yield path.lstrip("/")
    yield posixpath.normpath(posixpath.join(folder, path))


def _linked(post: Post) -> set[str]:
    hrefs = (piece.href for piece in iter_pieces(post.body) if isinstance(piece, Link | LinkEnd))
    return {href.ref for href in hrefs if href.ref}

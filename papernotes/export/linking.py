"""Links, wiki links, embeds and images of a note → edits.

A target that is not part of the export leaves its visible text and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.export.citations import with_math
from papernotes.export.draft import Edit, stem_words
from papernotes.export.images import ENDINGS
from papernotes.export.metadata import ImageError
from papernotes.export.post import AutoLink, Href, Link, LinkEnd, Picture, Piece, Plain
from papernotes.ids import name_key
from papernotes.markdown import find_heading, heading_slug

if TYPE_CHECKING:
    from papernotes.export.draft import Draft, Scope
    from papernotes.models import Link as NoteLink

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SAFE_SCHEME = re.compile(r"(?:https?|ftps?|mailto|tel|doi):|//", re.IGNORECASE)
_SIZE = re.compile(r"(?:^|\|)[ \t]*(\d{1,5})(?:x(\d{1,5}))?[ \t]*$")
_TITLE = re.compile(
    r"""\s(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\))\s*\)$""", re.DOTALL
)
_ATTRIBUTES = re.compile(r"\{(?!:)[^{}\n]*\}")
_ATTRIBUTE_SIZE = re.compile(r"\b(width|height)\s*=\s*\"?(\d{1,5})(?:px)?(?![\d.%])\"?")
_HTML_ATTRIBUTE = re.compile(
    r"""\b(src|alt|title|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)


def edit_link(draft: Draft, scope: Scope, link: NoteLink) -> tuple[Edit, ...]:
    """Return the edits for one link of ``scope``; citations and embeds have their own."""
    if link.kind == "url":
        return (Edit(link.start, link.end, (AutoLink(link.target),)),)
    if link.kind == "wiki":
        return (Edit(link.start, link.end, wiki_link(draft, scope, link)),)
    tail = _tail(scope.text, link)
    if tail < 0 or (
        link.kind == "link" and is_outward(link.target) and not _is_inline(scope, tail)
    ):
        return ()
    if link.kind == "image":
        return _image(draft, scope, link, tail)
    href = _href(draft, scope, link)
    if href is None:
        return (Edit(link.start, link.start + 1, ()), Edit(tail, link.end, ()))
    return (Edit(tail, link.end, (LinkEnd(href, _title(scope.text[tail : link.end])),)),)


def wiki_link(draft: Draft, scope: Scope, link: NoteLink) -> tuple[Piece, ...]:
    """Return what ``[[x]]`` becomes: a link to the post or paper, or its visible text."""
    if not link.target:
        href = _at_heading(draft, scope, link, scope.note.ref, link.heading)
        return (Link((Plain(link.label or _last(link.heading)),), href),)
    name = draft.shelf.source.resolve(scope.note, link)
    visible = link.label or link.target.rsplit("/", 1)[-1].removeprefix("@").removesuffix(".md")
    meant = _meant(draft, scope, link, name)
    if meant is None:
        _warn_unlinked(draft, scope, link, name, visible)
        return (Plain(visible),)
    if link.label:
        return (Link((Plain(link.label),), meant),)
    label = _titled(draft, name, visible)
    if link.heading and not link.heading.startswith("^"):
        label = (*label, Plain(f" › {_last(link.heading)}"))
    return (Link(label, meant),)


def picture(draft: Draft, scope: Scope, link: NoteLink) -> tuple[Piece, ...]:
    """Return what ``![[image.png|300]]`` becomes."""
    size = _SIZE.search(link.label)
    alt = link.label[: size.start()] if size else link.label
    try:
        name = draft.add_image(scope, link.target, is_embed=True)
    except ImageError as error:
        draft.warn(scope, link.line, "image", f"{link.target}: {error}; left out")
        return (Plain(alt or stem_words(link.target)),)
    width, height = (size[1], size[2] or "") if size else ("", "")
    return (Picture(alt or stem_words(link.target), name, width=width, height=height),)


def is_image(target: str) -> bool:
    """Whether an embed's target is a picture by its name."""
    return target.lower().endswith(ENDINGS)


def html_picture(draft: Draft, scope: Scope, tag: str, line: int) -> Piece | None:
    """Return the picture for an HTML ``<img>`` of a local file; None for any other tag."""
    if not re.match(r"<img\s", tag, re.IGNORECASE):
        return None
    found = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _HTML_ATTRIBUTE.finditer(tag)}
    source = found.get("src", "")
    if not source or _SCHEME.match(source) or source.startswith("/"):
        return None
    alt = found.get("alt", "")
    try:
        name = draft.add_image(scope, source, is_embed=False)
    except ImageError as error:
        draft.warn(scope, line, "image", f"{source}: {error}; left out")
        return Plain(alt)
    sizes = [
        found.get(key, "") if found.get(key, "").isdigit() else "" for key in ("width", "height")
    ]
    return Picture(alt, name, "", found.get("title", ""), *sizes)


def _image(draft: Draft, scope: Scope, link: NoteLink, tail: int) -> tuple[Edit, ...]:
    alt, width, height = scope.text[link.start + 2 : tail], "", ""
    if size := _SIZE.search(alt):
        alt, width, height = alt[: size.start()], size[1], size[2] or ""
    end = link.end
    if attributes := _ATTRIBUTES.match(scope.text, end):
        end = attributes.end()
        sizes = dict(_ATTRIBUTE_SIZE.findall(attributes[0]))
        width, height = sizes.get("width", width), sizes.get("height", height)
    title = _title(scope.text[tail : link.end])
    if _SCHEME.match(link.target):
        piece: Piece = Picture(alt, "", link.target, title, width, height)
        return (Edit(link.start, end, (piece,)),)
    try:
        name = draft.add_image(scope, link.target, is_embed=False)
        piece = Picture(alt, name, "", title, width, height)
    except ImageError as error:
        draft.warn(scope, link.line, "image", f"{link.target}: {error}; left out")
        piece = Plain(alt)
    return (Edit(link.start, end, (piece,)),)


def _href(draft: Draft, scope: Scope, link: NoteLink) -> Href | None:
    """Return where a Markdown link of a note leads on the blog; None when it cannot be one."""
    target = link.target
    if target.startswith("#"):
        return Href(anchor=unquote(target[1:]))
    name = draft.shelf.source.resolve(scope.note, link)
    if _SCHEME.match(target):
        if _SAFE_SCHEME.match(target):
            return Href(url=target)
        draft.warn(scope, link.line, "local-link", f"{target}: readers cannot follow it; unlinked")
        return None
    href = _meant(draft, scope, link, name)
    if href is None and name is None and target.startswith("/"):
        return Href(url=target)
    if href is None:
        visible = scope.text[link.start + 1 : _tail(scope.text, link)]
        _warn_unlinked(draft, scope, link, name, visible)
    return href


def _meant(draft: Draft, scope: Scope, link: NoteLink, name: str | None) -> Href | None:
    """Return where a link leads that was resolved to ``name``: a post, a paper, or nowhere."""
    if name is None:
        return None
    ref = draft.shelf.post_of(name)
    if ref is None:
        paper = draft.shelf.source.papers.get(name)
        return draft.paper_href(paper) if paper else None
    heading = link.heading or unquote(link.target.partition("#")[2])
    if not heading or _last(heading).startswith("^"):
        return Href(ref=ref)
    return _at_heading(draft, scope, link, ref, heading)


def _at_heading(draft: Draft, scope: Scope, link: NoteLink, ref: str, heading: str) -> Href:
    """Return where a heading of the post ``ref`` (the page itself, if it is this one) is."""
    page = "" if ref == draft.note.ref else ref
    document = draft.shelf.document(ref)
    meant = find_heading(document, heading)
    if meant is None:
        message = f"{heading}: there is no such heading in {ref}; linked to the page"
        draft.warn(scope, link.line, "missing-heading", message)
        return Href(ref=page)
    if document.text[meant.start : meant.end].rstrip().endswith(f"{{#{meant.slug}}}"):
        return Href(ref=page, anchor=meant.slug)
    slug = heading_slug(meant.text)
    earlier = (one for one in document.headings if one.start < meant.start)
    return Href(
        ref=page, heading=meant.text, repeat=sum(heading_slug(one.text) == slug for one in earlier)
    )


def _warn_unlinked(
    draft: Draft, scope: Scope, link: NoteLink, name: str | None, visible: str
) -> None:
    if name is None:
        draft.warn(
            scope, link.line, "dangling-link", f"{link.target}: nothing on the blog; unlinked"
        )
        return
    title = draft.shelf.source.private_titles.get(name, "")
    shown = name_key(visible)
    private = {name_key(title), name_key(name.rsplit("/", 1)[-1])} - {""}
    if any(secret in shown for secret in private):
        message = (
            f"the name of the unpublished note {name} shows as “{visible}”; give the link a label"
        )
        draft.warn(scope, link.line, "private-title", message)


def _titled(draft: Draft, name: str | None, visible: str) -> tuple[Piece, ...]:
    """Return the title instead of a file name or citation key; a title or alias stays."""
    note = draft.shelf.notes.get(name or "")
    if note:
        return (Plain(note.title if name_key(visible) == name_key(note.name) else visible),)
    paper = draft.shelf.source.papers.get(name or "")
    keys = {name_key(paper.citekey), name_key(paper.arxiv_id or "")} if paper else set()
    return with_math(paper.title) if paper and name_key(visible) in keys else (Plain(visible),)


def _last(heading: str) -> str:
    return heading.rsplit("#", 1)[-1].strip()


def is_outward(target: str) -> bool:
    """Whether a link's target is a URL readers can follow, or a place on the page."""
    return bool(_SAFE_SCHEME.match(target)) or target.startswith("#")


def _tail(text: str, link: NoteLink) -> int:
    """Return the offset of the ``]`` after a link's or image's label; -1 when it is unclear."""
    pattern = re.compile(r"\]\(\s*<?" + re.escape(link.target))
    places = [match.start() for match in pattern.finditer(text, link.start, link.end)]
    if places:
        return places[-1]
    by_reference = re.compile(r"\](?:\[[^\[\]]*\])?$").search(text[link.start : link.end])
    return link.start + by_reference.start() if by_reference else -1


def _is_inline(scope: Scope, tail: int) -> bool:
    return scope.text.startswith("](", tail)


def _title(tail: str) -> str:
    match = _TITLE.search(tail)
    return re.sub(r"\\(.)", r"\1", next(filter(None, match.groups()), "")) if match else ""

"""Links, wiki links, embeds and images of a note → edits.

A target that is not part of the export leaves its visible text and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.export.images.finding import ENDINGS
from papernotes.export.images.metadata import ImageError, bare_address
from papernotes.export.making.citations import with_math
from papernotes.export.making.draft import Edit, stem_words
from papernotes.export.making.parts import title_heading
from papernotes.export.pieces import (
    AutoLink,
    Href,
    Link,
    LinkEnd,
    Picture,
    Piece,
    Plain,
)
from papernotes.ids import name_key
from papernotes.markdown import Span, find_heading, heading_slug

if TYPE_CHECKING:
    from papernotes.export.making.draft import Draft, Scope
    from papernotes.markdown import Citation
    from papernotes.models import Link as NoteLink

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_FARTHEST_END = 20_000
OUTWARD = re.compile(r"(?:https?|ftps?|mailto|tel|doi):|//", re.IGNORECASE)
_SIZE = re.compile(r"(?:^|\|)[ \t]*(\d{1,5})(?:x(\d{1,5}))?[ \t]*$")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")  # only before ASCII punctuation
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
        return (Edit(link.start, link.end, _address(draft, scope, link)),)
    if link.kind == "wiki":
        return (Edit(link.start, link.end, wiki_link(draft, scope, link)),)
    tail = _tail(scope.text, link)
    if tail < 0 or (
        link.kind == "link"
        and is_outward(link.target)
        and link.target != "#"  # its definition may have been a comment
        and not _is_inline(scope, tail)
    ):
        return ()
    if link.kind == "image":
        return _image(draft, scope, link, tail)
    href = _href(draft, scope, link)
    if href is None:
        return (Edit(link.start, link.start + 1, ()), Edit(tail, link.end, ()))
    return (Edit(tail, link.end, (LinkEnd(href, _title(scope.text[tail : link.end])),)),)


def _address(draft: Draft, scope: Scope, link: NoteLink) -> tuple[Piece, ...]:
    """Return what a bare address becomes; of one on this computer only the file's name stays."""
    if OUTWARD.match(link.target):
        return (AutoLink(link.target),)
    draft.warn(scope, link.line, "local-link", f"{link.target}: readers cannot follow it; left out")
    is_file = link.target.lower().startswith("file:")
    return (Plain(unquote(link.target.rsplit("/", 1)[-1])),) if is_file else ()


def wiki_link(draft: Draft, scope: Scope, link: NoteLink) -> tuple[Piece, ...]:
    """Return what ``[[x]]`` becomes: a link to the post or paper, or its visible text."""
    if not link.target:
        href = _at_heading(draft, scope, link, scope.note.ref, link.heading)
        return (Link((Plain(link.label or _last(link.heading)),), href),)
    name = draft.shelf.source.resolve(scope.note, link)
    visible = link.label or link.target.rsplit("/", 1)[-1].removeprefix("@").removesuffix(".md")
    meant = _meant(draft, scope, link, name)
    if meant is None:
        warn_unlinked(draft, scope, link, name, visible)
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
        return (Plain(alt),) if alt else ()
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
    if not source or SCHEME.match(source) or source.startswith("/"):
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
    alt, width, height = " ".join(scope.text[link.start + 2 : tail].split()), "", ""
    if size := _SIZE.search(alt):
        alt, width, height = alt[: size.start()], size[1], size[2] or ""
    end = link.end
    if attributes := _ATTRIBUTES.match(scope.text, end):
        end = attributes.end()
        sizes = dict(_ATTRIBUTE_SIZE.findall(attributes[0]))
        width, height = sizes.get("width", width), sizes.get("height", height)
    title = _title(scope.text[tail : link.end])
    piece: Piece
    if OUTWARD.match(link.target):
        piece = Picture(alt, "", link.target, title, width, height)
        return (Edit(link.start, end, (piece,)),)
    try:
        if link.target.startswith("data:image/"):
            piece = Picture(alt, "", bare_address(link.target), title, width, height)
            return (Edit(link.start, end, (piece,)),)
        name = draft.add_image(scope, link.target, is_embed=False)
        piece = Picture(alt, name, "", title, width, height)
    except ImageError as error:
        draft.warn(scope, link.line, "image", f"{link.target[:100]}: {error}; left out")
        piece = Plain(alt)
    return (Edit(link.start, end, (piece,)),)


def _href(draft: Draft, scope: Scope, link: NoteLink) -> Href | None:
    """Return where a Markdown link of a note leads on the blog; None when it cannot be one."""
    target = link.target
    if target.startswith("#"):
        return _on_page(draft, scope, link, unquote(target[1:]))
    if SCHEME.match(target):
        if OUTWARD.match(target):
            return Href(url=target)
        draft.warn(scope, link.line, "local-link", f"{target}: readers cannot follow it; unlinked")
        return None
    name, href = find_href(draft, scope, link)
    if href is None and name is None and target.startswith("/"):
        return Href(url=target)
    if href is None:
        visible = scope.text[link.start + 1 : _tail(scope.text, link)]
        warn_unlinked(draft, scope, link, name, visible)
    return href


def _on_page(draft: Draft, scope: Scope, link: NoteLink, anchor: str) -> Href:
    """Return where ``#anchor`` leads: to the heading GitHub gives that id, or to any id."""
    is_own = scope.note.ref == draft.note.ref
    if is_own and any(one.slug == anchor for one in draft.shelf.document(scope.note.ref).headings):
        return _at_heading(draft, scope, link, scope.note.ref, anchor)
    return Href(anchor=anchor)


def find_href(draft: Draft, scope: Scope, link: NoteLink) -> tuple[str | None, Href | None]:
    """Return the note or paper a link means, and where that is on the blog; None where neither."""
    name = draft.shelf.source.resolve(scope.note, link)
    return name, _meant(draft, scope, link, name)


def hidden_words(draft: Draft, scope: Scope, link: NoteLink) -> str | None:
    """Return what shows of a link to an unpublished note; None when it is none."""
    if link.kind not in {"wiki", "embed", "link"} or not link.target:
        return None
    name = draft.shelf.source.resolve(scope.note, link)
    if name is None or draft.shelf.post_of(name) or name in draft.shelf.source.papers:
        return None
    visible = link.label or link.target.rsplit("/", 1)[-1]
    warn_unlinked(draft, scope, link, name, visible)
    return visible


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
    if document.text[meant.start : meant.end].rstrip("-= \t\n").endswith(f"{{#{meant.slug}}}"):
        return Href(ref=page, anchor=meant.slug)
    slug = heading_slug(meant.text)
    title = title_heading(draft.shelf.notes[ref], document)
    if meant == title:
        return Href(ref=page)
    earlier = (one for one in document.headings if one.start < meant.start and one != title)
    return Href(
        ref=page, heading=meant.text, repeat=sum(heading_slug(one.text) == slug for one in earlier)
    )


def is_label(edit: Edit) -> bool:
    """Whether an edit is the end of a link, so that what stands before it is its label."""
    return any(isinstance(piece, LinkEnd) for piece in edit.pieces)


def anchor_end(scope: Scope, one: Span | NoteLink | Citation) -> int:
    """Return where the author's own ``<a>`` ends that ``one`` begins; 0 if it is none."""
    if not isinstance(one, Span) or one.kind != "html" or one.detail != "a":
        return 0
    if scope.text.startswith("</", one.start):
        return 0
    return max(scope.text.find("</a", one.end, one.end + _FARTHEST_END), 0)


def unlinked(edit: Edit) -> Edit:
    """Return an edit inside a link's label, where there can be no other link: its words alone."""
    pieces: list[Piece] = []
    for piece in edit.pieces:
        match piece:
            case Link(label=label):
                pieces += label
            case AutoLink(url=url):
                pieces.append(Plain(url))
            case _:
                pieces.append(piece)
    return Edit(edit.start, edit.end, tuple(pieces))


def warn_unlinked(
    draft: Draft, scope: Scope, link: NoteLink, name: str | None, visible: str
) -> None:
    """Say that a link leads nowhere, or that the name of an unpublished note shows."""
    if name is None:
        draft.warn(
            scope, link.line, "dangling-link", f"{link.target}: nothing on the blog; unlinked"
        )
        return
    title = draft.shelf.source.private_titles.get(name, "")
    shown = name_key(visible)
    private = {name_key(title), name_key(name.rsplit("/", 1)[-1])} - {""}
    is_named = link.kind != "link" and not link.label  # by its title, file or an alias
    if is_named or any(secret in shown for secret in private):
        message = (
            f"the name of the unpublished note {name} shows as “{visible}”; give the link a label"
        )
        draft.warn(scope, link.line, "private-title", message)


def _titled(draft: Draft, name: str | None, visible: str) -> tuple[Piece, ...]:
    """Return the title instead of a file name or citation key; a title or alias stays."""
    note = draft.shelf.notes.get(name or "")
    if note:
        return with_math(note.title if name_key(visible) == name_key(note.name) else visible)
    paper = draft.shelf.source.papers.get(name or "")
    keys = {name_key(paper.citekey), name_key(paper.arxiv_id or "")} if paper else set()
    return with_math(paper.title if paper and name_key(visible) in keys else visible)


def _last(heading: str) -> str:
    return heading.rsplit("#", 1)[-1].strip()


def is_outward(target: str) -> bool:
    """Whether a link's target is a URL readers can follow, or a place on the page."""
    return bool(OUTWARD.match(target)) or target.startswith("#")


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
    title = next(filter(None, match.groups()), "") if match else ""
    return _ESCAPE.sub(r"\1", title).strip()

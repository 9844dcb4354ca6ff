"""Posts of a blog → the notes they become, with names, texts and images. Writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from papernotes import files, notes
from papernotes.adopt.destinations import local_path, on_blog, with_destinations
from papernotes.adopt.formulas import plain_formulas
from papernotes.adopt.kramdown import plain_kramdown
from papernotes.adopt.liquid import Page, plain_liquid
from papernotes.adopt.literal import literal
from papernotes.adopt.posts import parse_post
from papernotes.adopt.rendering import OURS, render_note, title_of
from papernotes.adopt.shortcodes import plain_shortcodes
from papernotes.adopt.showing import is_shown
from papernotes.adopt.urls import find_day, find_url
from papernotes.errors import PapernotesError
from papernotes.export.blog.urls import parse_url, same_place
from papernotes.export.images.finding import ENDINGS
from papernotes.export.post import Placement
from papernotes.ids import portable_slug, slugify
from papernotes.library.adopting.picturing import Images
from papernotes.library.withholding import read_text
from papernotes.models import Problem
from papernotes.reports.adopting import Adopted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from papernotes.adopt.liquid import Notice
    from papernotes.adopt.posts import BlogPost
    from papernotes.library.adopting.locating import Place
    from papernotes.library.upkeep import Upkeep

_LARGEST = 5_000_000
_OTHER_IMAGES = (".avif", ".bmp", ".ico", ".tif", ".tiff")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._+-]{0,120}")


@dataclass(frozen=True, slots=True)
class Taken:
    """One post and what becomes of it; ``note`` is the path of the one that holds ``text``.

    ``images`` are pairs of a file of the blog and where it goes in the library, ``placement``
    where exports put the page, if they can.
    """

    post: str
    report: Adopted
    note: str
    text: str
    images: tuple[tuple[str, str], ...] = ()
    placement: Placement | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A post that becomes a note, before its text is read; or is one, the note ``name``."""

    post: BlogPost
    url: str
    day: date | None
    slug: str
    name: str
    is_shown: bool
    is_known: bool


def plan(
    upkeep: Upkeep, place: Place, *, today: date, reserved: Iterable[str] = ()
) -> tuple[list[Taken], tuple[Problem, ...]]:
    """Return what becomes of each post, and what could not be read.

    ``reserved`` are refs that no new note may have.
    """
    problems: list[Problem] = []
    found = _found(upkeep, place, _read(place, problems), set(map(str.casefold, reserved)), today)
    known = _Notes(found)
    taken: list[Taken] = []
    for each in found:
        taken.append(_taken(each, place, known, upkeep.root, today))
        if upkeep.progress is not None:
            upkeep.progress("reading posts", len(taken), len(found))
    return sorted(taken, key=lambda each: each.post), tuple(problems)


def _found(
    upkeep: Upkeep, place: Place, posts: Iterable[BlogPost], names: set[str], today: date
) -> list[_Found]:
    """Return for each post the note that it is, or the name of the one it becomes."""
    standing = _standing(upkeep)
    names |= {path.stem.casefold() for path in (upkeep.root / "notes").glob("*.md")}
    found: list[_Found] = []
    for post in posts:
        url, day = find_url(post, place.settings), find_day(post, place.settings)
        given = post.meta.get("slug")
        slug = slugify(given if isinstance(given, str) else "") or slugify(post.name)
        slug = slug or portable_slug(post.name)
        try:
            url = parse_url(url)
        except ValueError:
            url = ""
        held = standing.get(same_place(url) if url else f"{slug}\n{title_of(post)}", "")
        name = held or _free(slug, names)
        names.add(name.casefold())
        shows = is_shown(post, place.settings, today=today)
        found.append(_Found(post, url, day, slug, name, shows, is_known=bool(held)))
    return found


def _read(place: Place, problems: list[Problem]) -> Iterator[BlogPost]:
    for path in place.posts:
        try:
            data = files.read(place.blog / path, limit=_LARGEST)
            text, _ = notes.decode(data, path)
            post = parse_post(text.replace("\r\n", "\n").replace("\r", "\n"), path)
            if place.kind == "hugo":
                post = replace(post, meta=_in_small_letters(post.meta))
        except PapernotesError as error:
            message = str(error).removeprefix(f"{place.blog / path}: ").removeprefix(f"{path}: ")
            message = message.removesuffix("; left out")
            problems.append(Problem("post", path, f"{message}; the post was left out"))
            continue
        if place.kind != "hugo" and post.day is None and "_posts/" in f"/{path}":
            problems.append(Problem("post", path, "has no date in its name, so it is no post"))
            continue
        yield post


def _in_small_letters(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return front matter of Hugo, to which ``Title`` and ``title`` are one key."""
    return {key.lower() if key.lower() in OURS else key: value for key, value in meta.items()}


def _standing(upkeep: Upkeep) -> dict[str, str]:
    """Return the refs of notes by the address they pin; of others by their slug and title."""
    found: dict[str, str] = {}
    for line in upkeep.store().notes():
        text = read_text(upkeep.root, line.path)
        if "permalink" not in text and "slug" not in text:
            continue
        note, _ = notes.parse(text, line.path)
        pinned = note.meta.get("permalink")
        key = same_place(pinned) if isinstance(pinned, str) else f"{note.slug}\n{note.title}"
        found.setdefault(key, line.ref)
    return found


def _free(slug: str, taken: set[str]) -> str:
    name, number = slug, 1
    while name.casefold() in taken:
        number += 1
        name = f"{slug}-{number}"
    return name


class _Notes:
    """Which note another post is, by name, path or address; ``files`` are those of all."""

    def __init__(self, found: Sequence[_Found]) -> None:
        self.files = frozenset(f"{each.name}.md" for each in found)
        self._by_name: dict[str, str] = {}
        self._by_place: dict[str, str] = {}
        for each in found:
            self._enter(each.post.path, each.name)
            if each.url:
                self._by_place.setdefault(same_place(each.url), f"{each.name}.md")

    def _enter(self, path: str, ref: str) -> None:
        parts = PurePosixPath(path)
        stem = parts.parent.name if parts.stem == "index" else parts.stem
        for name in (path, stem, f"{stem}.md", path.removeprefix("content/")):
            self._by_name.setdefault(name, f"{ref}.md")

    def by_name(self, name: str) -> str | None:
        """Return the file of the note of a post that goes by a name."""
        name = name.strip().strip("\"'").lstrip("/")
        return self._by_name.get(name) or self._by_name.get(name.rpartition("/")[2])

    def by_place(self, path: str) -> str | None:
        """Return the file of the note whose page stands at a path of the blog."""
        return self._by_place.get(same_place(path))


def _taken(found: _Found, place: Place, known: _Notes, root: Path, today: date) -> Taken:
    post = found.post
    body, notices = _plain(post, place, known)
    images = Images(place, post.path, url=found.url, note=found.name, root=root)
    body = with_destinations(body, _destinations(place, found.url, known, images))
    slug = found.slug if _SLUG.fullmatch(found.slug) else found.name
    is_placed = bool(found.url) and _SLUG.fullmatch(slug) is not None
    url = found.url if is_placed else ""
    text = render_note(post, body, slug=slug, url=url, day=found.day, is_shown=found.is_shown)
    said = [f"{post.path}:{post.line + each.line - 1}: {each.message}" for each in notices]
    said += [f"{post.path}: {message}" for message in images.notices]
    if not is_placed and found.is_shown:
        address = find_url(post, place.settings)
        said.append(f"{post.path}: its address {address} cannot be kept")
    if found.is_known:
        report = Adopted(
            post.path, found.name, "known", url=url, message="this note is the post already"
        )
    else:
        report = Adopted(
            post.path,
            found.name,
            "new" if found.is_shown else "draft",
            title=title_of(post),
            url=url,
            images=len(images.found),
            notices=tuple(said),
        )
    placement = None
    if is_placed and found.is_shown:
        placement = Placement(slug, found.day or today, url)
    pairs = tuple((source, f"notes/{path}") for source, path in images.found.items())
    return Taken(post.path, report, f"notes/{found.name}.md", text, pairs, placement)


def _plain(post: BlogPost, place: Place, known: _Notes) -> tuple[str, tuple[Notice, ...]]:
    """Return the body as notes write it, and what was lost or left."""
    if place.kind == "hugo":
        text, notices = plain_shortcodes(post.body, known.by_name)
        return plain_formulas(literal(text), has_single=True), notices
    page = Page(post.meta, place.settings.config, known.by_name)
    text, notices = plain_liquid(post.body, page)
    text, more = plain_kramdown(literal(text))
    return text, (*notices, *more)


def _destinations(
    place: Place, url: str, known: _Notes, images: Images
) -> Callable[[str], str | None]:
    """Return what gives a destination of the post its place; it gathers the images on the way.

    What counts from the post's page at ``url`` counts from the web server then.
    """

    def give(destination: str) -> str | None:
        path = local_path(destination, place.settings.origins)
        if path is None:
            return None
        ending = PurePosixPath(path).suffix.lower()
        whole = path if path.startswith("/") else on_blog(unquote(url), path)
        note = known.by_place(whole) if whole else None
        if ending == ".md":
            note = note or known.by_name(path)
            if note is None and path in known.files:  # a tag became a link to it
                return None
        if note is not None:
            hash_ = destination.find("#")
            return note + (destination[hash_:] if hash_ >= 0 else "")
        if ending not in (*ENDINGS, *_OTHER_IMAGES):
            is_ours = path.startswith("/") or "{" in destination
            return None if is_ours else place.settings.base + on_blog(url, destination) or None
        found = images.take(path, destination)
        if found is None and place.settings.home and path.startswith("/"):
            return f"{place.settings.home}{quote(path)}"
        return found

    return give

"""Posts of a blog → the notes they become, with names, texts and images. Writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes import files, notes
from papernotes.adopt.destinations import local_path, with_destinations
from papernotes.adopt.kramdown import plain_kramdown
from papernotes.adopt.liquid import Page, plain_liquid
from papernotes.adopt.literal import literal
from papernotes.adopt.posts import parse_post
from papernotes.adopt.rendering import render_note, title_of
from papernotes.adopt.shortcodes import plain_shortcodes
from papernotes.adopt.urls import find_day, find_url
from papernotes.errors import PapernotesError
from papernotes.export.blog.urls import URL
from papernotes.export.post import Placement
from papernotes.ids import portable_slug, slugify
from papernotes.models import Problem
from papernotes.reports.adopting import Adopted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from papernotes.adopt.liquid import Notice
    from papernotes.adopt.posts import BlogPost
    from papernotes.library.adopting.locating import Place
    from papernotes.library.upkeep import Upkeep

_LARGEST = 5_000_000
_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".tiff"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9._+-]{0,120}")
_INDEX = re.compile(r"(?:/|/index\.html?|\.html?)$")


@dataclass(frozen=True, slots=True)
class Taken:
    """One post and what becomes of it; ``note`` is empty where nothing does.

    ``images`` are pairs of a file of the blog and where it goes in the library, ``placement``
    where exports put the page, if they can.
    """

    post: str
    report: Adopted
    note: str = ""
    text: str = ""
    images: tuple[tuple[str, str], ...] = ()
    placement: Placement | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A post that becomes a note, before its text is read."""

    post: BlogPost
    url: str
    day: date | None
    slug: str
    name: str


def plan(upkeep: Upkeep, place: Place, *, today: date) -> tuple[list[Taken], tuple[Problem, ...]]:
    """Return what becomes of each post, and what could not be read."""
    problems: list[Problem] = []
    read = list(_read(place, problems))
    standing = dict(_standing(upkeep))
    names = {path.stem.casefold() for path in (upkeep.root / "notes").glob("*.md")}
    found: list[_Found] = []
    known: dict[str, str] = {}
    for post in read:
        url, day = find_url(post, place.settings), find_day(post, place.settings)
        given = post.meta.get("slug")
        slug = slugify(given if isinstance(given, str) else "") or slugify(post.name)
        slug = slug or portable_slug(post.name)
        if url and _place(url) in standing:
            known[post.path] = standing[_place(url)]
            continue
        name = _free(slug, names)
        names.add(name.casefold())
        found.append(_Found(post, url, day, slug, name))
    notes_of = _Notes(found, known)
    taken = [_taken(each, place, notes_of, today) for each in found]
    taken += [
        Taken(path, Adopted(path, ref, "known", message="this note is the post already"))
        for path, ref in known.items()
    ]
    return sorted(taken, key=lambda each: each.post), tuple(problems)


def _read(place: Place, problems: list[Problem]) -> Iterator[BlogPost]:
    for path in place.posts:
        try:
            data = files.read(place.blog / path, limit=_LARGEST)
            text, _ = notes.decode(data, path)
            post = parse_post(text.replace("\r\n", "\n").replace("\r", "\n"), path)
        except PapernotesError as error:
            message = str(error).removeprefix(f"{path}: ")
            problems.append(Problem("post", path, f"{message}; the post was left out"))
            continue
        if place.kind != "hugo" and post.day is None and "_posts/" in f"/{path}":
            problems.append(Problem("post", path, "has no date in its name, so it is no post"))
            continue
        yield post


def _standing(upkeep: Upkeep) -> Iterator[tuple[str, str]]:
    """Yield the address and the ref of each note that pins one."""
    for line in upkeep.store().notes():
        data = files.read(upkeep.root / line.path)
        if b"permalink" in data:
            note, _ = notes.parse(data.decode("utf-8", "replace"), line.path)
            if isinstance(pinned := note.meta.get("permalink"), str):
                yield _place(pinned), line.ref


def _place(url: str) -> str:
    """Return what an address and its other spellings have in common."""
    return _INDEX.sub("", url).casefold() or "/"


def _free(slug: str, taken: set[str]) -> str:
    name, number = slug, 1
    while name.casefold() in taken:
        number += 1
        name = f"{slug}-{number}"
    return name


class _Notes:
    """Which note another post is: by its file's name, by its path, by its address."""

    def __init__(self, found: Sequence[_Found], known: Mapping[str, str]) -> None:
        self._by_name: dict[str, str] = {}
        self._by_place: dict[str, str] = {}
        for path, ref in known.items():
            self._enter(path, ref)
        for each in found:
            self._enter(each.post.path, each.name)
            if each.url:
                self._by_place.setdefault(_place(each.url), f"{each.name}.md")

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
        return self._by_place.get(_place(path))


def _taken(found: _Found, place: Place, known: _Notes, today: date) -> Taken:
    post = found.post
    body, notices = _plain(post, place, known)
    images: dict[str, str] = {}
    missing: list[str] = []
    body = with_destinations(body, _destinations(found, place, known, images, missing))
    slug = found.slug if _SLUG.fullmatch(found.slug) else found.name
    is_placed = URL.fullmatch(found.url) is not None and _SLUG.fullmatch(slug) is not None
    text = render_note(post, body, slug=slug, url=found.url if is_placed else "", day=found.day)
    said = [f"{post.path}:{post.line + each.line - 1}: {each.message}" for each in notices]
    said += [f"{post.path}: the image {name} is not in the blog" for name in missing]
    if not is_placed:
        said.append(f"{post.path}: its address {found.url} cannot be kept")
    report = Adopted(
        post.path,
        found.name,
        "draft" if post.is_draft else "new",
        title=title_of(post),
        url=found.url if is_placed else "",
        images=len(images),
        notices=tuple(said),
    )
    placement = None
    if is_placed and not post.is_draft:
        placement = Placement(slug, found.day or today, found.url)
    pairs = tuple((source, f"notes/{path}") for source, path in images.items())
    return Taken(post.path, report, f"notes/{found.name}.md", text, pairs, placement)


def _plain(post: BlogPost, place: Place, known: _Notes) -> tuple[str, tuple[Notice, ...]]:
    """Return the body as notes write it, and what was lost or left."""
    if place.kind == "hugo":
        text, notices = plain_shortcodes(post.body, known.by_name)
        return literal(text), notices
    page = Page(post.meta, place.settings.config, known.by_name)
    text, notices = plain_liquid(post.body, page)
    text, more = plain_kramdown(literal(text))
    return text, (*notices, *more)


def _destinations(
    found: _Found, place: Place, known: _Notes, images: dict[str, str], missing: list[str]
) -> Callable[[str], str | None]:
    """Return what gives a destination of the post its place; it gathers the images on the way."""

    def give(destination: str) -> str | None:
        path = local_path(destination, place.settings.origins)
        if path is None:
            return None
        if (note := known.by_place(path) if path.startswith("/") else None) is not None:
            hash_ = destination.find("#")
            return note + (destination[hash_:] if hash_ >= 0 else "")
        if PurePosixPath(path).suffix.lower() not in _IMAGES:
            return None
        source = _file(place, found, path)
        if source is None:
            missing.append(destination)
            home = place.settings.home
            return f"{home}{quote(path)}" if home and path.startswith("/") else None
        if source not in images:
            images[source] = _image_name(source, found.name, set(images.values()))
        return images[source]

    return give


def _file(place: Place, found: _Found, path: str) -> str | None:
    """Return the file of the blog that a path of a post means, as a path below the blog."""
    blog = place.blog.resolve()
    beside = PurePosixPath(found.post.path).parent
    if path.startswith("/"):
        inside = path.lstrip("/")
        tried = [inside, f"static/{inside}", f"assets/{inside}", f"content/{inside}"]
    else:
        page = PurePosixPath(found.url.lstrip("/"))
        page = page if found.url.endswith("/") else page.parent
        tried = [f"{beside}/{path}", path, f"{page}/{path}", f"static/{path}"]
    for each in tried:
        file = (place.blog / each).resolve()
        if file.is_relative_to(blog) and file.is_file():
            return file.relative_to(blog).as_posix()
    return None


def _image_name(source: str, note: str, taken: set[str]) -> str:
    file = Path(source)
    stem, number = slugify(file.stem) or "image", 1
    name = f"images/{note}/{stem}{file.suffix.lower()}"
    while name in taken:
        number += 1
        name = f"images/{note}/{stem}-{number}{file.suffix.lower()}"
    return name

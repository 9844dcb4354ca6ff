"""Chosen notes → posts of a blog.

:func:`plan` reads the notes and the present state of the blog and returns a :class:`Plan`, a
value that says for every file what would become of it; :func:`apply` does that. A target is one
small file with a pure ``render``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import FormatError, UsageError
from papernotes.export.blog.ledger import LEDGER_NAME, Ledger, parse_ledger
from papernotes.export.blog.manifest import Plan, apply, decide, look
from papernotes.export.blog.placing import place
from papernotes.export.making.build import build_post
from papernotes.export.making.counting import has_math
from papernotes.export.making.draft import Shelf
from papernotes.export.post import Settings, Site, Summary
from papernotes.export.privacy.comments import find_leaks, silenced, without_comments
from papernotes.export.source import Source, publishable
from papernotes.export.targets import find_target
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from papernotes.export.post import OutFile, Placement, Post, Target
    from papernotes.models import Note

__all__ = ["Plan", "Settings", "Source", "apply", "find_target", "plan", "publishable"]

_LIBRARY_PARTS = ("notes", "bib", "index", "pdf", ".trash")


def plan(source: Source, *, target: str, directory: Path, settings: Settings) -> Plan:
    """Return what exporting ``source`` to the blog at ``directory`` would do.

    ``directory`` is the folder of posts (``_posts``, or one below it) or the blog that holds it.
    Reads images and the blog, writes nothing. Raises UsageError for a target there is not and a
    folder that must not become a blog, FormatError for a ledger that cannot be read.
    """
    writer = find_target(target)
    blog, folder = locate(directory, writer.folder)
    _refuse_unsafe(blog, directory, source.root)
    ledger = read_ledger(blog, target)
    source = without_comments(source)
    chosen = {note.ref for note in source.notes}
    kept = frozenset(note.ref for note in source.published if note.ref not in chosen)
    placements = place(
        source.notes, ledger, kept=kept, permalink=writer.permalink, today=settings.today
    )
    site = Site(placements, settings)
    posts, problems = _posts(source, placements)
    wanted = _written(writer, posts, site, folder)
    held = _withheld(source, wanted, writer, site, folder)
    for note in sorted(source.notes, key=lambda note: note.ref):
        problems += _warnings(note, source, target, placements[note.ref], settings)
        if note.ref in held:
            problems.append(Problem("private-comment", note.path, held[note.ref]))
    config = blog / writer.config
    said = files.read(config).decode("utf-8", "replace") if config.is_file() else None
    advice = writer.advice(_summaries(posts, site), said)
    problems += [Problem("blog", str(config), text) for text in advice]
    actions, after = decide(
        wanted, placements, ledger, kept=kept, held=held, look=lambda path: look(blog, path)
    )
    return Plan(target, blog, actions, ledger, after, tuple(problems))


def _posts(source: Source, placements: Mapping[str, Placement]) -> tuple[list[Post], list[Problem]]:
    shelf = Shelf(source, placements)
    posts: list[Post] = []
    problems: list[Problem] = []
    for note in sorted(source.notes, key=lambda note: note.ref):
        post, found = build_post(shelf, note)
        posts.append(post)
        problems += found
    return posts, problems


def _summaries(posts: Iterable[Post], site: Site) -> list[Summary]:
    return [
        Summary(
            ref=post.ref,
            title=post.title,
            placement=site.placements[post.ref],
            description=post.description,
            categories=post.categories,
            tags=post.tags,
            kind=post.kind,
            words=post.words,
            card=post.card,
            cited=post.cited,
            links_to=post.links_to,
            has_math=has_math(post.body),
        )
        for post in posts
    ]


def _written(
    writer: Target, posts: Iterable[Post], site: Site, folder: str
) -> dict[str, tuple[OutFile, ...]]:
    return {post.ref: writer.render(post, site, folder=folder).files for post in posts}


def _withheld(
    source: Source,
    wanted: Mapping[str, tuple[OutFile, ...]],
    writer: Target,
    site: Site,
    folder: str,
) -> dict[str, str]:
    """Return for each post that would say what a private comment says why it is withheld."""
    silent = silenced(source)
    if silent is None:
        return {}
    posts, _ = _posts(silent, site.placements)
    message = "words of a private comment would show; the post is withheld"
    return dict.fromkeys(find_leaks(wanted, _written(writer, posts, site, folder)), message)


def _warnings(
    note: Note, source: Source, target: str, placement: Placement, settings: Settings
) -> Iterator[Problem]:
    if placement.published_on > settings.today:
        message = "dated in the future: Jekyll leaves it out until then, unless future: true"
        yield Problem("future-date", note.path, message)
    may_stay, why = publishable(note, target)
    if note.ref in source.named and not may_stay:
        message = f"{why}: the next export without its name will remove the post"
        yield Problem("not-marked", note.path, message)


def locate(directory: Path, folder: str) -> tuple[Path, str]:
    """Return the blog's own folder and the path of its posts below it.

    The posts go to ``directory`` itself when it is, or lies in, a folder of that name.
    """
    path = Path(directory).expanduser().resolve()
    places = [number for number, part in enumerate(path.parts) if part == folder]
    if not places or (path / folder).is_dir():
        return path, folder
    blog = Path(*path.parts[: places[-1]])
    return blog, path.relative_to(blog).as_posix()


def read_ledger(blog: Path, target: str) -> Ledger:
    """Return what earlier exports to ``blog`` left there. Raises FormatError."""
    path = blog / LEDGER_NAME
    if not path.exists() and not path.is_symlink():
        return Ledger(target)
    ledger = parse_ledger(files.read(path), str(path))
    if ledger.target != target:
        raise FormatError(
            f"{path}: this blog was exported to as {ledger.target}, not {target}",
            hint=f"use --to {ledger.target}, or another folder",
        )
    return ledger


def _refuse_unsafe(blog: Path, directory: Path, root: Path) -> None:
    root = root.resolve()
    inside = [root / part for part in _LIBRARY_PARTS]
    reason = ""
    if blog == Path(blog.anchor):
        reason = "the root of the file system"
    elif blog == Path.home().resolve():
        reason = "your home folder"
    elif blog == root:
        reason = "the library itself, whose notes must not end up on a blog unasked"
    elif any(blog.is_relative_to(part) for part in inside):
        reason = "inside the library's own folders"
    if reason:
        raise UsageError(
            f"{directory}: the blog would be {blog}, {reason}",
            hint="give the _posts folder of a blog, such as ../myblog/_posts",
        )

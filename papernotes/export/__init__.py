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
from papernotes.export.build import build_post
from papernotes.export.draft import Shelf
from papernotes.export.fastpages import Fastpages
from papernotes.export.ledger import LEDGER_NAME, Ledger, parse_ledger
from papernotes.export.manifest import Plan, apply, decide, look
from papernotes.export.placing import place
from papernotes.export.post import Site
from papernotes.export.source import Settings, Source, publishable
from papernotes.models import Problem

if TYPE_CHECKING:
    from papernotes.export.post import OutFile, Post, Target

__all__ = ["TARGETS", "Plan", "Settings", "Source", "apply", "plan", "publishable"]

TARGETS: dict[str, Target] = {target.name: target for target in (Fastpages(),)}
_LIBRARY_PARTS = ("notes", "bib", "index", "pdf", ".trash")


def plan(source: Source, *, target: str, directory: Path, settings: Settings) -> Plan:
    """Return what exporting ``source`` to the blog at ``directory`` would do.

    ``directory`` is the folder of posts (``_posts``, or one below it) or the blog that holds it.
    Reads images and the blog, writes nothing. Raises UsageError for a target there is not and a
    folder that must not become a blog, FormatError for a ledger that cannot be read.
    """
    writer = TARGETS.get(target)
    if writer is None:
        raise UsageError(f"no export target {target}", hint=f"one of: {', '.join(TARGETS)}")
    blog, folder = locate(directory, writer.folder)
    _refuse_unsafe(blog, directory, source.root)
    ledger = read_ledger(blog, target)
    chosen = {note.ref for note in source.notes}
    kept = frozenset(note.ref for note in source.published if note.ref not in chosen)
    placements = place(
        source.notes, ledger, kept=kept, permalink=writer.permalink, today=settings.today
    )
    shelf = Shelf(source, placements)
    site = Site(placements, settings.author, toc=settings.toc)
    wanted: dict[str, tuple[OutFile, ...]] = {}
    problems: list[Problem] = []
    posts: list[Post] = []
    for note in sorted(source.notes, key=lambda note: note.ref):
        post, found = build_post(shelf, note)
        problems += found
        posts.append(post)
        wanted[note.ref] = writer.render(post, site, folder=folder)
        if placements[note.ref].published_on > settings.today:
            message = "dated in the future: Jekyll leaves it out until then, unless future: true"
            problems.append(Problem("future-date", note.path, message))
    config = blog / writer.config
    said = files.read(config).decode("utf-8", "replace") if config.is_file() else ""
    problems += [Problem("blog", str(config), text) for text in writer.advice(posts, said)]
    actions, after = decide(
        wanted, placements, ledger, kept=kept, look=lambda path: look(blog, path)
    )
    return Plan(target, blog, actions, ledger, after, tuple(problems))


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

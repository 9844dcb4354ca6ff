"""Where the blog is that a folder means, what is known of it, and where none may be."""

from __future__ import annotations

from pathlib import Path

from papernotes import files
from papernotes.errors import FormatError, UsageError
from papernotes.export.blog.ledger import LEDGER_NAME, Ledger, parse_ledger

_LIBRARY_PARTS = ("notes", "bib", "index", "pdf", "templates", ".trash")


def locate(directory: Path, folder: str) -> tuple[Path, str]:
    """Return the blog's own folder and the path of its posts below it.

    The posts go to ``directory`` itself when it is, or lies in, a folder of that name.
    """
    path = files.resolved(directory)
    wanted = tuple(folder.split("/"))
    size = len(wanted)
    places = [at for at in range(len(path.parts)) if path.parts[at : at + size] == wanted]
    if not places or not folder or (path / folder).is_dir():
        return path, folder
    blog = Path(*path.parts[: places[-1]])
    return blog, path.relative_to(blog).as_posix()


def target_of(directory: Path) -> str:
    """Return what kind of blog a folder, or one above it, was exported to as; empty for none."""
    place = files.resolved(directory)
    for folder in (place, *place.parents):
        if (folder / LEDGER_NAME).is_file():
            return parse_ledger(files.read(folder / LEDGER_NAME), str(folder / LEDGER_NAME)).target
    return ""


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


def refuse_unsafe(blog: Path, directory: Path, root: Path) -> None:
    """Raise UsageError for a folder that must not become a blog of the library at ``root``."""
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

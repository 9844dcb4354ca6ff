"""A folder that a person names → the blog it belongs to: its kind, settings and post files."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papernotes import files
from papernotes.adopt.posts import plain_value
from papernotes.adopt.urls import Blog
from papernotes.errors import FormatError, UsageError
from papernotes.notes.front_matter import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_JEKYLL = ("_config.yml", "_config.yaml", "_config.toml")
_HUGO = tuple(
    f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json")
)
_ENDINGS = (".md", ".markdown", ".mkd", ".mdown")
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where posts are: the blog's own folder, its ``kind`` (an export target) and its settings.

    ``posts`` are the post files, as paths below the blog.
    """

    blog: Path
    kind: str
    settings: Blog
    posts: tuple[str, ...]


def locate(directory: Path, root: Path) -> Place:
    """Return the blog at ``directory``, which may be its folder of posts. Raises UsageError."""
    path = Path(directory).expanduser().resolve()
    if not path.is_dir():
        raise UsageError(f"{directory}: is no folder", hint="give the folder of a blog's posts")
    if path.is_relative_to(root.resolve() / "notes"):
        raise UsageError(f"{directory}: these are the library's own notes", hint="nothing to adopt")
    found = _jekyll(path) or _hugo(path)
    if found is None:
        raise UsageError(
            f"{directory}: no blog that papernotes knows",
            hint="give the _posts folder of a Jekyll blog, or the content folder of a Hugo site",
        )
    return found


def _jekyll(path: Path) -> Place | None:
    parts = path.parts
    if "_posts" in parts or "_drafts" in parts:
        number = next(at for at, part in enumerate(parts) if part in ("_posts", "_drafts"))
        blog, folders = Path(*parts[:number]), [path]
    else:
        blog, folders = path, [path / "_drafts", path / "_posts"]
        folders = [folder for folder in folders if folder.is_dir()]
    if not folders:
        return None
    config = _settings(blog, _JEKYLL)
    is_fastpages = any((blog / name).exists() for name in ("_notebooks", "_action_files", "_word"))
    is_fastpages = is_fastpages or "default_badges" in config or "fastpages" in str(config)
    kind = "fastpages" if is_fastpages else "jekyll"
    return Place(blog, kind, Blog("jekyll", config), tuple(_posts(blog, folders)))


def _hugo(path: Path) -> Place | None:
    blog = next(
        (
            each
            for each in (path, *path.parents)
            if (each / "content").is_dir() and _names(each, _HUGO)
        ),
        None,
    )
    if blog is None and "content" in path.parts:
        number = len(path.parts) - 1 - path.parts[::-1].index("content")
        blog = Path(*path.parts[:number])
    if blog is None:
        return None
    content = blog / "content"
    usual = [content / name for name in ("posts", "post", "blog") if (content / name).is_dir()]
    folders = [path] if path.is_relative_to(content) else usual or [content]
    posts = (each for each in _posts(blog, folders) if not each.endswith("/_index.md"))
    return Place(blog, "hugo", Blog("hugo", _settings(blog, _HUGO)), tuple(posts))


def _names(blog: Path, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (blog / name).is_file()]


def _posts(blog: Path, folders: list[Path]) -> Iterator[str]:
    """Yield the Markdown files below folders; symbolic links and hidden names are left alone."""
    for folder in folders:
        for where, below, names in os.walk(folder):
            below[:] = sorted(name for name in below if name[0] != ".")
            for name in sorted(names):
                path = Path(where) / name
                if name[0] != "." and name.lower().endswith(_ENDINGS) and not path.is_symlink():
                    yield path.relative_to(blog).as_posix()


def _settings(blog: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what the blog's settings file says. Raises FormatError."""
    for name in _names(blog, names):
        path = blog / name
        text = files.read(path, limit=_LARGEST).decode("utf-8", "replace")
        try:
            return _parsed(text, name)
        except (ValueError, RecursionError) as error:
            message = f"{path}: cannot be read ({error})"
            raise FormatError(message, hint="mend the blog's settings first") from error
    return {}


def _parsed(text: str, name: str) -> dict[str, Any]:
    if name.endswith(".toml"):
        return tomllib.loads(text)
    if name.endswith(".json"):
        found = json.loads(text)
        return found if isinstance(found, dict) else {}
    entries = read_yaml(text).entries
    return {key: plain_value(node) for key, node in entries.items()}

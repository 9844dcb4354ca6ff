"""A folder that a person names → the blog it belongs to: its kind, settings and post files."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papernotes import export, files
from papernotes.adopt.posts import plain_value
from papernotes.adopt.urls import Blog
from papernotes.errors import FormatError, UsageError
from papernotes.export.blog.ledger import LEDGER_NAME
from papernotes.models import Problem
from papernotes.notes.front_matter import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_JEKYLL = ("_config.yml", "_config.yaml", "_config.toml")
_HUGO = tuple(
    f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json")
)
_PERMALINKS = tuple(f"permalinks.{ending}" for ending in ("toml", "yaml", "yml", "json"))
_ENDINGS = (".md", ".markdown", ".mkd", ".mdown")
_OTHERS = (".html", ".htm", ".textile", ".org", ".adoc", ".rst", ".ipynb", ".docx")
_POSTS, _DRAFTS = "_posts", "_drafts"
_MADE = ("_site", "node_modules", "vendor")  # by programs: what is in them are copies
_HIGHEST = 3  # folders that settings may be above one of posts
_DATED = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-.")
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where posts are: the blog's own folder, its ``kind`` (an export target) and its settings.

    ``posts`` are the post files, as paths below the blog, ``left`` those that are not Markdown.
    """

    blog: Path
    kind: str
    settings: Blog
    posts: tuple[str, ...]
    left: tuple[Problem, ...] = ()


def locate(directory: Path, root: Path) -> Place:
    """Return the blog at ``directory``, which may be its folder of posts. Raises UsageError."""
    path = files.resolved(directory)
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
    inside = [at for at, part in enumerate(parts) if part in (_POSTS, _DRAFTS)]
    base = Path(*parts[: inside[0]]) if inside else path
    blog = next(filter(_is_jekyll, (base, *base.parents[:_HIGHEST])), base)
    is_blog = blog == path or (path / _POSTS).is_dir() or (path / _DRAFTS).is_dir()
    folders = [path] if inside else list(_post_folders(path)) if is_blog else []
    if not folders:
        return None
    config = _settings(blog, _JEKYLL)
    is_fastpages = any((blog / name).exists() for name in ("_notebooks", "_action_files", "_word"))
    is_fastpages = is_fastpages or "default_badges" in config or "fastpages" in str(config)
    kind = "fastpages" if is_fastpages else "jekyll"
    if not inside and is_fastpages:
        folders += [path / name for name in ("_notebooks", "_word")]
    posts, left = _files(blog, folders, is_dated=True)
    return Place(blog, _exported_as(blog) or kind, Blog("jekyll", config), posts, left)


def _is_jekyll(folder: Path) -> bool:
    return bool(_names(folder, _JEKYLL))


def _exported_as(blog: Path) -> str:
    """Return the kind of Jekyll blog that exports went to, if any did."""
    target = export.target_of(blog) if (blog / LEDGER_NAME).is_file() else ""
    return target if target in ("fastpages", "jekyll") else ""


def _post_folders(path: Path) -> Iterator[Path]:
    """Yield the folders of drafts and posts; those in a folder are posts of that category."""
    if not (_is_jekyll(path) or (path / _POSTS).is_dir() or (path / _DRAFTS).is_dir()):
        return
    for where, below, _ in os.walk(path):
        yield from (Path(where) / name for name in (_DRAFTS, _POSTS) if name in below)
        below[:] = sorted(name for name in below if name[0] not in "._" and name not in _MADE)


def _hugo(path: Path) -> Place | None:
    blog = next(
        (
            each
            for each in (path, *path.parents)
            if (each / "content").is_dir() and any(_names(at, _HUGO) for at in _hugo_at(each))
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
    posts, left = _files(blog, folders, is_dated=False)
    posts = tuple(each for each in posts if not each.endswith("/_index.md"))
    return Place(blog, "hugo", Blog("hugo", _hugo_settings(blog)), posts, left)


def _hugo_at(blog: Path) -> tuple[Path, Path]:
    """Return where the settings of a Hugo site may stand, first what wins."""
    return blog, blog / "config/_default"


def _hugo_settings(blog: Path) -> dict[str, Any]:
    """Return the settings of a Hugo site, whose permalinks may have a file of their own."""
    found: dict[str, Any] = {}
    for folder in reversed(_hugo_at(blog)):
        found |= _settings(folder, _HUGO)
        if permalinks := _settings(folder, _PERMALINKS):
            found["permalinks"] = permalinks
    return found


def _names(blog: Path, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (blog / name).is_file()]


def _files(
    blog: Path, folders: list[Path], *, is_dated: bool
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the Markdown files below folders, and what is wrong with others that are posts."""
    posts, left = [], []
    for path in _walked(folders):
        place = path.relative_to(blog).as_posix()
        is_post = not is_dated or _DATED.match(path.name) is not None
        message = ""
        if path.is_symlink():
            message = "is a symbolic link"
        elif not path.name.lower().endswith(_ENDINGS):
            message = f"papernotes reads no {path.suffix.lower()} posts"
        if not message:
            posts.append(place)
        elif is_post and not path.name.startswith("_index."):
            left.append(Problem("post", place, f"{message}; the post was left out"))
    return tuple(posts), tuple(left)


def _walked(folders: list[Path]) -> Iterator[Path]:
    """Yield the files below folders that may be posts, but for those of hidden names."""
    for folder in folders:
        for where, below, names in os.walk(folder):
            below[:] = sorted(name for name in below if name[0] != ".")
            for name in sorted(names):
                if name[0] != "." and name.lower().endswith((*_ENDINGS, *_OTHERS)):
                    yield Path(where) / name


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

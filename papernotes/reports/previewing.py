"""What a preview answers with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.models import Problem


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """A blog as it would be exported now: all its files by path, relative to the blog.

    ``base_url`` is where it will stand on the web, empty where that is not known, and ``home``
    the path of the page to look at first, from the blog. ``changed`` are the files that are new,
    other or gone since the last time, ``moved`` the paths of pages whose posts stand elsewhere now,
    with their new ones. ``unpublished`` are titles of notes that are shown here
    only, and ``posts`` is the number of posts.
    """

    files: Mapping[str, bytes]
    changed: tuple[str, ...]
    posts: int
    home: str
    base_url: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)
    unpublished: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

"""What adopt answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Problem


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became, or would become, of one post of a blog; ``path`` is below the blog.

    ``outcome`` is ``new``, ``draft`` (a note that is not marked for publishing, as the blog does
    not show it) or ``known`` (a note is this post already). ``url`` is the address its page keeps,
    ``images`` how many were copied, ``notices`` what the note shows in another way than the post.
    """

    path: str
    ref: str
    outcome: str
    title: str = ""
    url: str = ""
    images: int = 0
    message: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdoptReport:
    """All posts of a blog, by path; ``kind`` is the target that exports to it."""

    kind: str
    directory: str
    posts: tuple[Adopted, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_dry_run: bool = False

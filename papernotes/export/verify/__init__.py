"""Reads written posts back: whether they say what the notes say, and nothing is left over.

:func:`verify_post` looks at the files alone and is cheap; :mod:`.building` has the program of the
target build them and looks at its pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.export.verify.webpage import page_faults
from papernotes.export.verify.written import written_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papernotes.export.post import OutFile, Post, Site
    from papernotes.models import Problem

__all__ = ["verify_post"]


def verify_post(
    post: Post,
    files: Sequence[OutFile],
    site: Site,
    *,
    target: str,
    is_there: Callable[[str], bool],
) -> tuple[Problem, ...]:
    """Return what is wrong with the files a target wrote for a post (its own file first).

    ``is_there`` says whether a path below the blog is that of a file of this export or one that
    stands there already. The problems' codes are ``verify-front-matter``, ``-words``, ``-code``,
    ``-math``, ``-link``, ``-image`` and ``-residue``; their path is that of the post's file.
    """
    look = page_faults if files[0].path.endswith(".html") else written_faults
    return tuple(look(post, files, site, target=target, is_there=is_there))

"""What an export remembers of its posts, so that the next makes anew only what has changed.

A post depends on everything that was asked while it was made: each question is kept with its
answer, and a post is as it was as long as all answers are. No bytes of files are kept, only their
digests; the file of a memory is JSON in ``index/``, safe to delete.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from papernotes.export.blog.fingerprint import Fingerprint
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 3

Asked = tuple[str, ...]
"""A question and its answer: its kind, the words of the question, the answer."""


@dataclass(frozen=True, slots=True)
class Gist:
    """A post without its body: what its summary is made of; papers are named by their keys."""

    title: str
    description: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    kind: str
    words: int
    about: str
    version: int | None
    cited: tuple[str, ...]
    links_to: tuple[str, ...]
    has_math: bool


_GIST = tuple(one.name for one in fields(Gist))


@dataclass(frozen=True, slots=True)
class Made:
    """A post as the target wrote it: what it asked for that, its files, and its extract.

    ``content`` is known of the posts that a feed shows.
    """

    asked: tuple[Asked, ...]
    files: tuple[tuple[str, str], ...]
    extract: str
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A post: what was asked while it was made, and what came of it."""

    asked: tuple[Asked, ...]
    gist: Gist
    problems: tuple[Problem, ...]
    fingerprint: Fingerprint
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """All posts of a blog by ref; ``key`` stands for what all of them depend on.

    ``names`` is a digest of all that links may lead to: while it stays, so do their answers.
    ``seen`` are files of the blog as they were last read: their stat, and the digest. ``shared``
    are the files about several posts (path, digest, token), made of summaries with the digest
    ``shown``.
    """

    key: str = ""
    names: str = ""
    posts: Mapping[str, Remembered] = field(default_factory=dict)
    seen: Mapping[str, Asked] = field(default_factory=dict)
    shown: str = ""
    shared: tuple[tuple[str, str, str], ...] = ()


def render_memory(memory: Memory) -> bytes:
    """Return the memory as JSON."""
    tree = {
        "version": VERSION,
        "key": memory.key,
        "names": memory.names,
        "posts": {ref: _tree(post) for ref, post in memory.posts.items()},
        "seen": dict(memory.seen),
        "shared": [memory.shown, memory.shared],
    }
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def parse_memory(data: bytes) -> Memory:
    """Return what a file says; an empty memory for one that cannot be read."""
    try:
        tree = json.loads(data.decode("utf-8", "surrogatepass"))
        if tree["version"] != VERSION:
            return Memory()
        posts = {ref: _remembered(value) for ref, value in tree["posts"].items()}
        seen = {path: tuple(map(str, value)) for path, value in tree["seen"].items()}
        shown, shared = tree["shared"]
        made = tuple((str(path), str(digest), str(token)) for path, digest, token in shared)
        return Memory(str(tree["key"]), str(tree["names"]), posts, seen, str(shown), made)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Memory()


def _tree(post: Remembered) -> dict[str, Any]:
    known = post.fingerprint
    tree: dict[str, Any] = {
        "asked": post.asked,
        "gist": {name: getattr(post.gist, name) for name in _GIST},
        "problems": [(one.code, one.path, one.message, one.line) for one in post.problems],
        "known": [known.shows, known.about, known.sketch],
    }
    if post.made:
        tree["made"] = [post.made.asked, post.made.files, post.made.extract, post.made.content]
    return tree


def _remembered(tree: dict[str, Any]) -> Remembered:
    gist: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in tree["gist"].items()
    }
    shows, about, sketch = tree["known"]
    made = None
    if "made" in tree:
        asked, files, extract, content = tree["made"]
        made = Made(
            _asked(asked), tuple((path, digest) for path, digest in files), extract, content
        )
    return Remembered(
        _asked(tree["asked"]),
        Gist(**gist),
        tuple(Problem(*problem) for problem in tree["problems"]),
        Fingerprint(shows, about, tuple(sketch)),
        made,
    )


def _asked(values: list[list[str]]) -> tuple[Asked, ...]:
    return tuple(map(tuple, values))

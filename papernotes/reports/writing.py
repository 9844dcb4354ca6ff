"""What export and bib answer with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.models import Problem


TARGETS = ("fastpages", "jekyll", "hugo", "quarto", "html", "markdown")
"""The names of the export targets."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did, or would do, with one file below its folder.

    ``outcome`` is ``new``, ``changed``, ``unchanged``, ``removed`` or ``blocked`` (a file that is
    not ours, or that was edited by hand, stands there; ``message`` says which). A file that is
    about several posts has no ``ref``. ``diff`` is what would change in it, where that was asked
    for: a unified diff, or the sizes of what is no text.
    """

    path: str
    outcome: str
    ref: str = ""
    message: str = ""
    diff: str = ""


@dataclass(frozen=True, slots=True)
class PostState:
    """How it stands with one post: the outcome of its files together, its URL, and why."""

    ref: str
    outcome: str
    url: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """All files of one export, sorted by path, its posts by ref, and what a reader would miss.

    ``built_by`` names the program with which the blog was built to look at its pages, if that was
    asked for, ``compared`` how much of each kind was compared; pages that are not ``is_sound``
    are never written.
    """

    target: str
    directory: str
    files: tuple[Exported, ...] = ()
    posts: tuple[PostState, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_dry_run: bool = False
    is_sound: bool = True
    built_by: str = ""
    compared: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MissingKey:
    """A key that is cited and that no paper has; ``near`` is one that may be meant.

    ``path`` and ``line`` (from 1) are the first place; empty and 0 for a key that was asked for.
    """

    key: str
    path: str
    line: int
    near: str = ""


@dataclass(frozen=True, slots=True)
class BibReport:
    """A bibliography: its ``text``, the ``keys`` in it in order, and what is ``missing``.

    ``items`` are its entries as CSL-JSON, where these were asked for. With a ``path`` it is that
    of a file; ``outcome`` is then ``new``, ``changed`` or ``unchanged``, and ``added``,
    ``removed`` and ``changed`` are the keys by which the file differs from before.
    """

    text: str
    keys: tuple[str, ...]
    missing: tuple[MissingKey, ...] = ()
    items: tuple[Mapping[str, Any], ...] = ()
    path: str = ""
    outcome: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_dry_run: bool = False

"""What export and bib answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.models import Problem


TARGETS = ("fastpages",)
"""The names of the export targets."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did, or would do, with one file below its folder.

    ``outcome`` is ``new``, ``changed``, ``unchanged``, ``removed`` or ``blocked`` (a file that is
    not ours, or that was edited by hand, stands there; ``message`` says which).
    """

    path: str
    outcome: str
    ref: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """All files of one export, sorted by path, and what a reader would miss (``warnings``)."""

    target: str
    directory: str
    files: tuple[Exported, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_dry_run: bool = False


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

"""Looking at the files: cheap, without parsing, and without importing what parses."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import FormatError
from papernotes.files import FileError, Scan
from papernotes.sync.plan import is_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from papernotes.files import FileStat
    from papernotes.store.filed import KnownFile
    from papernotes.sync.plan import Plan

FOLDERS = {"notes": ".md", "bib": ".bib", "pdf": ".pdf"}
UNREAD = "unread"
"""The digest of a PDF that could not be read when it was found, for want of an extra."""


def look(root: Path) -> Scan:
    """Return the library's text files as the system lists them; opens none."""
    return files.scan(root, FOLDERS)


def has_unread(known: Mapping[str, KnownFile]) -> bool:
    """Whether there are PDFs that could not be read yet, for want of the extra."""
    return any(each.digest == UNREAD for each in known.values())


def look_at(root: Path, paths: Iterable[str]) -> Scan:
    """Return the same for ``paths`` only, relative to ``root``; what is gone is missing."""
    at_ns = time.time_ns()
    return Scan(files.stat_each(root, paths), (), (), at_ns)


def _digest(root: Path, path: str) -> str:
    if is_pdf(path):
        return files.digest_of(root / path)
    return files.digest(files.read(root / path))


def confirm(
    root: Path, plan: Plan, scan: Scan, known: Mapping[str, KnownFile]
) -> tuple[Plan, dict[str, tuple[FileStat, bool]]]:
    """Read the files that only look changed.

    Returns the plan with those that really are, and for the others the stat to remember and
    whether it is still too young to be trusted.
    """
    changed = []
    same: dict[str, tuple[FileStat, bool]] = {}
    for path in plan.changed:
        read_at = time.time_ns()
        try:
            is_same = _digest(root, path) == known[path].digest
        except (FileError, FormatError):
            is_same = False
        if is_same:
            same[path] = (scan.files[path], scan.files[path].is_racy(read_at))
        else:
            changed.append(path)
    return replace(plan, changed=tuple(changed)), same

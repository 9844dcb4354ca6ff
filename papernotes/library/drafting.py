"""New notes: a free name, the outline of the kind, a file that never replaces another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from papernotes import files, notes
from papernotes.errors import ConflictError, UsageError
from papernotes.ids import portable_slug, slugify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Paper


def check(title: str, kind: str) -> None:
    """Raise UsageError for an empty title or a kind of note that does not exist."""
    if not title.strip():
        raise UsageError("a note needs a title")
    if kind not in notes.KINDS:
        raise UsageError(f"no kind {kind!r}", hint="the kinds are " + ", ".join(notes.KINDS))


def start_note(
    upkeep: Upkeep,
    title: str,
    *,
    kind: str,
    created: date,
    tags: Sequence[str],
    about: str | None,
    is_dry_run: bool,
) -> str:
    """Write a free note and return its ref. Raises ConflictError when its name is taken."""
    name = slugify(title) or _free_name(upkeep.root, f"note-{created.isoformat()}")
    text = notes.render_free_note(title, kind=kind, created=created, tags=tags, paper=about)
    hint = f"open it with: papernotes edit {name}"
    _create(upkeep, f"notes/{name}.md", text, hint=hint, is_dry_run=is_dry_run)
    return name


def start_paper_note(upkeep: Upkeep, paper: Paper, *, created: date) -> Path:
    """Write the note of a paper that has none and return its file. Raises ConflictError."""
    path = f"notes/{portable_slug(paper.citekey)}.md"
    text = notes.render_paper_note(paper, created=created)
    _create(upkeep, path, text, hint="it is not about this paper; give it another name")
    return upkeep.root / path


def _free_name(root: Path, name: str) -> str:
    """Return ``name``, or ``name-2``, ``name-3`` … where that is taken."""
    number, free = 1, name
    while (root / f"notes/{free}.md").exists():
        number += 1
        free = f"{name}-{number}"
    return free


def _create(upkeep: Upkeep, path: str, text: str, *, hint: str, is_dry_run: bool = False) -> None:
    files.refuse_links(upkeep.root, path)
    with upkeep.locked():
        if os.path.lexists(upkeep.root / path):
            raise ConflictError(f"{path}: exists already; left as it is", hint=hint)
        if is_dry_run:
            return
        files.make_folder((upkeep.root / path).parent)
        files.write_new(upkeep.root / path, text.encode())
        upkeep.sync_paths([path])

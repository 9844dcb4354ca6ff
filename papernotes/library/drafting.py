"""New notes: a free name, the template of the kind, a file that never replaces another."""

from __future__ import annotations

import difflib
import os
import re
from typing import TYPE_CHECKING

from papernotes import files, notes
from papernotes.errors import ConflictError, FormatError, PapernotesError, UsageError
from papernotes.ids import portable_slug, slugify
from papernotes.notes import starting
from papernotes.notes.renaming.tags import check_tag
from papernotes.notes.templates import Template, parse_template
from papernotes.venues import find_venue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Paper

_FOLDER = "templates"
_MOST_BYTES = 1_000_000
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,63}")


# Templates


def template_of(root: Path, kind: str) -> Template:
    """Return the library's template for a kind of note, else the default.

    Raises UsageError for a kind that has neither, and FormatError for a template that cannot be
    read or filled.
    """
    path = f"{_FOLDER}/{kind}.md"
    if not _KIND.fullmatch(kind) or not os.path.lexists(root / path):
        if kind not in notes.KINDS:
            raise _no_kind(root, kind)
        return parse_template(notes.KINDS[kind], f"the default for {kind}")
    try:
        files.refuse_links(root, path)
        text = files.read(root / path, limit=_MOST_BYTES).decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: is not UTF-8", hint="save it as UTF-8") from error
    except PapernotesError as error:
        raise FormatError(f"{path}: cannot be read ({error})", hint=error.hint) from error
    if "\0" in text:
        raise FormatError(f"{path}: holds a NUL character", hint="is it the right file?")
    return parse_template(text, path)


def _no_kind(root: Path, kind: str) -> UsageError:
    known = list(dict.fromkeys((*notes.KINDS, *sorted(_own_kinds(root)))))
    near = difflib.get_close_matches(kind.lower(), known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    own = f"; {_FOLDER}/{kind}.md would make it one" if _KIND.fullmatch(kind) else ""
    return UsageError(f"there is no kind of note called {kind!r}", hint=hint + own)


def _own_kinds(root: Path) -> Iterator[str]:
    """Yield the names of the templates in the library."""
    folder = root / _FOLDER
    for path in folder.glob("*.md") if folder.is_dir() else ():
        if _KIND.fullmatch(path.stem):
            yield path.stem


def missing_templates(root: Path) -> dict[str, bytes]:
    """Return the defaults as files to be changed, by path, those that stand there left out."""
    files_ = {f"{_FOLDER}/{kind}.md": text.encode() for kind, text in notes.KINDS.items()}
    return {path: data for path, data in files_.items() if not os.path.lexists(root / path)}


# Notes


def start_note(
    upkeep: Upkeep,
    title: str,
    *,
    kind: str,
    created: date,
    template: Template,
    tags: Sequence[str],
    about: Paper | None,
    is_dry_run: bool,
) -> str:
    """Write a free note and return its ref. Raises ConflictError when its name is taken."""
    for tag in tags:
        check_tag(tag.strip().lstrip("#"))
    name = slugify(title) or _free_name(upkeep.root, f"note-{created.isoformat()}")
    text = starting.render_free_note(
        title,
        kind=kind,
        created=created,
        tags=tags,
        paper=about,
        template=template,
        venue=_venue(about),
    )
    hint = f"open it with: papernotes edit {name}"
    _create(upkeep, f"notes/{name}.md", text, hint=hint, is_dry_run=is_dry_run)
    return name


def render_paper_note(
    paper: Paper,
    *,
    template: Template,
    created: date,
    version: int | None = None,
    tags: Sequence[str] = (),
    status: str | None = None,
) -> str:
    """Return the text of a paper's new note, with what is known of where the paper appeared."""
    return starting.render_paper_note(
        paper,
        created=created,
        version=version,
        tags=tags,
        status=status,
        template=template,
        venue=_venue(paper),
    )


def start_paper_note(upkeep: Upkeep, paper: Paper, *, created: date) -> Path:
    """Write the note of a paper that has none and return its file.

    Raises ConflictError, and FormatError for a template that is wrong.
    """
    path = f"notes/{portable_slug(paper.citekey)}.md"
    template = template_of(upkeep.root, "paper")
    text = render_paper_note(paper, template=template, created=created)
    _create(upkeep, path, text, hint="it is not about this paper; give it another name")
    return upkeep.root / path


def _venue(paper: Paper | None) -> str:
    return str((paper and find_venue(paper)) or "")


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
        upkeep.sync_written([path])

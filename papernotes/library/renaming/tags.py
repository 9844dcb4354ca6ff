"""The trip of a tag's new name through the library: every note that has it, or one below it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from papernotes.errors import NotFoundError
from papernotes.ids import name_key
from papernotes.library.renaming.changes import Plan, rewritten
from papernotes.library.renaming.headings import following
from papernotes.notes.renaming.tags import check_tag, renamed_tag, retag
from papernotes.reports.changing import Renamed
from papernotes.store.standing import paths_tagged

if TYPE_CHECKING:
    from papernotes.library.upkeep import Progress, Upkeep


def plan_tag(upkeep: Upkeep, old: str, new: str, *, progress: Progress | None = None) -> Plan:
    """Return what it takes to call a tag ``new``; a ``#`` before either is no part of it.

    Where notes have that tag already the two become one, and the result says so. Raises
    NotFoundError for a tag that no note has, UsageError for one that cannot be, FormatError where
    a note cannot be changed safely.
    """
    old, new = (tag.strip().removeprefix("#").rstrip("/") for tag in (old, new))
    check_tag(new)
    store = upkeep.store()
    with store.snapshot():
        paths = paths_tagged(store, name_key(old)) if old else ()
        taken = paths_tagged(store, name_key(new))
    if not paths:
        raise NotFoundError(f"no note has the tag #{old}", hint="papernotes tags shows all tags")

    def rewrite(path: str, text: str) -> str:
        return retag(text, path, old, new)

    texts = []
    for number, path in enumerate(paths, 1):
        texts.append(rewritten(upkeep.root, path, partial(rewrite, path)))
        if progress is not None:
            progress("reading notes", number, len(paths))
    with store.snapshot():
        followed = following(upkeep.root, store, texts, rewrite)
    changed = tuple(text for text in followed if text.before != text.after)
    if not changed:
        return Plan((Renamed(f"#{old}", f"#{new}", "kept"),))
    is_new = not taken or bool(renamed_tag(new, old, new))
    merged = "" if is_new else f"#{new} exists already in {_counted(taken)}: the two become one"
    return Plan((Renamed(f"#{old}", f"#{new}", "renamed", merged),), changed)


def _counted(paths: tuple[str, ...]) -> str:
    return "1 note" if len(paths) == 1 else f"{len(paths)} notes"

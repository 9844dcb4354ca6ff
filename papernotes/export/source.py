"""What an export may see, and which notes may leave the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from papernotes.models import Link, Note, Paper


@dataclass(frozen=True, slots=True)
class Source:
    """Everything an export may see of a library; what is not here cannot leak.

    ``notes`` are the chosen ones. ``resolve`` returns the ref of the note or the citation key of
    the paper a link means, None when it leads nowhere. ``published`` are notes that were not
    chosen this time but may stay on the blog if an earlier export put them there.
    ``private_titles`` (ref → title of all other notes) only serve to warn of titles that show.
    ``named`` are the refs of those notes that the person named, marked for publishing or not.
    """

    notes: tuple[Note, ...]
    papers: Mapping[str, Paper]
    resolve: Callable[[Note, Link], str | None]
    root: Path
    published: tuple[Note, ...] = ()
    private_titles: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()


def publishable(note: Note, target: str, *, is_named: bool = False) -> tuple[bool, str]:
    """Return whether ``note`` may be exported to ``target``, and if not, why.

    ``is_named``: the person named it on the command line, which stands for ``publish: true``.
    ``private: true`` wins over everything.
    """
    if note.is_private:
        return False, "private: true"
    if is_named:
        return True, ""
    asked = note.meta.get("publish")
    if isinstance(asked, str):
        return False, f'publish: "{asked}" is text; write publish: true without quotes'
    if isinstance(note.publish, tuple):
        names = ", ".join(note.publish)
        return target in note.publish, "" if target in note.publish else f"only for {names}"
    return note.publish, "" if note.publish else "not marked publish: true"

"""What an export may see, and which notes may leave the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papernotes.export.privacy.ignoring import IGNORE_NAME
from papernotes.export.privacy.saying import told_by
from papernotes.export.privacy.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from papernotes.models import Link, Note, Paper


def _nothing(_path: str) -> bool:
    return False


def _idle() -> None:
    return


def untold(_doing: str, _done: int, _of: int) -> None:
    """Tell nobody how far something is."""


def _itself(note: Note) -> Note:
    return note


@dataclass(frozen=True, slots=True)
class Source:
    """Everything an export may see of a library; what is not here cannot leak.

    ``notes`` are the chosen ones. ``resolve`` returns the ref of the note or the citation key of
    the paper a link means, None when it leads nowhere. ``published`` are notes that were not
    chosen this time but may stay on the blog if an earlier export put them there.
    ``private_titles`` (ref → title of all other notes) only serve to warn of titles that show.
    ``named`` are the refs of those notes that the person named, marked for publishing or not.
    ``is_ignored`` says which paths of the library never leave it, and ``secrets`` reads what is
    looked for in an export before it is written; ``said`` returns all that a published note says.

    Notes may come without bodies, links and the tags of the text; ``load`` returns one with its
    body. ``digests`` are those of notes' files by ref, ``paper_digests`` those of papers by key,
    and ``names`` is one of all that links may lead to: by these an export knows what is as it was
    (see :mod:`papernotes.export.memory`). ``forked`` is called first in a process that was forked;
    ``tell`` hears what is being made, and which of how many.
    """

    notes: tuple[Note, ...]
    papers: Mapping[str, Paper]
    resolve: Callable[[Note, Link], str | None]
    root: Path
    published: tuple[Note, ...] = ()
    private_titles: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    is_ignored: Callable[[str], bool] = _nothing
    secrets: Callable[[], Secrets] = Secrets
    said: Callable[[Note], str] = told_by
    load: Callable[[Note], Note] = _itself
    digests: Mapping[str, str] = field(default_factory=dict)
    paper_digests: Mapping[str, str] = field(default_factory=dict)
    names: str = ""
    forked: Callable[[], None] = _idle
    tell: Callable[[str, int, int], None] = untold


def publishable(
    note: Note, target: str, *, is_named: bool = False, ignored_by: int = 0
) -> tuple[bool, str]:
    """Return whether ``note`` may be exported to ``target``, and if not, why.

    ``is_named``: the person named it on the command line, which stands for ``publish: true``.
    ``private: true`` and a line of ``.exportignore`` (``ignored_by``, from 1) win over everything.
    """
    if note.is_private:
        return False, "private: true"
    if ignored_by:
        return False, f"line {ignored_by} of {IGNORE_NAME} keeps it home"
    if is_named:
        return True, ""
    asked = note.meta.get("publish")
    if isinstance(asked, str):
        return False, f'publish: "{asked}" is text; write publish: true without quotes'
    if isinstance(note.publish, tuple):
        names = ", ".join(note.publish)
        return target in note.publish, "" if target in note.publish else f"only for {names}"
    return note.publish, "" if note.publish else "not marked publish: true"

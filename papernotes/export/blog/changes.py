"""What an export does to one file and to one post, told for people: reasons and diffs."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.reports.writing import PostState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from papernotes.export.blog.ledger import Ledger
    from papernotes.export.post import LateFile, OutFile

MISSING = ""
NO_FILES = ("behind a symbolic link", "not a readable file")
"""What a look at the blog answers for what is no file to be replaced."""

_ORDER = ("blocked", "changed", "new", "removed")
_MOST = 2_000_000  # bytes of a text whose difference is worth showing


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as an export wants it; of one that is as it was made before, the digest is enough.

    ``token`` is that of a :class:`~papernotes.export.post.LateFile`.
    """

    path: str
    digest: str
    data: bytes | None = None
    token: str = ""

    @classmethod
    def of(cls, file: OutFile | LateFile) -> Wanted:
        """Return what a target made."""
        return cls(file.path, files.digest(file.data), file.data, getattr(file, "token", ""))


@dataclass(frozen=True, slots=True)
class Action:
    """One file of a plan: its present digest, what is to become of it, and its new bytes.

    ``wanted`` is the digest of these; ``is_lacking`` says that they are still to be made. A file
    that is about several posts has no ``ref``.
    """

    path: str
    outcome: str
    ref: str
    present: str = MISSING
    data: bytes = b""
    message: str = ""
    wanted: str = MISSING
    is_lacking: bool = False

    @property
    def is_change(self) -> bool:
        """Whether applying it touches the disk."""
        return self.outcome in {"new", "changed", "removed"}

    @property
    def is_write(self) -> bool:
        """Whether applying it writes bytes."""
        return self.outcome in {"new", "changed"}


def posts_of(
    actions: Iterable[Action],
    before: Ledger,
    after: Ledger,
    reasons: Mapping[str, tuple[str, ...]],
    refused: Mapping[str, str],
) -> tuple[PostState, ...]:
    """Return how it stands with each post, by ref: the outcomes of its files as one.

    A post of which some files are new or gone and others stay has changed. ``reasons`` say more,
    ``refused`` why notes that ask to be published are not.
    """
    found: dict[str, list[Action]] = {}
    for action in actions:
        if action.ref:
            found.setdefault(action.ref, []).append(action)
    states = []
    for ref, own in sorted(found.items()):
        outcomes = {action.outcome for action in own}
        is_mixed = len(outcomes) > 1 and "blocked" not in outcomes
        outcome = "changed" if is_mixed else min(outcomes, key=_rank)
        entry = after.entries.get(ref) or before.entries.get(ref)
        said = dict.fromkeys(action.message for action in own if action.message)
        why = (*reasons.get(ref, ()), *said) if outcome != "unchanged" else ()
        states.append(PostState(ref, outcome, entry.placement.url if entry else "", why))
    states += (
        PostState(ref, "blocked", "", (why,)) for ref, why in refused.items() if ref not in found
    )
    return tuple(sorted(states, key=lambda state: state.ref))


def _rank(outcome: str) -> int:
    return _ORDER.index(outcome) if outcome in _ORDER else len(_ORDER)


def diff(blog: Path, action: Action) -> str:
    """Return a unified diff of what an action changes, of what is no text the sizes."""
    old = b""
    if action.present != MISSING:
        try:
            old = files.read(blog / action.path, limit=200_000_000)
        except PapernotesError:
            return ""
    new = action.data
    before, after = _lines(old), _lines(new)
    if before is None or after is None:
        return f"binary: {len(old):,} to {len(new):,} bytes\n"
    old_name, new_name = (action.path if data else "/dev/null" for data in (old, new))
    lines = difflib.unified_diff(before, after, old_name, new_name, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _lines(data: bytes) -> list[str] | None:
    if b"\0" in data or len(data) > _MOST:
        return None
    try:
        return data.decode().splitlines()
    except UnicodeDecodeError:
        return None

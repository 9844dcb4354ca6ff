"""A blog in memory, to be looked at and never written: what a preview shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from papernotes.export.blog.changes import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.export.blog.ledger import Ledger
    from papernotes.export.blog.manifest import Plan


@dataclass(frozen=True, slots=True)
class Held:
    """The files of a blog by path, and by path their digests.

    ``ledger`` is that of the blog on disk: a preview has its slugs, dates and URLs. The files in
    memory count as those of an export that was not finished, so that all of them are ours.
    """

    ledger: Ledger
    files: Mapping[str, bytes] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    seen: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def __call__(self, path: str) -> str:
        """Return the digest of the file at ``path``, or :data:`MISSING`."""
        return self.digests.get(path, MISSING)

    @property
    def unfinished(self) -> Ledger:
        """The ledger a plan starts from."""
        return replace(self.ledger, pending=self.digests)


def held_after(held: Held, plan: Plan) -> Held:
    """Return the blog with what the plan says: all its files, and no other."""
    files: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    for action in plan.actions:
        if action.is_write or action.outcome == "unchanged":
            files[action.path] = action.data if action.is_write else held.files[action.path]
            digests[action.path] = action.wanted
    return replace(held, files=files, digests=digests)

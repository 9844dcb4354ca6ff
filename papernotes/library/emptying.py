"""What is in the trash, deleted for good: when asked, and only what restore could bring back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import trash
from papernotes.errors import ConflictError
from papernotes.reports.changing import EmptyReport
from papernotes.sync import look

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.library.upkeep import Upkeep


def empty(
    upkeep: Upkeep, *, is_dry_run: bool, agree: Callable[[EmptyReport], bool] | None
) -> EmptyReport:
    """Do what :meth:`papernotes.library.Library.empty_trash` says."""
    shown = None
    if is_dry_run or agree is not None:
        shown = _plan(upkeep)
        if is_dry_run or (agree is not None and not agree(shown)):
            return shown
    with upkeep.locked():
        planned = _plan(upkeep)
        if shown not in (None, planned):
            raise ConflictError(
                "the trash changed since the plan was made; nothing was deleted",
                hint="run it again",
            )
        for removal in planned.results:
            trash.destroy(upkeep.root, removal, look.FOLDERS)
    return replace(planned, is_dry_run=False)


def _plan(upkeep: Upkeep) -> EmptyReport:
    removals, problems = trash.read_trash(upkeep.root, look.FOLDERS)
    return EmptyReport(
        tuple(removals),
        files=sum(len(each.files) for each in removals),
        bytes=sum(trash.size(upkeep.root, each) for each in removals),
        is_dry_run=True,
        problems=tuple(problems),
    )

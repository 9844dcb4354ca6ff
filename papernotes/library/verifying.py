"""Building a blog as it would be, and comparing its pages with its posts."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import UsageError

if TYPE_CHECKING:
    from papernotes.export import Plan
    from papernotes.reports.writing import ExportReport


_DEAD = "verify-dead"  # an address that leads nowhere is mostly the author's own: only said


def built(made: Plan) -> ExportReport:
    """Return what a build of the blog with the plan's files says, as a report of the plan.

    Nothing is written to the blog. Raises UsageError where the program that builds it, or what
    compares pages, is not installed, and FileError.
    """
    try:
        from papernotes.export.verify.building import build
    except ModuleNotFoundError as error:
        raise UsageError(
            f"comparing pages with posts needs {error.name}, which is not installed",
            hint='install what it needs with: pip install "papernotes[html]"',
        ) from error
    checkable = made.checkable
    assert checkable is not None, "only a plan that verifies is built"
    owned = {path: None for entry in made.after.entries.values() for path in entry.files}
    owned |= dict.fromkeys(made.after.shared)
    written = {action.path: action.data for action in made.actions if action.is_write}
    found = build(
        made.target,
        made.blog,
        {
            path: written[path] if path in written else files.read(made.blog / path)
            for path in owned
        },
        checkable.posts,
        checkable.site,
    )
    return replace(
        made.report(),
        problems=(*made.problems, *found.problems),
        is_sound=all(problem.code == _DEAD for problem in found.problems),
        built_by=found.version or found.program,
        compared=dict(found.compared),
    )

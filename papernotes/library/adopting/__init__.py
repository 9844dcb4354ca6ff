"""The trip of a blog's posts into the library: files of the blog → notes, images → sync → ledger.

Decided first, as values (:mod:`planning`); then each note is written with its images, both or
neither, and what the blog holds of it goes into the ledger that exports keep there, so that the
next export may put its own files in the place of just these.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import export, files
from papernotes.errors import PapernotesError
from papernotes.export.blog.ledger import LEDGER_NAME, Entry, Ledger, render_ledger
from papernotes.library.adopting.locating import locate
from papernotes.library.adopting.planning import plan
from papernotes.models import Problem
from papernotes.reports.adopting import AdoptReport

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from papernotes.library.adopting.planning import Taken
    from papernotes.library.upkeep import Upkeep


def adopt(upkeep: Upkeep, directory: Path, *, today: date, is_dry_run: bool) -> AdoptReport:
    """Make a note of each post of a blog that no note is yet.

    Raises UsageError for a folder that holds no posts, FormatError for settings of the blog that
    cannot be read, LockedError, and FileError for a note that cannot be written.
    """
    place = locate(directory, upkeep.root)
    upkeep.refresh()
    taken, problems = plan(upkeep, place, today=today)
    report = AdoptReport(
        place.kind, str(place.blog), tuple(each.report for each in taken), problems, is_dry_run
    )
    new = [each for each in taken if each.note]
    if is_dry_run or not new:
        return report
    written: list[str] = []
    with upkeep.locked():
        try:
            for each in new:
                files.commit(upkeep.root, _files(place.blog, each), journal=upkeep.journal)
                written.append(each.note)
        finally:
            if written:
                upkeep.sync_written(written)
    said = _enter(place.blog, place.kind, new)
    return replace(report, problems=(*problems, *said))


def _files(blog: Path, taken: Taken) -> dict[str, bytes]:
    images = {path: files.read(blog / source) for source, path in taken.images}
    return {**images, taken.note: taken.text.encode()}


def _enter(blog: Path, kind: str, taken: Iterable[Taken]) -> tuple[Problem, ...]:
    """Put what stands in the blog for each note into its ledger; what cannot be is a problem."""
    path = blog / LEDGER_NAME
    try:
        ledger = export.read_ledger(blog, kind)
        entries = dict(ledger.entries)
        for each in taken:
            if each.placement is not None:
                digest = files.digest(files.read(blog / each.post))
                entries[each.report.ref] = Entry(each.placement, {each.post: digest})
        ordered = {ref: entries[ref] for ref in sorted(entries)}
        after = Ledger(ledger.target, ordered, ledger.pending, ledger.shared)
        files.write_if_changed(path, render_ledger(after))
    except PapernotesError as error:
        message = f"the next export will not replace the posts that stand there: {error}"
        return (Problem("ledger", str(path), message),)
    return ()

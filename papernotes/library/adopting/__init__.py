"""The trip of a blog's posts into the library: files of the blog → notes, images → sync → ledger.

Decided first, as values (:mod:`planning`); then each note is written after its images, and what
the blog holds of it goes into the ledger that exports keep there, so that the next export may put
its own files in the place of just these. What an interrupted run left out of the ledger the next
one enters, as long as nobody has changed the note.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import export, files
from papernotes.errors import PapernotesError
from papernotes.export.blog.ledger import LEDGER_NAME, Entry, Ledger, render_ledger
from papernotes.library.adopting.locating import locate
from papernotes.library.adopting.planning import plan
from papernotes.library.withholding import read_text
from papernotes.models import Problem
from papernotes.reports.adopting import AdoptReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from papernotes.library.adopting.locating import Place
    from papernotes.library.adopting.planning import Taken
    from papernotes.library.upkeep import Upkeep

_KNOWN = "known"


def adopt(upkeep: Upkeep, directory: Path, *, today: date, is_dry_run: bool) -> AdoptReport:
    """Make a note of each post of a blog that no note is yet.

    A note that cannot be written is a problem of the report. Raises UsageError for a folder that
    holds no posts, FormatError for settings of the blog or a ledger that cannot be read, and
    LockedError.
    """
    place = locate(directory, upkeep.root)
    if is_dry_run:
        upkeep.refresh()
        return _planned(upkeep, place, today)[0]
    with upkeep.locked():
        upkeep.refresh()
        report, taken = _planned(upkeep, place, today)
        failed: dict[str, Problem] = {}
        try:
            for number, each in enumerate(taken, 1):
                if upkeep.progress is not None:
                    upkeep.progress("writing notes", number, len(taken))
                if each.report.outcome != _KNOWN and (problem := _write(upkeep, place.blog, each)):
                    failed[each.post] = problem
        finally:
            there = [each for each in taken if each.post not in failed]
            new = [each.note for each in there if each.report.outcome != _KNOWN]
            if new:
                upkeep.sync_written(path for path in new if (upkeep.root / path).is_file())
            said = tuple(_enter(place, _as_adopted(upkeep.root, there)))
    return replace(
        report,
        is_dry_run=False,
        posts=tuple(each for each in report.posts if each.path not in failed),
        problems=(*report.problems, *failed.values(), *said),
    )


def _planned(upkeep: Upkeep, place: Place, today: date) -> tuple[AdoptReport, list[Taken]]:
    entries = export.read_ledger(place.blog, place.kind).entries
    stale = [ref for ref in entries if not (upkeep.root / f"notes/{ref}.md").is_file()]
    taken, problems = plan(upkeep, place, today=today, reserved=stale)
    posts = tuple(each.report for each in taken)
    report = AdoptReport(
        place.kind, str(place.blog), posts, (*place.left, *problems), is_dry_run=True
    )
    return report, taken


def _write(upkeep: Upkeep, blog: Path, taken: Taken) -> Problem | None:
    """Write a note after its images: one that is there shows them, whatever stopped us.

    So they go again only where no note is or comes, from the journal of a disk that refused.
    """
    written: list[Path] = []
    try:
        for source, path in taken.images:
            files.refuse_links(upkeep.root, path)
            place = upkeep.root / path
            if not place.exists():
                files.make_folder(place.parent)
                files.write_new(place, files.read(blog / source))
                written.append(place)
        files.commit(upkeep.root, {taken.note: taken.text.encode()}, journal=upkeep.journal)
    except PapernotesError as error:
        if not (upkeep.journal.exists() or (upkeep.root / taken.note).exists()):
            with contextlib.suppress(PapernotesError):
                for place in written:
                    files.remove(place)
        return Problem("post", taken.post, f"could not be adopted: {error}")
    return None


def _as_adopted(root: Path, taken: Iterable[Taken]) -> Iterator[Taken]:
    """Yield those whose notes hold just what adopting writes, and whose pages can be exported."""
    for each in taken:
        if each.placement is not None and read_text(root, each.note) == each.text:
            yield each


def _enter(place: Place, taken: Iterable[Taken]) -> Iterator[Problem]:
    """Put what stands in the blog for each note into its ledger; what cannot be is a problem."""
    path = place.blog / LEDGER_NAME
    try:
        ledger = export.read_ledger(place.blog, place.kind)
        entries = dict(ledger.entries)
        for each in taken:
            if each.placement is not None and each.report.ref not in entries:
                digest = files.digest(files.read(place.blog / each.post))
                entries[each.report.ref] = Entry(each.placement, {each.post: digest})
        if entries != ledger.entries:
            for left in files.leftovers(place.blog):
                files.remove(left)
            ordered = {ref: entries[ref] for ref in sorted(entries)}
            after = Ledger(ledger.target, ordered, ledger.pending, ledger.shared)
            files.write_if_changed(path, render_ledger(after))
    except PapernotesError as error:
        message = f"the next export will not replace the posts that stand there: {error}"
        yield Problem("ledger", str(path), message)

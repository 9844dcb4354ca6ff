"""The second half of doctor: findings → a plan of texts → the files, and what is left then."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.doctor.derived import installation
from papernotes.files import Edit
from papernotes.reports.checking import DoctorReport, FixedLine
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from papernotes.library.upkeep import Upkeep
    from papernotes.reports.checking import Finding

_NEWLINE = re.compile(r"\r\n|\r|\n")
_INDEX = FixedLine("index/", None, "", "made anew from your files")


def attend(
    upkeep: Upkeep,
    examine: Callable[[], tuple[Finding, ...]],
    *,
    wants_fix: bool,
    is_dry_run: bool,
    agree: Callable[[DoctorReport], bool] | None,
) -> DoctorReport:
    """Examine, and if that is wanted and agreed to mend what can be mended and examine again."""
    findings = examine()
    papers, notes = upkeep.store().counts()
    report = DoctorReport(findings, (), False, papers, notes, installation())
    if not wants_fix:
        return report
    plan = make_plan(upkeep.root, findings)
    shown = replace(report, fixes=plan.fixes, is_dry_run=True)
    if plan.is_empty:
        return replace(report, is_dry_run=is_dry_run)
    if is_dry_run or (agree is not None and not agree(shown)):
        return shown
    carry_out(upkeep, plan)
    return replace(shown, findings=examine(), is_dry_run=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What mends findings: the files as they are and will be, and whether index/ is made anew."""

    edits: tuple[Edit, ...] = ()
    fixes: tuple[FixedLine, ...] = ()
    is_of_index: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be mended."""
        return not (self.edits or self.is_of_index)


def make_plan(root: Path, findings: Sequence[Finding]) -> Plan:
    """Return what mends those findings that can be. Raises FileError, FormatError."""
    edits: list[Edit] = []
    fixes: list[FixedLine] = []
    wanted = sorted((each for each in findings if each.splices), key=attrgetter("path"))
    for path, group in groupby(wanted, key=attrgetter("path")):
        before = files.read(root / path)
        text = before.decode()
        after = splice(text, _apart(part for each in group for part in each.splices))
        edits.append(Edit(path, before, after.encode()))
        fixes += _lines(path, text, after)
    is_of_index = any(each.is_of_index for each in findings)
    return Plan(tuple(edits), (*fixes, *([_INDEX] * is_of_index)), is_of_index)


def _apart(splices: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield those that do not overlap one before them."""
    last = -1
    for start, end, new in sorted(set(splices)):
        if start >= last:
            yield start, end, new
            last = max(end, start + (start == end))


def _lines(path: str, before: str, after: str) -> Iterator[FixedLine]:
    pairs = zip(_NEWLINE.split(before), _NEWLINE.split(after), strict=False)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            yield FixedLine(path, number, old, new)


def carry_out(upkeep: Upkeep, plan: Plan) -> None:
    """Change the files as one, sync just these, and make index/ anew where that is wanted.

    Raises ConflictError, and changes nothing, where a file was changed since the plan was made;
    LockedError, FileError.
    """
    with upkeep.locked():
        if plan.edits:
            files.change(upkeep.root, plan.edits, journal=upkeep.journal, progress=upkeep.progress)
            upkeep.sync_written([edit.path for edit in plan.edits])
    if plan.is_of_index:
        upkeep.discard()
        upkeep.sync()

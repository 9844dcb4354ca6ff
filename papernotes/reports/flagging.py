"""What publish answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Problem
    from papernotes.reports.writing import ExportReport


@dataclass(frozen=True, slots=True)
class Flagged:
    """What becomes of the front matter of one note that is to be published, or no more.

    ``outcome`` is ``changed`` or ``same``; ``before`` and ``after`` are what ``publish`` says
    (empty: nothing), ``description`` what the note says of itself then.
    """

    ref: str
    path: str
    title: str
    outcome: str
    before: str = ""
    after: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The notes, in order, what the export did or would do, and advice on the notes.

    Where notes are no longer to be published nothing is exported: ``leaving`` are the files of
    the blog that the next export removes.
    """

    notes: tuple[Flagged, ...]
    export: ExportReport | None = None
    leaving: tuple[str, ...] = ()
    advice: tuple[Problem, ...] = ()
    is_dry_run: bool = False

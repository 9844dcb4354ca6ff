"""What the verbs that change or fetch something answer with: every thing asked, accounted for.

Apart from :mod:`papernotes.models`, since list and search, which must start quickly, need none.
"""

from papernotes.reports.changing import (
    Marked,
    MarkReport,
    Removed,
    RemoveReport,
    Renamed,
    RenamedFile,
    RenameReport,
    Trashed,
    TrashReport,
)
from papernotes.reports.checking import DoctorReport, Finding, FixedLine
from papernotes.reports.connecting import (
    Linked,
    LinksReport,
    Mention,
    MentionReport,
    NextReport,
    Related,
    RelatedReport,
    Suggestion,
    TagCount,
    TagReport,
    Wanted,
)
from papernotes.reports.gathering import (
    Added,
    AddReport,
    Change,
    FindReport,
    Found,
    PdfReport,
    PdfResult,
    Updated,
    UpdateReport,
)
from papernotes.reports.writing import BibReport, Exported, ExportReport, MissingKey

__all__ = [
    "AddReport",
    "Added",
    "BibReport",
    "Change",
    "DoctorReport",
    "ExportReport",
    "Exported",
    "FindReport",
    "Finding",
    "FixedLine",
    "Found",
    "Linked",
    "LinksReport",
    "MarkReport",
    "Marked",
    "Mention",
    "MentionReport",
    "MissingKey",
    "NextReport",
    "PdfReport",
    "PdfResult",
    "Related",
    "RelatedReport",
    "RemoveReport",
    "Removed",
    "RenameReport",
    "Renamed",
    "RenamedFile",
    "Suggestion",
    "TagCount",
    "TagReport",
    "TrashReport",
    "Trashed",
    "UpdateReport",
    "Updated",
    "Wanted",
]

"""What the verbs that change or fetch something answer with: every thing asked, accounted for.

Apart from :mod:`papernotes.models`, since list and search, which must start quickly, need none.
"""

from papernotes.reports.changing import Renamed, RenamedFile, RenameReport
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
    "ExportReport",
    "Exported",
    "FindReport",
    "Found",
    "MissingKey",
    "PdfReport",
    "PdfResult",
    "RenameReport",
    "Renamed",
    "RenamedFile",
    "UpdateReport",
    "Updated",
]

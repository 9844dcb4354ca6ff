"""An entry without the file it stood in: its parents and its relative paths resolved."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from papernotes.attachments import FIELDS, move_pdfs
from papernotes.library.viewing import is_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.bib import RawEntry


def stand_alone(entry: RawEntry, folder: Path | None) -> RawEntry:
    """Return an entry without what only means something in its file, which stood in ``folder``.

    PDFs that are there get their whole path; what is not there stays named as it was.
    """
    fields = {
        name: value
        for name, value in entry.fields.items()
        if not (entry.has_parents and name in {"crossref", "xdata"})
    }
    if folder is not None:
        for name in fields.keys() & set(FIELDS):
            fields[name] = move_pdfs(name, fields[name], partial(_find_pdf, folder))
    return replace(entry, fields=fields)


def _find_pdf(folder: Path, path: str) -> str | None:
    place = folder / path
    return os.path.normpath(place) if place.is_relative_to(folder) and is_pdf(place) else None

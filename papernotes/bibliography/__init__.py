"""A bibliography to give away: what documents cite, and entries in BibTeX, biblatex, CSL or RIS.

``fields`` says what stays out; ``dialects`` turns an entry into BibTeX's or biblatex's words,
``csl`` into an item of CSL-JSON (``titles``, ``dates``) and ``ris`` that into a record;
``rendering`` puts them together. ``cited`` reads which keys documents cite (``tex`` and ``prose``
find them) as ``citations``; it is imported by its name, for most bibliographies are of no document.
Entries are those of papernotes.bib as they stand in their files, never our own form of them.
"""

from __future__ import annotations

from papernotes.bibliography.citations import Citations, Cited
from papernotes.bibliography.fields import check_wanted
from papernotes.bibliography.rendering import (
    FORMATS,
    Bibliography,
    Source,
    make_items,
    parse_bibliography,
    render,
)

__all__ = [
    "FORMATS",
    "Bibliography",
    "Citations",
    "Cited",
    "Source",
    "check_wanted",
    "make_items",
    "parse_bibliography",
    "render",
]

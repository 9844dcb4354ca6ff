"""A bibliography to give away: what documents cite, and entries in BibTeX, biblatex, CSL or RIS.

``cited`` reads which keys documents cite (``tex`` and ``prose`` find them); ``fields`` says what
stays out; ``dialects`` turns an entry into BibTeX's or biblatex's words, ``csl`` into an item of
CSL-JSON (``titles``, ``dates``) and ``ris`` that into a record; ``rendering`` puts them together.
Entries are those of papernotes.bib as they stand in their files, never our own form of them.
"""

from __future__ import annotations

from papernotes.bibliography.cited import STANDARD_INPUT, Citations, Cited, read_citations
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
    "STANDARD_INPUT",
    "Bibliography",
    "Citations",
    "Cited",
    "Source",
    "check_wanted",
    "make_items",
    "parse_bibliography",
    "read_citations",
    "render",
]

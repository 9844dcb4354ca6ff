"""BibTeX text ⇄ Paper. The only package that knows bibtexparser, and only its blocks.py does.

``parse`` reads whole files and never writes; ``render`` writes one entry, reads it back and
compares before it gives it away; ``render_reported`` also tells what it had to leave out
(``bib-cut``, ``bib-unwritable``); ``parse_entries`` and ``render_entry`` do the same with the
fields as they stand, for what is copied and not understood; ``edit_entry`` changes fields of an
entry where they stand and leaves all else as it is. Codes of the problems of reading:
``bib-syntax`` (a block that cannot be read), ``bib-no-key``, ``bib-duplicate-key``,
``bib-duplicate-field``, ``bib-missing-comma``, ``bib-undefined-string``, ``bib-crossref`` (a
parent that is not in the file), ``bib-long-field`` and ``bib-encoding``.
"""

from __future__ import annotations

from papernotes.bib.blocks import RawEntry, parse_entries
from papernotes.bib.reading import decode, make_paper, parse, parse_bytes
from papernotes.bib.splicing import edit_entry
from papernotes.bib.writing import render, render_entry, render_reported

__all__ = [
    "RawEntry",
    "decode",
    "edit_entry",
    "make_paper",
    "parse",
    "parse_bytes",
    "parse_entries",
    "render",
    "render_entry",
    "render_reported",
]

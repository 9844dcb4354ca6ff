"""BibTeX text ⇄ Paper. The only package that knows bibtexparser, and only its blocks.py does.

``parse`` reads whole files and never writes; ``render`` writes one entry, reads it back and
compares before it gives it away; ``render_reported`` also tells what it had to leave out
(``bib-cut``, ``bib-unwritable``); ``parse_entries`` and ``render_entry`` do the same with the
fields as they stand, for what is copied and not understood; ``edit_entry`` changes fields of an
entry where they stand and leaves all else as it is, ``edit_entries`` those of many at once;
``rename_keys`` changes their keys.

Codes of the problems of reading: ``bib-syntax`` (a block that cannot be read), ``bib-no-key``,
``bib-duplicate-key``, ``bib-duplicate-field``, ``bib-missing-comma``, ``bib-undefined-string``,
``bib-crossref`` (a parent that is not in the file), ``bib-long-field`` and ``bib-encoding``.
"""

from __future__ import annotations

from papernotes.bib.blocks import parse_entries
from papernotes.bib.decoding import decode
from papernotes.bib.entries import RawEntry
from papernotes.bib.reading import make_paper, parse, parse_bytes
from papernotes.bib.renaming import rename_keys
from papernotes.bib.splicing import edit_entries, edit_entry
from papernotes.bib.writing import is_citekey, render, render_entry, render_reported

__all__ = [
    "RawEntry",
    "decode",
    "edit_entries",
    "edit_entry",
    "is_citekey",
    "make_paper",
    "parse",
    "parse_bytes",
    "parse_entries",
    "rename_keys",
    "render",
    "render_entry",
    "render_reported",
]

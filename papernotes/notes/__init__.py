"""Note text ⇄ Note: reads front matter and body, writes new notes. No I/O.

``front_matter`` finds and reads the YAML with limits, ``reading`` makes a Note of it,
``rendering`` writes new ones, ``splicing`` sets keys of a front matter in place. No reader here
raises on what a file holds: what is wrong comes back as Problems, and the note is read as far as
it can be.
"""

from __future__ import annotations

from papernotes.notes.front_matter import FrontMatter, split
from papernotes.notes.highlights import add_highlights
from papernotes.notes.reading import Reading, parse, read
from papernotes.notes.rendering import KINDS, author_names, render_free_note, render_paper_note
from papernotes.notes.splicing import edit_front_matter

__all__ = [
    "KINDS",
    "FrontMatter",
    "Reading",
    "add_highlights",
    "author_names",
    "edit_front_matter",
    "parse",
    "read",
    "render_free_note",
    "render_paper_note",
    "split",
]

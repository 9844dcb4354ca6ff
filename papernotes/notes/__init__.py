"""Note text ⇄ Note: reads front matter and body, writes new notes. No I/O.

``front_matter`` finds and reads the YAML with limits, ``reading`` makes a Note of it,
``rendering`` writes new ones. Nothing here raises on what a file holds: what is wrong comes back
as Problems, and the note is read as far as it can be.
"""

from __future__ import annotations

from papernotes.notes.front_matter import FrontMatter, split
from papernotes.notes.reading import Reading, parse, read
from papernotes.notes.rendering import KINDS, render_free_note, render_paper_note

__all__ = [
    "KINDS",
    "FrontMatter",
    "Reading",
    "parse",
    "read",
    "render_free_note",
    "render_paper_note",
    "split",
]

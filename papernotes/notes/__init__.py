"""Note text ⇄ Note: reads front matter and body, writes new notes. No I/O.

``front_matter`` finds and reads the YAML with limits, ``reading`` makes a Note of it;
``splicing`` sets keys of a front matter in place, ``tagging`` its tags. No reader of notes raises
on what a file holds: what is wrong comes back as Problems, and the note is read as far as it can
be. ``starting`` writes new notes from ``templates`` or the ``outlines`` of the kinds, with what
``rendering`` makes of values; it is imported by its name, for most who read notes begin none.
"""

from __future__ import annotations

from papernotes.notes.decoding import decode
from papernotes.notes.front_matter import FrontMatter, split
from papernotes.notes.highlights import add_highlights
from papernotes.notes.outlines import KINDS
from papernotes.notes.reading import Reading, parse, read, read_body, read_head, with_tags
from papernotes.notes.rendering import author_names
from papernotes.notes.splicing import edit_front_matter
from papernotes.notes.tagging import edit_tags, tag_key

__all__ = [
    "KINDS",
    "FrontMatter",
    "Reading",
    "add_highlights",
    "author_names",
    "decode",
    "edit_front_matter",
    "edit_tags",
    "parse",
    "read",
    "read_body",
    "read_head",
    "split",
    "tag_key",
    "with_tags",
]

"""Chosen notes → posts of a blog.

:func:`plan` reads the notes and the present state of the blog and returns a :class:`Plan`, a
value that says for every file what would become of it; :func:`apply` does that. A target is one
small file with a pure ``render``.
"""

from __future__ import annotations

from papernotes.export.blog.applying import apply
from papernotes.export.blog.finding import locate, read_ledger, target_of
from papernotes.export.blog.held import Held, held_after
from papernotes.export.blog.ledger import Ledger
from papernotes.export.blog.manifest import Plan
from papernotes.export.memory import Memory, parse_memory, render_memory
from papernotes.export.planning import Verify, plan, program
from papernotes.export.post import Settings
from papernotes.export.source import Source, publishable, untold
from papernotes.export.targets import find_target

__all__ = [
    "Held",
    "Ledger",
    "Memory",
    "Plan",
    "Settings",
    "Source",
    "Verify",
    "apply",
    "find_target",
    "held_after",
    "locate",
    "parse_memory",
    "plan",
    "program",
    "publishable",
    "read_ledger",
    "render_memory",
    "target_of",
    "untold",
]

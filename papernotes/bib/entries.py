"""One entry of a .bib file, its fields evaluated and not yet understood."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class RawEntry:
    """One entry: ``fields`` are evaluated, names in lower case, LaTeX as it stands.

    What it inherits from its ``crossref`` and ``xdata`` is among the fields; ``has_parents`` says
    that all of these were there. ``key`` is empty where the file gives none.
    """

    entry_type: str
    key: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    has_parents: bool = True

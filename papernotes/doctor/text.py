"""The text of a note as the checks see it: parsed when one of them asks, and once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.markdown.lines import Lines
from papernotes.notes.front_matter import Content, FrontMatter, read_yaml, split
from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from papernotes.markdown import Document


@dataclass(frozen=True)
class NoteText:
    """A note at ``path`` of the library that holds ``text``, offsets counting from its start."""

    path: str
    text: str

    @cached_property
    def parts(self) -> FrontMatter:
        """Where the front matter stands."""
        return split(self.text)

    @cached_property
    def content(self) -> Content:
        """What the front matter says."""
        return read_yaml(self.parts.text) if self.parts.is_present else Content()

    @cached_property
    def document(self) -> Document:
        """What stands in the body."""
        start, line = self.parts.body_start, self.parts.body_line
        return markdown.parse(self.text, start=start, line=line)

    def line_at(self, offset: int) -> int:
        """Return the number of the line that holds ``offset``, as people count."""
        return self._lines.number(offset)

    def line(self, number: int) -> str:
        """Return the text of a line, without its end; nothing for one that is not there."""
        lines = self._lines
        if not 0 < number <= len(lines.ends):
            return ""
        return self.text[lines.starts[number - 1] : lines.ends[number - 1]]

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text, 0, 1)

    def found(
        self,
        code: str,
        message: str,
        *,
        at: int | None = None,
        line: int | None = None,
        is_hint: bool = False,
        splices: tuple[tuple[int, int, str], ...] = (),
    ) -> Finding:
        """Return a finding of this note, at an offset or a line."""
        where = line if at is None else self.line_at(at)
        return Finding(code, self.path, message, where, is_hint, splices)

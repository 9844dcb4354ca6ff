"""What the verb that looks after a library answers with."""

from __future__ import annotations

from dataclasses import dataclass

from papernotes.models import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not in order, at a place, and what to do about it.

    ``path`` is relative to the library (``index/`` and ``installation`` stand for themselves).
    ``is_hint`` marks what may well be meant: it is said, but nothing is wrong with the library.
    ``splices`` are (start, end, new) in characters of the file's text: what puts it right;
    ``is_of_index`` marks what making index/ anew does.
    """

    code: str
    path: str
    message: str
    line: int | None = None
    is_hint: bool = False
    splices: tuple[tuple[int, int, str], ...] = ()
    is_of_index: bool = False

    @property
    def can_be_fixed(self) -> bool:
        """Whether it is known what to do, and one thing only."""
        return bool(self.splices) or self.is_of_index

    def problem(self) -> Problem:
        """Return it as a problem."""
        return Problem(self.code, self.path, self.message, self.line)


@dataclass(frozen=True, slots=True)
class FixedLine:
    """A line of a file as it is and as a fix makes it; ``line`` None is the file as a whole."""

    path: str
    line: int | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """Everything found, by path and line, or after a fix what is left of it.

    ``fixes`` are the lines that were changed, or after a dry run would be; they are empty where
    nobody asked for them. ``installation`` are (what, which version) of what runs here.
    """

    findings: tuple[Finding, ...]
    fixes: tuple[FixedLine, ...] = ()
    is_dry_run: bool = False
    papers: int = 0
    notes: int = 0
    installation: tuple[tuple[str, str], ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The findings that are no hints."""
        return tuple(each.problem() for each in self.findings if not each.is_hint)

"""What add, update, find and pdf answer with: every thing asked, accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Paper, Problem


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one thing asked of ``add``.

    ``outcome`` is ``added``, ``known``, ``filled`` (known, and told more by a .bib entry),
    ``unknown`` (arXiv has no such paper), ``malformed`` or ``failed``; ``asked`` is the text as it
    was given, or the citation key that an entry had.
    """

    asked: str
    outcome: str
    citekey: str | None = None
    title: str = ""
    message: str = ""
    hint: str = ""
    exit_status: int = 0
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddReport:
    """Every asked id or entry accounted for, in the order asked.

    ``unread`` is what is wrong in the .bib files that were imported.
    """

    results: tuple[Added, ...]
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()
    unread: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; an empty text is a field that is not there."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Updated:
    """What ``update`` found about one paper, and did or would do.

    ``outcome`` is ``changed``, ``current``, ``reported`` (its entry stands in a file that
    papernotes did not make: it says what it would change), ``unknown`` or ``failed``.
    ``is_withdrawn`` says that arXiv has it as withdrawn.
    """

    citekey: str
    outcome: str
    title: str = ""
    changes: tuple[Change, ...] = ()
    paths: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    exit_status: int = 0
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """Every paper asked about, in order of their keys; ``skipped`` have no arXiv id."""

    results: tuple[Updated, ...]
    skipped: tuple[str, ...] = ()
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of arXiv's search; ``citekey`` is the key it has in the library, if it has."""

    paper: Paper
    citekey: str | None = None


@dataclass(frozen=True, slots=True)
class FindReport:
    """One page of arXiv's answers to ``query`` (in arXiv's own language); ``total`` counts all.

    ``missing`` are ids that were asked for and that arXiv does not know.
    """

    query: str
    results: tuple[Found, ...]
    total: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfResult:
    """What became of one paper's PDF.

    ``outcome`` is ``fetched``, ``copied`` (from where its entry says), ``known`` (it was there),
    ``wanted`` (a dry run would fetch it), ``unavailable`` (withdrawn, or arXiv has none),
    ``unknown`` (nothing has that ref) or ``failed``. ``added`` counts annotations put into the
    note at ``note_path``.
    """

    citekey: str
    outcome: str
    path: str = ""
    pages: int | None = None
    added: int = 0
    note_path: str = ""
    message: str = ""
    hint: str = ""
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class PdfReport:
    """Every paper asked, in the order asked."""

    results: tuple[PdfResult, ...]
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()

"""What the verbs that change or fetch something answer with: every thing asked, accounted for.

Apart from :mod:`papernotes.models`, since list and search, which must start quickly, need none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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
class Exported:
    """What an export did, or would do, with one file below its folder.

    ``outcome`` is ``new``, ``changed``, ``unchanged``, ``removed`` or ``blocked`` (a file that is
    not ours, or that was edited by hand, stands there; ``message`` says which).
    """

    path: str
    outcome: str
    ref: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """All files of one export, sorted by path, and what a reader would miss (``warnings``)."""

    target: str
    directory: str
    files: tuple[Exported, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_dry_run: bool = False


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


@dataclass(frozen=True, slots=True)
class MissingKey:
    """A key that is cited and that no paper has; ``near`` is one that may be meant.

    ``path`` and ``line`` (from 1) are the first place; empty and 0 for a key that was asked for.
    """

    key: str
    path: str
    line: int
    near: str = ""


@dataclass(frozen=True, slots=True)
class BibReport:
    """A bibliography: its ``text``, the ``keys`` in it in order, and what is ``missing``.

    ``items`` are its entries as CSL-JSON, where these were asked for. With a ``path`` it is that
    of a file; ``outcome`` is then ``new``, ``changed`` or ``unchanged``, and ``added``,
    ``removed`` and ``changed`` are the keys by which the file differs from before.
    """

    text: str
    keys: tuple[str, ...]
    missing: tuple[MissingKey, ...] = ()
    items: tuple[Mapping[str, Any], ...] = ()
    path: str = ""
    outcome: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    """What became of one key of a paper, or of the name of one note.

    ``outcome`` is ``renamed``, ``kept`` (it is what it should be already), ``foreign`` (its entry
    stands in a file that papernotes did not make, or in several), ``stub`` (it is not completed,
    so nothing can be made of it yet) or ``failed``; ``message`` says why.
    """

    old: str
    new: str
    outcome: str
    message: str = ""
    hint: str = ""
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file that a renaming changes: the lines (from 1), and its new path where it gets one."""

    path: str
    new_path: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameReport:
    """Every key asked about, in order, and every file that is touched, by path.

    After a dry run, and for keys that are ``foreign``, ``files`` are those that would have to be.
    """

    results: tuple[Renamed, ...]
    files: tuple[RenamedFile, ...] = ()
    is_dry_run: bool = False
    problems: tuple[Problem, ...] = ()

"""What the verbs that look at a library from aside answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Problem


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the note ``ref`` that says a paper or note without a link.

    ``kind`` is ``title``, ``authors`` or ``arxiv``; ``words`` are what stands there. ``link`` is
    what it becomes when it is linked; where that is empty, ``reason`` says why it does not.
    """

    ref: str
    path: str
    line: int
    kind: str
    words: str
    sentence: str
    link: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MentionReport:
    """All mentions of ``ref``, by path and place; ``is_linked``: those with a link have it now."""

    ref: str
    title: str
    mentions: tuple[Mention, ...]
    is_linked: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, how many notes have it, and in ``total`` how many it or one below it."""

    tag: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class TagReport:
    """Tags, those that most notes have first."""

    tags: tuple[TagCount, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """A value and how many documents have it; None stands for having none.

    ``query`` finds just these, or, for an author, these and maybe namesakes. It is empty where no
    query can say it.
    """

    value: str | None
    count: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class TallyReport:
    """Documents counted by ``by``, a field of queries; most frequent first, years latest first.

    ``counts`` are the first of ``values`` rows, ``total`` is how many documents were counted.
    """

    by: str
    counts: tuple[Tally, ...]
    values: int
    total: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A paper or note to read now; ``reasons`` say why, the strongest first.

    ``by`` names the authors in short.
    """

    ref: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    path: str = ""
    status: str = "unread"
    priority: str = "normal"
    reasons: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class NextReport:
    """What to read now, the best first, of ``waiting`` that are unread or being read."""

    suggestions: tuple[Suggestion, ...]
    waiting: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A paper or note that is like another; the ``reasons`` are words, the weightiest first.

    ``kind`` is ``paper`` or the kind of a free note; scores compare within one answer only.
    """

    ref: str
    kind: str
    title: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelatedReport:
    """What is like ``ref``, best first."""

    ref: str
    title: str
    results: tuple[Related, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """One link in the note ``ref``, and what it leads to: the ref ``to``, or the path of a file.

    ``written`` is the whole link as it stands there, ``sentence`` what stands around it. ``fault``
    is empty, ``dangling`` (nothing is called that; ``near`` may be meant), ``missing file``,
    ``missing heading`` (there is no such heading or block in ``to``), ``outside`` (a path that
    leaves the library, which is never followed) or ``ambiguous``: then ``candidates`` are what to
    write to mean one of several, what it leads to now first.
    """

    ref: str
    title: str
    path: str
    line: int
    kind: str
    target: str
    heading: str
    written: str
    sentence: str
    to: str = ""
    to_title: str = ""
    fault: str = ""
    near: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that notes link to and that is not there; ``places`` are (path, line) of links."""

    target: str
    notes: int
    places: tuple[tuple[str, int], ...]
    near: str = ""


@dataclass(frozen=True, slots=True)
class LinksReport:
    """The links of ``ref``: out of its note, back to it, and those in its note that dangle.

    Of the whole library (``ref`` is None) only what is at fault: all that dangle, all that are
    ambiguous, and what they want, most wanted first.
    """

    ref: str | None
    title: str = ""
    out: tuple[Linked, ...] = ()
    back: tuple[Linked, ...] = ()
    dangling: tuple[Linked, ...] = ()
    ambiguous: tuple[Linked, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    problems: tuple[Problem, ...] = ()

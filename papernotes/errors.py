"""Every error papernotes raises on purpose.

Each class carries the exit status the command line ends with. A message says what happened and
to which id or file; ``hint`` says what to do next.

    PapernotesError                 1  something failed
    ├── LibraryNotFoundError        1  no papernotes.toml here or above
    ├── LeakError                   1  an export would say what is private
    ├── UsageError                  2  the request itself is wrong
    │   ├── ArxivIdError            2  not an arXiv id
    │   ├── QueryError              2  not a query; knows the column
    │   └── ConfigError             2  a setting that does not exist or cannot be
    ├── NotFoundError               3  nothing has that ref or id
    │   └── AmbiguousRefError       3  several have; knows the candidates
    ├── ConflictError               4  somebody else's change or lock is in the way
    │   └── LockedError             4
    ├── NetworkError                5  arXiv, or the way to it
    │   ├── ThrottledError          5  429 and its disguises; knows when to try again
    │   └── BadAnswerError          5  an answer that is not what was asked for
    ├── FormatError                 6  a file that cannot be read as what it should be
    └── StoreError                  7  store or index broken beyond self-repair
"""

from __future__ import annotations


class PapernotesError(Exception):
    """Root of all errors raised on purpose."""

    exit_status = 1
    default_hint = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = self.default_hint if hint is None else hint


class LibraryNotFoundError(PapernotesError):
    """No library here: no ``papernotes.toml`` in this folder or above it."""

    default_hint = "make one with: papernotes init"


class LeakError(PapernotesError):
    """Something private would leave with an export; ``places`` say where, and what it is."""

    default_hint = (
        "change the published note; what is harmless goes into papernotes.toml: "
        '[export] allow = ["the words"]'
    )

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__("nothing was exported, for this would leave: " + "; ".join(places))
        self.places = places


class UsageError(PapernotesError):
    """The request itself is wrong."""

    exit_status = 2


class ArxivIdError(UsageError):
    """The text is not an arXiv identifier."""

    default_hint = (
        "a good one looks like 1706.03762, 1706.03762v5, hep-th/9901001 "
        "or https://arxiv.org/abs/1706.03762"
    )


class QueryError(UsageError):
    """A query that cannot be understood; ``column`` (from 1) is where."""

    def __init__(self, message: str, *, column: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.column = column


class ConfigError(UsageError):
    """A setting that is unknown, of the wrong type or not allowed where it stands."""


class NotFoundError(PapernotesError):
    """No paper or note has that ref, or arXiv knows no such id."""

    exit_status = 3


class AmbiguousRefError(NotFoundError):
    """Several papers or notes fit; ``candidates`` are their refs, ``titles`` what they say."""

    def __init__(
        self, message: str, *, candidates: tuple[str, ...], titles: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, hint="one of: " + ", ".join(candidates))
        self.candidates = candidates
        self.titles = titles


class ConflictError(PapernotesError):
    """A file that is not ours, or that changed since it was read, is in the way."""

    exit_status = 4


class LockedError(ConflictError):
    """Another process is writing to the library and does not finish."""

    default_hint = "try again when it has finished"


class NetworkError(PapernotesError):
    """ArXiv could not be reached or did not answer in time."""

    exit_status = 5
    default_hint = "check the connection and try again; nothing was changed"


class ThrottledError(NetworkError):
    """ArXiv asks for a pause; ``retry_after_seconds`` is how long, where known."""

    def __init__(
        self, message: str, *, retry_after_seconds: float | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class BadAnswerError(NetworkError):
    """An answer that is not the Atom feed that was asked for."""


class FormatError(PapernotesError):
    """A file or text that cannot be read as what it should be; knows the line (from 1)."""

    exit_status = 6

    def __init__(self, message: str, *, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class StoreError(PapernotesError):
    """The store or the index is broken, foreign or newer, and could not be mended."""

    exit_status = 7

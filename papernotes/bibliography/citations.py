"""What documents cite, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.models import Problem


@dataclass(frozen=True, slots=True)
class Cited:
    """A key that documents cite, and the first place where: a file as it was named, and a line."""

    key: str
    path: str
    line: int
    is_sure: bool = True
    is_wiki: bool = False


@dataclass(frozen=True, slots=True)
class Citations:
    """All that documents cite, each key once, in order; ``is_all``: one of them cites everything.

    ``problems`` name files that a document takes in and that cannot be read.
    """

    cited: tuple[Cited, ...]
    is_all: bool = False
    problems: tuple[Problem, ...] = ()

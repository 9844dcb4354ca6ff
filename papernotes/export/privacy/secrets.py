"""What must not leave: unpublished notes, private fields of entries, paths of this computer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELDS = """
annotation annote bdsk-file-1 bdsk-url-1 comment file groups localfile note notes owner priority
ranking readstatus review rating timestamp usera userb userc userd usere userf
"""
PRIVATE_FIELDS = frozenset(_FIELDS.split())
"""Fields of BibTeX entries that people and their programs write for themselves."""


@dataclass(frozen=True, slots=True)
class Private:
    """A note that stays home: what it is called, what it is about, and all that its file says.

    ``names`` are its title, file name and aliases, ``marks`` its tags and the keys it cites;
    ``text`` reads its file.
    """

    ref: str
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    text: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Secrets:
    """All that is looked for in an export.

    ``fields`` are (citation key, name, value) of :data:`PRIVATE_FIELDS`; ``paths`` are folders of
    this computer, such as the home folder and that of the library.
    """

    notes: tuple[Private, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    paths: tuple[str, ...] = ()

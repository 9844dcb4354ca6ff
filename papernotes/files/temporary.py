"""The names of files that are there for a moment, beside the file they have to do with.

A killed writer leaves them. Most hold what was to be written and can go. One that was changing
places with a file may be what an editor saved last, so its name tells by digests which file that
was, what had been read of it and what was to come in its place.
"""

from __future__ import annotations

import os
import re
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from papernotes.files.reading import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMP_PREFIX = ".papernotes-"
TEMP_SUFFIX = ".tmp"
_NAME, _TEXT = 16, 32  # digits of a digest
_NOTHING = "0" * _TEXT
_LEAVING = re.compile(
    rf"\.papernotes-([0-9a-f]{{{_NAME}}})-([0-9a-f]{{{_TEXT}}})-([0-9a-f]{{{_TEXT}}})(\.\w{{1,8}})?\.tmp"
)


class Leaving(NamedTuple):
    """What the name of a file that was changing places tells: three digests, and an ending."""

    name: str
    before: str
    after: str
    ending: str

    @property
    def is_read(self) -> bool:
        """Whether what was in the place had been read; a file that is moved is not."""
        return self.before != _NOTHING

    def is_about(self, name: str) -> bool:
        """Whether that is the name of the file whose place it is about."""
        return _name_digest(name) == self.name


def temporary_name(path: Path) -> Path:
    """Return a name beside ``path`` that is nobody's; what is left there a sync removes."""
    return path.with_name(f"{TEMP_PREFIX}{os.urandom(8).hex()}{TEMP_SUFFIX}")


def leaving_name(path: Path, before: bytes | None, after: bytes | None) -> Path:
    """Return a name beside ``path`` for the moment in which a file changes places with it.

    ``before`` and ``after`` are what the two hold, None where that is not known or there is none.
    """
    texts = "-".join(_NOTHING if text is None else digest(text)[:_TEXT] for text in (before, after))
    ending = path.suffix if re.fullmatch(r"\.\w{1,8}", path.suffix, re.ASCII) else ""
    return path.with_name(f"{TEMP_PREFIX}{_name_digest(path.name)}-{texts}{ending}{TEMP_SUFFIX}")


def parse_leaving(name: str) -> Leaving | None:
    """Return what a name tells, None for one that is no :func:`leaving_name`."""
    found = _LEAVING.fullmatch(name)
    return None if found is None else Leaving(found[1], found[2], found[3], found[4] or "")


def names_beside(path: str) -> Iterator[str]:
    """Yield names for a text that cannot stand at ``path``, one after the other."""
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    for number in count(1):
        yield f"{folder}{slash}{stem}-kept-{number}{dot}{ending}"


def same_text(whole: str, told: str) -> bool:
    """Whether a digest is the one that a name tells."""
    return whole[:_TEXT] == told


def _name_digest(name: str) -> str:
    return digest(os.fsencode(name))[:_NAME]

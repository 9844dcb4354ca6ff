"""What a killed writer left beside your files: its own goes, what an editor saved comes back."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from papernotes.errors import FormatError
from papernotes.files.reading import FileError, digest_of, file_error
from papernotes.files.swapping import exchange
from papernotes.files.temporary import names_beside, parse_leaving, same_text
from papernotes.files.writing import flush_folder, name_for_good, remove

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from papernotes.files.temporary import Leaving


def clear(leftover: Path, names: Iterable[str] = ()) -> Path | None:
    """Remove a temporary file; return where it stands now if it is what an editor had saved.

    That goes back to its place, if nothing of anybody else stands there by now, or beside it.
    ``names`` are those of files that may have stood there. Raises FileError.
    """
    mark = parse_leaving(leftover.name)
    try:
        if mark is None or _is_ours(leftover, mark):
            remove(leftover)
            return None
        place = _give_back(leftover, mark, names)
        flush_folder(place.parent)
    except OSError as error:
        raise file_error(error, leftover) from error
    return place


def _is_ours(leftover: Path, mark: Leaving) -> bool:
    """Whether it holds what was read or was to come, or has another name; or is nobody's text."""
    found = leftover.lstat()
    if not stat.S_ISREG(found.st_mode):
        return True
    if not mark.is_read:
        return found.st_nlink > 1
    digest = digest_of(leftover)
    return same_text(digest, mark.before) or same_text(digest, mark.after)


def _give_back(leftover: Path, mark: Leaving, names: Iterable[str]) -> Path:
    known = (*(each.name for each in leftover.parent.iterdir()), *names)
    name = next(filter(mark.is_about, known), f"saved{mark.ending}")
    place = leftover.with_name(name)
    if not os.path.lexists(place):
        name_for_good(leftover, place)
    elif _holds(place, mark.after):
        if not exchange(leftover, place):
            leftover.replace(place)
    else:
        beside = map(leftover.with_name, names_beside(name))
        place = next(each for each in beside if not os.path.lexists(each))
        name_for_good(leftover, place)
    leftover.unlink(missing_ok=True)
    return place


def _holds(path: Path, text: str) -> bool:
    with contextlib.suppress(FileError, FormatError):
        return same_text(digest_of(path), text)
    return False

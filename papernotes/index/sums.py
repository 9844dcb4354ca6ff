"""Whether the files of a segment are what was written: a digest of each, in a file beside them.

Postings have no sum of their own, so of single bits that turn over in them most would never be
noticed. Nothing that searches reads this, since to digest all of an index takes a tenth of a second
for every hundred megabytes; ``doctor`` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from papernotes import files
from papernotes.errors import PapernotesError
from papernotes.index.storage import Storage, read_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = (".doc", ".has", ".pst", ".trm", ".voc")
_SUMS = ".sum"


def write_sums(storage: Storage, segment: Any) -> None:
    """Write down the digest of each file of a segment that is complete. Raises FileError."""
    with segment.create_file(storage, _SUMS) as file:
        file.write(_sums(storage, segment))


def _sums(storage: Storage, segment: Any) -> bytes:
    names = [segment.make_filename(ending) for ending in _ENDINGS]
    lines = [f"{files.digest_of(Path(storage.folder) / name)} {name}\n" for name in names]
    return "".join(lines).encode()


def iter_damaged(folder: Path) -> Iterator[str]:
    """Yield the segments, by name, whose files are not what was written or not there.

    Raises what Whoosh raises for a table of contents that cannot be read.
    """
    storage = Storage(folder)
    for segment in read_contents(storage).segments:
        try:
            is_whole = (folder / segment.make_filename(_SUMS)).read_bytes() == _sums(
                storage, segment
            )
        except (OSError, PapernotesError):
            is_whole = False
        if not is_whole:
            yield segment.segment_id()

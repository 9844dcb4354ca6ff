"""The process that makes segments of documents, started by :mod:`papernotes.index.crew`.

On stdin come slices of documents: the length in eight bytes, then a list of the fields of each as
marshal writes it. Each is answered by a line on stdout: empty when it was taken in, or the name
of a segment and the number of its documents when one was written, because it was full or because
the slice was empty, which asks for what there is. The end of stdin is the end.
"""

from __future__ import annotations

import gc
import marshal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papernotes.index.drafts import Draft
from papernotes.index.postings import Document
from papernotes.index.storage import Storage

if TYPE_CHECKING:
    from typing import BinaryIO

LENGTH = 8
"""Bytes of the number before a slice."""


def main(folder: str, most_postings: str) -> None:
    """Answer until stdin ends: write segments of so many postings into ``folder``."""
    gc.set_threshold(50_000, 20, 50)  # as the command line does
    storage, draft = Storage(Path(folder)), Draft()
    while (rows := _receive(sys.stdin.buffer)) is not None:
        for row in rows:
            draft.add(Document(*row))
        answer = ""
        if draft.ids and (not rows or draft.postings >= int(most_postings)):
            segment = draft.write(storage)
            storage.flush()
            answer = f"{segment.segid} {segment.doc_count_all()}"
            draft = Draft()
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _receive(pipe: BinaryIO) -> list[tuple[Any, ...]] | None:
    """Return the next slice; None at the end."""
    head = pipe.read(LENGTH)
    data = pipe.read(int.from_bytes(head, "big"))
    return marshal.loads(data) if data else None  # noqa: S302 - of the process that started us

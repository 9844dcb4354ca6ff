"""Files that changed, read into the store: texts first, as one, then PDFs."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.sync import plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.files import Scan
    from papernotes.models import Paper, Problem
    from papernotes.store.read import Store

    Counter = Callable[[str], Callable[[int, int], None] | None]


def read_files(
    root: Path,
    done: plan.Plan,
    scan: Scan,
    store: Store,
    *,
    counter: Counter,
    notify: Callable[[str], None],
    is_afresh: bool = False,
) -> None:
    """Carry out a plan; ``is_afresh``: forget first all that was read.

    ``counter`` gives, for what is being done, what takes how far it is. Raises LockedError,
    FileError and StoreError.
    """
    from papernotes.sync import apply

    texts, pdfs = plan.parted(done)
    apply.apply(
        root,
        texts,
        scan,
        store,
        parse_bib=_parse_bib,
        progress=counter("reading"),
        is_afresh=is_afresh,
    )
    if not pdfs:
        return
    from papernotes.sync.pdfs import take

    unread = take(root, pdfs, scan, store, progress=counter("reading PDFs"))
    if unread:
        what = "1 PDF" if unread == 1 else f"{unread} PDFs"
        notify(f'{what} in pdf/ cannot be searched yet: pip install "papernotes[pdf]"')


def _parse_bib(data: bytes, path: str) -> tuple[tuple[Paper, ...], tuple[Problem, ...]]:
    from papernotes import bib

    return bib.parse_bytes(data, path)

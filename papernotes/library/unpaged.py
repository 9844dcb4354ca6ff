"""Why ``pdf:`` in a query finds nothing: what to say in a library without text of PDFs."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.query import iter_text

if TYPE_CHECKING:
    from papernotes.library.upkeep import Upkeep
    from papernotes.query import Node

_INSTALL = 'pip install "papernotes[pdf]"'


def why_unpaged(upkeep: Upkeep, node: Node) -> tuple[str, ...]:
    """Return why what ``node`` asks of PDFs cannot be found, nothing where it can."""
    if not any(leaf.field == "pdf" for leaf in iter_text(node)):
        return ()
    from papernotes.store.paged import has_pages, pdf_count

    store = upkeep.store()
    if has_pages(store):
        return ()
    from papernotes.pdf import is_available

    return (_reason(pdf_count(store), can_read=is_available()),)


def _reason(count: int, *, can_read: bool) -> str:
    pdfs = "the PDF in pdf/" if count == 1 else f"the {count} PDFs in pdf/"
    if count and not can_read:
        return f"pdf: finds nothing before {pdfs} can be read: {_INSTALL}"
    if count:
        return f"pdf: finds nothing, for there is no text in {pdfs}"
    fetch = "fetch some with: papernotes pdf REF"
    return f"pdf: finds nothing before there are PDFs; {fetch}" + (
        "" if can_read else f", and to read them: {_INSTALL}"
    )

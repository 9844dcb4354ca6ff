"""How much of the PDFs in pdf/ can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papernotes.store.read import Store


def has_pages(store: Store) -> bool:
    """Return whether there is text of any PDF."""
    return bool(store.rows_of("SELECT 1 FROM pages LIMIT 1"))


def pdf_count(store: Store) -> int:
    """Return how many PDFs there are, read or not."""
    ((count,),) = store.rows_of("SELECT count(*) FROM pdfs")
    return int(count)

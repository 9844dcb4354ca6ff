"""Documents of the store → what the index wants to know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.index import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from papernotes.store.read import Store

_SLICE = 500


def documents(store: Store, ids: Collection[int]) -> Iterator[Document]:
    """Yield what the index wants to know of these documents, read in slices."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _SLICE):
        part = ordered[start : start + _SLICE]
        rows = store.rows(part)
        for text in store.texts(part).values():
            pages = store.pages(text.id) if rows[text.id].pdf else []
            yield Document(
                id=text.id,
                title=text.title,
                authors=text.authors,
                key=text.key,
                abstract=text.abstract,
                note=text.note,
                pdf="\n\n".join(page for _, page in pages),
                comment=text.comment,
            )

"""What tells the papers of the store from others, all at once, for recognising those that come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from papernotes.identity import Identity, make_identity

if TYPE_CHECKING:
    from papernotes.store.read import Store


def identities(store: Store) -> list[Identity]:
    """Return the identity of every paper that counts, in order of their keys."""
    rows = store.rows_of(
        "SELECT citekey, entry_type, title, authors.family, year, arxiv_id, doi, other_dois, url,"
        " extra FROM papers LEFT JOIN authors ON authors.paper_id = papers.id AND position = 0"
        " WHERE NOT is_shadowed ORDER BY citekey"
    )
    return [
        make_identity(
            citekey,
            entry_type,
            title=title,
            family=family or "",
            year=year,
            arxiv_id=arxiv_id,
            dois=(doi or "", *other_dois.split()),
            url=url or "",
            extra=dict(json.loads(extra)),
        )
        for (
            citekey,
            entry_type,
            title,
            family,
            year,
            arxiv_id,
            doi,
            other_dois,
            url,
            extra,
        ) in rows
    ]

"""REF → document: a citation key, an id, a note's name, or unique words of a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.errors import AmbiguousRefError, ArxivIdError, NotFoundError
from papernotes.ids import name_key, parse_arxiv_id, parse_doi

if TYPE_CHECKING:
    from papernotes.store.read import Store

_MOST_CANDIDATES = 10


def find_document(store: Store, ref: str) -> int:
    """Return the id of the one document that ``ref`` means.

    Tried in order: exact key or name, arXiv id, DOI, alias or title, unique beginning of a key,
    unique words of a title. Raises NotFoundError, or AmbiguousRefError with the candidates.
    """
    text = ref.strip().removeprefix("@").removeprefix("[[").removesuffix("]]")
    for scheme, key in _addresses(text):
        document = store.document(scheme, key, text)
        if document is not None:
            return document
    for found in (store.rows_beginning(text), store.rows_titled(text.split())):
        if text and len(found) == 1:
            return found[0][0]
        if text and found:
            names = tuple(name for _, name in found[:_MOST_CANDIDATES])
            raise AmbiguousRefError(f"{ref!r} means several", candidates=names)
    raise NotFoundError(
        f"nothing is called {ref!r}", hint="papernotes list shows what there is, search finds it"
    )


def _addresses(text: str) -> list[tuple[str, str]]:
    addresses = [
        ("citekey", text),
        ("name", name_key(text.removesuffix(".md").removeprefix("notes/"))),
    ]
    try:
        addresses.append(("arxiv", parse_arxiv_id(text).id))
    except ArxivIdError:
        if doi := parse_doi(text):
            addresses.append(("doi", doi.lower()))
    return addresses

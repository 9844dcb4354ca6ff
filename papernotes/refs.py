"""REF → document: a citation key, an id, a note's name, or unique words of a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.errors import AmbiguousRefError, NotFoundError
from papernotes.ids import name_key
from papernotes.links import Address, web_address
from papernotes.store.pointing import rivals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.store.read import Store

_MOST_CANDIDATES = 10


def find_document(store: Store, ref: str) -> int:
    """Return the id of the one document that ``ref`` means.

    Tried in order: a note's file (``notes/a.md``, ``a.md``), exact key or name, arXiv id, DOI,
    alias or title, unique beginning of a key, unique words of a title; case counts only where
    two would be meant. Raises NotFoundError, or AmbiguousRefError with the candidates.
    """
    with store.snapshot():
        return _find(store, ref)


def _find(store: Store, ref: str) -> int:
    readable = ref.encode("utf-8", "replace").decode()  # an argument that was not UTF-8
    text = readable.strip().removeprefix("@").removeprefix("[[").removesuffix("]]")
    for address in _addresses(text):
        document = store.document(address.scheme, address.key, address.spelled)
        if document is not None:
            return _the_only(store, ref, address, document)
    for found in (store.rows_beginning(text), store.rows_titled(text.split())):
        if text and len(found) == 1:
            return found[0][0]
        if text and found:
            raise _ambiguous(store, ref, found)
    raise NotFoundError(
        f"nothing is called {ref!r}", hint="papernotes list shows what there is, search finds it"
    )


def _the_only(store: Store, ref: str, address: Address, document: int) -> int:
    """Return the document whose whole ref it is, or that alone is called so."""
    several = rivals(store, address.scheme, address.key, address.spelled)
    whole = [each for each, name in several if name_key(name) == address.key]
    if len(several) < 2 or address.scheme != "name":
        return document
    if len(whole) == 1:
        return whole[0]
    raise _ambiguous(store, ref, several)


def _ambiguous(store: Store, ref: str, found: Sequence[tuple[int, str]]) -> AmbiguousRefError:
    shown = found[:_MOST_CANDIDATES]
    rows = store.rows([document for document, _ in shown])
    titles = tuple(rows[document].title for document, _ in shown)
    message = f"{ref!r} means several"
    if len(found) > len(shown):
        message += f", more than {len(shown)}"
    return AmbiguousRefError(message, candidates=tuple(name for _, name in shown), titles=titles)


def _addresses(text: str) -> Iterator[Address]:
    whole = text.removesuffix(".md")
    if whole != text:
        for path in (whole, f"notes/{whole}"):
            yield Address("path", name_key(path), path)
    yield Address("citekey", text, text)
    for name in dict.fromkeys((whole, whole.removeprefix("notes/"))):
        yield Address("name", name_key(name), name)
    if found := web_address(text):
        yield found

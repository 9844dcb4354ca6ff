"""The best few places of a document that a query matched, over all its texts."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from papernotes import analysis
from papernotes.index.fragments import fragments
from papernotes.models import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.query import Node
    from papernotes.store.read import Store
    from papernotes.store.texts import Texts

MOST = 3
"""So many places are shown of a document, beside its title."""


def places(store: Store, node: Node, text: Texts, context: int = 0) -> tuple[Fragment, ...]:
    """Return the best places of a document: in its title, then in its other texts.

    Of these are chosen the one with most of the query, then those with as much or with what it
    lacks; they come in the order of a reader's interest: note, abstract, comment, authors, pages of
    the PDF. Where there is none, the words that name the document (tags, aliases) say why.
    """
    title = tuple(_nowhere(fragments(node, text.title, field="title", limit=1)))
    chosen = _chosen(list(_candidates(store, node, text, context)))
    return (*title, *chosen) or tuple(map(_only_marked, fragments(node, text.key, field="key")))


def _candidates(store: Store, node: Node, text: Texts, context: int) -> Iterator[Fragment]:
    found = 0
    lines = text.heading_lines
    for each in fragments(node, text.note, field="note", limit=MOST, alone=lines, context=context):
        yield _in_note(text, each)
        found += 1
    for field, words in (("abstract", text.abstract), ("comment", text.comment)):
        for each in fragments(node, words, field=field, limit=MOST, context=context):
            yield replace(each, line=None)
            found += 1
    yield from _nowhere(fragments(node, ", ".join(text.authors), field="author", limit=1))
    if found < MOST:
        yield from _on_pages(node, store.pages(text.id), context)


def _on_pages(node: Node, pages: list[tuple[int, str]], context: int) -> Iterator[Fragment]:
    """Yield the best fragment of each of the first pages that have one."""
    found = (
        replace(fragment, line=None, page=page)
        for page, text in pages
        for fragment in fragments(node, text, field="pdf", limit=1, context=context)
    )
    yield from islice(found, MOST)


def _chosen(candidates: list[Fragment]) -> list[Fragment]:
    words = [_marked(each) for each in candidates]
    shown: set[str] = set()
    left = list(range(len(candidates)))
    most = 0
    while left and len(candidates) - len(left) < MOST:
        best = max(left, key=lambda at: (len(words[at] - shown), len(words[at]), -at))
        if len(words[best]) < most and words[best] <= shown:
            break
        most = most or len(words[best])
        shown |= words[best]
        left.remove(best)
    return [each for at, each in enumerate(candidates) if at not in left]


def _marked(fragment: Fragment) -> frozenset[str]:
    """Return the different words that are marked."""
    marked = " ".join(fragment.text[start:end] for start, end in fragment.marks)
    return frozenset(slot[0] for slot in analysis.slots(marked))


def _only_marked(fragment: Fragment) -> Fragment:
    """Return just the marked words of a fragment."""
    words = [fragment.text[start:end] for start, end in fragment.marks]
    ends = list(accumulate(len(word) + 1 for word in words))
    marks = tuple((end - 1 - len(word), end - 1) for word, end in zip(words, ends, strict=True))
    return Fragment(" ".join(words), marks, fragment.field)


def _nowhere(found: tuple[Fragment, ...]) -> Iterator[Fragment]:
    """Yield fragments of texts whose lines are no lines of a file."""
    return (replace(fragment, line=None) for fragment in found)


def _in_note(text: Texts, fragment: Fragment) -> Fragment:
    """Return a fragment with its line in the note's file and the headings above it."""
    here = fragment.line or 1
    line = here + text.note_line - 1
    heading = text.heading_at(line)
    if here in text.heading_lines:
        heading = heading.rpartition(" › ")[0]  # the rest is what is shown
    return replace(fragment, line=line, heading=heading)

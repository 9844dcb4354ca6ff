"""Styles of citations: what the citations of one post read as, and its list of references.

A style sees all citations of a post at once, because what one reads as depends on the others: a
letter behind a year, a number. The built-in ones are pure; that of a CSL file asks pandoc.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from papernotes.errors import UsageError
from papernotes.export.making import authoryear, numeric
from papernotes.export.making.csl import CslStyle
from papernotes.export.making.pandoc import RunningPandoc
from papernotes.export.pieces import Callout, Cited, Gap, Link, Plain, Text, iter_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papernotes.export.making.draft import Draft
    from papernotes.export.pieces import Piece
    from papernotes.export.post import Reference
    from papernotes.models import Paper

Styled = tuple[
    "Sequence[tuple[Piece, ...]]", "tuple[Reference, ...]", "Mapping[int, tuple[Piece, ...]]"
]
"""The citations as they read, in their order; the references; by the number of a citation what of
it stands in a footnote in this style."""


class Style(Protocol):
    """How a post cites."""

    def styled(self, citations: Sequence[Cited], papers: Mapping[str, Paper]) -> Styled:
        """Return how the citations read; ``papers`` are those of the references, by key."""
        ...


class _AuthorYear:
    def styled(self, citations: Sequence[Cited], papers: Mapping[str, Paper]) -> Styled:
        called = authoryear.in_text(papers.values())
        texts = [authoryear.cite(one, called) for one in citations]
        return texts, authoryear.references(papers.values(), called), {}


class _Numeric:
    def styled(self, citations: Sequence[Cited], papers: Mapping[str, Paper]) -> Styled:
        numbered = numeric.numbers(citations, papers)
        texts = [numeric.cite(one, papers, numbered) for one in citations]
        return texts, numeric.references(papers, numbered), {}


AUTHOR_YEAR: Style = _AuthorYear()
NUMERIC: Style = _Numeric()
_BUILT_IN = {"author-year": AUTHOR_YEAR, "numeric": NUMERIC}


@contextmanager
def open_style(name: str) -> Iterator[Style]:
    """Give the style called ``name``: a built-in one, or that of the CSL file at that path.

    Raises UsageError for a file that is not there or is no style of its own.
    """
    if name in _BUILT_IN:
        yield _BUILT_IN[name]
        return
    read_csl(Path(name))
    with RunningPandoc() as pandoc:
        yield CslStyle(str(Path(name).resolve()), pandoc)


def read_csl(path: Path) -> str:
    """Return the text of a CSL file. Raises UsageError for one that is none, or only names one."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as a CSL style: {error}") from error
    if "<style" not in text or "purl.org/net/xbiblio/csl" not in text:
        raise UsageError(
            f"{path}: this is no CSL style", hint="give a .csl file, or --style numeric"
        )
    if 'rel="independent-parent"' in text:
        raise UsageError(
            f"{path}: this style only names another one, its independent-parent",
            hint="give the .csl file of that one",
        )
    return text


def styled_body(
    draft: Draft, body: tuple[Piece, ...], style: Style
) -> tuple[tuple[Piece, ...], tuple[Reference, ...]]:
    """Return the body with what its citations read as, and the references.

    What a style puts into footnotes gets one in the draft, unless it stands in one already.
    """
    found = [piece for piece in iter_pieces(body) if isinstance(piece, Cited)]
    if not found and not draft.cited:
        return body, ()
    texts, references, notes = style.styled(found, draft.cited)
    shown = list(texts)
    endnotes: list[Piece] = []
    for number, words in notes.items():
        if found[number].in_note:
            shown[number] += (Plain(" (" if shown[number] else "("), *words, Plain(")"))
            continue
        name = draft.new_footnote()
        shown[number] += (Text(f"[^{name}]"),)
        endnotes += (Gap(), Text(f"[^{name}]: "), *words, Text("\n"))
    return (*_with_citations(body, iter(shown)), *endnotes), references


def _with_citations(
    pieces: Sequence[Piece], texts: Iterator[tuple[Piece, ...]]
) -> tuple[Piece, ...]:
    """Return the body with its citations reading as ``texts`` say, one each in reading order."""
    return tuple(_with_citation(piece, texts) for piece in pieces)


def _with_citation(piece: Piece, texts: Iterator[tuple[Piece, ...]]) -> Piece:
    match piece:
        case Cited():
            return replace(piece, pieces=next(texts))
        case Link():
            return replace(piece, label=_with_citations(piece.label, texts))
        case Callout():
            title = _with_citations(piece.title, texts)
            return replace(piece, title=title, body=_with_citations(piece.body, texts))
        case _:
            return piece

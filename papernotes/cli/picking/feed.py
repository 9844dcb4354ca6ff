"""What fzf is given to show; it runs this module as a program.

``hits SORT QUERY`` prints a line a hit: ref, paper or note, the line of its note where it matched,
and the row, tab-separated. ``preview QUERY REF`` prints what there is to say of one. The library is
$PAPERNOTES_LIBRARY. A query that is not yet one gives no lines: nothing fails while somebody types.
"""

from __future__ import annotations

import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papernotes.cli import streams
from papernotes.cli.picking import view
from papernotes.cli.picking.deeds import answer
from papernotes.cli.picking.model import Ask, State, picked
from papernotes.cli.text import one_line
from papernotes.config import load
from papernotes.errors import PapernotesError
from papernotes.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = "PAPERNOTES_PICK_COLUMNS"
"""How wide the rows of hits may be."""

_MOST_LINES = 200
_COLUMNS = 80


def lines(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the lines asked for. Raises PapernotesError."""
    what, *rest = arguments
    root = Path(os.environ["PAPERNOTES_LIBRARY"])
    with Library(root, config=load(root)) as library:
        yield from _hits(library, *rest) if what == "hits" else _preview(library, *rest)


def _hits(library: Library, sort: str, query: str) -> Iterator[str]:
    columns = int(os.environ.get(COLUMNS, _COLUMNS))
    found = answer(library, Ask(1, query, is_at_end=True, sort=sort))
    for hit, row in zip(found.hits, view.hit_rows(found.hits, columns), strict=True):
        if hit.ref.isprintable():  # a file may be called what no line can hold
            one = picked(hit)
            fields = (one.ref, "paper" if one.is_paper else "note", str(one.line or ""), row)
            yield "\t".join(fields)


def _preview(library: Library, query: str, ref: str) -> Iterator[str]:
    columns = int(os.environ.get("FZF_PREVIEW_COLUMNS", _COLUMNS))
    with library.session():
        found = answer(library, Ask(1, query, is_at_end=True, sort="relevance"))
        hits = tuple(hit for hit in found.hits if hit.ref == ref)
        state = State(hits=hits, card=library.show(ref))
    yield from islice(view.preview(state, columns), _MOST_LINES)


def main(arguments: Sequence[str]) -> None:
    """Print the lines asked for."""
    streams.prepare()
    is_plain = bool(os.environ.get("NO_COLOR"))
    try:
        for line in lines(arguments):
            sys.stdout.write(f"{click.unstyle(line) if is_plain else line}\n")
        sys.stdout.flush()
    except PapernotesError as error:
        if arguments[0] != "hits":
            sys.stdout.write(f"{one_line(str(error))}\n")
    except BrokenPipeError:
        streams.silence_output()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Which entries are ours to edit: those that papernotes wrote, each alone in a file of its own."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from papernotes import bib
from papernotes.errors import NotFoundError
from papernotes.ids import portable_slug
from papernotes.library.intake import is_stub

if TYPE_CHECKING:
    from datetime import date

    from papernotes.models import Paper

_OWN_MARK = "% papernotes: "
_OWN = re.compile(rb"^(?:% papernotes: |\s*arxiv_(?:published|version)\s*=)", re.MULTILINE)


def import_mark(source: str, today: date) -> str:
    """Return the line that marks a file as written by papernotes, from an entry of ``source``."""
    name = "".join(c if c.isprintable() and c not in "@{}%\\" else "-" for c in source)
    return f"{_OWN_MARK}imported from {name} on {today.isoformat()}\n"


def own_path(citekey: str) -> str:
    """Return where papernotes puts the entry of this key, relative to the library."""
    return f"bib/{portable_slug(citekey)}.bib"


def own_entry(data: bytes, paper: Paper) -> tuple[str | None, Paper]:
    """Return the text of a .bib file and the paper as it stands there now.

    The text is None where it is not ours to edit: papernotes makes files of one entry, named
    after its key, with a field that only it writes or its mark above. Raises NotFoundError.
    """
    papers, _ = bib.parse_bytes(data, paper.path)
    same = [each for each in papers if each.citekey == paper.citekey]
    if not same or same[0].arxiv_id != paper.arxiv_id:
        raise NotFoundError(f"{paper.citekey} is not in {paper.path} any more", hint="try again")
    is_own_file = paper.path == own_path(paper.citekey) and len(papers) == 1
    if is_own_file and (_OWN.search(data) or is_stub(same[0])):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(), same[0]
    return None, same[0]

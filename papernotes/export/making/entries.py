"""What of a paper may be public as BibTeX: the fields readers need to cite it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from papernotes.errors import FormatError
from papernotes.latex import to_unicode

if TYPE_CHECKING:
    from papernotes.models import Paper

_FIELDS_TEXT = (
    "address bookpagination booksubtitle booktitle booktitleaddon chapter date edition "
    "editor editora editorb editortype eid eventdate eventtitle howpublished institution "
    "isbn issn issue issuetitle journal journalsubtitle journaltitle langid language "
    "location maintitle mainsubtitle number organization origdate origlanguage pages "
    "pagetotal part publisher pubstate school series shortauthor shortjournal shorttitle "
    "subtitle titleaddon translator type urldate venue version volume volumes"
)
_FIELDS = frozenset(_FIELDS_TEXT.split())
_LOCAL = re.compile(r"\bfile:|(?:^|[\s{])(?:~?/|[A-Za-z]:[\\/])\w", re.IGNORECASE)
_WEB = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_REMEMBERED = 4096


@lru_cache(maxsize=_REMEMBERED)
def public_entry(paper: Paper, key: str = "") -> str:
    """Return the paper's BibTeX entry, ending in a newline, under ``key`` if one is given.

    Only fields that describe the work are in it; abstract, keywords, notes, annotations, files
    and whatever a person keeps beside them stay at home. Empty for what cannot be written.
    """
    said = {name: value for name, value in paper.extra if name in _FIELDS}
    extra = {name: value for name, value in said.items() if not _LOCAL.search(value)}
    journal = paper.journal_ref or to_unicode(extra.pop("journal", ""))
    if any(author.particle for author in paper.authors):
        extra["options"] = "useprefix=true"  # or "van der Maaten" is cited as Maaten
    public = replace(
        paper,
        citekey=key or paper.citekey,
        abstract="",
        categories=(),
        published=None,
        updated=None,
        arxiv_version=None,
        arxiv_latest=None,
        other_dois=(),
        comment=None,
        is_withdrawn=False,
        url=paper.url if paper.url and _WEB.match(paper.url) else None,
        authors=tuple(replace(author, affiliations=()) for author in paper.authors),
        journal_ref=journal or None,
        extra=tuple(extra.items()),
    )
    from papernotes import bib  # noqa: PLC0415 - imports bibtexparser, which few exports need

    try:
        return bib.render(public)
    except FormatError:
        return ""

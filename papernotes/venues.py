"""Where a work appeared and who edited it, as references and cards say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from papernotes.latex import to_unicode
from papernotes.names import fold, parse_names

if TYPE_CHECKING:
    from papernotes.models import Author, Paper

_THESES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "bachelorsthesis": "Bachelor’s thesis",
    "thesis": "Thesis",
}
_KINDS = {  # words of biblatex for the field type
    "phdthesis": "PhD thesis",
    "mathesis": "Master’s thesis",
    "bathesis": "Bachelor’s thesis",
    "candthesis": "Thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
}


class Venue(NamedTuple):
    """``name`` is what is set in italics, ``before`` and ``after`` what stands around it."""

    before: str = ""
    name: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.name}{self.after}"


def editors(paper: Paper) -> tuple[Author, ...]:
    """Return the editors, for books that name no author."""
    return parse_names(dict(paper.extra).get("editor", ""))


def find_venue(paper: Paper) -> Venue | None:
    """Return where the work appeared: journal, book, publisher, school; None if it says nothing."""
    said = _Said(paper)
    if paper.entry_type in _THESES or said("school"):
        kind = _KINDS.get(said("type").lower(), said("type"))
        kind = kind or _THESES.get(paper.entry_type, "Thesis")
        return Venue(after=_joined(kind, said("school", "institution")))
    if journal := paper.journal_ref or said("journal", "journaltitle"):
        if "arxiv" in journal.lower() and not paper.journal_ref:
            return None
        return Venue(name=journal, after=f"{_volume(said)}{_after(said.pages)}")
    if book := said("booktitle", "maintitle"):
        after = _joined("", said.pages, said("publisher", "organization"))
        return Venue("In ", book, after)
    if paper.entry_type in {"techreport", "report"}:
        kind = _KINDS.get(said("type").lower(), said("type")) or "Technical report"
        what = f"{kind} {said('number')}".strip()
        return Venue(after=_joined(what, said("institution", "publisher")))
    after = ", ".join(filter(None, _printing(said)))
    return Venue(after=after) if after else None


def _printing(said: _Said) -> tuple[str, ...]:
    """Return edition, volume, series and publisher of a book."""
    edition = said("edition")
    return (
        f"{edition} ed." if edition and not edition.endswith(".") else edition,
        f"vol. {said('volume')}" if said("volume") else "",
        said("series"),
        said("publisher", "organization", "institution", "howpublished"),
    )


class _Said:
    """The foreign fields of a paper as text, the first of several names that says something."""

    def __init__(self, paper: Paper) -> None:
        self._extra = dict(paper.extra)

    def __call__(self, *names: str) -> str:
        texts = (fold(to_unicode(self._extra.get(name, ""))) for name in names)
        return next(filter(None, texts), "")

    @property
    def pages(self) -> str:
        """The pages as people print them: ``59–110``."""
        pages = self("pages").replace("--", "–")
        first, dash, last = pages.partition("-")
        is_range = dash and first.strip().isdigit() and last.strip().isdigit()
        return f"{first.strip()}–{last.strip()}" if is_range else pages


def _volume(said: _Said) -> str:
    volume, number = said("volume"), said("number", "issue")
    if not volume:
        return f", no. {number}" if number else ""
    return f" {volume}({number})" if number else f" {volume}"


def _after(text: str) -> str:
    return f", {text}" if text else ""


def _joined(first: str, *others: str) -> str:
    """Return the parts between commas; behind a name, where there is no first one."""
    rest = ", ".join(filter(None, others))
    if not first:
        return f", {rest}" if rest else ""
    return f"{first}, {rest}" if rest else first

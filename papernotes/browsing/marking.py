"""Text with marks → HTML: fragments of hits, sentences that say something about a paper. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from papernotes.browsing.wishes import page_place, pdf_place
from papernotes.markdown import heading_slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.models import Fragment

_LONGEST = 2_000  # characters of a text that a hostile file may have made long
_MOST_HEADINGS = 3
_FIELDS = {"key": "citation key", "pdf": "PDF"}


def with_marks(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    """Return text as HTML with the stretches ``marks`` marked."""
    parts: list[Markup] = []
    at = 0
    for start, end in marks:
        if at <= start < end <= len(text):
            parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            at = end
    return Markup().join([*parts, escape(text[at : at + _LONGEST])])


def where_of(place: Fragment, title: str) -> str:
    """Return where in a hit a fragment stands, in words."""
    name = _FIELDS.get(place.field, place.field)
    if place.page is not None:
        return f"{name}, page {place.page}"
    headings = [part for part in place.heading.split(" › ") if part and part != title]
    return " › ".join([name, *headings[-_MOST_HEADINGS:]])[:_LONGEST]


def place_of(place: Fragment, ref: str) -> tuple[str, str]:
    """Return path and anchor of the page where a fragment stands."""
    if place.page is not None:
        return pdf_place(ref), f"page={place.page}"
    heading = place.heading.rpartition(" › ")[2]
    return page_place(ref), heading_slug(heading) if heading and place.field == "note" else ""

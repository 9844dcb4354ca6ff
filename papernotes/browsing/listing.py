"""Lists of the library: what matches a query, with the counts to narrow it down by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from papernotes.browsing.marking import place_of, where_of, with_marks
from papernotes.browsing.sheets import Sheet, render_part, render_sheet
from papernotes.browsing.wishes import INDEX, SORTS, listing_query, page_place
from papernotes.export.html.inline import plain_title, render_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.browsing.wishes import Listing
    from papernotes.errors import QueryError
    from papernotes.models import Fragment, Hit, Hits
    from papernotes.reports.connecting import NextReport, Suggestion, TallyReport

PAGE_SIZE = 30
FACETS = ("kind", "status", "tag", "year", "cat")
"""What a list is narrowed down by."""

_FACET_NAMES = {
    "kind": "Kind",
    "status": "Status",
    "tag": "Tag",
    "year": "Year",
    "cat": "Category",
}
_SORT_NAMES = {
    "": "best first",
    "added": "newest first",
    "year": "by year",
    "title": "by title",
    "status": "by status",
    "rating": "by rating",
    "priority": "by priority",
}
_NAMED = 3
_MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a text that matched: where it stands, its words, and where that leads."""

    where: str
    text: Markup
    path: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper or note as lists show it; ``facts`` are short words about it."""

    ref: str
    path: str
    title: Markup
    facts: tuple[str, ...]
    places: tuple[Place, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow a list down to; ``query`` is that of the address, empty where none is."""

    name: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one thing that lists are narrowed down by; ``more`` are not shown."""

    key: str
    name: str
    choices: tuple[Choice, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A query that cannot be understood: why, what to do, and the text up to and from where."""

    message: str
    hint: str
    before: str
    after: str
    column: int


@dataclass(frozen=True, slots=True)
class Results:
    """A page of a list: ``said`` is how many there are, ``pages`` lead to those beside it."""

    said: str
    entries: tuple[Entry, ...] = ()
    notices: tuple[str, ...] = ()
    fault: Fault | None = None
    suggestion: str = ""
    older: str = ""
    newer: str = ""
    number: int = 1
    numbers: int = 1


def render_listing(
    wish: Listing, results: Results, facets: Sequence[TallyReport], library: str
) -> bytes:
    """Return the page of a list."""
    title = f"{wish.text} · search" if wish.text else library
    return render_sheet(
        "library.html",
        Sheet(INDEX, title),
        library,
        text=wish.text,
        sort=wish.sort,
        sorts=[(one, _SORT_NAMES[one]) for one in ("", *SORTS)],
        results=results,
        facets=_facets(facets),
    )


def render_results(results: Results) -> bytes:
    """Return the part of the page that has the answers."""
    return render_part("results.html", results=results)


def render_facets(facets: Sequence[TallyReport]) -> bytes:
    """Return the part of the page that narrows down."""
    return render_part("facets.html", facets=_facets(facets))


def render_next(report: NextReport, library: str) -> bytes:
    """Return the page of what to read now."""
    entries = tuple(_waiting(one) for one in report.suggestions)
    return render_sheet(
        "next.html",
        Sheet("next/index.html", "Next to read"),
        library,
        entries=entries,
        waiting=report.waiting,
    )


def render_tags(report: TallyReport, library: str) -> bytes:
    """Return the page of all tags."""
    found = [_choice(one.value, one.count, one.query) for one in report.counts if one.value]
    by_name = sorted(found, key=lambda one: one.name.casefold())
    return render_sheet(
        "names-of-tags.html",
        Sheet("tags/index.html", "Tags"),
        library,
        tags=by_name,
        more=max(report.values - len(report.counts), 0),
    )


def results_of(wish: Listing, found: Hits) -> Results:
    """Return a page of the answers to a query, which ``found.hits`` are."""
    numbers = max(-(-found.total // PAGE_SIZE), 1)
    shown = found.suggestion if found.suggestion and found.hits else wish.meant

    def beside(number: int) -> str:
        return listing_query(shown, wish.sort, number) if 0 < number <= numbers else ""

    return Results(
        said=_said(wish, found),
        entries=tuple(entry_of(hit) for hit in found.hits),
        notices=found.notices,
        suggestion=listing_query(found.suggestion) if found.suggestion and not found.hits else "",
        older=beside(wish.page + 1),
        newer=beside(wish.page - 1) or (listing_query(shown, wish.sort) if wish.page > 1 else ""),
        number=wish.page,
        numbers=numbers,
    )


def fault_of(text: str, error: QueryError) -> Results:
    """Return what is said of a query that cannot be understood."""
    at = max(0, min(error.column - 1, len(text)))
    fault = Fault(str(error), error.hint, text[:at], text[at:], error.column)
    return Results("This is not a query yet.", fault=fault)


def entry_of(hit: Hit) -> Entry:
    """Return a hit as lists show it."""
    facts = (
        _people(hit.authors),
        str(hit.year or ""),
        "" if hit.kind == "paper" else hit.kind,
        hit.status or "",
        "★" * (hit.rating or 0),
        "withdrawn" if hit.is_withdrawn else _newer(hit),
    )
    return Entry(
        ref=hit.ref,
        path=page_place(hit.ref),
        title=render_title(hit.title),
        facts=tuple(filter(None, facts)),
        places=tuple(_places(hit)),
        reasons=hit.reasons,
    )


def _newer(hit: Hit) -> str:
    is_old = hit.version is not None and hit.latest is not None and hit.version < hit.latest
    return f"v{hit.version}, v{hit.latest} exists" if is_old else ""


def _people(authors: Sequence[str]) -> str:
    return ", ".join(authors[:_NAMED]) + (" et al." if len(authors) > _NAMED else "")


def _places(hit: Hit) -> Iterator[Place]:
    beside = [one for one in hit.fragments if one.field != "title" or one.text != hit.title]
    for one in beside[:_MOST_PLACES]:
        path, anchor = place_of(one, hit.ref)
        yield Place(where_of(one, hit.title), _text(one), path, anchor)


def _text(place: Fragment) -> Markup:
    before, after = (escape(f"{place.before} ".lstrip()), escape(f" {place.after}".rstrip()))
    return Markup().join([before, with_marks(place.text, place.marks), after])


def _said(wish: Listing, found: Hits) -> str:
    number = f"{found.total:,}"
    if not wish.text:
        return f"{number} papers and notes" if found.total != 1 else "1 paper or note"
    if found.suggestion:
        what = "Nothing has all of that" if found.dropped else "Nothing matches that"
        if found.hits:
            return f"{what}; {number} found for: {found.suggestion}"
        return f"{what}. Did you mean: {found.suggestion}?"
    return f"{number} found" if found.total else "Nothing matches."


def _waiting(one: Suggestion) -> Entry:
    facts = (_people(one.authors), str(one.year or ""), one.status)
    title = render_title(one.title)
    said = tuple(filter(None, facts))
    return Entry(one.ref, page_place(one.ref), title, said, reasons=one.reasons)


def _facets(reports: Sequence[TallyReport]) -> tuple[Facet, ...]:
    found = (
        Facet(
            report.by,
            _FACET_NAMES[report.by],
            tuple(_choice(one.value, one.count, one.query) for one in report.counts),
            max(report.values - len(report.counts), 0),
        )
        for report in reports
    )
    return tuple(facet for facet in found if len(facet.choices) > 1 or facet.more)


def _choice(value: str | None, count: int, query: str) -> Choice:
    name = "none" if value is None else plain_title(value)
    return Choice(name, count, listing_query(query) if query else "")

"""The page of a paper or note: what is known of it, the note, and what is said about it. Pure."""

from __future__ import annotations

import shlex
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from papernotes.browsing.listing import Entry, entry_of
from papernotes.browsing.marking import with_marks
from papernotes.browsing.sheets import Sheet, render_sheet
from papernotes.browsing.wishes import listing_query, page_place, pdf_place
from papernotes.categories import category_name
from papernotes.export.html.inline import plain_title, render_title
from papernotes.export.html.postpage import make_contents
from papernotes.export.html.views import make_day, make_kind, make_paper
from papernotes.filters import Filter
from papernotes.query import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papernotes.browsing.shelf import NoteBody
    from papernotes.errors import PapernotesError
    from papernotes.models import Backlink, Card, Note
    from papernotes.reports.connecting import Related, RelatedReport

_MOST_SAID = 200
_MOST_CITED = 100


@dataclass(frozen=True, slots=True)
class Named:
    """Something that leads to a list: its name, and the query of the address."""

    name: str
    query: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Speaking:
    """A note that says something: its title, its page, and its sentences with their headings."""

    title: Markup
    path: str
    sentences: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """All that a page shows of ``card``; ``body`` is that of its note, where it has one.

    ``version`` stands for the state of its files, ``bibtex`` is the entry of its paper.
    """

    card: Card
    body: NoteBody | None
    version: str
    bibtex: str = ""


def render_document(shown: Document, library: str, *, is_beside: bool) -> bytes:
    """Return the page of a paper or note; ``is_beside``: with its PDF beside it."""
    card, body, note = shown.card, shown.body, shown.card.note
    is_paper = card.kind == "paper"
    is_beside = is_beside and bool(card.pdf)
    paper = make_paper(card.paper, card.version if is_paper else None) if card.paper else None
    contents = make_contents(body.headings) if body and not is_beside else ()
    sheet = Sheet(page_place(card.ref), plain_title(card.title), has_frame=is_beside)
    return render_sheet(
        "document.html",
        sheet,
        library,
        ref=card.ref,
        version=shown.version,
        title=render_title(card.title),
        kind="Paper" if is_paper else make_kind(card.kind).name,
        facts=tuple(_facts(card)),
        own=paper if is_paper else None,
        about=None if is_paper else paper,
        about_path=page_place(card.paper.citekey) if card.paper else "",
        abstract=_paragraphs(card.paper.abstract) if card.paper and is_paper else (),
        categories=tuple(_categories(card)),
        tags=tuple(_tags(note)),
        path=note.path if note else "",
        edit=_edit(card.ref),
        lede=render_title(note.description) if note and not is_paper else "",
        contents=contents,
        body=Markup(body.html) if body else None,  # noqa: S704 - render_body returns safe HTML
        pdf=pdf_place(card.ref) if card.pdf else "",
        is_beside=is_beside,
        others=[(ref, page_place(ref)) for ref in card.other_notes],
        cites=[entry_of(hit) for hit in card.cites[:_MOST_CITED]],
        said=tuple(_speaking(card.backlinks[:_MOST_SAID])),
        bibtex=shown.bibtex,
        problems=[one.message for one in card.problems],
    )


def render_alike(report: RelatedReport, library: str) -> bytes:
    """Return the page of what is like a paper or note; pages of documents show its list."""
    place = page_place(report.ref)
    return render_sheet(
        "alike.html",
        Sheet(place, f"Like {plain_title(report.title)}"),
        library,
        title=render_title(report.title),
        path=place,
        entries=[_related(one) for one in report.results],
    )


def render_fault(error: PapernotesError, library: str, candidates: Sequence[str] = ()) -> bytes:
    """Return a page that says why there is nothing to show."""
    places = [(ref, page_place(ref)) for ref in candidates]
    hint = "" if places else error.hint
    return _fault(library, str(error), hint, places)


def render_missing(library: str) -> bytes:
    """Return the page of an address where there is nothing."""
    return _fault(library, "There is no page at this address.", "", ())


def _fault(library: str, message: str, hint: str, candidates: Sequence[tuple[str, str]]) -> bytes:
    sheet = Sheet("fault/index.html", "Nothing to show")
    return render_sheet(
        "fault.html", sheet, library, message=message, hint=hint, candidates=candidates
    )


def _edit(ref: str) -> str:
    """Return the command to copy; none where a terminal would obey a character of the name."""
    if any(unicodedata.category(each) == "Cc" for each in ref):
        return ""
    return f"papernotes edit {'-- ' if ref.startswith('-') else ''}{shlex.quote(ref)}"


def _facts(card: Card) -> Iterator[str]:
    note, paper = card.note, card.paper
    if card.kind == "paper" or (note and note.status):
        yield (note.status if note else None) or "unread"
    if note and note.rating:
        yield "★" * note.rating + "☆" * (5 - note.rating)
    if note and note.priority and note.priority != "normal":
        yield f"{note.priority} priority"
    if note and note.created:
        yield f"begun {make_day(note.created, 'en').text}"
    if note and note.is_private:
        yield "private"
    elif note and note.publish:
        yield "published"
    if paper and paper.is_withdrawn:
        yield "withdrawn"
    latest = paper.arxiv_latest if paper else None
    if card.version and latest and card.version < latest:
        yield f"version {card.version}; version {latest} exists"


def _paragraphs(abstract: str) -> tuple[Markup, ...]:
    parts = (" ".join(part.split()) for part in abstract.split("\n\n"))
    return tuple(render_title(part) for part in parts if part)


def _categories(card: Card) -> Iterator[Named]:
    if card.kind != "paper" or card.paper is None:
        return
    for name in card.paper.categories:
        yield Named(name, _asking("cat", name), category_name(name) or "")


def _tags(note: Note | None) -> Iterator[Named]:
    for tag in note.tags if note else ():
        yield Named(tag, _asking("tag", tag))


def _asking(field: str, value: str) -> str:
    return listing_query(render(Filter(field, "=", value)))


def _speaking(said: Iterable[Backlink]) -> Iterator[Speaking]:
    for ref, sentences in groupby(said, lambda one: one.ref):
        found = list(sentences)
        title = found[0].title
        yield Speaking(
            render_title(title),
            page_place(ref),
            tuple(
                (
                    one.heading.removeprefix(title).removeprefix(" › "),
                    with_marks(one.sentence, one.marks),
                )
                for one in found
            ),
        )


def _related(one: Related) -> Entry:
    facts = () if one.kind == "paper" else (one.kind,)
    return Entry(one.ref, page_place(one.ref), render_title(one.title), facts, reasons=one.reasons)

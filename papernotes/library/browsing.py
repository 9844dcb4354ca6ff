"""The pages of the whole library for its owner: a wish → what the library answers → a page.

Each page begins with a look at the files, as every command that reads does; for its parts, and
while a query is being typed, one look counts for a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from papernotes import files, links, notes, query
from papernotes.browsing import documents, listing, sheets, wishes
from papernotes.browsing.shelf import Known, Sources, render_note
from papernotes.errors import AmbiguousRefError, NotFoundError, PapernotesError, QueryError
from papernotes.export.images.finding import ImageFinder
from papernotes.export.images.metadata import ImageError
from papernotes.library import recall
from papernotes.library.tallying import tally
from papernotes.library.viewing import find_paper, is_pdf
from papernotes.models import Paper
from papernotes.serving.answering import HTML, STREAM, Answer, guarded, kind_of
from papernotes.serving.parts import Part, stretch
from papernotes.serving.watching import look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from papernotes.browsing.shelf import NoteBody
    from papernotes.library import Library
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Card, Hits, Link, Note
    from papernotes.reports.connecting import TallyReport
    from papernotes.serving.answering import Asked
    from papernotes.serving.watching import State
    from papernotes.store.read import Store

K = TypeVar("K")
V = TypeVar("V")
_FACET_ROWS = 12
_MOST_TAGS = 2_000
_NEXT = 20
_RELATED = 6
_KEPT_PAGES = 100
_KEPT_ANSWERS = 50
_LOOK_SECONDS = 1.0
_ALIVE_LOOKS = 10  # looks between two signs of life to an open page
_PDF_POLICY = "frame-ancestors 'self'"
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
_HERE = b": here\n\n"
_NEWS = b"data: changed\n\n"


class Shown:
    """What a page that was shown depends on: the states of its files, its pictures by name."""

    def __init__(self) -> None:
        self.states: dict[str, State | None] = {}
        self.pictures: Mapping[str, Path] = {}

    def see(self, path: str) -> None:
        """Note the state of a file that is about to be read."""
        self.states.setdefault(path, look((), (path,)).get(path))

    @property
    def version(self) -> str:
        """A digest of the states."""
        return _version(self.states)


def _version(states: Mapping[str, State | None]) -> str:
    return hashlib.sha256(repr(sorted(states.items())).encode("utf-8", "replace")).hexdigest()[:16]


class Browser:
    """Answers requests for pages, all of them from one thread.

    ``pause`` waits so many seconds, and returns True when no more is to be answered.
    """

    def __init__(
        self,
        library: Library,
        upkeep: Upkeep,
        *,
        pause: Callable[[float], bool],
        today: Callable[[], date],
    ) -> None:
        self._library = library
        self._upkeep = upkeep
        self._pause = pause
        self._today = today
        self._name = library.root.name or "Library"
        self._shown: OrderedDict[str, Shown] = OrderedDict()
        self._answers: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._session = contextlib.ExitStack()
        self._looked = float("-inf")

    def place_of(self, ref: str) -> str:
        """Return the path, quoted, of the page of what ``ref`` means. Raises NotFoundError."""
        return sheets.link_to(wishes.page_place(self._library.resolve([ref])[0])).lstrip("/")

    def answer(self, asked: Asked) -> Answer:
        """Return the answer to a request of somebody who may ask."""
        wish = wishes.parse_target(asked.target)
        try:
            found = self._answer(wish, asked) if wish else None
        except NotFoundError as error:
            candidates = error.candidates if isinstance(error, AmbiguousRefError) else ()
            page = documents.render_fault(error, self._name, candidates)
            found = _page(page, status=404)
        except PapernotesError as error:
            found = _page(documents.render_fault(error, self._name), status=500)
        return guarded(found or _page(documents.render_missing(self._name), status=404))

    def _answer(self, wish: wishes.Wish, asked: Asked) -> Answer | None:
        match wish:
            case wishes.Asset():
                data = sheets.read_shared(wish)
                return None if data is None else Answer(200, data, kind_of(wish.name))
            case wishes.Moved(path):
                return Answer(302, headers=(("Location", sheets.link_to(path)),))
        self._look(wish)
        match wish:
            case wishes.Listing():
                return self._listing(wish)
            case wishes.Shown():
                return self._document(wish)
            case wishes.Alike():
                return self._alike(wish)
            case wishes.Pictured():
                return self._picture(wish)
            case wishes.Pdf(ref):
                return self._pdf(ref, asked.stretch)
            case wishes.Following():
                return self._following(wish)
            case wishes.Waiting():
                found = self._once(lambda: self._library.next(limit=_NEXT), "next")
                return _page(listing.render_next(found, self._name))
            case wishes.Tagged():
                tags = self._once(lambda: self._library.count(by="tag", limit=_MOST_TAGS), "tags")
                return _page(listing.render_tags(tags, self._name))

    def _look(self, wish: wishes.Wish) -> None:
        """Look at the files, unless that was just done for the page this is a part of."""
        if wishes.is_part(wish) and time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._session.close()
        self._session.enter_context(self._library.session())
        self._looked = time.monotonic()

    def _once(self, ask: Callable[[], V], *about: object) -> V:
        """Return what ``ask`` says, or said while no file was another and on the same day."""
        listing_ = self._upkeep.store().listing()
        key = (listing_, self._today(), *about)
        if key not in self._answers:
            found = ask()
            if not listing_:
                return found
            _keep(self._answers, key, found, _KEPT_ANSWERS)
        kept: V = self._answers[key]
        return kept

    # --- lists -------------------------------------------------------------------------------

    def _listing(self, wish: wishes.Listing) -> Answer:
        if wish.part == "facets":
            return _page(listing.render_facets(self._facets(wish.meant)))
        results = self._results(wish)
        if wish.part:
            return _page(listing.render_results(results))
        facets = () if results.fault else self._facets(wish.meant)
        return _page(listing.render_listing(wish, results, facets, self._name))

    def _results(self, wish: wishes.Listing) -> listing.Results:
        start = (wish.page - 1) * listing.PAGE_SIZE
        try:
            found = self._hits(wish, listing.PAGE_SIZE, start)
        except QueryError as error:
            return listing.fault_of(wish.text, error)
        return listing.results_of(wish, found)

    def _hits(self, wish: wishes.Listing, size: int, start: int) -> Hits:
        if not wish.text:
            return self._library.list(sort=wish.sort or "added", limit=size, start=start)
        sort = wish.sort or "relevance"
        return self._library.search(wish.meant, sort=sort, limit=size, start=start)

    def _facets(self, text: str) -> tuple[TallyReport, ...]:
        return self._once(lambda: self._counts(text), "facets", text)

    def _counts(self, text: str) -> tuple[TallyReport, ...]:
        """Return what matches, counted by each facet; nothing where the text is no query."""
        try:
            node = query.parse_kindly(text).node
            today = self._today()
            among = recall.matching_ids(self._upkeep, node, today=today) if text else None
        except QueryError:
            return ()
        store = self._upkeep.store()
        return tuple(tally(store, by, node, among, limit=_FACET_ROWS) for by in listing.FACETS)

    # --- documents ---------------------------------------------------------------------------

    def _document(self, wish: wishes.Shown) -> Answer:
        card = self._library.show(wish.ref)
        if card.ref != wish.ref:
            query_ = "?beside=pdf" if wish.is_beside else ""
            place = sheets.link_to(wishes.page_place(card.ref)) + query_
            return Answer(302, headers=(("Location", place),))
        shown, body = self._made(card)
        bibtex = self._library.bib(keys=[card.ref]).text if card.kind == "paper" else ""
        found = documents.Document(card, body, shown.version, bibtex)
        page = documents.render_document(found, self._name, is_beside=wish.is_beside)
        return _page(page, has_frame=wish.is_beside)

    def _alike(self, wish: wishes.Alike) -> Answer:
        ref = wish.ref
        found = self._once(lambda: self._library.related(ref, limit=_RELATED), "like", ref)
        return _page(documents.render_alike(found, self._name))

    def _made(self, card: Card) -> tuple[Shown, NoteBody | None]:
        """Return what the page of ``card`` depends on, and the body of its note."""
        shown = Shown()
        root = self._upkeep.root
        if card.paper is not None and card.paper.path:
            shown.see(str(root / card.paper.path))
        body = None
        if card.note is not None:
            store = self._upkeep.store()
            load = partial(_load, root, shown)
            sources = Sources(root, _Papers(store), partial(_resolve, store), load, shown.see)
            own = Known(card.ref, card.title, card.note.path)
            with store.snapshot():
                body = render_note(load(card.note.path), own, sources)
            shown.pictures = body.pictures
        _keep(self._shown, card.ref, shown, _KEPT_PAGES)
        return shown, body

    def _known(self, ref: str) -> Shown:
        """Return what the page of a ref depends on, as it was shown last. Raises NotFoundError."""
        return self._shown.get(ref) or self._made(self._library.show(ref))[0]

    def _picture(self, wish: wishes.Pictured) -> Answer | None:
        path = self._known(wish.ref).pictures.get(wish.name)
        if path is None:
            self._shown.pop(wish.ref, None)
            path = self._known(wish.ref).pictures.get(wish.name)
        if path is None:
            return None
        inside = path.relative_to(self._upkeep.root.resolve()).as_posix()
        try:
            _, data = ImageFinder(self._upkeep.root).read(f"/{inside}", "", is_embed=True)
        except ImageError:
            return None
        return Answer(200, data, kind_of(wish.name), policy=_PICTURE_POLICY)

    def _pdf(self, ref: str, asked: str) -> Answer | None:
        card = self._library.show(ref)
        place = self._upkeep.root / card.pdf
        if not card.pdf or not is_pdf(place):
            return None
        try:
            file = place.open("rb")
        except OSError:
            return None
        size = file.seek(0, 2)
        found = stretch(asked, size)
        always = (("Accept-Ranges", "bytes"), ("Content-Disposition", "inline"))
        if found is None:
            file.close()
            return Answer(416, headers=(("Content-Range", f"bytes */{size}"), *always))
        start, length = found
        is_whole = length == size
        where = (
            () if is_whole else (("Content-Range", f"bytes {start}-{start + length - 1}/{size}"),)
        )
        return Answer(
            200 if is_whole else 206,
            kind="application/pdf",
            headers=(*where, *always),
            part=Part(file, start, length),
            policy=_PDF_POLICY,
        )

    def _following(self, wish: wishes.Following) -> Answer:
        paths = tuple(self._known(wish.ref).states)
        return Answer(200, kind=STREAM, events=lambda: self._events(paths, wish.version))

    def _events(self, paths: tuple[str, ...], version: str) -> Iterator[bytes]:
        """Yield a line when one of the files is not as it was; from any thread."""
        yield _HERE
        looks = 0
        while True:
            now = look((), paths)
            if _version({path: now.get(path) for path in paths}) != version:
                yield _NEWS
                return
            looks += 1
            if looks % _ALIVE_LOOKS == 0:
                yield _HERE
            if self._pause(_LOOK_SECONDS):
                return


class _Papers(Mapping[str, Paper]):
    """The papers of a store by citation key, looked up one by one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, citekey: str) -> Paper:
        found = find_paper(self._store, citekey)
        if found is None:
            raise KeyError(citekey)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.papers_by_citekey())

    def __len__(self) -> int:
        return len(self._store.papers_by_citekey())


def _resolve(store: Store, note: Note, link: Link) -> Known | None:
    address = links.address(link, note.path)
    if address is None:
        return None
    folder = note.path.rpartition("/")[0]
    document = store.document(address.scheme, address.key, address.spelled, folder)
    row = None if document is None else store.rows([document]).get(document)
    if row is None:
        return None
    return Known(row.ref, row.title, store.note_path(row.note_id) if row.note_id else "")


def _load(root: Path, shown: Shown, path: str) -> Note:
    shown.see(str(root / path))
    text, _ = notes.decode(files.read(root / path), path)
    return notes.parse(text, path)[0]


def _page(data: bytes, *, status: int = 200, has_frame: bool = False) -> Answer:
    policy = f"{sheets.policy(has_frame=has_frame)}; frame-ancestors 'none'"
    return Answer(status, data, HTML, policy=policy)


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    """Keep a value as the newest, and not more than ``most``."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)

"""The trip of a new name through the library: the entry, its files, and every note that uses it.

First all is planned, as values: the keys, the texts, the moves. What cannot be changed whole is
not changed at all: a key whose note cannot be read, or whose entry another program keeps, stays
what it is everywhere. Then the files are changed as one, and just these are synced.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from papernotes import bib, files
from papernotes.citekeys import compose, parse_template
from papernotes.errors import ConflictError, FormatError, PapernotesError
from papernotes.ids import name_key, portable_slug
from papernotes.library.intake import is_stub
from papernotes.library.ownership import own_entry, own_path
from papernotes.library.renaming.changes import Plan, Text, at
from papernotes.library.renaming.folders import plan_move
from papernotes.library.renaming.headings import following
from papernotes.library.renaming.keys import (
    Claims,
    check_free,
    check_key,
    check_note_name,
    choose_keys,
    note_name,
)
from papernotes.library.renaming.links import Relinking, UnchangeableError
from papernotes.notes.renaming.links import NewNames
from papernotes.refs import find_document
from papernotes.reports.changing import Renamed, RenamedFile
from papernotes.store.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Paper
    from papernotes.store.standing import Standing

_FOREIGN = "its entry stands in {}, which papernotes did not make"
_RENAME_THERE = "rename it in the program that keeps the file"
_MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class _Wish:
    """One thing to be renamed: its document, its names, and the files named after it.

    ``bib`` is the file of the entry, if it is ours to change; ``note`` and ``new_note`` are the
    paths of a note that moves.
    """

    document: int
    names: NewNames
    bib: str = ""
    note: str = ""
    new_note: str = ""

    @property
    def old(self) -> str:
        """The present citation key, or the ref of a note."""
        return self.names.key or _ref(self.note)

    @property
    def new(self) -> str:
        """The key or ref that it will have."""
        return self.names.new_key or _ref(self.new_note)


class Renaming:
    """One run of ``rename``."""

    def __init__(self, upkeep: Upkeep, *, progress: Progress | None = None) -> None:
        self._root = upkeep.root
        self._tell = progress or (lambda _doing, _done, _of: None)
        self._store = upkeep.store()
        self._there: Standing = standing(self._store)
        self._data: dict[str, bytes] = {}
        self._places: dict[str, list[tuple[str, int]]] = {}
        for key, path, line in self._there.entries:
            self._places.setdefault(key, []).append((path, line))

    # --- one thing ---------------------------------------------------------------------------

    def plan_one(self, ref: str, new: str) -> Plan:
        """Return what it takes to call a paper or free note ``new``.

        An entry that is not ours to change is ``foreign``: then the plan only tells. Raises
        NotFoundError for ``ref``, UsageError for a name that cannot be, ConflictError for one
        that is taken or a stub, FormatError where an entry or note cannot be changed safely.
        """
        with self._store.snapshot():
            document = find_document(self._store, ref)
            row = self._store.rows([document])[document]
            if row.paper_id is None:
                return self._plan_note(document, row.path, new)
            paper = self._store.paper(row.paper_id)
            check_key(new)
            if new == paper.citekey:
                return Plan((Renamed(new, new, "kept"),))
            if is_stub(paper):
                raise ConflictError(f"{paper.citekey} is a stub", hint=_complete(paper.citekey))
            check_free(Claims(self._there), new, me=paper.citekey, is_key=True)
            reason = self._foreign(paper)
            plan = self._certain([self._wish(paper, new, is_ours=not reason)])
            if not reason:
                return plan
            status = ConflictError.exit_status
            told = Renamed(paper.citekey, new, "foreign", reason, _RENAME_THERE, status)
            own = [RenamedFile(path, "", (line,)) for path, line in self._places[paper.citekey]]
            return replace(plan, results=(told,), others=tuple(own))

    def _plan_note(self, document: int, path: str, new: str) -> Plan:
        folder = _ref(path).rpartition("/")[0]
        given, slash, name = new.removesuffix(".md").rpartition("/")
        ref = f"{given}/{name}".removeprefix("/").removeprefix("notes/")
        if slash and ref.rpartition("/")[0] != folder:
            return plan_move(self._root, self._store, self._there, document, ref)
        check_note_name(name)
        if name == note_name(path):
            return Plan((Renamed(_ref(path), _ref(path), "kept"),))
        check_free(Claims(self._there), name, me=path, is_key=False)
        names = NewNames("", "", note_name(path), name)
        return self._certain([_Wish(document, names, "", path, _beside(path, f"{name}.md"))])

    def _certain(self, wishes: Sequence[_Wish]) -> Plan:
        plan, failures = self._plan(wishes)
        for error in failures.values():
            raise error
        return plan

    # --- all ---------------------------------------------------------------------------------

    def plan_all(self, documents: Iterable[int], template: str) -> Plan:
        """Return what it takes to give papers the keys that a template makes of them.

        ``documents`` that are no papers are left out. What cannot be renamed is accounted for in
        the results, which are in the order of the keys. Raises ConfigError for a template that
        is none.
        """
        parse_template(template)
        with self._store.snapshot():
            rows = self._store.rows(list(documents)).values()
            papers = {
                paper.citekey: paper
                for paper in (self._store.paper(row.paper_id) for row in rows if row.paper_id)
            }
            fixed: dict[str, Renamed] = {}
            bases: dict[str, str] = {}
            ordered = sorted(papers.items(), key=lambda each: _order(each[1]))
            for number, (key, paper) in enumerate(ordered, 1):
                self._tell("making keys", number, len(ordered))
                base = compose(paper, template)
                stays = None if base == key else self._stays(paper, base)
                if stays is None:
                    bases[key] = base
                else:
                    fixed[key] = stays
            return self._settled(papers, bases, fixed)

    def _settled(
        self, papers: Mapping[str, Paper], bases: dict[str, str], fixed: dict[str, Renamed]
    ) -> Plan:
        """Choose keys and plan; again without those that cannot be renamed, as long as there are.

        For what keeps its key may keep others from getting it.
        """
        claims = Claims(self._there)
        for _ in range(_MOST_ROUNDS):
            chosen = choose_keys(bases, claims)
            pairs = [(old, new) for old, new in chosen.items() if old != new]
            plan, failures = self._plan([self._wish(papers[old], new) for old, new in pairs])
            if not failures:
                kept = [Renamed(old, old, "kept") for old, new in chosen.items() if old == new]
                results = sorted((*plan.results, *kept, *fixed.values()), key=lambda r: r.old)
                return replace(plan, results=tuple(results))
            for key, error in failures.items():
                fixed[key] = _failed(key, chosen[key], error)
                del bases[key]
        raise ConflictError("too many notes cannot be changed", hint="see: papernotes sync")

    def _stays(self, paper: Paper, base: str) -> Renamed | None:
        """Return why a paper keeps its key though the template gives ``base``, or None."""
        key = paper.citekey
        if is_stub(paper):
            return Renamed(key, key, "stub", _complete(key))
        try:
            reason = self._foreign(paper)
            if reason:
                return Renamed(key, key, "foreign", reason)
            check_key(base)
        except PapernotesError as error:
            return _failed(key, base, error)
        return None

    # --- what it takes -----------------------------------------------------------------------

    def _foreign(self, paper: Paper) -> str:
        """Return why an entry is not ours to change, or nothing."""
        places = self._places[paper.citekey]
        if len(places) > 1:
            named = ", ".join(f"{path}:{line}" for path, line in places)
            return f"its key stands in several entries: {named}"
        where = _FOREIGN.format(f"{paper.path}:{paper.line}")
        if paper.path != own_path(paper.citekey):
            return where
        text, _ = own_entry(self._read(paper.path), paper)
        return where if text is None else ""

    def _read(self, path: str) -> bytes:
        """Return what a .bib file held when it was first asked for."""
        if path not in self._data:
            self._data[path] = files.read(self._root / path)
        return self._data[path]

    def _wish(self, paper: Paper, new: str, *, is_ours: bool = True) -> _Wish:
        old = paper.citekey
        document = self._store.document("citekey", old, old)
        assert document is not None, "its paper has just been read"
        note = self._there.own_notes.get(old, "")
        slug, new_slug = portable_slug(old), portable_slug(new)
        own = paper.path if is_ours else ""
        if not note or note_name(note) != slug or slug == new_slug:
            return _Wish(document, NewNames(old, new), own)
        names = NewNames(old, new, slug, new_slug)
        return _Wish(document, names, own, note, _beside(note, f"{new_slug}.md"))

    def _plan(self, wishes: Sequence[_Wish]) -> tuple[Plan, dict[str, PapernotesError]]:
        """Return the plan for these wishes, and by their old names those that cannot be."""
        failures: dict[str, PapernotesError] = {}
        pdfs = self._pdfs(wishes)
        texts = (*self._entries(wishes, failures), *self._notes(wishes, pdfs, failures))
        results = tuple(Renamed(wish.old, wish.new, "renamed") for wish in wishes)
        moves = {path: new_path for path, (new_path, _) in pdfs.items()}
        return Plan(results, texts, moves), failures

    def _pdfs(self, wishes: Sequence[_Wish]) -> dict[str, tuple[str, int]]:
        """Return the PDFs that move: path → new path and document."""
        papers = {portable_slug(wish.old): wish for wish in wishes if wish.names.key}
        moved: dict[str, tuple[str, int]] = {}
        for path, slug in self._there.pdfs:
            wish = papers.get(slug)
            new = portable_slug(wish.new) if wish else slug
            if wish and new != slug:
                ending = path.rpartition("/")[2][len(slug) :]
                moved[path] = (_beside(path, f"{new}{ending}"), wish.document)
        return moved

    def _entries(
        self, wishes: Sequence[_Wish], failures: dict[str, PapernotesError]
    ) -> Iterator[Text]:
        """Yield every .bib file of ours that changes or moves."""
        keys = {wish.old: wish.new for wish in wishes if wish.names.key}
        own = {wish.bib: wish.old for wish in wishes if wish.bib}
        referring = {path: named for path, named in self._referring(keys) if path not in own}
        paths = (*own, *referring)
        for number, path in enumerate(paths, 1):
            self._tell("planning entries", number, len(paths))
            renamed = {own[path]: keys[own[path]]} if path in own else {}
            try:
                data = self._read(path)
                mark, text = _without_mark(data)
                edited = bib.rename_keys(text, path, renamed, elsewhere=keys)
            except PapernotesError as error:
                for old in renamed or referring[path]:
                    failures.setdefault(old, at(path, error))
                continue
            if renamed or edited != text:
                new_path = own_path(keys[own[path]]) if renamed else path
                yield Text(path, new_path, data, mark + edited.encode())

    def _referring(self, keys: Mapping[str, str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield the files of ours whose entry refers to others of these keys, and to which."""
        for key, path, found in self._there.referring:
            named = found & keys.keys()
            document = self._store.document("citekey", key, key) if named else None
            paper_id = document and self._store.rows([document])[document].paper_id
            if paper_id and not self._foreign(self._store.paper(paper_id)):
                yield path, named

    def _notes(
        self,
        wishes: Sequence[_Wish],
        pdfs: Mapping[str, tuple[str, int]],
        failures: dict[str, PapernotesError],
    ) -> Iterator[Text]:
        """Yield every note that changes or moves."""
        if not wishes:
            return
        texts: list[Text] = []
        names = {wish.document: wish.names for wish in wishes}
        olds = {wish.document: wish.old for wish in wishes}
        moved = {wish.note: wish.new_note for wish in wishes if wish.note}
        owners = {wish.note: wish.document for wish in wishes if wish.note}
        run = Relinking(self._root, self._store, names, owners, pdfs=pdfs, notes=self._there.notes)
        paths = run.paths()
        for number, path in enumerate(paths, 1):
            try:
                before, after = run.relinked(path)
            except UnchangeableError as error:
                for document in error.documents:
                    failures.setdefault(olds[document], error)
            else:
                if before != after or path in moved:
                    texts.append(Text(path, moved.get(path, path), before, after))
            self._tell("reading notes", number, len(paths))
        rewrite = partial(run.rewritten, hit=set())
        yield from following(self._root, self._store, texts, rewrite)


def _without_mark(data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark of a file in UTF-8, if it has one, and its text."""
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    try:
        return mark, data[len(mark) :].decode()
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8", hint="convert it") from error


def _order(paper: Paper) -> tuple[int, str, str, int, str]:
    """Return what decides who gets the first letter: age and title, never the present key."""
    year = paper.published.year if paper.published else paper.year
    title = name_key(paper.title)
    return year or 9999, title, paper.arxiv_id or "", len(paper.citekey), paper.citekey


def _complete(key: str) -> str:
    return f"complete it first with: papernotes update {key}"


def _ref(path: str) -> str:
    return path.removeprefix("notes/").removesuffix(".md")


def _beside(path: str, name: str) -> str:
    """Return the path of another file in the same folder."""
    return f"{path.rpartition('/')[0]}/{name}"


def _failed(old: str, new: str, error: PapernotesError) -> Renamed:
    return Renamed(old, new, "failed", str(error), error.hint, error.exit_status)

"""The trip of news into the library: what arXiv says of a paper now → its entry and its note.

Only what papernotes owns is changed: the entry it made itself, and of a note's front matter what
still says what the entry said. Entries in files of other programs are reported on and left.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from papernotes import bib, files, notes
from papernotes.errors import NotFoundError, PapernotesError, UsageError
from papernotes.library.intake import is_stub
from papernotes.library.ownership import own_entry
from papernotes.models import ArxivId, Paper
from papernotes.refs import find_document
from papernotes.reports.gathering import Change, Updated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from papernotes.arxiv import ArxivClient, Fetched
    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Note

_NAMES = {
    "arxiv_version": "version",
    "arxiv_latest": "newest version",
    "journal_ref": "journal",
    "other_dois": "more dois",
    "is_withdrawn": "withdrawn",
    "entry_type": "type",
}
_SHOWN = [field.name for field in fields(Paper) if field.name not in {"path", "line", "citekey"}]
_UNSAID = {"month", "extra"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A paper to ask about, and the version its note is about where it names one."""

    paper: Paper
    note_path: str | None
    pinned: int | None

    @property
    def ids(self) -> list[ArxivId]:
        """The newest version; of a stub whose note names a version that one too."""
        base = self.paper.arxiv_id or ""
        is_old = self.pinned is not None and is_stub(self.paper)
        return [*([ArxivId(base, self.pinned)] if is_old else []), ArxivId(base)]


def chosen(
    upkeep: Upkeep, refs: Sequence[str]
) -> tuple[list[tuple[Paper, str | None, int | None]], tuple[str, ...]]:
    """Return papers of arXiv, and the keys of those that are not.

    Each paper comes with the path of its note and the version that this names, if any.

    Without ``refs`` these are all papers. Raises NotFoundError, and UsageError for a ref that is
    no paper of arXiv.
    """
    store = upkeep.store()
    with store.snapshot():
        ids = [find_document(store, ref) for ref in refs] or store.sorted_ids("ref")
        rows = store.rows(ids)
        papers, others = [], []
        for row in (rows[each] for each in dict.fromkeys(ids)):
            paper = None if row.paper_id is None else store.paper(row.paper_id)
            if paper is not None and paper.arxiv_id:
                note = None if row.note_id is None else store.note_path(row.note_id)
                papers.append((paper, note, row.pinned))
            elif refs:
                raise UsageError(f"{row.ref} is no paper of arXiv", hint="update asks arXiv only")
            elif paper is not None:
                others.append(paper.citekey)
    return papers, tuple(others)


class Updating:
    """One run of ``update``: ``tell`` hears of each paper as soon as it is settled."""

    def __init__(
        self,
        upkeep: Upkeep,
        *,
        tell: Callable[[Updated], None] | None,
        progress: Progress | None,
        is_dry_run: bool,
    ) -> None:
        self._upkeep = upkeep
        self._tell = tell
        self._progress = progress
        self._is_dry_run = is_dry_run
        self._settled: dict[str, Updated] = {}

    def run(
        self, papers: Sequence[tuple[Paper, str | None, int | None]], client: ArxivClient
    ) -> tuple[Updated, ...]:
        """Ask about papers as :func:`chosen` gives them; return what became of each."""
        asked = [_Asked(paper, path, pinned) for paper, path, pinned in papers]
        waiting = list(asked)
        while waiting:
            part: list[_Asked] = []
            while waiting and sum(len(one.ids) for one in [*part, waiting[0]]) <= client.page_size:
                part.append(waiting.pop(0))
            try:
                fetched = client.fetch([id_ for one in part for id_ in one.ids])
            except PapernotesError as error:
                for one in (*part, *waiting):
                    self._settle(_failed(one.paper, error))
                break
            self._take(part, fetched)
            if self._progress is not None:
                self._progress("asking", len(self._settled), len(asked))
        return tuple(self._settled[one.paper.citekey] for one in asked)

    def _settle(self, outcome: Updated) -> None:
        self._settled[outcome.citekey] = outcome
        if self._tell is not None:
            self._tell(outcome)

    def _take(self, part: Sequence[_Asked], fetched: Fetched) -> None:
        """Write what one answer tells, under one lock, then sync just that."""
        if self._is_dry_run:
            for one in part:
                self._settle(self._outcome(one, fetched))
            return
        with self._upkeep.locked():
            outcomes = [self._outcome(one, fetched) for one in part]
            self._upkeep.sync_written(path for each in outcomes for path in each.paths)
        for outcome in outcomes:
            self._settle(outcome)

    def _outcome(self, one: _Asked, fetched: Fetched) -> Updated:
        base = ArxivId(one.paper.arxiv_id or "")
        newest = fetched.papers.get(base)
        asked = one.ids[0]
        if newest is None or asked not in fetched.papers:
            reason = fetched.failed.get(asked) or fetched.refused.get(asked)
            error = PapernotesError(reason) if reason else _unknown(asked)
            return _failed(one.paper, error)
        try:
            return self._update(one, fetched.papers[asked], newest)
        except PapernotesError as error:
            return _failed(one.paper, error)

    def _update(self, one: _Asked, found: Paper, newest: Paper) -> Updated:
        """Bring one paper's entry and note up to ``newest``."""
        paper = one.paper
        path = self._upkeep.root / paper.path
        data = files.read(path)
        text, old = own_entry(data, paper)
        if text is None:
            return _reported(old, newest)
        note = None if one.note_path is None else self._read_note(one.note_path)[1]
        new = _normal(_next(old, found, newest, note))
        changes = changes_between(old, new)
        if _same(old, new) or _same(_normal(old), new):
            return Updated(paper.citekey, "current", paper.title, is_withdrawn=newest.is_withdrawn)
        edited = bib.edit_entry(text, old, new).encode()
        paths = [paper.path]
        if one.note_path is not None and self._update_note(one.note_path, old, new):
            paths.insert(0, one.note_path)
        if not self._is_dry_run:
            files.replace(path, data, edited)
        return Updated(
            paper.citekey,
            "changed",
            new.title,
            changes,
            tuple(paths),
            is_withdrawn=newest.is_withdrawn,
        )

    def _update_note(self, path: str, old: Paper, new: Paper) -> bool:
        """Let a note's front matter say of its paper what the entry does; say if it changed."""
        data, note = self._read_note(path)
        if note is None:
            return False
        text = data.decode()
        edited = notes.edit_front_matter(text, _note_changes(note, old, new))
        if edited == text:
            return False
        if not self._is_dry_run:
            files.replace(self._upkeep.root / path, data, edited.encode())
        return True

    def _read_note(self, path: str) -> tuple[bytes, Note | None]:
        """Return a note's bytes and what it says; nothing for one that is not UTF-8."""
        data = files.read(self._upkeep.root / path)
        try:
            return data, notes.parse(data.decode(), path)[0]
        except UnicodeDecodeError:
            return data, None


def changes_between(old: Paper, new: Paper) -> tuple[Change, ...]:
    """Return what differs between two states of a paper, as people are told of it."""
    return tuple(
        Change(_NAMES.get(name, name), _text(getattr(old, name)), _text(getattr(new, name)))
        for name in _SHOWN
        if name not in _UNSAID and getattr(old, name) != getattr(new, name)
        if name != "arxiv_latest" or new.arxiv_latest  # that it was reached, the version says
    )


def _text(value: object) -> str:
    if value is None or value is False or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(getattr(item, "name", None) or str(item) for item in value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "yes" if value is True else str(value)


def _same(old: Paper, new: Paper) -> bool:
    return replace(old, line=0, path="") == replace(new, line=0, path="")


def _next(old: Paper, found: Paper, newest: Paper, note: Note | None) -> Paper:
    """Return what an entry of ours should say now.

    A withdrawn version takes nothing away of what was there before it. While the version is the
    same only what is missing is added; a year that a person corrected stays, and so does a title
    that differs in its capitals alone. An entry that came from a .bib file
    with no version is not at an older one: it only gets what it lacks.
    """
    is_told = old.arxiv_version is not None or is_stub(old)  # else it came from a .bib file
    has_moved = is_told and found.arxiv_version != old.arxiv_version
    if newest.is_withdrawn and old.arxiv_version is not None:
        base = replace(old, comment=newest.comment or old.comment)
    elif has_moved:
        base = _renewed(old, found)
    else:
        base = replace(
            old,
            arxiv_version=found.arxiv_version,
            published=old.published or found.published,
            comment=old.comment or newest.comment,
            abstract=old.abstract or newest.abstract,
            updated=old.updated or newest.updated,
        )
    if not newest.is_withdrawn or old.arxiv_version is None:
        base = _named(base, old, found, note, has_moved=has_moved)
    is_newer = (newest.arxiv_version or 0) > (base.arxiv_version or 0)
    return replace(
        base,
        arxiv_latest=newest.arxiv_version if is_newer else None,
        doi=(newest.doi or old.doi) if has_moved else (old.doi or newest.doi),
        other_dois=newest.other_dois or old.other_dois,
        journal_ref=newest.journal_ref or old.journal_ref
        if has_moved
        else old.journal_ref or newest.journal_ref,
        is_withdrawn=newest.is_withdrawn,
    )


def _named(base: Paper, old: Paper, found: Paper, note: Note | None, *, has_moved: bool) -> Paper:
    """Let title and authors follow arXiv where it has changed them.

    What it said before stands in the note's front matter, as long as nobody changed it there. So
    what a person corrected in the entry stays until arXiv itself says something else.
    """
    if is_stub(old):
        is_own_title = old.title != f"arXiv:{old.arxiv_id}"
        return replace(base, title=old.title if is_own_title else found.title)
    told = note.meta if note is not None else {}

    def follows(now: object, mine: object, before: object) -> bool:
        return now != before and (has_moved or mine == before)

    is_same_title = found.title.casefold() == old.title.casefold()
    has_new_title = not is_same_title and follows(found.title, old.title, told.get("title"))
    names = (notes.author_names(found), notes.author_names(old), told.get("authors"))
    return replace(
        base,
        title=found.title if has_new_title else old.title,
        authors=found.authors if follows(*names) else old.authors,
    )


def _renewed(old: Paper, found: Paper) -> Paper:
    """Return the facts that arXiv gives in place of those an entry has."""
    return replace(
        found,
        citekey=old.citekey,
        entry_type=old.entry_type,
        year=old.year or found.year,
        month=old.month or found.month,
        extra=old.extra,
        path=old.path,
        line=old.line,
    )


def _normal(paper: Paper) -> Paper:
    """Return a paper as it will be once it was written and read."""
    (read,), _ = bib.parse(bib.render(paper), paper.path)
    return replace(read, line=paper.line)


def _news(paper: Paper, newest: Paper) -> tuple[Change, ...]:
    """Return what is worth telling about an entry that another program keeps."""
    told = {
        "doi": (paper.doi or "", newest.doi or ""),
        "journal": (paper.journal_ref or "", newest.journal_ref or ""),
        "version": (str(paper.arxiv_version or ""), str(newest.arxiv_version or "")),
        "withdrawn": (_text(paper.is_withdrawn), _text(newest.is_withdrawn)),
    }
    appeared = {
        name for name in ("doi", "journal", "withdrawn") if told[name][1] and not told[name][0]
    }
    if paper.arxiv_version and (newest.arxiv_version or 0) > paper.arxiv_version:
        appeared.add("version")
    return tuple(Change(name, *told[name]) for name in told if name in appeared)


def _note_changes(note: Note, old: Paper, new: Paper) -> Mapping[str, str | int | Sequence[str]]:
    """Return what a note's front matter should say differently: never what a person changed.

    A note that names no version was about the one its entry had until now, and says so from
    now on.
    """
    changes: dict[str, str | int | Sequence[str]] = {}
    if note.meta.get("title") == old.title and new.title != old.title:
        changes["title"] = new.title
    if note.meta.get("authors") == notes.author_names(old) and new.authors != old.authors:
        changes["authors"] = notes.author_names(new)
    if new.year is not None and note.meta.get("year") == old.year != new.year:
        changes["year"] = new.year
    is_unpinned = note.arxiv == ArxivId(old.arxiv_id or "")
    is_newer = (new.arxiv_version or 0) > (old.arxiv_version or 0)
    if is_unpinned and is_newer and old.arxiv_version:
        changes["arxiv"] = f"{old.arxiv_id}v{old.arxiv_version}"
    return changes


def _reported(paper: Paper, newest: Paper) -> Updated:
    """Return what is new about an entry that another program or a person keeps."""
    changes = _news(paper, newest)
    where = f"its entry stands in {paper.path}, which papernotes did not make"
    return Updated(
        paper.citekey,
        "reported" if changes else "current",
        paper.title,
        changes,
        message=where if changes else "",
        is_withdrawn=newest.is_withdrawn,
    )


def _unknown(asked: ArxivId) -> PapernotesError:
    where = "eprint of its entry" if asked.version is None else "arxiv: of its note"
    return NotFoundError(f"arXiv has no paper {asked}", hint=f"check the {where}")


def _failed(paper: Paper, error: PapernotesError) -> Updated:
    outcome = "unknown" if isinstance(error, NotFoundError) else "failed"
    return Updated(
        paper.citekey,
        outcome,
        paper.title,
        message=str(error),
        hint=error.hint,
        exit_status=error.exit_status,
    )

"""The trip of .bib files into the library: entries → what is new or told more → files → sync.

A new entry is copied as it stands, braces and all, to a file of its own; its crossref and @string
are resolved, since these stay behind. Of an entry that is known, empty fields are filled, and only
in files that papernotes made. Nothing is taken for the same without a reason that is shown.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from papernotes import bib, files, links
from papernotes.citekeys import make_citekey, with_letters
from papernotes.errors import FormatError, NotFoundError, PapernotesError
from papernotes.identity import Shelf, identify
from papernotes.ids import name_key, portable_slug
from papernotes.keywords import make_tags
from papernotes.library.adding import Adding
from papernotes.library.detaching import stand_alone
from papernotes.library.merging import differing, fill
from papernotes.library.ownership import import_mark, own_entry, own_path
from papernotes.library.viewing import find_paper
from papernotes.models import Problem
from papernotes.reports.gathering import Added
from papernotes.store.identities import identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.bib import RawEntry
    from papernotes.identity import Match
    from papernotes.models import Paper

_SLICE = 250  # entries that are written as one
_FEW = 20  # entries for which it is not worth to know every paper of the library
_ANSWERED = frozenset(["bib-duplicate-key", "bib-crossref", "bib-no-key"])  # by import itself


@dataclass(frozen=True, slots=True)
class Source:
    """A .bib file to import: its name for people, its bytes and the folder it stands in, if any."""

    name: str
    data: bytes
    folder: Path | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the file at ``path``. Raises FileError and FormatError."""
        given = path.expanduser()
        place = files.resolved(given)
        return cls(path.name, files.read(place if given.is_symlink() else given), place.parent)


def read_sources(
    sources: Sequence[str | Path | Source],
) -> tuple[list[Source], list[Problem]]:
    """Return the files that can be read, and a problem for each other one.

    Raises the FileError or FormatError of the last where none can be read.
    """
    read: list[Source] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            read.append(source if isinstance(source, Source) else Source.read(Path(source)))
        except (files.FileError, FormatError) as error:
            if len(problems) + 1 == len(sources):
                raise
            problems.append(Problem("unreadable", str(source), str(error)))
    return read, problems


@dataclass(slots=True)
class _New:
    """An entry that will be written; later ones of the same paper may still fill it."""

    entry: RawEntry
    source: str
    place: int  # of its outcome


@dataclass(slots=True)
class _Edit:
    """An entry of ours that is told more: its file as it was read and as it will be."""

    before: bytes
    text: str
    paper: Paper


class Importing(Adding):
    """One import of .bib files; ``tell`` hears of the entries once all are written."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._begin()

    def _begin(self) -> None:
        """Know of nothing decided: where the store was mended, all is decided once more."""
        self._shelf = Shelf()
        self._taken: set[str] = set()
        self._new: dict[str, _New] = {}
        self._edits: dict[str, _Edit] = {}
        self._outcomes: list[Added] = []

    def take(self, sources: Sequence[Source]) -> tuple[tuple[Added, ...], tuple[Problem, ...]]:
        """Import all entries; return what became of each, and what is wrong in the sources.

        Raises NotFoundError where there is nothing to read in any of them.
        """
        problems: list[Problem] = []
        read = [(source, self._entries(source, problems)) for source in sources]
        if not problems and not any(entries for _, entries in read):
            names = ", ".join(source.name for source in sources)
            raise NotFoundError(f"{names}: no entry in it", hint="is it the right file?")
        problems += [
            Problem("bib-empty", source.name, "no entry in it; is it the right file?")
            for source, entries in read
            if not entries and all(problem.path != source.name for problem in problems)
        ]
        if self._is_dry_run:
            self._decide(read)
            self._promise()
            self._tell_all()
        else:
            with self._upkeep.locked():
                self._decide(read)
                paths = self._write()
                self._tell_all()
                self._upkeep.sync_written(paths)
        return tuple(self._outcomes), tuple(problems)

    def _entries(self, source: Source, problems: list[Problem]) -> list[RawEntry]:
        text, encoding = bib.decode(source.data)
        entries, found = bib.parse_entries(text, source.name, with_keyless=True)
        problems += [problem for problem in found if problem.code not in _ANSWERED]
        if not encoding.startswith(("utf-8", "utf-16")):
            self._notify(f"{source.name}: is not UTF-8; read as {encoding}")
        return entries

    def _tell_all(self) -> None:
        if self._tell is not None:
            for outcome in self._outcomes:
                self._tell(outcome)

    def _show(self, doing: str, done: int, total: int) -> None:
        if self._progress is not None and (done % _SLICE == 0 or done == total):
            self._progress(doing, done, total)

    # --- what is to be done ------------------------------------------------------------------

    def _decide(self, read: Sequence[tuple[Source, list[RawEntry]]]) -> None:
        self._begin()
        whole = [
            (source, entry, stand_alone(entry, source.folder))
            for source, entries in read
            for entry in entries
        ]
        few = None
        if len(whole) <= _FEW:
            few = [identify(bib.make_paper(alone, source.name)) for source, _, alone in whole]
        self._shelf = Shelf(identities(self._upkeep.store(), few))
        for done, (source, entry, alone) in enumerate(whole, 1):
            try:
                outcome = self._settle(source, alone)
            except PapernotesError as error:
                outcome = _failed(entry, error)
            self._outcomes.append(outcome)
            self._show("comparing", done, len(whole))

    def _settle(self, source: Source, entry: RawEntry) -> Added:
        """Decide about one entry and note what is to be done."""
        paper = bib.make_paper(entry, source.name)
        match = self._shelf.find(identify(paper))
        if match is None or not match.is_sure:
            return self._admit(source, entry, paper, match)
        if match.citekey in self._new:
            return self._meet_new(entry, paper, match)
        return self._meet_known(entry, paper, match)

    def _admit(self, source: Source, entry: RawEntry, paper: Paper, like: Match | None) -> Added:
        """Take in a new paper under its own key, or the nearest one that is free."""
        key, message = self._free_key(entry, paper)
        said = [message] if message else []
        if like is not None:
            said.append(f"looks like {like.citekey} ({like.reason}): both are kept")
        if self._wishes.has_note and self._is_there(note := _note_path(key)):
            said.append(f"{note} is there already: left as it is")
        self._shelf.put(replace(identify(paper), citekey=key))
        self._new[key] = _New(replace(entry, key=key), source.name, len(self._outcomes))
        self._taken.add(name_key(key))
        return Added(_asked(entry), "added", key, paper.title, "; ".join(said))

    def _free_key(self, entry: RawEntry, paper: Paper) -> tuple[str, str]:
        if not bib.is_citekey(entry.key):
            template = self._config["citekey.template"]
            key = make_citekey(paper, template=template, is_taken=self._is_taken)
            why = f"the key {entry.key!r} cannot be cited" if entry.key else "it has no key"
            return key, f"{why}: it is {key} here"
        if not self._is_taken(entry.key):
            return entry.key, ""
        key = with_letters(entry.key, is_taken=self._is_taken)
        return key, f"another paper has the key {entry.key}: it is {key} here"

    def _is_taken(self, key: str) -> bool:
        return (
            name_key(key) in self._taken
            or self._upkeep.store().has_citekey(key)
            or self._is_there(own_path(key))
        )

    def _is_there(self, path: str) -> bool:
        return os.path.lexists(self._upkeep.root / path)

    def _aliases(self, entry: RawEntry, paper: Paper) -> list[str]:
        """Return the keys of an entry that lead nowhere yet."""
        keys = (entry.key, *links.aliases(paper))
        return [key for key in keys if bib.is_citekey(key) and not self._is_taken(key)]

    def _meet_new(self, entry: RawEntry, paper: Paper, match: Match) -> Added:
        """Fill an entry of this very import with what a later one of the same paper says."""
        new = self._new[match.citekey]
        aliases = self._aliases(entry, paper)
        different = differing(new.entry, entry)
        new.entry, filled = fill(new.entry, entry, aliases)
        if filled:
            self._shelf.put(identify(bib.make_paper(new.entry, new.source)))
        self._taken.update(map(name_key, aliases))
        return _met(entry, paper, match, filled, aliases, different)

    def _meet_known(self, entry: RawEntry, paper: Paper, match: Match) -> Added:
        """Fill an entry of the library, if papernotes made it, with what another one says."""
        edit = self._edits.get(match.citekey) or self._open(match.citekey)
        if edit is None:
            where = f"its entry in {self._paper(match.citekey).path} is not ours to change"
            match = replace(match, reason=f"{match.reason}; {where}")
            return _met(entry, paper, match, (), (), ())
        (old,), _ = bib.parse_entries(edit.text, edit.paper.path)
        aliases = self._aliases(entry, paper)
        wanted, filled = fill(old, entry, aliases)
        if filled or aliases:
            new = bib.make_paper(wanted, edit.paper.path)
            edit.text = bib.edit_entry(edit.text, edit.paper, new)
            ((edit.paper,), _) = bib.parse(edit.text, edit.paper.path)
            self._edits[match.citekey] = edit
            self._shelf.put(identify(edit.paper))
            self._taken.update(map(name_key, aliases))
        return _met(entry, paper, match, filled, aliases, differing(old, entry))

    def _open(self, citekey: str) -> _Edit | None:
        """Return the entry of a paper of the library to be edited; None where it is not ours."""
        paper = self._paper(citekey)
        if paper.path != own_path(citekey):
            return None
        data = files.read(self._upkeep.root / paper.path)
        text, now = own_entry(data, paper)
        return None if text is None else _Edit(data, text, now)

    def _paper(self, citekey: str) -> Paper:
        paper = find_paper(self._upkeep.store(), citekey)
        if paper is None:
            raise NotFoundError(f"{citekey} is not in the library any more", hint="try again")
        return paper

    # --- doing it ----------------------------------------------------------------------------

    def _promise(self) -> None:
        """Name the files that would be written, and what could not be."""
        for new in self._new.values():
            try:
                paths = tuple(self._contents(new))
            except PapernotesError as error:
                self._outcomes[new.place] = _failed(new.entry, error)
            else:
                self._outcomes[new.place] = replace(self._outcomes[new.place], paths=paths)
        self._tell_met_of_failures()
        for key, edit in self._edits.items():
            self._mark(key, paths=(edit.paper.path,))

    def _write(self) -> list[str]:
        """Write all that was decided; return the paths. After a fault what is written stays."""
        paths = self._write_new() if self._new else []
        for key, edit in self._edits.items():
            try:
                files.replace(self._upkeep.root / edit.paper.path, edit.before, edit.text.encode())
            except PapernotesError as error:
                self._mark(key, outcome="failed", **_reason(error))
            else:
                paths.append(edit.paper.path)
                self._mark(key, paths=(edit.paper.path,))
        return paths

    def _write_new(self) -> list[str]:
        waiting = list(self._new.values())
        written: list[str] = []
        for start in range(0, len(waiting), _SLICE):
            part = waiting[start : start + _SLICE]
            try:
                written += self._write_slice(part)
            except PapernotesError as error:
                for new in waiting[start:]:
                    self._outcomes[new.place] = _failed(new.entry, error)
                break
            self._show("writing", start + len(part), len(waiting))
        self._tell_met_of_failures()
        return written

    def _tell_met_of_failures(self) -> None:
        """Let what was taken for a new paper fail with it, when that could not be written."""
        now = {key: self._outcomes[new.place] for key, new in self._new.items()}
        failed = {key: each for key, each in now.items() if each.outcome == "failed"}
        self._outcomes = [
            replace(failed[each.citekey], asked=each.asked, title=each.title)
            if each.citekey in failed
            else each
            for each in self._outcomes
        ]

    def _write_slice(self, part: Sequence[_New]) -> list[str]:
        contents: dict[str, bytes] = {}
        for new in part:
            try:
                own = self._contents(new)
            except PapernotesError as error:
                self._outcomes[new.place] = _failed(new.entry, error)
                continue
            contents |= own
            self._outcomes[new.place] = replace(self._outcomes[new.place], paths=tuple(own))
        files.commit(self._upkeep.root, contents, journal=self._upkeep.journal)
        return list(contents)

    def _mark(self, citekey: str, **changes: Any) -> None:
        """Say of all entries that told a known paper more what became of that."""
        self._outcomes = [
            replace(each, **changes)
            if each.citekey == citekey and each.outcome == "filled"
            else each
            for each in self._outcomes
        ]

    def _contents(self, new: _New) -> dict[str, bytes]:
        """Return the files of a new paper. Raises FormatError for what no .bib file can hold."""
        entry = new.entry
        path = own_path(entry.key)
        paper = bib.make_paper(entry, path)
        try:
            text = bib.render_entry(entry)
        except FormatError:
            text, problems = bib.render_reported(paper)
            for problem in problems:
                self._notify(problem.message)
        head = import_mark(new.source, self._today)
        contents = {path: f"{head}{text}".encode()}
        tags = (*self._wishes.tags, *(make_tags(entry.fields) if self._wishes.has_keywords else ()))
        note = _note_path(entry.key)
        if self._wishes.has_note and not self._is_there(note):
            contents[note] = self._note(paper, tags)
        return contents


def _note_path(citekey: str) -> str:
    return f"notes/{portable_slug(citekey)}.md"


def _met(
    entry: RawEntry,
    paper: Paper,
    match: Match,
    filled: Sequence[str],
    aliases: Sequence[str],
    different: Sequence[str],
) -> Added:
    """Return what became of an entry whose paper is known."""
    said = [match.reason]
    if filled:
        said.append(f"filled {', '.join(filled)}")
    if aliases:
        said.append(f"{', '.join(aliases)} leads to it too")
    if different:
        said.append(f"left out: {', '.join(different)}")
    outcome = "filled" if filled or aliases else "known"
    return Added(_asked(entry), outcome, match.citekey, paper.title, "; ".join(said))


def _failed(entry: RawEntry, error: PapernotesError) -> Added:
    title = bib.make_paper(entry, "").title
    return Added(_asked(entry), "failed", None, title, **_reason(error))


def _asked(entry: RawEntry) -> str:
    """Return what an entry is called when it is told of: its key, or where it stands."""
    return entry.key or f"the entry of line {entry.line}"


def _reason(error: PapernotesError) -> dict[str, Any]:
    return {"message": str(error), "hint": error.hint, "exit_status": error.exit_status}

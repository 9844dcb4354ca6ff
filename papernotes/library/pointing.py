"""Where links lead: rows of the store, the files beside the notes, headings → LinksReport."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from papernotes.ids import name_key
from papernotes.refs import find_document
from papernotes.reports.connecting import Linked, LinksReport, Wanted
from papernotes.store import pointing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from papernotes.library.upkeep import Upkeep
    from papernotes.store.pointing import Pointer
    from papernotes.store.read import Store

_FOLDERS = ("notes", "pdf")
_UNWRITTEN = frozenset({"name", "path", "citekey", "arxiv", "doi"})


def links_of(upkeep: Upkeep, ref: str) -> LinksReport:
    """Return what a paper or note links to, what links to it, and what leads nowhere.

    Raises NotFoundError and AmbiguousRefError.
    """
    store = upkeep.store()
    with store.snapshot():
        document = find_document(store, ref)
        row = store.rows([document])[document]
        own = [] if row.note_id is None else pointing.pointers(store, row.note_id)
        back = pointing.pointers_to(store, row.paper_id, row.note_id)
        found = [each for each in own if each.document not in {None, document}]
        loose = [each for each in own if each.is_dangling]
        judge = _Judge(upkeep, store, loose)
        judge.look_at(own, (*found, *back))
        inside = [each for each in own if each.document == document or each.scheme == "here"]
        files = [each for each in loose if judge.file(each)]
        return LinksReport(
            row.ref,
            row.title,
            out=judge.all_of(sorted((*found, *files), key=lambda each: each.link)),
            back=judge.all_of(back),
            dangling=judge.faulty(sorted((*loose, *inside), key=lambda each: each.link)),
        )


def loose_links(upkeep: Upkeep) -> LinksReport:
    """Return all links of the library that lead nowhere, and those that might lead elsewhere."""
    store = upkeep.store()
    with store.snapshot():
        loose = pointing.dangling(store)
        judge = _Judge(upkeep, store, loose)
        rivalled = [pointer for pointer, _ in pointing.ambiguous(store)]
        with_heading = pointing.with_headings(store)
        judge.look_at(with_heading, rivalled)
        gone = [each for each in with_heading if each.link in judge.headless]
        dangling = judge.faulty(sorted((*loose, *gone), key=lambda each: (each.path, each.link)))
        return LinksReport(
            None,
            dangling=dangling,
            ambiguous=judge.all_of(rivalled),
            wanted=judge.wanted(loose),
        )


class _Judge:
    """What is wrong with links, found out for all of them at once."""

    def __init__(self, upkeep: Upkeep, store: Store, loose: Sequence[Pointer]) -> None:
        self._upkeep = upkeep
        self._store = store
        self._files = find_files(upkeep.root, loose)
        unfound = [each for each in loose if each.link not in self._files]
        self._near = pointing.near_names(store, _by_want(unfound))
        self._candidates: dict[int, tuple[str, ...]] = {}
        self._titles: dict[int, str] = {}
        self.headless: frozenset[int] = frozenset()

    def look_at(self, with_heading: Iterable[Pointer], found: Sequence[Pointer]) -> None:
        """Learn which headings are missing, which links are ambiguous, and titles of targets."""
        if asking := [each for each in with_heading if each.heading]:
            from papernotes.library.anchoring import missing_headings  # noqa: PLC0415 - reads notes

            self.headless = missing_headings(self._upkeep.root, self._store, asking)
        self._candidates = pointing.candidates(self._store, found)
        ids = list({each.document for each in found if each.document is not None})
        self._titles = {each: row.title for each, row in self._store.rows(ids).items()}

    def file(self, pointer: Pointer) -> str:
        """Return the path of the file that a link means, empty if there is none."""
        return self._files.get(pointer.link, "")

    def all_of(self, found: Iterable[Pointer]) -> tuple[Linked, ...]:
        """Return links as they are told."""
        return tuple(map(self._linked, found))

    def faulty(self, found: Iterable[Pointer]) -> tuple[Linked, ...]:
        """Return those of the links that lead nowhere."""
        return tuple(linked for linked in map(self._linked, found) if linked.fault)

    def wanted(self, loose: Sequence[Pointer]) -> tuple[Wanted, ...]:
        """Return what is linked to and could be written, most wanted first."""
        groups: dict[tuple[str, str], list[Pointer]] = {}
        for each in _by_want(loose):
            if each.scheme in _UNWRITTEN and not each.is_file and not self.file(each):
                groups.setdefault((each.scheme, each.key), []).append(each)
        return tuple(
            Wanted(
                group[0].target,
                len({each.path for each in group}),
                tuple((each.path, each.line) for each in group),
                self._near.get(address, ""),
            )
            for address, group in groups.items()
        )

    def _linked(self, pointer: Pointer) -> Linked:
        candidates = self._candidates.get(pointer.link, ())
        return Linked(
            ref=pointer.ref,
            title=pointer.title,
            path=pointer.path,
            line=pointer.line,
            kind=pointer.kind,
            target=pointer.target,
            heading=pointer.heading,
            written=pointer.written,
            sentence=" ".join(pointer.sentence.split()),
            to=pointer.to or self.file(pointer) or (pointer.ref if pointer.is_here else ""),
            to_title=self._titles.get(pointer.document or 0, ""),
            fault=self._fault(pointer) or ("ambiguous" if candidates else ""),
            near=self._near.get((pointer.scheme, pointer.key), ""),
            candidates=candidates,
        )

    def _fault(self, pointer: Pointer) -> str:
        if pointer.link in self.headless:
            return "missing heading"
        if pointer.document is not None or pointer.is_here or self.file(pointer):
            return ""
        if pointer.scheme == "outside":
            return "outside"
        return "missing file" if pointer.is_file else "dangling"


def _by_want(loose: Sequence[Pointer]) -> list[Pointer]:
    """Return links with those first whose target most notes link to; each target together."""
    notes: dict[tuple[str, str], set[str]] = {}
    for each in loose:
        notes.setdefault((each.scheme, each.key), set()).add(each.path)
    return sorted(
        loose,
        key=lambda each: (-len(notes[each.scheme, each.key]), each.key, each.scheme),
    )


def find_files(root: Path, loose: Iterable[Pointer]) -> dict[int, str]:
    """Return the paths of the files that links to neither paper nor note mean, by link.

    A path is looked for where it leads, within the library only; a name (``[[Figure 1.png]]``) by
    the ends of the paths of all files below ``notes/`` and ``pdf/``, in any case. The folders are
    listed once, and only if a name with a dot asks for it.
    """
    found: dict[int, str] = {}
    ends: dict[str, str] | None = None
    for each in loose:
        if each.scheme == "path":
            for path in (each.spelled, f"{each.spelled}.md"):
                if os.path.lexists(root / path):
                    found[each.link] = path
                    break
        elif each.scheme in {"name", "file"} and "." in each.target:
            ends = _ends(root) if ends is None else ends
            if end := ends.get(name_key(each.target.strip("/"))):
                found[each.link] = end
    return found


def _ends(root: Path) -> dict[str, str]:
    """Return the paths of all files by each end of theirs; the first of fewest parts counts."""
    ends: dict[str, str] = {}
    paths = []
    for top in _FOLDERS:
        for folder, subfolders, names in os.walk(root / top):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            inside = os.path.relpath(folder, root).replace(os.sep, "/")
            paths += [f"{inside}/{name}" for name in names if not name.startswith(".")]
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        if not path.endswith(".md"):
            parts = path.split("/")
            for depth in range(len(parts)):
                ends.setdefault(name_key("/".join(parts[depth:])), path)
    return ends

"""The first half of doctor: everything known of a library → what is not in order in it.

What the store knows is asked of it. The text of each note is read once more, since no table says
what is in it; it is parsed only where a check has reason to. Last, all text files are read into a
fresh store, which the one in use must equal.
"""

from __future__ import annotations

import os
import posixpath
import re
import tempfile
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import bib, files
from papernotes.doctor import conflicts, derived, fields, images, naming, papers, pointing, prose
from papernotes.doctor.codes import CODES
from papernotes.doctor.text import NoteText
from papernotes.errors import FormatError
from papernotes.files import FileError
from papernotes.library.indexed import documents
from papernotes.reports.checking import Finding
from papernotes.store import checks, connect
from papernotes.store import pointing as pointers
from papernotes.store.identities import identities
from papernotes.store.read import Store
from papernotes.sync import apply, look, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Problem
    from papernotes.store.pointing import Pointer

_USUAL = 3  # notes with a key that then is meant
_SAMPLE = 500  # documents of the index that are compared
_LONG = 5_000  # characters of a line
_STEP = 50  # notes between two words of progress


class Examination:
    """One look at the library of ``upkeep``. Nothing of the person's is written."""

    def __init__(self, upkeep: Upkeep, *, progress: Progress | None = None) -> None:
        self._upkeep = upkeep
        self._root = upkeep.root
        self._progress = progress or (lambda _doing, _done, _of: None)
        self._read = lru_cache(maxsize=64)(self._read_afresh)

    def findings(self, others: Iterable[Finding] = ()) -> tuple[Finding, ...]:
        """Return all findings and ``others``, by path, line and code.

        Raises LockedError, StoreError and FileError.
        """
        problems = self._upkeep.refresh()
        found = self._upkeep.mended(lambda: [*self._of_store(problems), *self._of_texts()])
        found += self._upkeep.mended(self._of_index)
        found += [*derived.wrong_whoosh(derived.whoosh_owners()), *others]
        damaged = {(each.path, each.line) for each in found if each.code == "damaged-id"}
        ordered = sorted(
            {
                each
                for each in found
                if each.code != "field-type" or (each.path, each.line) not in damaged
            },
            key=lambda each: (each.path, each.line or 0, each.code, each.message),
        )
        return tuple(replace(each, is_hint=_is_hint(each)) for each in ordered)

    # --- what the store knows ----------------------------------------------------------------

    def _of_store(self, problems: Sequence[Problem]) -> Iterator[Finding]:
        store = self._upkeep.store()
        with store.snapshot():
            for each in problems:
                yield Finding(each.code, each.path, each.message, each.line)
            entries = checks.entries(store)
            places = {key: (path, line) for key, _, path, line in entries}
            yield from self._of_links(store, places)
            yield from naming.key_clashes(entries)
            by_key = {each.citekey: each for each in identities(store)}
            yield from papers.duplicates([by_key[key] for key in places if key in by_key], places)
            yield from papers.papers_without_notes(checks.without_note(store))
            yield from papers.orphaned_pdfs(checks.pdfs_of_nobody(store))
            yield from papers.lost_attachments(
                each for each in checks.attachments(store) if not self._has_attachment(each)
            )
            for number, untold in enumerate(checks.untold(store)):
                if note := self._read(untold.path):
                    known = tuple(places) if number < pointers.MOST_NEAR else ()
                    yield papers.note_of_nobody(note, untold, known)
            titles = checks.titles_of_notes(store)
            yield from self._of_names((*store.files(), *self._pictures()), titles)

    def _of_links(self, store: Store, citekeys: Collection[str]) -> Iterator[Finding]:
        dangling = pointers.dangling(store)
        near = {
            address: ref
            for address, ref in pointers.near_names(store, dangling).items()
            if address[0] != "citekey" or ref in citekeys
        }
        yield from pointing.dangling_links(
            dangling, near, exists=self._means_file, is_bare=self._is_bare
        )
        yield from pointing.ambiguous_links(pointers.ambiguous(store))
        yield from pointing.missing_headings(checks.heading_links(store), self._read)

    def _means_file(self, link: Pointer) -> bool:
        """Whether a link that leads to no note leads to some file of the library."""
        name = link.spelled or link.target
        beside = posixpath.dirname(link.path)
        places = (posixpath.join(folder, name) for folder in ("", "notes", beside))
        return any(self._exists(posixpath.normpath(place)) for place in places) or (
            "." in name and self._shelf.named(posixpath.basename(name)) is not None
        )

    def _is_bare(self, link: Pointer) -> bool:
        """Whether a citation stands without brackets around it on its line, if that is short."""
        note = self._read(link.path)
        line = note.line(link.line) if note else ""
        return 0 < len(line) < _LONG and not re.search(
            rf"\[[^\[\]]*@{re.escape(link.target)}", line
        )

    def _has_attachment(self, each: checks.Attached) -> bool:
        place = self._root / posixpath.dirname(each.path) / each.attachment
        try:
            return place.is_file()
        except (OSError, ValueError):  # a path that no system could hold
            return False

    def _of_names(self, paths: Iterable[str], titles: dict[str, str]) -> Iterator[Finding]:
        known = tuple(dict.fromkeys(paths))
        yield from naming.file_clashes(known)
        yield from conflicts.conflict_copies(known, titles)
        journal = self._upkeep.journal
        left = [*look.look(self._root).leftovers, *(["index/journal.json"] * journal.is_file())]
        yield from derived.leftovers(left)

    # --- what only the texts know ------------------------------------------------------------

    def _of_texts(self) -> Iterator[Finding]:
        store = self._upkeep.store()
        ids, shelf = checks.arxiv_ids(store), self._shelf
        usual = checks.usual_keys(store, least=_USUAL)
        paths = [path for path in store.files() if not plan.is_pdf(path)]
        for number, path in enumerate(paths, 1):
            if number % _STEP == 0 or number == len(paths):
                self._progress("reading", number, len(paths))
            note = self._read(path)
            if note is None:
                continue
            yield from conflicts.merge_markers(note)
            if not path.startswith("notes/"):
                continue
            yield from fields.unquoted(note)
            yield from fields.damaged_id(note, ids)
            yield from fields.near_keys(note, usual)
            yield from prose.money(note)
            yield from prose.unlikely_tags(note)
            yield from images.missing_images(note, shelf)

    def _read_afresh(self, path: str) -> NoteText | None:
        """Return the text at ``path``, or None where it is not there or is no UTF-8."""
        try:
            data = files.read(self._root / path)
            return NoteText(path, data.decode())
        except (FileError, FormatError, UnicodeDecodeError):
            return None

    def _exists(self, path: str) -> bool:
        return not path.startswith("../") and os.path.lexists(self._root / path)

    def _pictures(self) -> Iterator[str]:
        """Yield the paths of all files below ``notes/``, but hidden ones."""
        for folder, subfolders, names in os.walk(self._root / "notes"):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            place = Path(folder).relative_to(self._root).as_posix()
            yield from (f"{place}/{name}" for name in names if not name.startswith("."))

    @cached_property
    def _shelf(self) -> images.Shelf:
        return images.Shelf(self._pictures(), self._exists)

    # --- index/ against the files ------------------------------------------------------------

    def _of_index(self) -> list[Finding]:
        store = self._upkeep.store()
        found = list(derived.store_damaged(checks.damage(store)))
        if not found:
            found += derived.store_differs(self._differences(store))
            found += derived.pages_differ(checks.altered_pdfs(store))
        return [*found, *self._of_search_index(store)]

    def _differences(self, store: Store) -> tuple[tuple[str, int, str], ...]:
        """Compare with a store made afresh; not where files are kept that cannot be seen now."""
        scan = look.look(self._root)
        if checks.is_partial(store) or any(each.code == "unreadable" for each in scan.problems):
            return ()
        texts, _ = plan.parted(plan.diff(scan, {}, force=True))
        with tempfile.TemporaryDirectory(prefix="papernotes-") as folder:
            place = Path(folder) / connect.DATABASE
            _make_store(
                self._root, texts, scan, place, lambda *at: self._progress("comparing", *at)
            )
            found = tuple(checks.differences(store.path, place))
        return () if found and look.look(self._root).files != scan.files else found

    def _of_search_index(self, store: Store) -> list[Finding]:
        if damaged := self._upkeep.searched(lambda index: index.damaged()):
            return list(derived.index_damaged(damaged))
        ids = set(store.document_ids())
        held = self._upkeep.searched(lambda index: index.ids())
        both = sorted(ids & held)
        sample = both[:: max(1, len(both) // _SAMPLE)]
        expected = list(documents(store, sample))
        differing = self._upkeep.searched(lambda index: index.differing(expected))
        refs = {each: row.ref for each, row in store.rows([*(ids - held), *differing]).items()}
        return list(
            derived.index_differs(
                sorted(refs[each] for each in ids - held if each in refs),
                len(held - ids),
                sorted(refs[each] for each in differing if each in refs),
            )
        )


def _make_store(
    root: Path, texts: plan.Plan, scan: files.Scan, place: Path, progress: Callable[..., None]
) -> None:
    from papernotes.store.create import create  # noqa: PLC0415 - a seam: it imports sqlite_utils

    create(place)
    store = Store(connect.connect(place), place)
    try:
        apply.apply(root, texts, scan, store, parse_bib=bib.parse_bytes, progress=progress)
    finally:
        store.close()


def _is_hint(finding: Finding) -> bool:
    code = CODES.get(finding.code)
    return code is not None and code.level == "hint"

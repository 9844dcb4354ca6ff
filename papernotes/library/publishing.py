"""Choosing what an export may see: the published notes, and nothing that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from papernotes import export, links, notes
from papernotes.errors import UsageError
from papernotes.export import apply
from papernotes.library.advising import advise
from papernotes.library.remembering import Heads, read_memory, write_memory
from papernotes.library.withholding import (
    read_ignore,
    read_text,
    secrets_of,
    strange_kinds,
    unsound_notes,
)
from papernotes.models import Paper
from papernotes.store import naming

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from papernotes.library.blogs import Blog
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Link, Note, Problem
    from papernotes.store.read import Store

__all__ = ["apply", "plan"]


class Papers(Mapping[str, Paper]):
    """The papers of a store by citation key, read when asked for.

    Those that notes marked for publishing cite are read all at once, when one is asked for.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids = store.papers_by_citekey()
        self._read: dict[str, Paper] = {}

    def __getitem__(self, citekey: str) -> Paper:
        paper_id = self._ids[citekey]
        if not self._read:
            self._fetch(naming.cited_keys(self._store))
        if citekey not in self._read:
            self._read[citekey] = self._store.paper(paper_id)
        return self._read[citekey]

    def _fetch(self, citekeys: Iterable[str]) -> None:
        ids = {self._ids[citekey]: citekey for citekey in citekeys if citekey in self._ids}
        found = self._store.papers(tuple(ids))
        self._read = {ids[paper_id]: paper for paper_id, paper in found.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an export may see, and why notes that ask to be published are not (by ref)."""

    source: export.Source
    heads: Heads
    refused: Mapping[str, str]


def choose(upkeep: Upkeep, target: str, *, chosen: set[int] | None, named: Iterable[int]) -> Choice:
    """Return what an export of the chosen documents to a blog of this kind may see.

    ``chosen`` are the documents to take of those marked for publishing (None: all of them);
    ``named`` ones go whether marked or not, unless they are private. Raises UsageError.
    """
    store = upkeep.store()
    wanted = set(named)
    ignore = read_ignore(upkeep.root)
    going, staying, titles, refused = [], [], {}, {}
    digests = naming.note_digests(store)
    heads = Heads(upkeep, digests)
    for line in store.notes():
        is_named = line.document in wanted
        note = heads.head(line.path, line.title) if line.is_marked or is_named else None
        if note is not None:
            may_go, why = export.publishable(
                note, target, is_named=is_named, ignored_by=ignore.covers(line.path)
            )
            if is_named and not may_go:
                raise UsageError(f"{line.path}: cannot be exported: {why}")
            if not may_go:
                refused[line.ref] = why
                note = None
        if note is None:
            titles[line.ref] = line.title
        elif is_named or (not wanted and (chosen is None or line.document in chosen)):
            going.append(note)
        else:
            staying.append(note)

    refs = naming.refs(store)

    def resolve(note: Note, link: Link) -> str | None:
        address = links.address(link, note.path)
        if address is None:
            return None
        folder = note.path.rpartition("/")[0]
        document = store.document(address.scheme, address.key, address.spelled, folder)
        return None if document is None else refs.get(document)

    source = export.Source(
        notes=tuple(going),
        papers=Papers(store),
        resolve=resolve,
        root=upkeep.root,
        published=tuple(staying),
        named=frozenset(note.ref for note in going) if wanted else frozenset(),
        private_titles=titles,
        is_ignored=lambda path: bool(ignore.covers(path)),
        secrets=lambda: secrets_of(upkeep, {note.path for note in (*going, *staying)}),
        said=lambda note: read_text(upkeep.root, note.path),
        load=heads.full,
        digests={note.ref: digests.get(note.path, "") for note in (*going, *staying)},
        paper_digests=naming.paper_digests(store),
        names=naming.names_digest(store),
        forked=store.reopen,
        tell=upkeep.progress or export.untold,
    )
    return Choice(source, heads, refused)


def plan(
    upkeep: Upkeep,
    blog: Blog,
    *,
    chosen: set[int] | None,
    named: Iterable[int],
    is_forced: bool = False,
    is_verified: bool = False,
) -> export.Plan:
    """Return what an export of documents, chosen as by :func:`choose`, would do to ``blog``."""
    store = upkeep.store()
    choice = choose(upkeep, blog.target, chosen=chosen, named=named)
    before = read_memory(upkeep, blog)
    made = export.plan(
        choice.source,
        target=blog.target,
        directory=blog.directory,
        settings=blog.settings,
        is_forced=is_forced,
        memory=before,
        verify=_verify() if is_verified else None,
    )
    choice.heads.save()
    write_memory(upkeep, blog, before, made.memory)
    unsound = tuple(unsound_notes(store, upkeep.root))
    refused = {**choice.refused, **{one.path[6:-3]: one.message for one in unsound}}
    refused |= dict.fromkeys(naming.private_and_marked(store), "private: true")
    return replace(
        made,
        problems=(*unsound, *strange_kinds(store), *made.problems),
        reasons={**made.reasons, **dict(_why_gone(made, choice.source.private_titles, refused))},
        refused=refused,
    )


def advice(upkeep: Upkeep, made: export.Plan) -> Iterator[Problem]:
    """Yield advice on the notes whose posts are new or change."""
    for ref in sorted({action.ref for action in made.actions if action.ref and action.is_write}):
        path = f"notes/{ref}.md"
        yield from advise(notes.read(read_text(upkeep.root, path), path))


def _verify() -> export.Verify:
    from papernotes.export.verify import verify_post  # noqa: PLC0415 - a seam

    return verify_post


def _why_gone(
    made: export.Plan, present: Container[str], refused: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield why posts are removed."""
    for ref in made.before.entries.keys() - made.after.entries.keys():
        unmarked = "the note is not marked publish: true" if ref in present else "the note is gone"
        yield ref, (refused.get(ref, unmarked),)
